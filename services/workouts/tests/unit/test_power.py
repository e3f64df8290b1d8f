"""Power figures: the vectors of domain.md, holes, and what a figure is absent for."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.critical_power import CriticalPower, fit_critical_power, w_prime_balance
from ctz_workouts.domain.figures import Absent, AbsentReason
from ctz_workouts.domain.grid import Grid, grid_of, unbroken
from ctz_workouts.domain.power import (
    BEST_EFFORT_SECONDS,
    best_efforts,
    decoupling,
    efficiency_factor,
    intensity_factor,
    mean_power,
    normalized_power,
    training_stress,
    variability_index,
    work_kilojoules,
    zone_seconds,
)
from ctz_workouts.domain.series import series_of
from ctz_workouts.domain.zones import FTP


def stretches(*parts: tuple[float, int]) -> Grid:
    """Return an unbroken grid of (watts, seconds)."""
    return unbroken(np.concatenate([np.full(seconds, float(watts)) for watts, seconds in parts]))


def with_dropout(*parts: tuple[float, int], gap: int = 10) -> Grid:
    """Return the same stretches with a dropout between them."""
    seconds, values, at = [], [], 1
    for watts, length in parts:
        seconds += range(at, at + length)
        values += [watts] * length
        at += length + gap
    return grid_of(series_of(seconds, (("output", "watts", values),)), "output")


@pytest.mark.parametrize(
    ("parts", "expected", "digits"),
    [
        ([(200, 3600)], 200, 9),
        ([(300, 60), (100, 60)] * 30, 239.0995, 4),
        ([(200, 1200), (300, 1200), (100, 1200)], 239.075, 3),
        ([(300, 200), (0, 200), (200, 200)], 234.006, 3),
    ],
)
def test_normalized_power_equals_the_vectors(parts, expected, digits):
    """Domain.md, to the digits given."""
    assert expected == round(normalized_power(stretches(*parts)), digits)


@pytest.mark.parametrize(
    ("normalized", "ftp", "seconds", "expected", "digits"),
    [
        (200, 250, 3600, 64.0, 9),
        (240, 300, 7200, 128.0, 9),
        (150, 200, 1800, 28.125, 9),
        (225, 285, 6609.225, 114.43, 2),
    ],
)
def test_training_stress_equals_the_vectors(normalized, ftp, seconds, expected, digits):
    """Domain.md, to the digits given."""
    assert expected == round(training_stress(normalized, FTP(ftp), seconds), digits)


def test_an_ftp_five_percent_too_low_makes_tss_a_tenth_too_high():
    """10.8 %, as domain.md warns."""
    right, low = (training_stress(200.0, FTP(ftp), 3600) for ftp in (200, 190))
    assert 10.8 == round((low / right - 1) * 100, 1)


def test_critical_power_equals_the_vectors():
    """Two and three efforts of domain.md."""
    two = fit_critical_power([(180, 330), (720, 270)])
    three = fit_critical_power([(180, 340), (420, 290), (900, 268)])

    assert (250.0, 14_400.0) == (round(two.watts, 9), round(two.w_prime_joules, 6))
    assert (249.82, 16_489) == (round(three.watts, 2), round(three.w_prime_joules))
    assert (False, True) == (two.is_shown, three.is_shown)


def test_w_prime_balance_equals_the_vectors():
    """Both vectors of domain.md; the value at index i is what is left after that second."""
    model = CriticalPower(250, 20_000, 3)
    ride = w_prime_balance(stretches((330, 180), (150, 300)), model)
    ramp = w_prime_balance(unbroken(np.arange(100, dtype=np.float64)), CriticalPower(25, 2000, 3))

    assert (5600.0, 16_798.99) == (ride[179], round(ride[-1], 2))
    assert (725.0, 1675.0) == (ramp[75], ramp[50])


def test_w_prime_balance_is_not_clamped_and_rests_in_a_dropout():
    """Below zero it shows that the model is wrong; a dropout is no time."""
    balance = w_prime_balance(with_dropout((400, 120), (100, 10)), CriticalPower(250, 10_000, 3))

    assert -8000 == balance[119]
    assert np.isnan(balance[120:130]).all()
    assert balance[130] == pytest.approx(-8000 + 150 * 18_000 / 10_000)


@pytest.mark.parametrize(
    ("efforts", "reason"),
    [
        ([], AbsentReason.TOO_FEW_EFFORTS),
        ([(180, 330), (180, 320)], AbsentReason.TOO_FEW_EFFORTS),
        ([(60, 500), (1200, 250), (300, 300)], AbsentReason.TOO_FEW_EFFORTS),
        ([(180, 200), (720, 300)], AbsentReason.IMPLAUSIBLE_FIT),
        ([(120, 400), (900, 20)], AbsentReason.IMPLAUSIBLE_FIT),
    ],
)
def test_a_fit_that_means_nothing_is_absent(efforts, reason):
    """Efforts outside 2 to 15 minutes are not used; a W' or CP below zero is no model."""
    assert Absent(reason) == fit_critical_power(efforts)


