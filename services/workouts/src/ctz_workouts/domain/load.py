"""Training load over days: fitness, fatigue, form, ramp, monotony; and load of workouts without power.

CTL, ATL, TSB after Banister and Coggan; monotony, strain and session RPE after Foster; TRIMPexp after Banister.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from ctz_workouts.domain.arrays import FloatArray
from ctz_workouts.domain.figures import Absent, AbsentReason, Figure

FITNESS_DAYS = 42
FATIGUE_DAYS = 7
RAMP_DAYS = 7
KEEP_FITNESS, KEEP_FATIGUE = math.exp(-1 / FITNESS_DAYS), math.exp(-1 / FATIGUE_DAYS)
"""What a day leaves of the fitness and the fatigue of the day before."""
WEEK_DAYS = 7
LOAD_OF_THRESHOLD_HOUR = 100
HARDEST_RPE = 10
THRESHOLD_RPE = 7
"""Foster's scale of ten, "very hard": an effort that one can just hold for an hour."""

# Standard deviations of equal loads come out as rounding noise instead of zero.
_NO_SPREAD = 1e-9


@dataclass(frozen=True, slots=True)
class Form:
    """Fitness (CTL) and fatigue (ATL) at the end of a day."""

    fitness: float = 0.0
    fatigue: float = 0.0


@dataclass(frozen=True, slots=True)
class DayLoad:
    """Fitness (CTL), fatigue (ATL), form (TSB) and ramp at the end of a day; form is that of its morning."""

    load: float
    fitness: float
    fatigue: float
    form: float
    ramp: float


def load_curve(daily_loads: Iterable[float], start: Form | None = None) -> tuple[DayLoad, ...]:
    """Return a row a day; days without a workout are loads of zero.

    `start` is the form before the first day: none where the whole history begins there. The ramp of the first seven
    days takes the days before them for zero.
    """
    before = start if start is not None else Form()
    fitness, fatigue = before.fitness, before.fatigue
    days: list[DayLoad] = []
    for load in daily_loads:
        form = fitness - fatigue
        fitness += (load - fitness) * (1 - KEEP_FITNESS)
        fatigue += (load - fatigue) * (1 - KEEP_FATIGUE)
        earlier = days[-RAMP_DAYS].fitness if len(days) >= RAMP_DAYS else 0.0
        days.append(DayLoad(load, fitness, fatigue, form, fitness - earlier))
    return tuple(days)


def monotony(daily_loads: FloatArray) -> FloatArray:
    """Mean of the last seven daily loads over their population standard deviation, a value a day.

    NaN on the first six days, and where seven loads are equal.
    """
    found = np.full(daily_loads.size, np.nan)
    if daily_loads.size >= WEEK_DAYS:
        weeks = np.lib.stride_tricks.sliding_window_view(daily_loads, WEEK_DAYS)
        spread = weeks.std(axis=1)
        np.divide(weeks.mean(axis=1), spread, out=found[WEEK_DAYS - 1 :], where=spread > _NO_SPREAD)
    return found


def strain(daily_loads: FloatArray) -> FloatArray:
    """Sum of the last seven daily loads times their monotony, a value a day; NaN where there is no monotony."""
    sums = np.convolve(daily_loads, np.ones(WEEK_DAYS))[: daily_loads.size]
    strains: FloatArray = sums * monotony(daily_loads)
    return strains


class TrimpCurve(Enum):
    """Weight of an effort by share of heart-rate reserve: factor and exponent."""

    MEN = (0.64, 1.92)
    WOMEN = (0.86, 1.67)

    def per_minute(self, reserve_shares: FloatArray) -> FloatArray:
        """Return the TRIMP of a minute at each share of heart-rate reserve."""
        factor, exponent = self.value
        weighted: FloatArray = reserve_shares * factor * np.exp(exponent * reserve_shares)
        return weighted


@dataclass(frozen=True, slots=True)
class HeartRateThresholds:
    """Resting, threshold and maximum heart rate in beats a minute."""

    resting_bpm: float
    threshold_bpm: float
    maximum_bpm: float

    @property
    def is_usable(self) -> bool:
        """Whether they rise, so that a reserve exists."""
        return 0 < self.resting_bpm < self.threshold_bpm <= self.maximum_bpm

    def reserve_shares(self, bpm: FloatArray) -> FloatArray:
        """Return shares of heart-rate reserve, kept within 0 and 1: beats beyond the maximum are a wrong maximum."""
        shares: FloatArray = np.clip((bpm - self.resting_bpm) / (self.maximum_bpm - self.resting_bpm), 0, 1)
        return shares


def heart_rate_load(bpm_by_second: FloatArray, thresholds: HeartRateThresholds | None, curve: TrimpCurve) -> Figure:
    """Return TRIMPexp scaled so that one hour at threshold heart rate is 100; one value a second, NaN is no time."""
    known = bpm_by_second[~np.isnan(bpm_by_second)]
    if not known.size:
        return Absent(AbsentReason.NO_HEART_RATE)
    if thresholds is None or not thresholds.is_usable:
        return Absent(AbsentReason.NO_THRESHOLDS)
    impulse = float(curve.per_minute(thresholds.reserve_shares(known)).sum()) / 60
    hour = 60 * float(curve.per_minute(thresholds.reserve_shares(np.array([thresholds.threshold_bpm])))[0])
    return impulse / hour * LOAD_OF_THRESHOLD_HOUR


def session_rpe(rpe: float, minutes: float) -> float:
    """Return Foster's session load: perceived exertion (0 to 10) times minutes."""
    return min(max(rpe, 0), HARDEST_RPE) * max(minutes, 0)


def session_rpe_load(rpe: float, minutes: float) -> float:
    """Return session RPE on the scale of TSS: an hour at RPE 7 is 100, so that all count in one week."""
    return session_rpe(rpe, minutes) / (THRESHOLD_RPE * 60) * LOAD_OF_THRESHOLD_HOUR
