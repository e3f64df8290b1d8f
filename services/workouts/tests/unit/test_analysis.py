"""One call computes everything; each figure is a number or says why not; a changed FTP recomputes only its part."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.analysis import Circumstances, PowerFigures, analyse
from ctz_workouts.domain.codec import decode_series, encode_series
from ctz_workouts.domain.discipline import discipline_of
from ctz_workouts.domain.figures import Absent, AbsentReason
from ctz_workouts.domain.grid import Dropout
from ctz_workouts.domain.heart_rate import HeartRateZones
from ctz_workouts.domain.pace import Activity, PaceTable
from ctz_workouts.domain.pause import Pause, WallClock
from ctz_workouts.domain.series import series_of
from ctz_workouts.domain.targets import TargetBlock, TargetRange, plan_of
from ctz_workouts.domain.thumbnail import ThumbnailKind
from ctz_workouts.domain.zones import FTP

BIKE, RUN = discipline_of("cycling"), discipline_of("running")
PLAN = plan_of(
    (
        TargetBlock(61, 120, (TargetRange("power_zone", 2, 2),)),
        TargetBlock(121, 180, (TargetRange("power_zone", 4, 4), TargetRange("cadence", 80, 90))),
    )
)
HEART = HeartRateZones((120, 140, 160, 175))


def ride(watts=(150, 200), seconds=120, beats=130):
    values = np.repeat(np.array(watts, dtype=np.float64), seconds // len(watts))
    rows = (("output", "watts", values), ("cadence", "rpm", np.full(seconds, 85.0)))
    return series_of(range(1, seconds + 1), (*rows, ("heart_rate", "bpm", np.full(seconds, float(beats)))))


def absent_reasons(figures: PowerFigures):
    return {getattr(figures, name) for name in PowerFigures.__slots__}


def test_everything_is_computed_in_one_call():
    """Two minutes with targets, heart rate and an FTP of 200."""
    found = analyse(ride(), Circumstances(BIKE, FTP(200), PLAN, HEART))

    assert (1, 120, 120, 0, (), None) == (
        found.recording.step_seconds,
        found.recording.last_second,
        found.recording.recorded_seconds,
        found.recording.interpolated_seconds,
        found.recording.dropouts,
        found.recording.pause,
    )
    assert (175.0, 21.0) == (found.power.mean_watts, found.power.work_kilojoules)
    assert (0, 60, 0, 60, 0, 0, 0) == found.power.zone_seconds
    assert found.power.intensity_factor == found.power.normalized_watts / 200
    assert found.power.training_stress == pytest.approx(120 / 36 * found.power.intensity_factor**2)
    assert (130.0, 130.0, (0, 120, 0, 0, 0)) == (
        found.heart_rate.mean_bpm,
        found.heart_rate.maximum_bpm,
        found.heart_rate.zone_seconds,
    )
    assert (120, 1.0) == (found.zone_adherence.kept.in_seconds, found.zone_adherence.kept.share_in)
    assert [("cadence", 60)] == [(kept.metric, kept.kept.in_seconds) for kept in found.range_adherences]
    assert 200 == found.ftp_watts_used


def test_without_samples_every_figure_says_so():
    """No series and an empty one are the same."""
    nothing = analyse(None, Circumstances(BIKE, FTP(200), PLAN))

    assert {Absent(AbsentReason.NO_SERIES)} == absent_reasons(nothing.power)
    assert Absent(AbsentReason.NO_SERIES) == nothing.recording.recorded_seconds == nothing.zone_adherence
    assert nothing.thumbnail is None
    assert nothing.recording.ridden_seconds is None
    assert nothing == analyse(series_of([], ()), Circumstances(BIKE, FTP(200), PLAN))


def test_a_coarse_series_gives_no_derived_figure():
    """Window maxima would make all of them too high."""
    coarse = series_of(
        range(1, 1801, 5),
        (("output", "watts", [200] * 360), ("heart_rate", "bpm", [130] * 360), ("cadence", "rpm", [85] * 360)),
    )
    found = analyse(coarse, Circumstances(BIKE, FTP(200), PLAN, HEART))
    reason = Absent(AbsentReason.COARSE_SERIES)

    assert {reason} == absent_reasons(found.power)
    assert reason == found.zone_adherence == found.heart_rate.zone_seconds == found.recording.recorded_seconds
    assert () == found.range_adherences
    assert (5, 1796, True) == (found.recording.step_seconds, found.recording.last_second, found.recording.is_coarse)
    assert {0} == set(found.thumbnail.zones)


def test_one_sample_says_nothing():
    """It may stand for one second or for sixty."""
    found = analyse(series_of([1], (("output", "watts", [200]), ("heart_rate", "bpm", [130]))), Circumstances(BIKE))
    none = Absent(AbsentReason.TOO_SHORT)

    assert {none} == absent_reasons(found.power)
    assert none == found.heart_rate.mean_bpm == found.recording.recorded_seconds


def test_called_speeds_are_judged_by_speed_or_pace_in_miles():
    """3.3 mph as a pace of 18.18 min/mi is 3.3003: the machine's tenth, not above it. Nothing is said in kilometres."""
    plan = plan_of((TargetBlock(61, 64, (TargetRange("speed", 3.0, 3.3),)),))
    kept = []
    for slug, unit, value in (("pace", "min/mi", 18.18), ("speed", "mph", 3.4), ("speed", "kph", 3.2)):
        walk = series_of(range(1, 5), ((slug, unit, [value] * 4),))
        kept.append(analyse(walk, Circumstances(RUN, targets=plan)).range_adherences)

    assert [4, 0] == [adherences[0].kept.in_seconds for adherences in kept[:2]]
    assert () == kept[2]


