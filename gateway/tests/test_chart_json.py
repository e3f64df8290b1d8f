"""The series as the chart reads it."""

from ctz.common.v1 import training_pb2 as training
from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.present.chart import chart_json, runs


def _series(*slugs: str) -> workouts_pb2.Series:
    metrics = [workouts_pb2.SeriesMetric(slug=slug, values=[80.0, float("nan"), 90.0]) for slug in slugs]
    return workouts_pb2.Series(seconds=[1, 2, 3], metrics=metrics)


def _block(start: int, end: int, at: int, **ranges: tuple[float, float]) -> workouts_pb2.BlockResult:
    called = [training.TargetRange(metric=metric, lower=low, upper=high) for metric, (low, high) in ranges.items()]
    return workouts_pb2.BlockResult(
        block=training.TargetBlock(start_seconds=start, end_seconds=end, ranges=called), start_seconds=at
    )


def test_a_regular_clock_is_one_run_and_a_hole_begins_another() -> None:
    assert [[1, 4, 1]] == runs([1, 2, 3, 4])
    assert [[1, 3, 5], [60, 2, 5]] == runs([1, 6, 11, 60, 65])


def test_missing_values_are_null() -> None:
    chart = chart_json(workouts_pb2.WorkoutView(), _series("cadence"), is_metric=True)

    assert [80, None, 90] == chart["metrics"]["cadence"]["values"]


def test_called_ranges_stand_on_the_clock_of_the_series() -> None:
    view = workouts_pb2.WorkoutView(
        analysis=workouts_pb2.Analysis(blocks=[_block(60, 119, 0, cadence=(80.0, 90.0), resistance=(30.0, 40.0))])
    )
    chart = chart_json(view, _series("cadence", "output"), is_metric=True)

    assert {"cadence": [{"start_seconds": 0, "end_seconds": 60, "low": 80.0, "high": 90.0}]} == chart["ranges"]
    assert chart["targets"] is None
