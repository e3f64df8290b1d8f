"""One metric on a grid of whole seconds, with short holes filled and long ones kept as dropouts."""

from dataclasses import dataclass, field

import numpy as np

from ctz_workouts.domain.arrays import BoolArray, FloatArray, IntArray
from ctz_workouts.domain.series import Series

LONGEST_FILLED_HOLE_SECONDS = 3
"""Up to this many missing seconds are interpolated; more are a dropout: neither time nor zeros."""


@dataclass(frozen=True, slots=True)
class Dropout:
    """Seconds without data, both ends inclusive, on the clock of the series."""

    first_second: int
    last_second: int

    @property
    def seconds(self) -> int:
        """Length in seconds."""
        return self.last_second - self.first_second + 1


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Values at every second from `first_second` on; NaN where there is no time: dropouts, and before and after."""

    first_second: int
    values: FloatArray
    interpolated: BoolArray
    dropouts: tuple[Dropout, ...] = ()
    missing: BoolArray = field(init=False)
    """Seconds that are not time."""

    def __post_init__(self) -> None:
        """Mark the missing seconds once, since every figure asks for them."""
        object.__setattr__(self, "missing", np.isnan(self.values))

    @property
    def has_holes(self) -> bool:
        """Whether any second is missing."""
        return bool(self.missing.any())

    @property
    def recorded(self) -> FloatArray:
        """The values that are time, in order, dropouts closed up."""
        return self.values[~self.missing] if self.has_holes else self.values

    @property
    def recorded_seconds(self) -> int:
        """Seconds with a value, recorded or interpolated."""
        return self.values.size - int(self.missing.sum())

    @property
    def interpolated_seconds(self) -> int:
        """Seconds of `recorded_seconds` whose value was interpolated."""
        return int(self.interpolated.sum())

    @property
    def missing_in(self) -> IntArray:
        """Running count of missing seconds, one longer than the values: how many a window contains by subtraction."""
        return np.concatenate(([0], np.cumsum(self.missing))).astype(np.int32)

    def split(self) -> tuple["Grid", "Grid"]:
        """Two halves with equally much recorded time (the first has the odd second)."""
        middle = (self.recorded_seconds + 1) // 2
        at = int(np.searchsorted(np.cumsum(~self.missing), middle)) + 1
        first = Grid(self.first_second, self.values[:at], self.interpolated[:at])
        return first, Grid(self.first_second + at, self.values[at:], self.interpolated[at:])


def unbroken(values: FloatArray, first_second: int = 1) -> Grid:
    """Return a grid from one value a second without any hole."""
    return Grid(first_second, values, np.zeros(values.size, dtype=np.bool_))


def grid_of(series: Series, slug: str) -> Grid | None:
    """Return a metric of a one-second series on its grid, nonsense removed; none if nothing was recorded."""
    values = series.clean(slug)
    return None if values is None else _spread(series.seconds, values)


def timeline(series: Series) -> Grid:
    """Return the recorded time itself, whatever was measured: ones where the series has or bridges a second."""
    return _spread(series.seconds, np.ones(series.seconds.size))


def _spread(samples: IntArray, values: FloatArray) -> Grid:
    if not samples.size:
        return unbroken(values)
    first = int(samples[0])
    span = int(samples[-1]) - first + 1
    present = ~np.isnan(values)
    if span == values.size and present.all():
        return unbroken(values, first)
    seconds, known = samples[present], values[present]
    spread = np.full(span, np.nan)
    spread[seconds - first] = known
    filled = _fillable(seconds, first, np.isnan(spread))
    spread[filled] = np.interp(np.flatnonzero(filled) + first, seconds, known)
    return Grid(first, spread, filled, dropouts_between(seconds))


def dropouts_between(seconds: IntArray) -> tuple[Dropout, ...]:
    """Holes of a row of seconds that are too long to fill."""
    before = np.flatnonzero(np.diff(seconds) - 1 > LONGEST_FILLED_HOLE_SECONDS)
    return tuple(Dropout(int(seconds[at]) + 1, int(seconds[at + 1]) - 1) for at in before)


def _fillable(seconds: IntArray, first: int, missing: BoolArray) -> BoolArray:
    """Missing seconds that lie in a short hole between two known ones."""
    at = np.flatnonzero(missing)
    after = np.searchsorted(seconds, at + first)
    inside = (after > 0) & (after < seconds.size)
    at, after = at[inside], after[inside]
    short = seconds[after] - seconds[after - 1] - 1 <= LONGEST_FILLED_HOLE_SECONDS
    filled = np.zeros(missing.size, dtype=np.bool_)
    filled[at[short]] = True
    return filled
