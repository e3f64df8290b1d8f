"""How a run, walk or row kept to its called pace intensities."""

from dataclasses import replace

import numpy as np

from ctz_workouts.domain.adherence import Adherence, range_adherence
from ctz_workouts.domain.figures import Absent, AbsentReason
from ctz_workouts.domain.grid import Grid, grid_of
from ctz_workouts.domain.pace import PaceDistance, PaceTable
from ctz_workouts.domain.series import PACE, SPEED, SPLIT_PACE, Series
from ctz_workouts.domain.targets import PACE_INTENSITY, TargetPlan

_DISTANCES = {
    "mph": PaceDistance.MILE,
    "min/mi": PaceDistance.MILE,
    "kph": PaceDistance.KILOMETRE,
    "km/h": PaceDistance.KILOMETRE,
    "min/km": PaceDistance.KILOMETRE,
    "min/500m": PaceDistance.HALF_KILOMETRE,
}
_MINUTES_PER_HOUR = 60


def pace_adherence(
    series: Series, plan: TargetPlan, table: PaceTable | None, heart_rate: Grid | None
) -> Adherence | Absent:
    """Return adherence to called intensities; its means are speeds in distances an hour of the series' unit."""
    if table is None:
        return Absent(AbsentReason.NO_PACE_LEVEL)
    if series.is_coarse:
        return Absent(AbsentReason.COARSE_SERIES)
    speeds = speeds_of(series)
    if speeds is None:
        return Absent(AbsentReason.NO_PACE)
    grid, distance = speeds
    return range_adherence(PACE_INTENSITY, grid, plan, heart_rate, table.intensities_of(grid.values, distance))


def distance_of(unit: str) -> PaceDistance | None:
    """Return the distance that a unit of speed or pace speaks of; none for a unit that is not known."""
    return _DISTANCES.get(unit)


def speeds_of(series: Series) -> tuple[Grid, PaceDistance] | None:
    """Return the speed in distances an hour and that distance, from speed or from a pace in decimal minutes."""
    for slug in (SPEED, PACE, SPLIT_PACE):
        metric, grid = series.metric(slug), grid_of(series, slug)
        distance = distance_of(metric.unit) if metric else None
        if grid is not None and distance is not None:
            values = grid.values if slug == SPEED else _MINUTES_PER_HOUR / grid.values
            return replace(grid, values=values), distance
    return None


def called_speed(series: Series) -> Grid | None:
    """Return the speed that called speeds are compared with: miles an hour in tenths, the step of the machine.

    Older tread classes call miles an hour; whether a metric account gets other numbers is not on record, so nothing is
    said there.
    """
    found = speeds_of(series)
    if found is None or found[1] is not PaceDistance.MILE:
        return None
    grid = found[0]
    return replace(grid, values=np.round(grid.values, 1))
