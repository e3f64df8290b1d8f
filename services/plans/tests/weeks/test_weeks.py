"""Weeks end to end: what the sync brings ticks items, reading costs the same at any size."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from ctz.common.v1 import activity_pb2 as common
from ctz.plans.v1 import exercises_pb2 as exercises
from ctz.plans.v1 import plans_pb2 as pb

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, count_statements
from ctz_chassis.ids import uuid7
from ctz_plans.consumers.workouts import MESSAGE_TYPES, OWN_RECORDED
from ctz_plans.domain.practice import Category, Routine
from ctz_plans.store.practice_content import load_library

from .harness import (
    FRI,
    LAST_SUN,
    MON,
    NEXT_MON,
    SAT,
    SUN,
    SUNDAY,
    THU,
    TUE,
    WED,
    Rider,
    Riders,
    absorbed,
    analyzed,
    challenge,
    decided,
    deleted,
    event,
    membership,
    recorded,
    refused,
    scheduled,
    states,
    titles,
    type_of,
    unplanned,
)

pytestmark = pytest.mark.component


def routine(practice: Routine) -> common.Activity:
    return common.Activity(
        kind=common.ACTIVITY_KIND_ROUTINE,
        title=practice.title,
        discipline=practice.category,
        routine=str(practice.name),
        duration_seconds=practice.duration_seconds,
    )


def play(rider: Rider, practice: Routine, day: str, share: float = 1.0) -> exercises.Session:
    request = exercises.LogSessionRequest(
        practice=str(practice.name), local_date=day, done_seconds=int(practice.duration_seconds * share)
    )
    request.start_time.FromDatetime(datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC))
    return rider.sessions.LogSession(request)


def test_an_empty_week_has_seven_days(rider: Rider) -> None:
    week = rider.week(WED, today=WED)
    assert [MON, TUE, WED, THU, FRI, SAT, SUN] == [day.date for day in week.days]
    assert MON == week.start_date
    assert (0, 0, 0.0, [0] * 7, False) == (
        week.totals.planned_count,
        week.totals.done_seconds,
        week.totals.done_load,
        list(week.totals.zone_seconds),
        week.totals.HasField("planned_load"),
    )


def test_the_sync_ticks_items(rider: Rider, ridden: Callable[..., UUID], consumer: Consumer) -> None:
    """A fault of the app that this one replaces: ticking was by hand only.

    Late, edited and deleted workouts move the states, and what a workout gave is taken back with it.
    """
    rider.put(MON, type_of("power_zone"))
    rider.put(WED, type_of("power_zone_endurance", 60))
    assert ["missed", "missed"] == states(rider.week())
    first = ridden("a", MON)
    ridden("b", WED, class_type="power_zone_endurance")
    ridden("c", FRI, class_type="climb")
    assert (["done a", "partial b"], ["c"]) == (states(rider.week()), unplanned(rider.week()))
    ridden("a", TUE, workout=first, revision=2, duration_seconds=1200)
    assert ["partial a", "partial b"] == states(rider.week())
    consumer.handle(deleted(first, rider.user_id, 3))
    assert ["missed", "partial b"] == states(rider.week())
    ridden("a", MON, workout=first, revision=4)
    assert ["done a", "partial b"] == states(rider.week())


def test_t078_an_evening_workout_counts_on_the_riders_day(rider: Rider, ridden: Callable[..., UUID]) -> None:
    """A fault of the app that this one replaces: by UTC an evening in New York is tomorrow, Sunday's next week."""
    anything = common.Activity(kind=common.ACTIVITY_KIND_DISCIPLINE, discipline="cycling", duration_seconds=2700)
    for day in (MON, SUN):
        rider.put(day, anything)
        ridden(f"evening of {day}", day, utc_hour=26)
    ridden("morning in Kiritimati", TUE, utc_hour=-8)
    week = rider.week()
    assert [f"done evening of {MON}", f"done evening of {SUN}"] == states(week)
    assert (["morning in Kiritimati"], 3 * 2700) == (unplanned(week), week.totals.done_seconds)
    assert 0 == rider.week(NEXT_MON).totals.done_seconds


def test_a_class_left_early_is_partial_whatever_length_its_row_tells(rider: Rider, ridden: Callable[..., UUID]) -> None:
    rider.put(MON, type_of("power_zone"))
    ridden("quit", MON, elapsed_seconds=600)
    week = rider.week()
    assert ["partial quit"] == states(week)
    assert 600 == week.days[0].items[0].done.duration_seconds


def test_a_pause_makes_a_class_no_longer(rider: Rider, ridden: Callable[..., UUID]) -> None:
    rider.put(MON, type_of("power_zone"))
    ridden("paused", MON, elapsed_seconds=4000)
    week = rider.week()
    assert (["done paused"], 2700) == (states(week), week.totals.done_seconds)


