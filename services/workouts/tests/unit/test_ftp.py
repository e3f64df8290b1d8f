"""FTP over time: in force at the start of a ride, proposed by Peloton, and exactly what a change touches."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.errors import InstantNaiveError
from ctz_workouts.domain.ftp import (
    AffectedRide,
    DatedFTP,
    FTPReading,
    FTPSource,
    FTPTimeline,
    RideFTP,
    affected_rides,
    ftp_of_twenty_minutes,
    propose_ftp,
)
from ctz_workouts.domain.zones import FTP

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def dated(day: int, watts: int, source: FTPSource = FTPSource.TEST) -> DatedFTP:
    return DatedFTP(START + timedelta(days=day), FTP(watts), source)


def test_the_ftp_in_force_is_the_last_one_before_the_start():
    """From its instant on; none before the first; entries may come in any order."""
    timeline = FTPTimeline.of([dated(30, 220), dated(0, 200)])

    assert timeline.at(START - timedelta(seconds=1)) is None
    assert [200, 200, 220] == [timeline.at(START + timedelta(days=day)).ftp.watts for day in (0, 29.99, 30)]
    assert FTPTimeline().at(START) is None


def test_the_same_instant_in_another_zone_is_the_same_instant():
    """08:00 in New York is 12:00 UTC."""
    timeline = FTPTimeline.of([dated(0, 200)])
    assert 200 == timeline.at(datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=-4)))).ftp.watts


def test_of_two_entries_from_one_instant_the_later_given_stands():
    """A correction replaces."""
    assert 210 == FTPTimeline.of([dated(0, 200), dated(0, 210)]).at(START).ftp.watts


def test_a_time_without_a_zone_is_refused():
    """It names no instant."""
    with pytest.raises(InstantNaiveError):
        FTPTimeline().at(datetime(2026, 1, 1))
    with pytest.raises(InstantNaiveError):
        DatedFTP(datetime(2026, 1, 1), FTP(200), FTPSource.MANUAL)


def test_an_ftp_is_stale_after_ten_weeks():
    """On the seventieth day it is not yet."""
    entry = dated(0, 200)
    assert [False, True] == [entry.is_stale(START + timedelta(days=70, seconds=s)) for s in (0, 1)]


def ride(number: int, day: float, used: float | None) -> RideFTP:
    return RideFTP(UUID(int=number), START + timedelta(days=day), used)


def test_a_changed_timeline_touches_exactly_the_rides_of_its_span():
    """A corrected middle value leaves the rides before and after alone."""
    rides = [ride(1, -1, None), ride(2, 1, 200), ride(3, 11, 210), ride(4, 19, 210), ride(5, 21, 220)]
    changed = FTPTimeline.of([dated(0, 200), dated(10, 215), dated(20, 220)])

    assert (AffectedRide(UUID(int=3), 210, 215), AffectedRide(UUID(int=4), 210, 215)) == affected_rides(rides, changed)


def test_a_removed_timeline_takes_the_ftp_away():
    """And a first one brings it."""
    assert (AffectedRide(UUID(int=1), 200, None),) == affected_rides([ride(1, 1, 200)], FTPTimeline())
    assert (AffectedRide(UUID(int=1), None, 200),) == affected_rides(
        [ride(1, 1, None)], FTPTimeline.of([dated(0, 200)])
    )


ENTRIES = st.lists(st.tuples(st.integers(0, 100), st.integers(100, 400)), max_size=8)


@given(before=ENTRIES, after=ENTRIES, days=st.lists(st.integers(-5, 110), max_size=30))
def test_recomputing_the_affected_rides_makes_every_ride_right(before, after, days):
    """T081's rule: afterwards each ride has the value in force on its day, and no other ride was touched."""
    old, new = (FTPTimeline.of(dated(day, watts) for day, watts in entries) for entries in (before, after))

    def watts(timeline: FTPTimeline, day: int) -> float | None:
        entry = timeline.at(START + timedelta(days=day))
        return entry.ftp.watts if entry else None

    rides = [ride(number, day, watts(old, day)) for number, day in enumerate(days)]
    touched = {change.workout_id.int: change for change in affected_rides(rides, new)}
    for number, day in enumerate(days):
        assert (number in touched) == (watts(old, day) != watts(new, day))
        if number in touched:
            assert watts(new, day) == touched[number].watts_after


def test_peloton_values_are_read_by_their_source():
    """Workout as is, estimate as is and marked, manual in both readings with 95 % first."""
    assert (FTPReading(210, is_twenty_minute_best=False),) == propose_ftp("ftp_workout_source", 210).readings
    estimate = propose_ftp("ftp_estimated_source", 171)
    assert (True, 171, False) == (estimate.is_estimate, estimate.readings[0].watts, estimate.is_ambiguous)
    manual = propose_ftp("ftp_manual_source", 243)
    assert ([231, 243], True) == ([reading.watts for reading in manual.readings], manual.is_ambiguous)
    assert [True, False] == [reading.is_twenty_minute_best for reading in manual.readings]


@pytest.mark.parametrize(
    ("source", "watts"), [(None, 200), ("ftp_workout_source", 0), ("something_new", 200), ("ftp_manual_source", 9999)]
)
def test_zero_nonsense_and_unknown_sources_propose_nothing(source, watts):
    """Zero means none."""
    assert propose_ftp(source, watts) is None


@pytest.mark.parametrize(("mean", "ftp"), [(193, 183), (185, 176), (190, 181), (200, 190)])
def test_a_test_gives_ninety_five_percent_rounded(mean, ftp):
    """193 -> 183 and 185 -> 176 are recorded; a half goes up."""
    assert ftp == ftp_of_twenty_minutes(mean)
