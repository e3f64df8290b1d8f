"""A heart rate that another recording of the same workout lends: brought to the clock of the one that lacks it.

The clock of a series stands still in pauses; the clock on the wall does not. Where the place of a pause is known, it is
taken out exactly. Where only its length is known, samples are aligned at the start, and behind the pause they may be
off by that length at the most.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import numpy as np

from ctz_workouts.domain.arrays import FloatArray, IntArray
from ctz_workouts.domain.series import HEART_RATE, Metric, Series

NEARLY_NONE = 0.1
"""A recording with heart rate in less than this share of its samples had no contact: another's is shown instead."""
LEAST_COVERED = 0.5
"""Of the workout, so much must lie within what is lent, or its figures would be those of something else."""
LONGEST_UNPLACED_SECONDS = 180
"""With more pause than this at an unknown place nothing is lent."""
UNTOLD_PAUSE_SECONDS = 60
"""A pause of unknown length, by the longest that Peloton allows (peloton-api.md, pause_time_limit)."""
UNIT = "bpm"
KeyT = TypeVar("KeyT")


@dataclass(frozen=True, slots=True)
class PlacedPause:
    """A pause behind a second of the series."""

    after_second: int
    seconds: int


@dataclass(frozen=True, slots=True)
class ClassClock:
    """How the seconds of a series lie on the wall clock; second 1 is the start."""

    start_time: datetime
    pauses: tuple[PlacedPause, ...] = ()
    unplaced_seconds: int = 0
    """Seconds of pause whose place is not known."""

    def elapsed(self, seconds: IntArray) -> FloatArray:
        """Seconds since the start on the wall, by second of the series."""
        behind = np.zeros(seconds.shape)
        for pause in self.pauses:
            behind += np.where(seconds > pause.after_second, pause.seconds, 0)
        return seconds - 1 + behind

    def seconds_at(self, elapsed: FloatArray) -> FloatArray:
        """The second of the series by seconds since the start on the wall; NaN within a pause."""
        at, paused = elapsed + 1, 0
        found = at.copy()
        for pause in self.pauses:
            begin = pause.after_second + paused
            is_within = (at > begin) & (at <= begin + pause.seconds)
            found = np.where(is_within, np.nan, np.where(at > begin, found - pause.seconds, found))
            paused += pause.seconds
        return found


@dataclass(frozen=True, slots=True)
class Lent:
    """A heart rate on the clock of the workout that it is lent to."""

    series: Series
    uncertain_seconds: int
    covered: float
    """Share of the workout that it covers."""


def lacks_heart_rate(series: Series | None) -> bool:
    """Whether a recording has no heart rate, or next to none."""
    return _share_with_beats(series) < NEARLY_NONE


def lend(
    clock: ClassClock, series: Series | None, length_seconds: int | None, lender: ClassClock, lent: Series
) -> Lent | None:
    """What another recording lends to a workout; none where that is too little, or nobody knows when it was."""
    beats, uncertain = lent.clean(HEART_RATE), clock.unplaced_seconds + lender.unplaced_seconds
    if beats is None or uncertain > LONGEST_UNPLACED_SECONDS or lent.step_seconds is None:
        return None
    span = _span(series, length_seconds)
    if span is None:
        return None
    shift = (lender.start_time - clock.start_time).total_seconds()
    at = np.rint(clock.seconds_at(lender.elapsed(lent.seconds) + shift))
    is_told = ~np.isnan(at) & ~np.isnan(beats) & (at >= span[0]) & (at <= span[1])
    # Of two samples in one second the first counts; that happens only where a pause was cut out.
    seconds, chosen = np.unique(at[is_told].astype(np.int32), return_index=True)
    covered = min(seconds.size * max(lent.step_seconds, 1.0) / (span[1] - span[0] + 1), 1.0)
    if covered < LEAST_COVERED:
        return None
    return Lent(Series(seconds, (Metric(HEART_RATE, UNIT, beats[is_told][chosen]),)), uncertain, covered)


def best_of(lent: Mapping[KeyT, Lent | None]) -> tuple[KeyT, Lent] | None:
    """The one that covers most, then the one that is surest, then the first of them."""
    found = [(key, each) for key, each in lent.items() if each is not None]
    return min(found, key=lambda one: (-one[1].covered, one[1].uncertain_seconds), default=None)


def with_lent(series: Series | None, lent: Series) -> Series:
    """A recording with the lent heart rate in the place of its own; the lent one alone where nothing was recorded."""
    if series is None or not series.seconds.size:
        return lent
    known: Sequence[Metric] = [each for each in series.metrics if each.slug != HEART_RATE]
    at = np.maximum(np.searchsorted(lent.seconds, series.seconds, side="right") - 1, 0)
    age = series.seconds - lent.seconds[at]
    # A value stands until the next one is due.
    is_due = (age >= 0) & (age < max(lent.step_seconds or 1.0, 1.0))
    beats = np.where(is_due, lent.metrics[0].values[at], np.nan)
    return Series(series.seconds, (*known, Metric(HEART_RATE, UNIT, beats)))


def _share_with_beats(series: Series | None) -> float:
    beats = series.clean(HEART_RATE) if series is not None else None
    return float((~np.isnan(beats)).mean()) if beats is not None else 0.0


def _span(series: Series | None, length_seconds: int | None) -> tuple[int, int] | None:
    """First and last second of a workout, by its samples or else by its length."""
    if series is not None and series.seconds.size:
        return int(series.seconds[0]), int(series.seconds[-1])
    return (1, length_seconds) if length_seconds else None
