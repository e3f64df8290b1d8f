"""Pace tables as riders read them: the band of an intensity as speeds of the machine and as a pace."""

from ctz.workouts.v1 import classes_pb2

from ctz_gateway.viewmodels.class_targets import PaceRow, PaceTable
from ctz_gateway.words import KILOMETRES_PER_MILE, duration

HOUR = 3600
ACTIVITY_NAMES = {"running": "Running", "walking": "Walking"}
# The activity whose table a discipline takes; rowing has none of ours.
ACTIVITY_OF = {"running": "running", "circuit": "running", "walking": "walking"}
Band = classes_pb2.ReferenceBand
Bounds = tuple[float | None, float | None]


def bounds_of(slowest: Band, fastest: Band) -> Bounds:
    """From the slow edge of one band to the fast edge of another, in miles an hour; None is open."""
    return (
        slowest.slowest_mph if slowest.HasField("slowest_mph") else None,
        fastest.fastest_mph if fastest.HasField("fastest_mph") else None,
    )


def speed_text(bounds: Bounds, *, is_metric: bool) -> str:
    """`6.6–7.2 km/h`, `up to 4.8 km/h`, `from 19.7 km/h`."""
    factor, unit = (KILOMETRES_PER_MILE, "km/h") if is_metric else (1.0, "mph")
    slow, fast = (None if bound is None else f"{bound * factor:.1f}" for bound in bounds)
    return _span(slow, fast, unit, "up to", "from")


def pace_text(bounds: Bounds, *, is_metric: bool) -> str:
    """`9:05–8:20 /km`, `12:26 /km and slower`, `3:03 /km and faster`."""
    factor, unit = (KILOMETRES_PER_MILE, "/km") if is_metric else (1.0, "/mi")
    slow, fast = (duration(HOUR / (bound * factor)) if bound else None for bound in bounds)
    if slow and fast:
        return f"{slow}–{fast} {unit}"
    return f"{fast} {unit} and slower" if fast else f"{slow} {unit} and faster"


def _span(slow: str | None, fast: str | None, unit: str, below: str, above: str) -> str:
    if slow and fast:
        return f"{slow}–{fast} {unit}"
    return f"{below} {fast} {unit}" if fast else f"{above} {slow} {unit}"


def pace_table(found: classes_pb2.ReferencePaceTable, *, is_metric: bool) -> PaceTable:
    """A table of one activity: a row for each level, a column for each intensity, speeds with paces."""
    speed, pace = ("km/h", "/km") if is_metric else ("mph", "/mi")
    return PaceTable(
        key=found.activity,
        caption=ACTIVITY_NAMES.get(found.activity, found.activity.capitalize()),
        units=f"Speed in {speed}, below it the pace {pace}.",
        names=[band.title for band in found.levels[0].bands] if found.levels else [],
        rows=[
            PaceRow(str(level.level), [_cell(bounds_of(band, band), is_metric=is_metric) for band in level.bands])
            for level in found.levels
        ],
    )


def _cell(bounds: Bounds, *, is_metric: bool) -> tuple[str, str]:
    """The spans without their units: `5.0–6.6` and `12:00–9:05`; an open end is told by a word."""
    factor = KILOMETRES_PER_MILE if is_metric else 1.0
    slow, fast = bounds
    speeds = [f"{bound * factor:.1f}" for bound in bounds if bound is not None]
    paces = [duration(HOUR / (bound * factor)) for bound in bounds if bound]
    if slow is not None and fast is not None:
        return "–".join(speeds), "–".join(paces)
    return (f"to {speeds[0]}", f"from {paces[0]}") if slow is None else (f"from {speeds[0]}", f"to {paces[0]}")
