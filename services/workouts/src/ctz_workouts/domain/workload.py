"""The load of a workout, by the best source that there is: power, else heart rate, else perceived exertion.

All are on the scale of TSS, where an hour as hard as one can just hold is 100, so that a ride, a run and a strength
class count in the same week. The product does not ask for a rider's sex: TRIMPexp takes Banister's curve for men for
everybody; since an hour at threshold is 100 on either curve, the two differ by a few points.
"""

from dataclasses import dataclass
from enum import IntEnum

from ctz_workouts.domain.arrays import FloatArray
from ctz_workouts.domain.figures import Absent, Figure
from ctz_workouts.domain.load import HeartRateThresholds, TrimpCurve, heart_rate_load, session_rpe_load

CURVE = TrimpCurve.MEN
_MINUTE_SECONDS = 60


class LoadSource(IntEnum):
    """What a load was computed from; numbers of the contract's LoadSource."""

    NONE = 0
    POWER = 1
    HEART_RATE = 2
    PERCEIVED_EXERTION = 3


@dataclass(frozen=True, slots=True)
class Workload:
    """A load and its source; none without any."""

    load: float | None = None
    source: LoadSource = LoadSource.NONE


def recorded_load(training_stress: Figure, from_heart_rate: Figure) -> Workload:
    """The load that a recording tells."""
    if not isinstance(training_stress, Absent):
        return Workload(training_stress, LoadSource.POWER)
    if not isinstance(from_heart_rate, Absent):
        return Workload(from_heart_rate, LoadSource.HEART_RATE)
    return Workload()


def told_load(perceived_exertion: int | None, seconds: int | None) -> Workload:
    """The load that a rider's word tells; none without it or without a length."""
    if perceived_exertion is None or not seconds:
        return Workload()
    return Workload(session_rpe_load(perceived_exertion, seconds / _MINUTE_SECONDS), LoadSource.PERCEIVED_EXERTION)


def load_of_beats(bpm_by_second: FloatArray, thresholds: HeartRateThresholds | None) -> Figure:
    """TRIMPexp of one value a second, NaN where nothing was recorded."""
    return heart_rate_load(bpm_by_second, thresholds, CURVE)