def test_under_thirty_seconds_there_is_no_normalized_power():
    """And nothing that rests on it."""
    short = stretches((200, 29))
    none = Absent(AbsentReason.TOO_SHORT)

    assert none == normalized_power(short)
    assert none == intensity_factor(none, FTP(200)) == training_stress(none, FTP(200), 29)
    assert none == variability_index(none, 200.0) == efficiency_factor(none, 120.0)
    assert 200 == normalized_power(stretches((200, 30)))


def test_without_an_ftp_only_what_needs_it_is_absent():
    """NP is there, IF, TSS and zones say why they are not."""
    ride = stretches((200, 60))
    none = Absent(AbsentReason.NO_FTP)

    assert none == intensity_factor(normalized_power(ride), None)
    assert none == training_stress(normalized_power(ride), None, 60)
    assert none == zone_seconds(ride, None)
    assert 12.0 == work_kilojoules(ride)


def test_zeros_count():
    """Coasting lowers the mean and counts as zone 1."""
    ride = stretches((200, 60), (0, 60))

    assert 100 == mean_power(ride)
    assert (60, 0, 0, 60, 0, 0, 0) == zone_seconds(ride, FTP(200))
    assert Absent(AbsentReason.ZERO_POWER) == variability_index(0.0, mean_power(stretches((0, 60))))
    assert Absent(AbsentReason.NO_POWER) == variability_index(200.0, Absent(AbsentReason.NO_POWER))


def test_a_dropout_is_neither_time_nor_zeros_and_windows_start_afresh():
    """Two minutes at 200 W with a hole between them are two minutes at 200 W."""
    broken = with_dropout((200, 60), (200, 60))

    assert (200, 200, 24.0) == (mean_power(broken), normalized_power(broken), work_kilojoules(broken))
    assert 120 == broken.recorded_seconds == sum(zone_seconds(broken, FTP(210)))
    assert [1, 5, 10, 15, 30, 60] == [effort.duration_seconds for effort in best_efforts(broken)]


def test_normalized_power_never_rolls_across_a_dropout():
    """300 then 100 W: joined, windows of the seam would lie between; apart, there are only 300s and 100s."""
    apart = normalized_power(with_dropout((300, 60), (100, 60)))

    assert apart == pytest.approx(((300**4 + 100**4) / 2) ** 0.25)


def test_stretches_under_thirty_seconds_add_no_window():
    """Time of its own, but no rolling mean."""
    assert 200 == normalized_power(with_dropout((200, 60), (900, 20)))
    assert Absent(AbsentReason.TOO_SHORT) == normalized_power(with_dropout((200, 20), (200, 20)))


def test_a_best_effort_says_where_it_begins():
    """The best minute of a ride that begins at second 7."""
    ride = unbroken(np.concatenate((np.full(100, 150.0), np.full(60, 300.0), np.full(40, 100.0))), first_second=7)
    minute = next(effort for effort in best_efforts(ride) if effort.duration_seconds == 60)

    assert (300.0, 107) == (minute.watts, minute.start_second)


