"""Pace bands of a runner's, walker's or rower's level: for the chart and for the page."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from ctz.common.v1 import training_pb2 as training
from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.present.rows import KINDS
from ctz_gateway.viewmodels.workout import PaceLine
from ctz_gateway.words import KILOMETRES_PER_MILE, duration, in_units, unit_word

PACE_INTENSITY = "pace_intensity"
NO_ROWING_TABLE = "Peloton sent no table of paces with this row, and does not publish those of its rowing levels."
# What a band is drawn over, the first that was recorded.
METRICS = {"pace": "Pace", "split_pace": "Split", "speed": "Speed"}
SECONDS_PER_HOUR = 3600
# How many seconds the unit shows for a second a kilometre.
_PACE_UNITS = {"min/km": 1.0, "min/mi": KILOMETRES_PER_MILE, "min/500m": 0.5}
_SPEED_UNITS = {"kph": 1.0, "mph": 1 / KILOMETRES_PER_MILE}
# The target of a band with an open end, as a pace relative to its known end.
_SLOWER, _FASTER = 1.06, 0.95


def number_of(view: workouts_pb2.WorkoutView, block: training.TargetBlock) -> int:
    """The called band of a block, counted from 1; 0 when it calls none that is known."""
    for called in block.ranges:
        if called.metric == PACE_INTENSITY:
            numbers = {band.intensity: number for number, band in enumerate(view.pace_targets, start=1)}
            return numbers.get(int(called.upper), 0)
    return 0


def chart_scale(view: workouts_pb2.WorkoutView, units: dict[str, str], *, is_metric: bool) -> dict[str, Any] | None:
    """What the chart reads a pace against; none without a level or a recorded pace. `units` are those of the series."""
    slug = next((slug for slug in METRICS if slug in units), "")
    unit = in_units(1.0, units.get(slug, ""), is_metric=is_metric)[1]
    bands = view.pace_targets
    if len(bands) < len(("slow", "fast")) or unit not in (_PACE_UNITS | _SPEED_UNITS):
        return None
    edges = [_slow(band) or _fast(before) for before, band in pairwise(bands)]
    return {
        "metric": slug,
        "name": METRICS[slug],
        "unit": unit_word(unit),
        "names": [band.title for band in bands],
        "edges": [_in_unit(edge, unit) for edge in edges],
        "lines": [_in_unit(_line(band), unit) for band in bands],
    }


def lines(view: workouts_pb2.WorkoutView, *, is_metric: bool) -> Sequence[PaceLine]:
    """The bands as a list, fastest first."""
    unit = "min/500m" if "split_pace" in view.series_slugs else ("min/km" if is_metric else "min/mi")
    shown = [PaceLine(number, band.title, _range(band, unit)) for number, band in enumerate(view.pace_targets, start=1)]
    return shown[::-1]


def source_text(view: workouts_pb2.WorkoutView) -> str:
    """Where the bands come from; of a row, why there are none."""
    if not view.pace_targets:
        return NO_ROWING_TABLE if KINDS.get(view.workout.discipline) == "row" and _calls_pace(view) else ""
    if view.HasField("dated_pace_level"):
        return f"Your level {view.dated_pace_level} of that day."
    return f"Level {view.pace_level}, as Peloton used it." if view.HasField("pace_level") else "As Peloton tells them."


def _calls_pace(view: workouts_pb2.WorkoutView) -> bool:
    return any(called.metric == PACE_INTENSITY for result in view.analysis.blocks for called in result.block.ranges)


def _slow(band: workouts_pb2.PaceTarget) -> float:
    return band.slow_seconds_per_kilometer if band.HasField("slow_seconds_per_kilometer") else 0.0


def _fast(band: workouts_pb2.PaceTarget) -> float:
    return band.fast_seconds_per_kilometer if band.HasField("fast_seconds_per_kilometer") else 0.0


def _line(band: workouts_pb2.PaceTarget) -> float:
    """The middle of a band by speed; of an open one a little beyond its known end."""
    slow, fast = _slow(band), _fast(band)
    if slow and fast:
        return 2 / (1 / slow + 1 / fast)
    return fast * _SLOWER if fast else slow * _FASTER


def _in_unit(seconds: float, unit: str) -> float:
    if unit in _SPEED_UNITS:
        return round(SECONDS_PER_HOUR / seconds * _SPEED_UNITS[unit], 2)
    return round(seconds * _PACE_UNITS[unit], 1)


def _range(band: workouts_pb2.PaceTarget, unit: str) -> str:
    slow, fast = (duration(each * _PACE_UNITS[unit]) for each in (_slow(band), _fast(band)))
    word = unit_word(unit)
    if not _slow(band):
        return f"slower than {fast} {word}" if _fast(band) else "any pace"
    return f"{slow}–{fast} {word}" if _fast(band) else f"from {slow} {word} on"
