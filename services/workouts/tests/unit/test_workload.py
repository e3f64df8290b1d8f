"""The load of a workout by the best source that there is."""

import numpy as np
import pytest

from ctz_workouts.domain.figures import Absent, AbsentReason
from ctz_workouts.domain.load import HeartRateThresholds
from ctz_workouts.domain.workload import LoadSource, Workload, load_of_beats, recorded_load, told_load

NONE = Absent(AbsentReason.NO_HEART_RATE)


def test_power_comes_before_heart_rate_and_heart_rate_before_words():
    """Each only where the better source says nothing."""
    assert Workload(64.0, LoadSource.POWER) == recorded_load(64.0, 70.0)
    assert Workload(70.0, LoadSource.HEART_RATE) == recorded_load(Absent(AbsentReason.NO_FTP), 70.0)
    assert Workload() == recorded_load(NONE, NONE)
    assert Workload(100.0, LoadSource.PERCEIVED_EXERTION) == told_load(7, 3600)


@pytest.mark.parametrize(("effort", "seconds"), [(None, 3600), (7, None), (7, 0)])
def test_no_load_without_an_effort_and_a_length(effort, seconds):
    """Nothing is guessed."""
    assert Workload() == told_load(effort, seconds)


def test_an_hour_at_threshold_counts_alike_from_heart_rate_and_from_words():
    """So that a run, a strength class and a ride count in the same week."""
    from_beats = load_of_beats(np.full(3600, 165.0), HeartRateThresholds(50, 165, 185))

    assert pytest.approx(100) == from_beats
