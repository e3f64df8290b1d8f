"""A workout lies in one local day, and every discipline has a name."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.discipline import OTHER, discipline_of, known_disciplines
from ctz_workouts.domain.errors import InstantNaiveError
from ctz_workouts.domain.pace import Activity
from ctz_workouts.domain.pause import WallClock
from ctz_workouts.domain.workout import WorkoutRecord, local_date


@pytest.mark.parametrize(
    ("raw", "slug", "title"),
    [
        ("cycling", "cycling", "Cycling"),
        ("Cycling", "cycling", "Cycling"),
        ("Bike Bootcamp", "bike_bootcamp", "Bike bootcamp"),
        ("caesar", "rowing", "Rowing"),
        ("caesar_bootcamp", "row_bootcamp", "Row bootcamp"),
        ("circuit", "circuit", "Tread bootcamp"),
        ("underwater_chess", OTHER, "Other"),
        ("", OTHER, "Other"),
        (None, OTHER, "Other"),
    ],
)
def test_t048_an_unknown_discipline_is_other_with_its_raw_word(raw, slug, title):
    """The set is open; nothing is lost and every one has a name."""
    found = discipline_of(raw)

    assert (slug, title, raw or "") == (found.slug, found.title, found.raw)
    assert (slug, title) in known_disciplines()


@given(raw=st.text())
def test_any_word_has_a_discipline(raw):
    """Normalising twice changes nothing."""
    slug = discipline_of(raw).slug
    assert slug == discipline_of(slug).slug


def test_disciplines_know_whether_power_and_pace_apply():
    """Cycling power only on a bike; pace levels on foot and on water."""
    assert [True, True, False, False] == [
        discipline_of(word).is_on_a_bike for word in ("cycling", "bike_bootcamp", "running", "caesar")
    ]
    assert [Activity.RUNNING, Activity.WALKING, Activity.ROWING, None] == [
        discipline_of(word).pace_activity for word in ("circuit", "walking", "caesar", "yoga")
    ]


def record(started_at: datetime, ended_at: datetime | None = None, **more) -> WorkoutRecord:
    ids = (UUID(int=1), UUID(int=2), "peloton", "abc")
    kind = (discipline_of("cycling"), "class", "45 min Power Zone Ride")
    return WorkoutRecord(*ids, *kind, started_at, -4 * 3600, ended_at, **more)


def test_an_evening_workout_belongs_to_its_own_day():
    """22:30 in New York is the next day in UTC."""
    started = datetime(2026, 6, 11, 2, 30, tzinfo=UTC)

    assert date(2026, 6, 10) == record(started).local_date
    assert date(2026, 6, 10) == local_date(started.astimezone(timezone(timedelta(hours=9))), -4 * 3600)


def test_an_impossible_offset_is_no_offset():
    """A day off the map of zones is a fault of the device."""
    started = datetime(2026, 6, 11, 2, 30, tzinfo=UTC)
    assert date(2026, 6, 11) == local_date(started, -40 * 3600)


def test_times_without_a_zone_are_refused():
    """They name no instant."""
    naive = datetime(2026, 6, 11)
    aware = naive.replace(tzinfo=UTC)
    with pytest.raises(InstantNaiveError):
        local_date(naive, 0)
    for times in ((naive, None), (aware, naive)):
        with pytest.raises(InstantNaiveError):
            record(*times)


def test_the_clock_on_the_wall_is_end_minus_start():
    """None while the workout is under way; the fields of the detail come along."""
    started = datetime(2026, 6, 11, 2, 30, tzinfo=UTC)

    assert WallClock() == record(started).clock
    ended = record(started, started + timedelta(seconds=1650), has_paused=True, paused_seconds=130)
    assert WallClock(1650, has_paused=True, paused_seconds=130) == ended.clock
