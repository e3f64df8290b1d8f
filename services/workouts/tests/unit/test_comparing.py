"""Two attempts on one axis."""

import numpy as np
import pytest

from ctz_workouts.domain.comparing import Compared, Overlay, Split, overlay
from ctz_workouts.domain.figures import Absent, AbsentReason
from ctz_workouts.domain.ftp_test import FTPTestResult, ftp_test_result
from ctz_workouts.domain.series import Series, series_of

HOUR = 3600


def ride(watts, seconds=None):
    at = seconds if seconds is not None else np.arange(1, len(watts) + 1)
    return series_of(at, (("output", "watts", watts),))


def laid(series: Series, other: Series, points: int = 5_400) -> Overlay:
    found = overlay(series, other, points)
    assert isinstance(found, Overlay)
    return found


def test_a_steady_lead_grows_by_its_watts():
    """50 W more for ten minutes are 30 kJ, 15 in each split."""
    found = laid(ride([250] * 600), ride([200] * 600))

    assert Compared.POWER is found.metric
    assert 30.0 == pytest.approx(found.ahead[-1])
    assert (1, 300, 75.0, 60.0) == pytest.approx(tuple(getattr(found.splits[0], name) for name in Split.__slots__))
    assert [(1, 300), (301, 600)] == [(split.first_second, split.last_second) for split in found.splits]


def test_an_attempt_that_ended_early_falls_behind():
    """The axis is that of the longer one; the last split is short."""
    found = laid(ride([200] * 300), ride([100] * 700))

    assert (700, 3) == (found.seconds[-1], len(found.splits))
    assert -10.0 == pytest.approx(found.ahead[-1])
    assert np.isnan(found.values[300:]).all()
    assert (601, 700) == (found.splits[-1].first_second, found.splits[-1].last_second)


def test_points_are_means_and_the_last_lead_is_the_whole_one():
    """Thinning changes neither the sums nor the splits."""
    rng = np.random.default_rng(7)
    mine, theirs = (rng.uniform(0, 400, HOUR) for _ in range(2))
    whole, thin = laid(ride(mine), ride(theirs)), laid(ride(mine), ride(theirs), 100)

    assert (100, whole.splits) == (thin.seconds.size, thin.splits)
    assert whole.ahead[-1] == thin.ahead[-1] == pytest.approx((mine.sum() - theirs.sum()) / 1000)
    assert mine[:36].mean() == pytest.approx(thin.values[0])


def test_swapping_the_attempts_turns_the_lead_round():
    """Whatever the axes: one begins late, one has a dropout."""
    rng = np.random.default_rng(8)
    late = ride(rng.uniform(0, 400, 900), np.arange(20, 920))
    torn = ride(rng.uniform(0, 400, 800), np.r_[0:400, 450:850])
    one, two = laid(late, torn), laid(torn, late)

    assert one.ahead == pytest.approx(-two.ahead)
    assert [(s.amount, s.other_amount) for s in one.splits] == [(s.other_amount, s.amount) for s in two.splits]


def test_without_power_attempts_are_compared_by_speed_in_any_unit():
    """A mile is 1.609344 km, so ten minutes at 6 mph lead ten at 9 km/h by 109 m."""
    at = np.arange(1, 601)
    miles = series_of(at, (("speed", "mph", [6.0] * 600),))
    kilometres = series_of(at, (("pace", "min/km", [60 / 9] * 600),))
    found = laid(miles, kilometres)

    assert Compared.SPEED is found.metric
    assert (6 * 1.609344 - 9) / 6 == pytest.approx(found.ahead[-1])


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (series_of([], ()), AbsentReason.NO_SERIES),
        (ride([100] * 60, np.arange(5, 305, 5)), AbsentReason.COARSE_SERIES),
        (series_of(range(1, 61), (("heart_rate", "bpm", [120] * 60),)), AbsentReason.NO_POWER),
    ],
)
def test_what_cannot_be_compared_says_why(other, reason):
    """From either side."""
    mine = ride([200] * 60)

    assert Absent(reason) == overlay(mine, other, 100) == overlay(other, mine, 100)


@pytest.mark.parametrize(
    ("mean", "seconds", "expected"),
    [
        (193.0, 1200, FTPTestResult(193.0, 183)),
        (185.0, 1200, FTPTestResult(185.0, 176)),
        (190.0, 1200, FTPTestResult(190.0, 181)),
        (193.0, 1139, None),
        (193.0, 1501, None),
        (None, 1200, None),
        (0.0, 1200, None),
        (193.0, None, None),
    ],
)
def test_an_ftp_test_gives_95_percent_of_its_mean(mean, seconds, expected):
    """The two recorded results of peloton-api.md, and a half; a test that was not ridden whole gives none."""
    assert expected == ftp_test_result(mean, seconds)
