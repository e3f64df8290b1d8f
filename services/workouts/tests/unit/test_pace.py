"""Pace levels and the two spellings of a pace."""

import math

import numpy as np
import pytest

from ctz_workouts.domain.adherence import Kept
from ctz_workouts.domain.errors import PaceLevelUnknownError, PaceUnreadableError
from ctz_workouts.domain.figures import Absent, AbsentReason
from ctz_workouts.domain.pace import (
    INTENSITIES,
    Activity,
    PaceDistance,
    PaceTable,
    PublishedPace,
    level_of_slug,
    seconds_of_clock_pace,
    seconds_of_decimal_pace,
    speed_of_pace,
)
from ctz_workouts.domain.pace_adherence import pace_adherence, speeds_of
from ctz_workouts.domain.series import series_of
from ctz_workouts.domain.targets import TargetBlock, TargetRange, plan_of


@pytest.mark.parametrize(("pace", "seconds"), [(15.47, 947), (9.5, 590), (2.5, 170), (60.0, 3600), (4.48, 288)])
def test_table_paces_are_minutes_and_seconds(pace, seconds):
    """15.47 is 15:47, 9.5 is 9:50."""
    assert seconds == seconds_of_clock_pace(pace)


def test_sample_paces_are_decimal_minutes():
    """15.5 is 15:30; the two spellings differ inside one reply."""
    assert 930 == seconds_of_decimal_pace(15.5)
    assert 4 == speed_of_pace(900)


@pytest.mark.parametrize("pace", [15.6, 15.99, 0, -1])
def test_what_is_no_clock_pace_is_refused(pace):
    """There is no second 60."""
    with pytest.raises(PaceUnreadableError):
        seconds_of_clock_pace(pace)


def test_no_speed_comes_from_no_pace():
    """Zero and NaN seconds."""
    for seconds in (0.0, math.nan):
        with pytest.raises(PaceUnreadableError):
            speed_of_pace(seconds)
        with pytest.raises(PaceUnreadableError):
            seconds_of_decimal_pace(seconds)


def test_the_tables_are_whole():
    """Ten levels by seven for running, nine by five for walking; rowing is the payload's."""
    assert [7] * 10 == [len(PaceTable.of_level(Activity.RUNNING, level).bands) for level in range(1, 11)]
    assert [5] * 9 == [len(PaceTable.of_level(Activity.WALKING, level).bands) for level in range(1, 10)]
    assert (-1, 3) == (min(INTENSITIES[Activity.ROWING]), max(INTENSITIES[Activity.ROWING]))
    for activity, level in (
        (Activity.RUNNING, 11),
        (Activity.WALKING, 10),
        (Activity.ROWING, 5),
        (Activity.RUNNING, 0),
    ):
        with pytest.raises(PaceLevelUnknownError):
            PaceTable.of_level(activity, level)


def test_level_four_of_running_is_the_published_one():
    """Recovery to 3.7, easy 3.8 to 4.1 ... max from 6.2 mph on; the ends are open."""
    bands = PaceTable.of_level(Activity.RUNNING, 4).bands

    ends = [None, 3.7, 3.8, 4.1, 4.2, 4.5, 4.6, 5.0, 5.1, 5.4, 5.5, 6.1, 6.2, None]
    assert ends == [end for band in bands for end in (band.slowest, band.fastest)]
    assert ["Recovery", "Easy", "Max"] == [bands[at].title for at in (0, 1, -1)]


def test_every_speed_has_the_intensity_of_its_band():
    """Tenths of a mile an hour, both ends inclusive, for each level."""
    for activity, levels in ((Activity.RUNNING, 10), (Activity.WALKING, 9)):
        for level in range(1, levels + 1):
            table = PaceTable.of_level(activity, level)
            speeds = np.arange(1, 140) / 10
            found = table.intensities_of(speeds, PaceDistance.MILE)
            for speed, intensity in zip(speeds, found, strict=True):
                band = table.bands[int(intensity)]
                assert (band.slowest or 0) <= speed <= (band.fastest or 99)


# As published for level 4, in minutes.seconds a mile (fast, slow).
LEVEL_FOUR = ((16.13, 60.0), (14.38, 15.47), (13.2, 14.17), (12.0, 13.03), (11.07, 11.46), (9.5, 10.55), (4.48, 9.41))


def published_table() -> PaceTable:
    return PaceTable.of_published(
        (
            PublishedPace(number, f"n{number}", seconds_of_clock_pace(slow), seconds_of_clock_pace(fast))
            for number, (fast, slow) in enumerate(LEVEL_FOUR)
        ),
        PaceDistance.MILE,
    )


def test_the_published_table_says_the_same_as_ours():
    """Whatever the machine shows, both give the same intensity."""
    speeds = np.arange(10, 130) / 10
    ours = PaceTable.of_level(Activity.RUNNING, 4).intensities_of(speeds, PaceDistance.MILE)

    assert ours.tolist() == published_table().intensities_of(speeds, PaceDistance.MILE).tolist()


def test_speeds_in_kilometres_are_judged_by_a_table_in_miles():
    """6.6 km/h are 4.1 mph: easy at level 4; nothing recorded has no intensity."""
    table = PaceTable.of_level(Activity.RUNNING, 4)
    found = table.intensities_of(np.array([6.6, 6.8, math.nan]), PaceDistance.KILOMETRE)

    assert [1, 2] == found[:2].tolist()
    assert math.isnan(found[2])


@pytest.mark.parametrize(
    ("slug", "level"), [("level_4", 4), ("level_10", 10), ("level_x", None), ("four", None), ("", None)]
)
def test_levels_are_read_from_their_slug(slug, level):
    """An unknown spelling is no level."""
    assert level == level_of_slug(slug)


PLAN = plan_of((TargetBlock(61, 64, (TargetRange("pace_intensity", 1, 2),)),))


def test_a_run_is_judged_by_intensity_from_pace_or_speed():
    """Level 4: 3.7 below, 3.8 and 4.5 in, 4.6 above; as pace in decimal minutes a mile."""
    table = PaceTable.of_level(Activity.RUNNING, 4)
    paces = series_of(range(1, 5), (("pace", "min/mi", [60 / speed for speed in (3.7, 3.8, 4.5, 4.6)]),))
    kept = pace_adherence(paces, PLAN, table, None)

    assert (Kept(2, 1, 1), pytest.approx(4.15)) == (kept.kept, kept.blocks[0].mean)
    assert PaceDistance.MILE == speeds_of(paces)[1]


def test_pace_adherence_is_absent_for_a_reason():
    """No level, a coarse series, no pace, or a unit that nobody knows."""
    table = PaceTable.of_level(Activity.RUNNING, 4)
    run = series_of(range(1, 5), (("speed", "mph", [4.0] * 4),))

    assert Absent(AbsentReason.NO_PACE_LEVEL) == pace_adherence(run, PLAN, None, None)
    coarse = series_of([1, 6, 11], (("speed", "mph", [4.0] * 3),))
    assert Absent(AbsentReason.COARSE_SERIES) == pace_adherence(coarse, PLAN, table, None)
    for unit, slug in (("bpm", "heart_rate"), ("furlongs", "speed")):
        other = series_of(range(1, 5), ((slug, unit, [100.0] * 4),))
        assert Absent(AbsentReason.NO_PACE) == pace_adherence(other, PLAN, table, None)
