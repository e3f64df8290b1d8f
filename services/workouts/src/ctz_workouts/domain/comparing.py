"""Two attempts at one class on one time axis: who is ahead, by how much, and where that came about."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from ctz_workouts.domain.arrays import FloatArray, IntArray
from ctz_workouts.domain.figures import Absent, AbsentReason
from ctz_workouts.domain.grid import Grid, grid_of
from ctz_workouts.domain.pace_adherence import speeds_of
from ctz_workouts.domain.series import OUTPUT, Series

SPLIT_SECONDS = 300


class Compared(Enum):
    """What attempts are compared by, and how much of its sum one second of one unit is."""

    POWER = 1 / 1000
    """Watts; a watt for a second is a thousandth of a kilojoule."""
    SPEED = 1 / 3600
    """Kilometres an hour."""


@dataclass(frozen=True, slots=True)
class Split:
    """A stretch of the axis, both ends inclusive, and what each attempt added up in it."""

    first_second: int
    last_second: int
    amount: float
    other_amount: float


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """Both attempts at the same seconds; `ahead` is what the first has added up more than the other by then."""

    metric: Compared
    seconds: IntArray
    values: FloatArray
    other_values: FloatArray
    ahead: FloatArray
    splits: tuple[Split, ...]


def overlay(series: Series, other: Series, most_points: int) -> Overlay | Absent:
    """Return two attempts on the axis of whichever lasted longer: an attempt that ended early falls behind.

    By power where both have it, else by speed. A second that was not recorded adds nothing.
    """
    if not (series.seconds.size and other.seconds.size):
        return Absent(AbsentReason.NO_SERIES)
    if series.is_coarse or other.is_coarse:
        return Absent(AbsentReason.COARSE_SERIES)
    for metric, told in ((Compared.POWER, _power), (Compared.SPEED, _speed)):
        mine, theirs = told(series), told(other)
        if mine is not None and theirs is not None:
            return _laid(metric, mine, theirs, most_points)
    return Absent(AbsentReason.NO_POWER)


def _power(series: Series) -> Grid | None:
    return grid_of(series, OUTPUT)


def _speed(series: Series) -> Grid | None:
    found = speeds_of(series)
    if found is None:
        return None
    grid, distance = found
    return Grid(grid.first_second, grid.values * distance.kilometres, grid.interpolated, grid.dropouts)


def _laid(metric: Compared, mine: Grid, theirs: Grid, most_points: int) -> Overlay:
    last = max(grid.first_second + grid.values.size - 1 for grid in (mine, theirs))
    values, other_values = _on_axis(mine, last), _on_axis(theirs, last)
    sums = [np.cumsum(np.nan_to_num(found)) * metric.value for found in (values, other_values)]
    ends = [*range(SPLIT_SECONDS, last, SPLIT_SECONDS), last]
    starts = [0, *ends[:-1]]
    at = np.arange(0, last, -(-last // most_points), dtype=np.int32)
    closing = np.append(at[1:], last) - 1
    return Overlay(
        metric,
        at + 1,
        _means(values, at),
        _means(other_values, at),
        (sums[0] - sums[1])[closing],
        tuple(
            Split(start + 1, end, *(float(each[end - 1] - (each[start - 1] if start else 0.0)) for each in sums))
            for start, end in zip(starts, ends, strict=True)
        ),
    )


def _on_axis(grid: Grid, last: int) -> FloatArray:
    """Values of seconds 1 to `last`; NaN where nothing was recorded. A sample at second 0 is before the first."""
    spread = np.full(last, np.nan)
    first = max(grid.first_second, 1)
    values = grid.values[first - grid.first_second :]
    spread[first - 1 : first - 1 + values.size] = values
    return spread


def _means(values: FloatArray, at: IntArray) -> FloatArray:
    known = ~np.isnan(values)
    counts = np.add.reduceat(known, at, dtype=np.int64)
    means: FloatArray = np.add.reduceat(np.where(known, values, 0.0), at) / np.maximum(counts, 1)
    means[counts == 0] = np.nan
    return means
