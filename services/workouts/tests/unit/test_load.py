"""Load over days and load without power: the vectors of domain.md and the laws behind them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.figures import Absent, AbsentReason
from ctz_workouts.domain.load import (
    HeartRateThresholds,
    TrimpCurve,
    heart_rate_load,
    load_curve,
    monotony,
    session_rpe,
    session_rpe_load,
    strain,
)

RIDER = HeartRateThresholds(resting_bpm=50, threshold_bpm=165, maximum_bpm=185)


@pytest.mark.parametrize(
    ("days", "fitness", "fatigue"),
    [
        (1, 2.353, 13.312),
        (7, 15.352, 63.212),
        (14, 28.347, 86.466),
        (28, 48.658, 98.168),
        (42, 63.212, 99.752),
        (90, 88.268, 100.0),
    ],
)
def test_fitness_and_fatigue_equal_the_vectors(days, fitness, fatigue):
    """Days of 100 TSS from zero, domain.md."""
    last = load_curve([100] * days)[-1]
    assert (fitness, fatigue) == (round(last.fitness, 3), round(last.fatigue, 3))


def test_form_is_yesterdays_fitness_minus_fatigue():
    """The first day has no yesterday."""
    days = load_curve([100, 0, 50])

    assert [0, *(day.fitness - day.fatigue for day in days[:2])] == [day.form for day in days]
    assert days[1].fitness < days[0].fitness
    assert () == load_curve([])


def test_ramp_is_the_change_of_fitness_in_seven_days():
    """Before the history began fitness was zero."""
    days = load_curve([100] * 10)

    assert days[6].fitness == days[6].ramp
    assert days[9].fitness - days[2].fitness == days[9].ramp


@given(loads=st.lists(st.floats(0, 500), min_size=1, max_size=120))
def test_fitness_never_leaves_the_range_of_the_loads(loads):
    """Both are weighted means of what was done and of zero."""
    for day in load_curve(loads):
        assert -1e-9 <= day.fitness <= max(loads) + 1e-9
        assert -1e-9 <= day.fatigue <= max(loads) + 1e-9


def test_monotony_and_strain_of_a_week():
    """Mean over population deviation, and the sum times that; only the last seven days count."""
    week = np.array([100.0, 0, 100, 0, 100, 0, 50])
    deviation = math.sqrt(sum((load - 50) ** 2 for load in week) / 7)

    assert monotony(week)[-1] == pytest.approx(50 / deviation)
    assert strain(week)[-1] == pytest.approx(350 * 50 / deviation)
    assert monotony(np.concatenate(([9.0, 9.0], week)))[-1] == monotony(week)[-1]


def test_a_week_without_variation_has_no_monotony():
    """The deviation is zero, so there is no ratio; nor in under a week."""
    assert np.isnan(monotony(np.full(7, 0.1))).all()
    assert np.isnan(strain(np.full(7, 0.1))).all()
    assert np.isnan(monotony(np.array([1.0, 2, 3, 4, 5, 6]))).all()


def test_the_curves_of_trimp_differ_as_the_page_says() -> None:
    """An hour at 60 % of a reserve whose threshold lies at 85 %; at threshold they agree."""
    thresholds = HeartRateThresholds(resting_bpm=50, threshold_bpm=135, maximum_bpm=150)
    loads = [heart_rate_load(np.full(3600, 110.0), thresholds, curve) for curve in (TrimpCurve.MEN, TrimpCurve.WOMEN)]
    assert [pytest.approx(43.68, abs=0.01), pytest.approx(46.50, abs=0.01)] == loads


@pytest.mark.parametrize("curve", list(TrimpCurve))
def test_an_hour_at_threshold_heart_rate_is_a_load_of_one_hundred(curve):
    """The scale that makes it comparable with TSS."""
    assert heart_rate_load(np.full(3600, 165.0), RIDER, curve) == pytest.approx(100)


def test_trimp_has_the_published_weights():
    """A minute at half the reserve: 0.5 x 0.64 e^0.96 and 0.5 x 0.86 e^0.835."""
    half = np.array([0.5])
    assert 0.5 * 0.64 * math.exp(0.96) == pytest.approx(TrimpCurve.MEN.per_minute(half)[0])
    assert 0.5 * 0.86 * math.exp(0.835) == pytest.approx(TrimpCurve.WOMEN.per_minute(half)[0])


def test_heart_rate_load_counts_only_seconds_with_a_heart_rate():
    """Nulls are no time; below rest is no load; above maximum is maximum."""
    beats = np.array([math.nan] * 100 + [40.0] * 60)
    assert 0 == heart_rate_load(beats, RIDER, TrimpCurve.MEN)
    assert heart_rate_load(np.full(60, 185.0), RIDER, TrimpCurve.MEN) == heart_rate_load(
        np.full(60, 220.0), RIDER, TrimpCurve.MEN
    )


def test_heart_rate_load_is_absent_for_a_reason():
    """No heart rate, no thresholds, or thresholds without a reserve."""
    beats = np.full(60, 150.0)
    assert Absent(AbsentReason.NO_HEART_RATE) == heart_rate_load(np.array([math.nan]), RIDER, TrimpCurve.MEN)
    assert Absent(AbsentReason.NO_THRESHOLDS) == heart_rate_load(beats, None, TrimpCurve.MEN)
    for unusable in (
        HeartRateThresholds(60, 50, 180),
        HeartRateThresholds(60, 190, 180),
        HeartRateThresholds(0, 160, 180),
    ):
        assert Absent(AbsentReason.NO_THRESHOLDS) == heart_rate_load(beats, unusable, TrimpCurve.MEN)


def test_session_rpe_is_exertion_times_minutes():
    """Half an hour at 6 is 180; an hour at 7 is a load of 100; nonsense is kept within the scale."""
    assert 180 == session_rpe(6, 30)
    assert 100 == session_rpe_load(7, 60)
    assert (600, 0, 0) == (session_rpe(12, 60), session_rpe(-1, 60), session_rpe(5, -3))