def test_power_that_is_not_a_bikes_is_not_judged_by_a_cycling_ftp():
    """A treadmill reports watts too."""
    found = analyse(ride(), Circumstances(RUN, FTP(200), PLAN, HEART))

    assert {Absent(AbsentReason.NOT_CYCLING)} == absent_reasons(found.power)
    assert Absent(AbsentReason.NOT_CYCLING) == found.zone_adherence
    assert (120, 130.0) == (found.recording.recorded_seconds, found.heart_rate.mean_bpm)


def test_without_power_or_heart_rate_or_zones_or_ftp_the_reason_is_named():
    """Each figure has its own."""
    yoga = analyse(series_of([1, 2, 3, 5], ()), Circumstances(discipline_of("yoga")))
    assert {Absent(AbsentReason.NO_POWER)} == absent_reasons(yoga.power)
    assert Absent(AbsentReason.NO_HEART_RATE) == yoga.heart_rate.mean_bpm
    assert (5, 1) == (yoga.recording.recorded_seconds, yoga.recording.interpolated_seconds)
    bare = analyse(ride(), Circumstances(BIKE, None, PLAN))
    assert Absent(AbsentReason.NO_FTP) == bare.power.training_stress == bare.zone_adherence == bare.power.zone_seconds
    assert Absent(AbsentReason.NO_HEART_RATE_ZONES) == bare.heart_rate.zone_seconds
    assert isinstance(bare.power.normalized_watts, float)
    assert Absent(AbsentReason.NO_TARGETS) == analyse(ride(), Circumstances(BIKE)).zone_adherence


def test_nonsense_is_discarded_and_counted():
    """One second of 60,000 W changes no figure but the count."""
    values = np.full(60, 200.0)
    values[30] = 60_000
    found = analyse(series_of(range(1, 61), (("output", "watts", values),)), Circumstances(BIKE, FTP(200)))

    assert (1, 200.0, 60, 1) == (
        found.recording.discarded_samples,
        found.power.mean_watts,
        found.recording.recorded_seconds,
        found.recording.interpolated_seconds,
    )
    assert 200 == found.power.best_efforts[0].watts


def test_dropouts_are_told():
    """Ten lost seconds."""
    series = series_of([*range(1, 41), *range(51, 91)], (("output", "watts", [200] * 80),))
    found = analyse(series, Circumstances(BIKE, FTP(200)))

    assert ((Dropout(41, 50),), 80) == (found.recording.dropouts, found.recording.recorded_seconds)
    assert found.power.training_stress == pytest.approx(80 / 36)


@pytest.mark.parametrize(
    ("clock", "pause"),
    [
        (WallClock(), None),
        (WallClock(elapsed_seconds=125), None),
        (WallClock(elapsed_seconds=126), Pause(6, is_inferred=True)),
        (WallClock(elapsed_seconds=120, has_paused=True, paused_seconds=134), Pause(134, is_inferred=False)),
        (WallClock(elapsed_seconds=120, has_paused=True), Pause(None, is_inferred=False)),
        (WallClock(elapsed_seconds=200, has_paused=True), Pause(80, is_inferred=True)),
        (WallClock(has_paused=False, paused_seconds=0), None),
    ],
)
def test_a_pause_is_known_from_the_detail_or_from_the_clock_on_the_wall(clock, pause):
    """Over five seconds more than the last sample; its place is never known."""
    assert pause == analyse(ride(), Circumstances(BIKE, clock=clock)).recording.pause


def test_pace_targets_are_judged_by_the_riders_level():
    """A run at 4 mph with easy called."""
    run = series_of(range(1, 61), (("pace", "min/mi", [15.0] * 60), ("output", "watts", [150] * 60)))
    plan = plan_of((TargetBlock(61, 120, (TargetRange("pace_intensity", 1, 1),)),))
    found = analyse(run, Circumstances(RUN, targets=plan, pace_table=PaceTable.of_level(Activity.RUNNING, 4)))

    assert 60 == found.pace_adherence.kept.in_seconds
    assert () == found.range_adherences
    assert ThumbnailKind.SPEED == found.thumbnail.kind


VALUES = st.lists(st.one_of(st.integers(0, 900), st.none(), st.just(99_999)), min_size=1, max_size=150)
FTPS = st.one_of(st.none(), st.integers(50, 450).map(FTP))


def noisy(values, beats=None):
    rows = [("output", "watts", [math.nan if v is None else v for v in values])]
    if beats:
        rows.append(("heart_rate", "bpm", [beats] * len(values)))
    return series_of(range(1, len(values) + 1), tuple(rows))


@given(values=VALUES, ftp=FTPS)
def test_figures_from_storage_equal_figures_from_the_payload(values, ftp):
    """To the last bit, through the stored form."""
    series = noisy(values)
    given_these = Circumstances(BIKE, ftp, PLAN)

    assert analyse(series, given_these) == analyse(decode_series(encode_series(series)), given_these)


@given(values=VALUES)
def test_zone_seconds_sum_to_the_recorded_time(values):
    """Never doubled, never lost."""
    found = analyse(noisy(values), Circumstances(BIKE, FTP(200)))
    if not isinstance(found.power.zone_seconds, Absent):
        assert found.recording.recorded_seconds == sum(found.power.zone_seconds)
