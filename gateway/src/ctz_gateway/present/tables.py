"""Tables of a workout's page: called ranges that are not power zones, splits, movements."""

from collections.abc import Sequence

from ctz.common.v1 import training_pb2 as training
from ctz.peloton_sync.events.v1 import events_pb2
from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.present import movements
from ctz_gateway.present.chart import zone_of
from ctz_gateway.present.pace_bands import PACE_INTENSITY, number_of
from ctz_gateway.present.rows import KINDS
from ctz_gateway.viewmodels.training import SegmentTable
from ctz_gateway.words import KILOMETRES_PER_MILE, duration, in_units, thousands

METRIC_NAMES = {
    "cadence": "cadence",
    "resistance": "resistance",
    "incline": "incline",
    "speed": "speed",
    "pace_intensity": "pace",
    "stroke_rate": "stroke rate",
}
PACE_WORDS = ("Recovery", "Easy", "Moderate", "Challenging", "Hard", "Very hard", "Max")
SECONDS_PER_HOUR = 3600
# Distances of splits in kilometres; a split in another unit gets no pace.
CUTS = {"km": "kilometre", "mi": "mile"}
IMPORT = "import"
KILOMETRES = {"km": 1.0, "mi": KILOMETRES_PER_MILE, "m": 0.001}


def tables(view: workouts_pb2.WorkoutView, *, is_metric: bool) -> Sequence[SegmentTable]:
    """Every table that the workout has something for."""
    made = (
        _called(view),
        _splits(view, is_metric=is_metric),
        movements.table(view, is_metric=is_metric),
    )
    return [table for table in made if table is not None]


def _called(view: workouts_pb2.WorkoutView) -> SegmentTable | None:
    results = [result for result in view.analysis.blocks if result.block.ranges and not zone_of(result.block)]
    if not results:
        return None
    rows: list[tuple[str, ...]] = [
        (
            duration(result.start_seconds),
            duration(result.block.end_seconds - result.block.start_seconds + 1),
            ", ".join(_range(called, view, result.block) for called in result.block.ranges),
            _share(result),
        )
        for result in results
    ]
    heads: tuple[str, ...] = ("Start", "Length", "Called", "In range")
    if any(_mean(result) for result in results):
        heads = (*heads[:3], "Average", heads[3])
        rows = [(*row[:3], _mean(result) or "–", row[3]) for row, result in zip(rows, results, strict=True)]
    return SegmentTable("What was called", heads, rows, "ranges")


def _range(called: training.TargetRange, view: workouts_pb2.WorkoutView, block: training.TargetBlock) -> str:
    name = METRIC_NAMES.get(called.metric, called.metric.replace("_", " "))
    if called.metric == PACE_INTENSITY:
        number = number_of(view, block)
        return f"{number} {view.pace_targets[number - 1].title}" if number else f"{name} {called.upper:g}"
    if called.lower == called.upper:
        return f"{name} {called.lower:g}"
    return f"{name} {called.lower:g}–{called.upper:g}"


def _mean(result: workouts_pb2.BlockResult) -> str:
    """The mean of what was called; a mean speed against a called pace says less than the share beside it."""
    if not result.HasField("mean_value") or result.block.ranges[0].metric == PACE_INTENSITY:
        return ""
    return f"{result.mean_value:.0f}"


def _share(result: workouts_pb2.BlockResult) -> str:
    counted = result.in_seconds + result.above_seconds + result.below_seconds
    return f"{100 * result.in_seconds / counted:.0f} %" if counted else "–"


def _splits(view: workouts_pb2.WorkoutView, *, is_metric: bool) -> SegmentTable | None:
    if not view.splits:
        return None
    is_file = view.workout.source == IMPORT
    has_climb = any(split.HasField("elevation_change") for split in view.splits)
    head, told = ("Speed", _speed) if KINDS.get(view.workout.discipline) == "bike" else ("Pace", _pace)
    rows = []
    marked = 0.0
    for split in view.splits:
        # Whole ones are marked from the start, the last one with its own length where it is shorter.
        length = split.distance - marked if split.distance > marked else split.distance
        marked = split.distance
        kilometres = length * KILOMETRES.get(split.distance_unit, 0.0)
        cells = [
            _mark(split, is_metric=is_metric) if is_file else f"{split.distance:g} {split.distance_unit}",
            duration(split.seconds),
            told(split.seconds, kilometres, is_metric=is_metric) if kilometres and split.seconds else "–",
        ]
        if has_climb:
            change, unit = in_units(split.elevation_change, split.elevation_unit, is_metric=is_metric)
            cells.append(f"{thousands(change)} {unit}")
        cells.append("fastest" if split.is_best else "")
        rows.append(tuple(cells))
    heads = ("Distance", "Time", head, *(("Climb",) if has_climb else ()), "")
    caption = "Laps of the file" if is_file else _cut(view.splits[0].distance_unit, is_metric=is_metric)
    return SegmentTable(caption, heads, rows)


def _mark(split: events_pb2.Split, *, is_metric: bool) -> str:
    """Where a lap ended, in the rider's unit."""
    value, unit = in_units(split.distance, split.distance_unit, is_metric=is_metric)
    return f"{value:.2f} {unit}"


def _cut(unit: str, *, is_metric: bool) -> str:
    """Peloton cuts splits in the unit of the account there, whatever the rider's is here."""
    if unit not in CUTS or in_units(1, unit, is_metric=is_metric)[1] == unit:
        return "Splits"
    return f"Splits by the {CUTS[unit]}, as Peloton cut them"


def _pace(seconds: float, kilometres: float, *, is_metric: bool) -> str:
    a_kilometre = seconds / kilometres
    return f"{duration(a_kilometre)} /km" if is_metric else f"{duration(a_kilometre * KILOMETRES_PER_MILE)} /mi"


def _speed(seconds: float, kilometres: float, *, is_metric: bool) -> str:
    an_hour = kilometres * SECONDS_PER_HOUR / seconds
    return f"{an_hour:.1f} km/h" if is_metric else f"{an_hour / KILOMETRES_PER_MILE:.1f} mph"
