"""`every_n`: each value is the maximum of its window (peloton-api.md 4.4, "Downsampling is biased upward")."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from ctz_simulator.series.signals import Floats


@dataclass(frozen=True, slots=True)
class Sampler:
    """Windows of n seconds from the first recorded one; the last sample is the final second."""

    kept: npt.NDArray[np.int64]
    window_starts: npt.NDArray[np.int64]
    seconds: list[int]
    has_tail: bool

    @classmethod
    def of(cls, seconds: npt.NDArray[np.int64], every_n: int) -> Self:
        """The windows over the recorded seconds; a window in which nothing was recorded is left out."""
        if len(seconds) == 0 or every_n <= 1:
            return cls(seconds - 1, np.arange(len(seconds)), seconds.tolist(), has_tail=False)
        window = (seconds - seconds[0]) // every_n
        starts = np.flatnonzero(np.diff(window, prepend=-1))
        labels = (seconds[0] + window[starts] * every_n).tolist()
        has_tail = bool(labels[-1] != seconds[-1])
        return cls(seconds - 1, starts, [*labels, int(seconds[-1])] if has_tail else labels, has_tail)

    def largest(self, column: Floats | npt.NDArray[np.int64]) -> Floats:
        """The largest value of each window; NaN where the window has none."""
        return self._reduce(column, np.fmax)

    def smallest(self, column: Floats) -> Floats:
        """The smallest value of each window: the fastest pace."""
        return self._reduce(column, np.fmin)

    def _reduce(self, column: Any, ufunc: np.ufunc) -> Floats:
        values = np.asarray(column, dtype=np.float64)[self.kept]
        if len(values) == len(self.seconds) and not self.has_tail:
            return values
        reduced = ufunc.reduceat(values, self.window_starts)
        return np.append(reduced, values[-1]) if self.has_tail else reduced


def whole(values: Floats) -> list[int]:
    """Whole numbers for JSON."""
    return [int(value) for value in np.rint(values).astype(np.int64).tolist()]


def rounded(values: Floats, digits: int) -> list[float | None]:
    """Rounded numbers for JSON; NaN becomes null."""
    listed: list[float | None] = np.round(values, digits).tolist()
    if np.isnan(values).any():
        return [None if value != value else value for value in listed]  # noqa: PLR0124 (NaN differs from itself)
    return listed