def test_decoupling_is_for_steady_rides():
    """The same power at 120 then 132 beats: EF falls by a eleventh."""
    beats = stretches((120, 600), (132, 600))

    assert decoupling(stretches((200, 1200)), beats) == pytest.approx(1 - 120 / 132)
    assert Absent(AbsentReason.TOO_SHORT) == decoupling(stretches((200, 1199)), beats)
    assert Absent(AbsentReason.NOT_STEADY) == decoupling(stretches((300, 600), (100, 600)), beats)
    assert Absent(AbsentReason.NO_HEART_RATE) == decoupling(stretches((200, 1200)), None)
    assert Absent(AbsentReason.NO_HEART_RATE) == decoupling(stretches((200, 1200)), stretches((120, 600)))
    assert Absent(AbsentReason.ZERO_POWER) == decoupling(stretches((0, 1200)), beats)


def naive_best(values, missing, duration):
    """Return the definition, spelled out."""
    means = [
        sum(values[at : at + duration]) / duration
        for at in range(len(values) - duration + 1)
        if not any(missing[at : at + duration])
    ]
    return max(means, default=None)


RIDE = st.lists(st.one_of(st.integers(0, 900), st.none()), min_size=1, max_size=150)


@given(values=RIDE)
def test_the_fast_figures_equal_their_definitions(values):
    """Rolling sums give what plain loops give, with any pattern of nulls."""
    series = series_of(
        range(1, len(values) + 1), (("output", "watts", [math.nan if v is None else v for v in values]),)
    )
    grid = grid_of(series, "output")
    if grid is None:
        return
    plain, missing = grid.values.tolist(), grid.missing.tolist()
    rolling = [naive_best(plain[at : at + 30], missing[at : at + 30], 30) for at in range(len(plain) - 29)]
    means = [mean for mean in rolling if mean is not None]

    efforts = {effort.duration_seconds: effort.watts for effort in best_efforts(grid)}
    expected = {d: naive_best(plain, missing, d) for d in BEST_EFFORT_SECONDS if d <= len(plain)}
    assert {d: pytest.approx(best) for d, best in expected.items() if best is not None} == efforts
    if means:
        assert normalized_power(grid) == pytest.approx((sum(mean**4 for mean in means) / len(means)) ** 0.25)
    else:
        assert Absent(AbsentReason.TOO_SHORT) == normalized_power(grid)


@given(values=st.lists(st.integers(0, 900), min_size=30, max_size=300), ftp=st.integers(50, 500))
def test_laws_that_hold_for_every_ride(values, ftp):
    """Zone seconds sum to the time, NP lies between the extremes, work is the sum and rises with duration."""
    grid = unbroken(np.array(values, dtype=np.float64))
    efforts = [effort.watts for effort in best_efforts(grid)]

    assert len(values) == sum(zone_seconds(grid, FTP(ftp)))
    assert min(values) - 1e-6 <= normalized_power(grid) <= max(values) + 1e-6
    assert max(values) == efforts[0]
    assert sum(values) / 1000 == pytest.approx(work_kilojoules(grid))
    # Longer windows do not always have lower means, but they never hold less work.
    work = [effort.duration_seconds * effort.watts for effort in best_efforts(grid)]
    assert all(shorter <= longer + 1e-6 for shorter, longer in itertools.pairwise(work))


@given(watts=st.floats(0, 900), seconds=st.integers(30, 400), ftp=st.integers(50, 500))
def test_a_constant_ride_has_its_power_as_every_figure(watts, seconds, ftp):
    """NP, mean and every best effort of a constant; TSS follows from hours x IF² x 100."""
    grid = unbroken(np.full(seconds, watts))

    assert watts == pytest.approx(normalized_power(grid), abs=1e-6)
    assert [pytest.approx(watts, abs=1e-6)] * len(best_efforts(grid)) == [one.watts for one in best_efforts(grid)]
    stress = training_stress(normalized_power(grid), FTP(ftp), seconds)
    assert stress == pytest.approx(seconds / 3600 * (watts / ftp) ** 2 * 100, abs=1e-6)


@given(
    cp=st.floats(100, 400),
    w_prime=st.floats(5000, 30_000),
    times=st.sets(st.integers(120, 900), min_size=2, max_size=6),
)
def test_a_fit_finds_the_model_that_made_the_efforts(cp, w_prime, times):
    """Efforts on the line give the line."""
    model = fit_critical_power([(t, cp + w_prime / t) for t in times])

    assert (model.watts, model.w_prime_joules) == (pytest.approx(cp, rel=1e-6), pytest.approx(w_prime, rel=1e-4))
