"""Tables of a workout's page: called ranges that are not power zones, splits, movements, heart-rate zones."""

from collections.abc import Sequence

from ctz.common.v1 import training_pb2 as training
from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.present.chart import zone_of
from ctz_gateway.viewmodels.training import SegmentTable
from ctz_gateway.words import duration, in_units, measure

METRIC_NAMES = {
    "cadence": "cadence",
    "resistance": "resistance",
    "incline": "incline",
    "speed": "speed",
    "pace_intensity": "pace",
    "stroke_rate": "stroke rate",
}
PACE_WORDS = ("Recovery", "Easy", "Moderate", "Challenging", "Hard", "Very hard", "Max")


def tables(view: workouts_pb2.WorkoutView, *, is_metric: bool) -> Sequence[SegmentTable]:
    """Every table that the workout has something for."""
    made = (
        _called(view),
        _splits(view, is_metric=is_metric),
        _movements(view, is_metric=is_metric),
        _heart_zones(view),
    )
    return [table for table in made if table is not None]


def _called(view: workouts_pb2.WorkoutView) -> SegmentTable | None:
    results = [result for result in view.analysis.blocks if result.block.ranges and not zone_of(result.block)]
    if not results:
        return None
    rows = [
        (
            duration(result.start_seconds),
            duration(result.block.end_seconds - result.block.start_seconds + 1),
            ", ".join(_range(called) for called in result.block.ranges),
            _share(result),
        )
        for result in results
    ]
    return SegmentTable("What was called", ("Start", "Length", "Called", "In range"), rows)


def _range(called: training.TargetRange) -> str:
    name = METRIC_NAMES.get(called.metric, called.metric.replace("_", " "))
    if called.metric == "pace_intensity" and 0 <= called.lower < len(PACE_WORDS):
        return PACE_WORDS[int(called.lower)]
    if called.lower == called.upper:
        return f"{name} {called.lower:g}"
    return f"{name} {called.lower:g}–{called.upper:g}"


def _share(result: workouts_pb2.BlockResult) -> str:
    counted = result.in_seconds + result.above_seconds + result.below_seconds
    return f"{100 * result.in_seconds / counted:.0f} %" if counted else "–"


def _splits(view: workouts_pb2.WorkoutView, *, is_metric: bool) -> SegmentTable | None:
    if not view.splits:
        return None
    has_climb = any(split.HasField("elevation_change") for split in view.splits)
    rows = []
    for split in view.splits:
        cells = [f"{split.distance:g} {split.distance_unit}", duration(split.seconds)]
        if has_climb:
            change, unit = in_units(split.elevation_change, split.elevation_unit, is_metric=is_metric)
            cells.append(f"{change:.0f} {unit}")
        cells.append("fastest" if split.is_best else "")
        rows.append(tuple(cells))
    heads = ("Distance", "Time", *(("Climb",) if has_climb else ()), "")
    return SegmentTable("Splits", heads, rows)


def _movements(view: workouts_pb2.WorkoutView, *, is_metric: bool) -> SegmentTable | None:
    if not view.HasField("detail") or not view.detail.movements:
        return None
    rows = []
    for movement in view.detail.movements:
        done = ""
        if movement.HasField("repetitions"):
            done = f"{movement.repetitions} times"
        elif movement.HasField("duration_seconds"):
            done = duration(movement.duration_seconds)
        weight = "–"
        if movement.HasField("weight_value"):
            weight = " ".join(measure(movement.weight_value, movement.weight_unit, is_metric=is_metric))
        rows.append((movement.name, done or "–", weight))
    return SegmentTable("Movements", ("Movement", "Done", "Weight"), rows)


def _heart_zones(view: workouts_pb2.WorkoutView) -> SegmentTable | None:
    if not any(view.heart_rate_zone_seconds):
        return None
    total = sum(view.heart_rate_zone_seconds)
    rows = [
        (f"Zone {zone}", duration(seconds), f"{100 * seconds / total:.0f} %")
        for zone, seconds in enumerate(view.heart_rate_zone_seconds, start=1)
    ]
    return SegmentTable("Heart-rate zones, as Peloton counts them", ("Zone", "Time", "Share"), rows)