@dataclass(frozen=True)
class Now:
    """A week that began two days ago: sessions are logged as they are done."""

    days: tuple[str, str, str]
    tomorrow: str
    week_start: int

    def week(self, rider: Rider) -> pb.PlanWeek:
        return rider.week(self.days[0], today=self.tomorrow, week_start=self.week_start)


@pytest.fixture
def this_week() -> Now:
    today = datetime.now(UTC).date()
    first, second, tomorrow = (today + timedelta(days=days) for days in (-2, -1, 1))
    return Now((str(first), str(second), str(today)), str(tomorrow), first.weekday())


def test_a_session_of_the_player_ticks_a_routine(rider: Rider, this_week: Now) -> None:
    practice = next(one for one in load_library().routines.values() if one.category is Category.MOBILITY)
    rider.put(this_week.days[0], routine(practice))
    anything = common.Activity(kind=common.ACTIVITY_KIND_DISCIPLINE, discipline="mobility")
    rider.put(this_week.days[1], anything)
    half, whole = play(rider, practice, this_week.days[1], 0.5), play(rider, practice, this_week.days[2])
    week = this_week.week(rider)
    assert [f"done {practice.title}"] * 2 == states(week)
    assert [whole.name, half.name] == [week.days[number].items[0].done.name for number in (0, 1)]
    rider.sessions.DeleteSession(exercises.DeleteSessionRequest(name=half.name))
    assert [f"done {practice.title}", "missed"] == states(this_week.week(rider))
    rider.sessions.DeleteSession(exercises.DeleteSessionRequest(name=whole.name))
    assert ["missed", "missed"] == states(this_week.week(rider))


def test_pelvic_floor_days_are_counted_for_the_rider(rider: Rider, this_week: Now) -> None:
    practice = next(one for one in load_library().routines.values() if one.category is Category.KEGEL)
    for number in (0, 0, 2):
        play(rider, practice, this_week.days[number])
    week = this_week.week(rider)
    assert 2 == week.totals.pelvic_floor_days
    assert [True] * 3 == [done.is_private for day in week.days for done in day.unplanned]


def test_totals_and_what_is_expected(rider: Rider, ridden: Callable[..., UUID], consumer: Consumer) -> None:
    """The median of 60, 80 and 100 an hour of what the rider rode before; a ride two years ago says nothing."""
    for load, day in ((45.0, "2026-05-01"), (60.0, "2026-05-08"), (75.0, "2026-05-15"), (300.0, "2024-05-01")):
        consumer.handle(analyzed(ridden("before", day), rider.user_id, load))
    rider.put(MON, type_of("power_zone", 60))
    rider.put(TUE, type_of("climb", 30))
    rider.put(WED, type_of("tempo", 30, "running"))
    consumer.handle(analyzed(ridden("a", MON, duration_seconds=3600), rider.user_id, 70.0))
    week = rider.week(today=TUE)
    items = [item for day in week.days for item in day.items]
    # 60, 80, 100 and 70 an hour by now.
    assert [75.0, 37.5, None] == [item.expected_load if item.HasField("expected_load") else None for item in items]
    totals = week.totals
    assert (3, 1, 7200, 3600) == (
        totals.planned_count,
        totals.done_count,
        totals.planned_seconds,
        totals.done_seconds,
    )
    assert (70.0 + 37.5, 70.0) == (totals.planned_load, totals.done_load)
    assert [600, 500, 400, 300, 200, 100, 0] == list(totals.zone_seconds)


def test_what_a_ride_brings_an_hour_is_told_from_the_time_that_was_ridden(
    rider: Rider, ridden: Callable[..., UUID], consumer: Consumer
) -> None:
    """Ten of 45 minutes brought 10: that is 60 an hour."""
    consumer.handle(analyzed(ridden("left early", "2026-05-08", elapsed_seconds=600), rider.user_id, 10.0))
    rider.put(MON, type_of("power_zone", 60))
    assert 60.0 == rider.week().days[0].items[0].expected_load


def test_challenges_decides_about_its_items_and_plans_shows_it(
    rider: Rider, ridden: Callable[..., UUID], consumer: Consumer
) -> None:
    """One workout serves an own item and a challenge item; a bonus has the challenge's points."""
    which, core, bonus, before = uuid7(), uuid7(), uuid7(), uuid7()
    items = [
        scheduled(before, LAST_SUN, type_of("power_zone")),
        scheduled(core, TUE, type_of("power_zone"), last_date=SUN, alternatives=[type_of("tempo", 30, "running")]),
        scheduled(bonus, SAT, type_of("climb"), is_bonus=True),
    ]
    rider.put(TUE, type_of("power_zone"))
    workout = ridden("a", TUE)
    consumer.handle(challenge(which, items=items))
    assert ["done a"] == states(rider.week())  # not a member yet
    consumer.handle(membership(which, rider.user_id))
    assert ["done a", "planned", "missed"] == states(rider.week(today=SUN))
    consumer.handle(
        decided(which, core, rider.user_id, is_done=True, done=f"workouts/{workout}", done_date=TUE, points=50)
    )
    week = rider.week()
    assert ["done a", "done a", "missed"] == states(week)
    own, asked = week.days[1].items
    assert (pb.ITEM_ORIGIN_OWN, pb.ITEM_ORIGIN_CHALLENGE) == (own.origin, asked.origin)
    assert (f"challengeItems/{core}", f"challenges/{which}", 50.0, 1, 0) == (
        asked.name,
        asked.challenge,
        asked.points,
        asked.position,
        asked.revision,
    )
    assert ["30 min tempo"] == [one.title for one in asked.alternatives]
    assert (3, 2, 2700) == (week.totals.planned_count, week.totals.done_count, week.totals.done_seconds)
    assert not rider.week(LAST_SUN, week_start=SUNDAY).days[0].items  # before the rider's first day
    consumer.handle(decided(which, core, rider.user_id, 2, points=0))
    assert ["done a", "missed", "missed"] == states(rider.week())
    consumer.handle(membership(which, rider.user_id, 2, is_member=False))
    assert ["done a"] == states(rider.week())


