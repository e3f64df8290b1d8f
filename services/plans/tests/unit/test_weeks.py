"""Weeks as they are shown: days, totals, what is expected, and what challenges asks for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctz_plans.domain.activity import Activity, Fact
from ctz_plans.domain.item import ChallengeItem, Item
from ctz_plans.domain.matching import State
from ctz_plans.domain.practice_errors import FieldRefused
from ctz_plans.domain.week import Week
from ctz_plans.domain.weekly import ShownWeek, TypicalLoads, show_week

from .planning import (
    AFTER,
    MON,
    NOTE,
    REST,
    SKIPPED,
    SUN,
    TUE,
    WED,
    WEEK,
    a_class,
    a_routine,
    a_type,
    any_of,
    item,
    ride,
    session,
)

NOTHING_KNOWN = TypicalLoads({}, {}, {})
LOADS = TypicalLoads({("cycling", "power_zone"): 80.0}, {"cycling": 60.0}, {"recovery": 20.0})
ZONES = (
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "America/Phoenix",
    "Pacific/Kiritimati",
    "Etc/GMT+12",
)
CHALLENGE = UUID(int=7)


def shown(
    items: Sequence[Item] = (),
    facts: Sequence[Fact] = (),
    *,
    asked: Sequence[ChallengeItem] = (),
    loads: TypicalLoads = LOADS,
    today: date = AFTER,
) -> ShownWeek:
    return show_week(WEEK, items, asked, facts, loads, today)


def asks(number: int, day: date, activity: Activity, **given_fields: Any) -> ChallengeItem:
    fields: dict[str, Any] = {"last_day": day, "place": number} | given_fields
    return ChallengeItem(UUID(int=1000 + number), CHALLENGE, day, activity=activity, **fields)


@pytest.mark.parametrize(
    ("day", "week_start", "first"),
    [
        ("2026-06-03", 0, "2026-06-01"),
        ("2026-06-03", 6, "2026-05-31"),
        ("2026-06-03", 2, "2026-06-03"),
        ("2026-06-03", 3, "2026-05-28"),
        ("2027-01-01", 0, "2026-12-28"),  # ISO week 53 of 2026
        ("2028-02-29", 0, "2028-02-28"),
        ("2026-03-29", 0, "2026-03-23"),  # the clock changes in Europe
        ("2026-03-08", 6, "2026-03-08"),  # the clock changes in America
    ],
)
def test_t079_a_week_begins_on_the_riders_day(day: str, week_start: int, first: str) -> None:
    week = Week.of(date.fromisoformat(day), week_start)
    assert first == str(week.first)
    assert date.fromisoformat(day) in week


@pytest.mark.parametrize("week_start", [-1, 7])
def test_there_is_no_eighth_day(week_start: int) -> None:
    with pytest.raises(FieldRefused):
        Week.of(MON, week_start)


@given(st.dates(date(2001, 1, 1), date(2099, 1, 1)), st.integers(0, 6))
def test_t079_every_day_lies_in_exactly_one_week(day: date, week_start: int) -> None:
    week = Week.of(day, week_start)
    assert [day in week.plus(number) for number in (-1, 0, 1)] == [False, True, False]
    assert 7 == len(week.days)
    assert week.first.weekday() == week_start


@settings(max_examples=100)
@given(
    st.sampled_from(ZONES),
    st.integers(0, 6),
    st.lists(st.integers(0, 30 * 24 * 12), max_size=12, unique=True),
    st.sampled_from(
        [datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 12, 20, tzinfo=UTC)]
    ),
)
def test_t078_each_workout_lies_in_one_day_and_the_weeks_sum_to_the_workouts(
    zone: str, week_start: int, starts: list[int], begin: datetime
) -> None:
    """Through both changes of the clock and the end of the year, wherever the rider lives."""
    moments = [begin + timedelta(minutes=5 * number) for number in starts]
    facts = [
        replace(ride(str(number), moment.astimezone(ZoneInfo(zone)).date(), load=10.0), start_time=moment)
        for number, moment in enumerate(moments)
    ]
    first = Week.of(begin.date() - timedelta(days=1), week_start)
    weeks = [show_week(first.plus(number), [], [], facts, NOTHING_KNOWN, AFTER) for number in range(7)]
    days = [fact.ref for week in weeks for found in week.unplanned.values() for fact in found]
    assert sorted(fact.ref for fact in facts) == sorted(days)
    assert 10.0 * len(facts) == pytest.approx(sum(week.totals.done_load for week in weeks))
    assert 2700 * len(facts) == sum(week.totals.done_seconds for week in weeks)


def test_a_week_of_nothing() -> None:
    totals = shown().totals
    assert (0, 0, 0, 0, None, 0.0, (0,) * 7, 0) == tuple(getattr(totals, name) for name in totals.__slots__)


def test_totals_of_a_week() -> None:
    """Done 55 of a ride expected to bring 60; a ride to come brings 60; an unplanned run of 30 is only done."""
    items = [
        item(1, MON, a_type("power_zone")),
        item(2, WED, a_type("power_zone")),
        item(3, TUE, NOTE),
        item(4, SUN, REST),
        item(5, TUE, any_of("cycling"), decision=SKIPPED),
    ]
    facts = [
        ride("a", MON, "power_zone", load=55.0, zone_seconds=(1, 2, 3, 4, 5, 6, 7)),
        ride("b", TUE, "", 20, discipline="running", load=30.0, zone_seconds=(1, 1, 1, 1, 1, 1, 1)),
        replace(session("s", TUE, "routines/daily", 5, category="kegel"), is_pelvic_floor=True),
        replace(session("t", TUE, "routines/daily", 5, category="kegel"), is_pelvic_floor=True),
    ]
    totals = shown(items, facts, today=TUE).totals
    assert (2, 1) == (totals.planned_count, totals.done_count)
    assert (5400, 2700 + 1200 + 600) == (totals.planned_seconds, totals.done_seconds)
    assert (115.0, 85.0) == (totals.planned_load, totals.done_load)
    assert (2, 3, 4, 5, 6, 7, 8) == totals.zone_seconds
    assert 1 == totals.pelvic_floor_days


@pytest.mark.parametrize(
    ("activity", "expected"),
    [
        (a_type("power_zone", 60), 80.0),
        (a_type("power_zone", 45), 60.0),
        (a_type("climb", 60), 60.0),  # by its discipline
        (any_of("cycling", 30), 30.0),
        (a_type("recovery", 30, ""), 10.0),  # of any discipline
        (any_of("rowing", 30), None),
        (a_type("power_zone", 0), None),
        (NOTE, None),
        (REST, None),
    ],
)
def test_what_an_item_is_expected_to_bring(activity: Activity, expected: float | None) -> None:
    assert expected == LOADS.expected(activity)


def test_nothing_is_expected_of_a_rider_nobody_knows() -> None:
    assert shown([item(1, MON, a_type("power_zone"))], loads=NOTHING_KNOWN).totals.planned_load is None


def test_places_of_a_day_have_no_gaps_and_own_items_come_first() -> None:
    items = [item(1, MON, NOTE, position=7), item(2, MON, REST, position=3)]
    lines = shown(items, asked=[asks(1, MON, a_type("climb"))]).lines[MON]
    assert [(2, 0), (1, 1), (1001, 2)] == [(line.item.item_id.int, line.position) for line in lines]


@pytest.mark.parametrize(
    ("given_fields", "today", "state"),
    [
        ({}, MON, State.PLANNED),
        ({}, TUE, State.MISSED),
        ({"last_day": SUN}, SUN, State.PLANNED),
        ({"last_day": SUN}, AFTER, State.MISSED),
        ({"is_done": True, "done_ref": "workouts/a"}, AFTER, State.DONE),
    ],
)
def test_challenges_alone_decides_about_its_items(given_fields: dict[str, Any], today: date, state: State) -> None:
    """A ride that fits does not tick it; the word of challenges does."""
    week = shown(facts=[ride("a", MON, "climb")], asked=[asks(1, MON, a_type("climb"), **given_fields)], today=today)
    (line,) = week.lines[MON]
    assert state == line.standing.state
    assert ("workouts/a" if state is State.DONE else None) == (line.standing.fact.ref if line.standing.fact else None)


def test_one_ride_serves_an_own_item_and_a_challenge_and_brings_its_load_once() -> None:
    asked = asks(1, MON, a_type("power_zone"), is_done=True, done_ref="workouts/a")
    week = shown([item(1, MON, a_type("power_zone"))], [ride("a", MON, "power_zone", load=50.0)], asked=[asked])
    assert [State.DONE, State.DONE] == [line.standing.state for line in week.lines[MON]]
    assert (2, 2) == (week.totals.planned_count, week.totals.done_count)
    assert (50.0, 50.0) == (week.totals.planned_load, week.totals.done_load)
    assert (2700, 2700) == (week.totals.planned_seconds, week.totals.done_seconds)
    assert {} == week.unplanned


OTHER_CHALLENGE = UUID(int=8)


@pytest.mark.parametrize(
    ("own", "asked", "minutes"),
    [
        ([a_class("a")], [a_class("a")], 45),
        ([a_class("a")], [a_class("b")], 90),
        ([a_class("a"), a_class("a")], [a_class("a")], 90),
        ([a_class("a")], [a_class("a"), a_class("a")], 90),
        ([replace(a_type("power_zone"), title="My ride")], [a_type("power_zone")], 45),
        ([a_type("power_zone")], [a_type("power_zone", 30)], 75),
        ([a_routine()], [a_routine()], 10),
        ([], [a_class("a"), a_class("a")], 90),
    ],
)
def test_what_an_own_item_and_a_challenge_ask_for_alike_is_planned_once(
    own: list[Activity], asked: list[Activity], minutes: int
) -> None:
    """One ride will do both, as it counts for both; two items of one challenge are two rides."""
    items = [item(number, TUE, activity) for number, activity in enumerate(own)]
    wanted = [asks(number, MON, activity, last_day=SUN) for number, activity in enumerate(asked)]
    totals = shown(items, asked=wanted, today=MON).totals
    assert len(own) + len(asked) == totals.planned_count
    assert 60 * minutes == totals.planned_seconds


def test_what_two_challenges_ask_for_alike_is_planned_once_and_a_left_out_item_takes_nothing_along() -> None:
    asked = [asks(number, MON, a_type("power_zone"), last_day=SUN) for number in range(2)]
    asked[1] = replace(asked[1], challenge_id=OTHER_CHALLENGE)
    skipped = item(1, MON, a_type("power_zone"), decision=SKIPPED)
    totals = shown([skipped], asked=asked, today=MON).totals
    assert (2, 2700, 60.0) == (totals.planned_count, totals.planned_seconds, totals.planned_load)


def test_an_item_to_come_is_planned_beside_one_that_is_done() -> None:
    """The ride of the own item was before the challenge began: another one has to follow."""
    asked = asks(1, WED, a_type("power_zone"), last_day=SUN)
    week = shown([item(1, MON, a_type("power_zone"))], [ride("a", MON, "power_zone", load=50.0)], asked=[asked])
    assert (110.0, 5400) == (week.totals.planned_load, week.totals.planned_seconds)


def test_what_serves_a_challenge_is_not_unplanned() -> None:
    asked = asks(1, MON, a_type("power_zone"), is_done=True, done_ref="workouts/a")
    week = shown([], [ride("a", TUE, "power_zone"), ride("b", TUE)], asked=[asked])
    assert ["workouts/b"] == [fact.ref for fact in week.unplanned[TUE]]


@pytest.mark.parametrize(("suggested", "done"), [(-1, MON), (7, SUN)])
def test_what_serves_a_challenge_whose_week_begins_on_another_day_is_not_unplanned(suggested: int, done: date) -> None:
    """It was suggested for the Sunday before or the Monday after; the week of the challenge holds both days."""
    day = MON + timedelta(days=suggested)
    asked = asks(1, day, a_type("power_zone"), last_day=day + timedelta(days=3), is_done=True, done_ref="workouts/a")
    week = shown([], [ride("a", done, "power_zone")], asked=[asked])
    assert ({}, {}) == (week.lines, week.unplanned)
