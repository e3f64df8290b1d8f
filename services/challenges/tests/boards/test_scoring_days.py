"""Days and weeks are those of the challenge’s zone: equal for every viewer, through clock changes and odd calendars."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_challenges.domain.challenge import Metric, Mode
from ctz_challenges.domain.facts import Done, DoneKind
from ctz_challenges.domain.scoring import possible_points, score
from ctz_challenges.domain.scoring_lines import Member, Stay

from .making import CLASS, a_class, any_of, bonus, challenge, core, per, workout

ZONES = (
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "America/Phoenix",
    "Pacific/Kiritimati",
    "Etc/GMT+12",
    "Pacific/Apia",
)
MINUTES = per(Metric.MINUTES, "1")


def at(instant: datetime) -> Done:
    return Done(DoneKind.WORKOUT, UUID(int=7), instant, "cycling", duration_seconds=600)


def member_from(start: date) -> Member:
    return Member(start)


@pytest.mark.parametrize(
    ("zone", "instant", "day"),
    [
        ("America/New_York", "2026-05-06T03:59:59+00:00", None),
        ("America/New_York", "2026-05-06T04:00:00+00:00", "2026-05-06"),
        ("America/New_York", "2026-05-13T03:59:59+00:00", "2026-05-12"),
        ("Pacific/Kiritimati", "2026-05-05T09:59:59+00:00", None),
        ("Pacific/Kiritimati", "2026-05-05T10:00:00+00:00", "2026-05-06"),
        ("Etc/GMT+12", "2026-05-06T11:59:59+00:00", None),
        ("Etc/GMT+12", "2026-05-06T12:00:00+00:00", "2026-05-06"),
    ],
)
def test_t079_a_workout_counts_on_its_day_in_the_zone_of_the_challenge(
    zone: str, instant: str, day: str | None
) -> None:
    """The rider's own zone decides nothing: everybody who looks sees the same board."""
    result = score(
        challenge(rules=(MINUTES,), zone=zone), member_from(date(2026, 5, 6)), [at(datetime.fromisoformat(instant))]
    )

    assert ([] if day is None else [day]) == [line.day.isoformat() for line in result.lines]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Europe/London", date(2026, 3, 29), 23),
        ("Europe/London", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("America/Phoenix", date(2026, 3, 8), 24),
    ],
)
def test_t079_days_of_clock_changes_have_their_own_length(zone: str, day: date, hours: float) -> None:
    """Every half hour of a day of 23, 25, 23.5 or 24.5 hours lies in that day and in no other."""
    clock = ZoneInfo(zone)
    midnight = datetime(day.year, day.month, day.day, tzinfo=clock).astimezone(UTC)
    asked = challenge(rules=(MINUTES,), zone=zone, start=day, days=1)
    inside = [
        step
        for step in range(-4, 60)
        if score(asked, member_from(day), [at(midnight + timedelta(minutes=30 * step))]).lines
    ]

    assert list(range(round(2 * hours))) == inside


@pytest.mark.parametrize(
    ("start", "days", "weeks"),
    [
        (date(2028, 2, 26), 7, {date(2028, 2, 29): 1, date(2028, 3, 3): 1}),
        (date(2026, 12, 28), 14, {date(2027, 1, 3): 1, date(2027, 1, 4): 2}),
        (date(2026, 1, 29), 9, {date(2026, 2, 4): 1, date(2026, 2, 5): 2, date(2026, 2, 6): 2}),
        (date(2026, 5, 3), 1, {date(2026, 5, 3): 1}),
    ],
)
def test_t079_weeks_count_from_the_start_through_leap_days_week_53_and_month_ends(
    start: date, days: int, weeks: dict[date, int]
) -> None:
    """The calendar's weeks and months mean nothing to a challenge."""
    asked = challenge(rules=(MINUTES,), zone="Europe/London", start=start, days=days)
    for day, week in weeks.items():
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)

        assert [week] == [line.week for line in score(asked, member_from(start), [at(noon)]).lines]


@given(st.sampled_from(ZONES), st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)))
def test_t079_every_workout_lies_in_exactly_one_day(zone: str, instant: datetime) -> None:
    """Challenges of one day side by side: one of them counts the workout, and only one."""
    around = [instant.date() + timedelta(days=offset) for offset in range(-2, 3)]
    counted = [
        day
        for day in around
        if score(challenge(rules=(MINUTES,), zone=zone, start=day, days=1), member_from(day), [at(instant)]).lines
    ]

    assert [instant.astimezone(ZoneInfo(zone)).date()] == counted


@pytest.mark.parametrize("weekday", range(7))
def test_teams_score_whatever_weekday_the_challenge_begins_on(weekday: int) -> None:
    """A fault of the app that this one replaces: teams had no points unless the challenge began on a Sunday."""
    start = date(2026, 5, 3) + timedelta(days=weekday)
    red = UUID(int=0xED)
    done = [workout("class", day=weekday - 3, class_id=CLASS), workout("run", day=weekday + 5, discipline="running")]
    asked = challenge(core(a_class()), core(any_of("running"), week=2), start=start, mode=Mode.TEAM)
    result = score(asked, Member(start, (Stay(start, red),)), done)

    assert [(1, Decimal(50), red), (2, Decimal(50), red)] == [
        (line.week, line.points, line.team_id) for line in result.lines
    ]


def test_points_are_reached_by_the_latest_start_that_added_to_them() -> None:
    """What comes after the cap is reached adds nothing, so it is not when the points were reached."""
    done = [workout(f"{day}", day=day, minutes=60) for day in range(4)]
    result = score(challenge(rules=(MINUTES,), cap="90"), member_from(date(2026, 5, 6)), done)

    assert done[1].start_time == result.reached_at
    assert (date(2026, 5, 7), Decimal(30)) == result.latest


@pytest.mark.parametrize(("cap", "possible"), [(None, "110"), ("200", "110"), ("80", "80")])
def test_a_week_can_give_no_more_than_its_cap(cap: str | None, possible: str) -> None:
    """Who has done all of it is shown to have all of it."""
    capped = challenge(core(a_class()), core(any_of("yoga"), position=1), bonus(any_of("running")), cap=cap)
    assert Decimal(possible) == possible_points(capped, 1)
    assert Decimal(0) == possible_points(capped, 2)