def test_a_deleted_challenge_leaves_the_weeks(rider: Rider, consumer: Consumer) -> None:
    which, other = uuid7(), rider.put(MON, type_of("power_zone"))
    consumer.handle(membership(which, rider.user_id))
    consumer.handle(challenge(which, 2, [scheduled(uuid7(), TUE, type_of("climb"))]))
    assert ["planned", "planned"] == states(rider.week(today=MON))
    consumer.handle(challenge(which, 3, is_deleted=True))
    consumer.handle(challenge(which, 1, [scheduled(uuid7(), TUE, type_of("climb"))]))
    assert {MON: [other.activity.title]} == titles(rider.week())


def test_weeks_begin_on_the_riders_day_and_each_is_matched_on_its_own(
    rider: Rider, ridden: Callable[..., UUID]
) -> None:
    """On Sunday a ride belongs to another week than on Monday's count."""
    rider.put(MON, type_of("power_zone"))
    ridden("sunday", LAST_SUN)
    assert ["done sunday"] == states(rider.week(MON, week_start=SUNDAY))
    assert ["missed"] == states(rider.week(MON))
    told = rider.weeks("2026-05-27", count=3)
    assert ["2026-05-25", MON, NEXT_MON] == [week.start_date for week in told.weeks]
    assert [[], ["missed"], []] == [states(week) for week in told.weeks]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("from_date", {"from_date": ""}),
        ("today", {"today": "today"}),
        ("week_count", {"week_count": 9}),
        ("week_count", {"week_count": -1}),
        ("week_start", {"week_start": 7}),
    ],
)
def test_weeks_that_cannot_be_told_say_why(rider: Rider, field: str, change: dict[str, object]) -> None:
    values: dict[str, object] = {"from_date": MON, "today": MON} | change
    with refused("INVALID_ARGUMENT", field=field):
        rider.plan.ListWeeks(pb.ListWeeksRequest(**values))  # type: ignore[arg-type]


def test_weeks_cost_the_same_at_any_size(riders: Riders, consumer: Consumer, database: Database) -> None:
    """Eight full weeks with a challenge, and one empty one, in at most six statements."""
    empty, full = riders(), riders()
    which = uuid7()
    days = [str(date.fromisoformat(MON) + timedelta(days=number)) for number in range(56)]
    template = full.templates.ListTemplates(pb.ListTemplatesRequest()).templates[0]
    for _ in range(3):
        full.start(template.name, MON, 8)
    consumer.handle(challenge(which, items=[scheduled(uuid7(), day, type_of("climb")) for day in days]))
    consumer.handle(membership(which, full.user_id))
    for day in days:
        consumer.handle(recorded(uuid7(), full.user_id, day, day))
    counts = []
    for rider, count in ((empty, 1), (full, 1), (full, 8)):
        with count_statements(database.engine) as counted:
            told = rider.weeks(count=count)
        counts.append(counted.count)
    assert 8 * 7 * 4 == sum(len(day.items) for week in told.weeks for day in week.days)
    assert 3 == len(told.programs)
    assert 1 == len(set(counts))
    assert counts[0] <= 6


def test_a_workout_recorded_twice_ticks_once(rider: Rider, consumer: Consumer) -> None:
    """What lies beneath another is not told, and told again when that was undone; entered workouts count too."""
    synced, entered = uuid7(), uuid7()
    consumer.handle(recorded(synced, rider.user_id, "bike", MON))
    own = recorded(entered, rider.user_id, "by hand", MON)
    consumer.handle(event(OWN_RECORDED, MESSAGE_TYPES[OWN_RECORDED].FromString(own.data), rider.user_id))
    assert {"bike", "by hand"} == set(unplanned(rider.week()))
    consumer.handle(absorbed(entered, rider.user_id, synced))
    assert ["bike"] == unplanned(rider.week())
    consumer.handle(absorbed(entered, rider.user_id, None, 2))
    assert {"bike", "by hand"} == set(unplanned(rider.week()))
