"""What a challenge may be, without a database (F1, F2, F5)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from ctz_challenges.domain.challenge import (
    Activity,
    ActivityKind,
    Challenge,
    Item,
    Kind,
    Metric,
    Mode,
    Role,
    Scoring,
    State,
)
from ctz_challenges.domain.challenge_points import WishedRule, checked_scoring
from ctz_challenges.domain.challenge_schedule import WishedItem
from ctz_challenges.domain.challenge_wish import (
    Identity,
    Wish,
    changes_points,
    check_change,
    check_publishable,
    checked,
)
from ctz_challenges.domain.errors import InvalidField

RIDE = Activity(ActivityKind.CLASS_TYPE, "45 min Power Zone", class_type="power_zone", duration_seconds=2_700)


def wish(**fields: Any) -> Wish:
    given: dict[str, Any] = {
        "title": "Spring zones",
        "description": "",
        "kind": Kind.CYCLING,
        "mode": Mode.TEAM,
        "start_date": "2026-03-02",
        "end_date": "2026-03-29",
        "time_zone": "Europe/London",
        "is_public": True,
        "join_until_date": "",
        "capacity": 0,
        "team_capacity": 0,
        "scoring": Scoring(),
        "items": (),
    }
    return Wish(**(given | fields))


def core(week: int, day: int = 0, **fields: Any) -> WishedItem:
    return WishedItem(**({"item_id": None, "week": week, "day": day, "role": Role.CORE, "activity": RIDE} | fields))


def made(**fields: Any) -> Challenge:
    known = fields.pop("known", frozenset())
    return checked(wish(**fields), Identity(uuid4(), "CODE"), known_items=known, new_id=uuid4)


def refused_field(**fields: Any) -> str:
    with pytest.raises(InvalidField) as refused:
        made(**fields)
    return refused.value.field_violations[0][0]


def activity(kind: ActivityKind, **fields: Any) -> Activity:
    return Activity(**({"kind": kind, "title": "what to do"} | fields))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "   "),
        ("title", "x" * 81),
        ("title", "two\nlines"),
        ("title", "bell\x07"),
        ("description", "x" * 4_001),
        ("description", "null\x00"),
        ("start_date", ""),
        ("start_date", "2026-02-30"),
        ("start_date", "20260302"),
        ("start_date", "0001-01-01"),
        ("end_date", "soon"),
        ("end_date", "2026-03-01"),
        ("end_date", "2026-08-31"),
        ("time_zone", ""),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("join_until_date", "2026-03-01"),
        ("join_until_date", "2026-03-30"),
        ("capacity", -1),
        ("capacity", 100_001),
        ("team_capacity", -5),
    ],
)
def test_a_field_that_does_not_fit_is_named(field: str, value: object) -> None:
    """Every bound names its field, so that a form can show it there."""
    assert f"challenge.{field}" == refused_field(**{field: value})


def test_a_challenge_has_up_to_26_weeks_and_may_be_one_day() -> None:
    longest = made(end_date="2026-08-30")
    shortest = made(end_date="2026-03-02")

    assert (26, 1) == (longest.week_count, shortest.week_count)


def test_without_a_last_day_for_joining_it_may_be_joined_as_long_as_it_runs() -> None:
    assert date(2026, 3, 29) == made().join_until_date


@pytest.mark.parametrize(
    ("wished", "field"),
    [
        (core(0), "items[0].week"),
        (core(5), "items[0].week"),
        (core(1, -1), "items[0].day"),
        (core(1, 7), "items[0].day"),
        (core(1, alternatives=(RIDE,) * 6), "items[0].alternatives"),
        (core(1, item_id=uuid4()), "items[0].name"),
        (core(1, activity=activity(ActivityKind.CLASS)), "items[0].activity.class_id"),
        (core(1, activity=activity(ActivityKind.CLASS, class_id="a b")), "items[0].activity.class_id"),
        (core(1, activity=activity(ActivityKind.CLASS_TYPE)), "items[0].activity.class_type"),
        (core(1, activity=activity(ActivityKind.CLASS_TYPE, class_type="Power Zone")), "items[0].activity.class_type"),
        (core(1, activity=activity(ActivityKind.DISCIPLINE)), "items[0].activity.discipline"),
        (core(1, activity=activity(ActivityKind.ROUTINE)), "items[0].activity.routine"),
        (core(1, activity=activity(ActivityKind.ROUTINE, routine="workouts/1")), "items[0].activity.routine"),
        (core(1, activity=activity(ActivityKind.CLASS, title="x" * 201)), "items[0].activity.title"),
        (
            core(1, activity=activity(ActivityKind.DISCIPLINE, discipline="yoga", duration_seconds=-1)),
            "items[0].activity.duration_seconds",
        ),
        (core(1, alternatives=(RIDE, activity(ActivityKind.CLASS))), "items[0].alternatives[1].class_id"),
    ],
)
def test_an_item_that_does_not_fit_is_named(wished: WishedItem, field: str) -> None:
    assert field == refused_field(items=(wished,))


def test_a_week_has_14_items_at_most() -> None:
    full = tuple(core(2) for _ in range(14))

    assert 14 == len(made(items=full).items)
    assert "items" == refused_field(items=(*full, core(2)))


def test_a_day_behind_the_end_of_a_short_last_week_is_refused() -> None:
    """Ten days: the second week has three."""
    assert "items[0].day" == refused_field(end_date="2026-03-11", items=(core(2, 3),))
    assert 1 == len(made(end_date="2026-03-11", items=(core(2, 2),)).items)


def test_a_schedule_stands_by_week_core_before_bonus_by_day_then_as_sent() -> None:
    bonus = WishedItem(None, 1, 0, Role.BONUS, RIDE)
    first, second = (activity(ActivityKind.DISCIPLINE, discipline=word) for word in ("yoga", "running"))
    items = made(items=(core(2), bonus, core(1, 4), core(1, 1, activity=first), core(1, 1, activity=second))).items

    assert [(1, 1, 0), (1, 1, 1), (1, 4, 2), (1, 0, 3), (2, 0, 0)] == [(i.week, i.day, i.position) for i in items]
    assert [first, second] == [each.activity for each in items[:2]]


def test_an_activity_keeps_only_the_fields_of_its_kind() -> None:
    sent = activity(ActivityKind.DISCIPLINE, discipline="yoga", class_id="x", class_type="barre", routine="routines/1")

    assert (
        activity(ActivityKind.DISCIPLINE, discipline="yoga") == made(items=(core(1, activity=sent),)).items[0].activity
    )


def test_items_keep_known_ids_and_the_same_id_twice_is_refused() -> None:
    known = uuid4()
    kept = core(1, item_id=known)

    assert known == made(items=(kept,), known=frozenset({known})).items[0].item_id
    assert "items[1].name" == refused_field(items=(kept, kept), known=frozenset({known}))


def scoring(**fields: Any) -> Scoring:
    given: dict[str, Any] = {"core_points": 50.0, "bonus_points": 10.0, "rules": (), "weekly_cap": None}
    return checked_scoring(**(given | fields))


def test_points_are_exactly_what_was_typed() -> None:
    rule = WishedRule(Metric.KILOJOULES, 0.1, 0.35, ("cycling",))
    rules = scoring(core_points=0.1 + 0.2, rules=(rule,), weekly_cap=1e3)

    assert (Decimal("0.3"), Decimal(10), Decimal(1000)) == (rules.core_points, rules.bonus_points, rules.weekly_cap)
    assert (Decimal("0.1"), Decimal("0.35")) == (
        rules.metric_rules[0].points_per_unit,
        rules.metric_rules[0].points_per_minute_without,
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"core_points": -1.0}, "core_points"),
        ({"core_points": float("nan")}, "core_points"),
        ({"core_points": float("inf")}, "core_points"),
        ({"core_points": 10_001.0}, "core_points"),
        ({"bonus_points": -0.5}, "bonus_points"),
        ({"weekly_cap": 0.0}, "weekly_cap"),
        ({"weekly_cap": 1e300}, "weekly_cap"),
        ({"rules": (WishedRule(Metric.TSS, 0.0, 0.0, ()),)}, "metric_rules[0].points_per_unit"),
        ({"rules": (WishedRule(Metric.TSS, 1.0, -1.0, ()),)}, "metric_rules[0].points_per_minute_without"),
        ({"rules": (WishedRule(Metric.TSS, 1.0, 0.0, ("Cycling!",)),)}, "metric_rules[0].disciplines"),
        ({"rules": (WishedRule(Metric.TSS, 1.0, 0.0, ()),) * 9}, "metric_rules"),
    ],
)
def test_points_that_do_not_fit_are_named(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidField) as refused:
        scoring(**fields)

    assert f"challenge.scoring.{field}" == refused.value.field_violations[0][0]


BEFORE, DURING, AFTER = (datetime(2026, month, 10, 12, tzinfo=UTC) for month in (2, 3, 4))


def stored(**fields: Any) -> Challenge:
    given = {"items": (core(1),)} | fields
    return checked(wish(**given), Identity(UUID(int=1), "CODE", published_at=BEFORE), new_id=lambda: UUID(int=2))


@pytest.mark.parametrize(("instant", "state"), [(BEFORE, State.OPEN), (DURING, State.RUNNING), (AFTER, State.ENDED)])
def test_the_state_follows_the_days_of_the_challenge(instant: datetime, state: State) -> None:
    assert (state, State.DRAFT) == (stored().state_at(instant), made().state_at(instant))


def test_t079_a_challenge_turns_at_midnight_of_its_own_zone() -> None:
    """Auckland is 13 hours ahead of UTC in March, Los Angeles 8 behind; both turn at their own midnight."""
    for zone, turn in (
        ("Pacific/Auckland", datetime(2026, 3, 1, 11)),
        ("America/Los_Angeles", datetime(2026, 3, 2, 8)),
    ):
        challenge = stored(time_zone=zone)
        begin = turn.replace(tzinfo=UTC)
        just_before = begin.replace(hour=begin.hour - 1, minute=59)

        assert (State.OPEN, State.RUNNING) == (challenge.state_at(just_before), challenge.state_at(begin))
        assert begin == challenge.next_time(just_before)


def test_t078_the_week_of_the_spring_change_ends_at_local_midnight() -> None:
    """London loses an hour on 29 March: the last week has 167 hours."""
    challenge = stored()
    end = challenge.next_time(datetime(2026, 3, 29, 12, tzinfo=UTC))

    assert datetime(2026, 3, 30, tzinfo=ZoneInfo("Europe/London")) == end
    assert datetime(2026, 3, 29, 23, tzinfo=UTC) == end


@pytest.mark.parametrize(
    ("fields", "instant", "members", "field"),
    [
        ({"items": ()}, BEFORE, 0, "items"),
        ({"mode": Mode.INDIVIDUAL}, BEFORE, 0, "challenge.mode"),
        ({"capacity": 4}, BEFORE, 5, "challenge.capacity"),
        ({"start_date": "2026-03-03"}, DURING, 0, "challenge.start_date"),
        ({"time_zone": "Europe/Paris"}, DURING, 0, "challenge.time_zone"),
        ({"time_zone": "Europe/Paris"}, AFTER, 0, "challenge.time_zone"),
    ],
)
def test_members_keep_what_they_rely_on(fields: dict[str, Any], instant: datetime, members: int, field: str) -> None:
    with pytest.raises(InvalidField) as refused:
        check_change(stored(), stored(**fields), instant, member_count=members)

    assert field == refused.value.field_violations[0][0]


def test_before_the_start_and_in_a_draft_dates_may_change() -> None:
    check_change(stored(), stored(start_date="2026-03-09", time_zone="Europe/Paris"), BEFORE, member_count=3)
    check_change(made(), made(mode=Mode.INDIVIDUAL, start_date="2026-03-09"), DURING, member_count=0)


def test_only_what_can_move_points_asks_for_a_recount() -> None:
    before = stored(items=(core(1),))

    assert not changes_points(before, stored(items=(core(1),), title="Another", capacity=10, is_public=False))
    assert changes_points(before, stored(items=(core(2),)))
    assert changes_points(before, stored(items=(core(1),), scoring=Scoring(core_points=Decimal(40))))
    assert changes_points(before, stored(items=(core(1),), end_date="2026-03-28"))


def test_only_what_can_be_joined_and_gives_points_can_be_published() -> None:
    check_publishable(stored(items=(core(1),)), DURING)
    check_publishable(stored(items=(), scoring=scoring(rules=(WishedRule(Metric.MINUTES, 1.0, 0.0, ()),))), DURING)
    for challenge, instant, field in (
        (stored(items=()), DURING, "items"),
        (stored(items=(core(1),)), AFTER, "challenge.join_until_date"),
    ):
        with pytest.raises(InvalidField) as refused:
            check_publishable(challenge, instant)
        assert field == refused.value.field_violations[0][0]


def test_items_are_frozen_values() -> None:
    """Two schedules with the same items are the same, which is what asks for no recount."""
    one = Item(UUID(int=2), 1, 0, Role.CORE, 0, RIDE)

    assert one == stored(items=(core(1),)).items[0]
