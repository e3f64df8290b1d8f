"""Which item is done by what, case by case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest

from ctz_plans.domain.activity import Fact
from ctz_plans.domain.item import Item
from ctz_plans.domain.matching import Standing, match_week

from .planning import (
    AFTER,
    COUNTS,
    FRI,
    LAST_SUN,
    MON,
    NEXT_MON,
    NOTE,
    NOTHING,
    REST,
    SAID_DONE,
    SAT,
    SKIPPED,
    SUN,
    THU,
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

PZE, PZ, MAX = a_type("power_zone_endurance"), a_type("power_zone"), a_type("power_zone_max")


@dataclass(frozen=True)
class Case:
    """`expected` tells the items in order, as "state fact", with "!" for the rider's own word; `over` is unplanned."""

    name: str
    items: Sequence[Item]
    facts: Sequence[Fact]
    expected: Sequence[str]
    over: Sequence[str] = ()
    today: date = AFTER


CASES = [
    # One item, one deed.
    Case("nothing-planned-nothing-done", [], [], []),
    Case("a-ride-nobody-planned", [], [ride("a", MON)], [], ["a"]),
    Case("a-day-to-come-is-planned", [item(1, WED, PZ)], [], ["planned"], today=TUE),
    Case("today-is-not-missed-yet", [item(1, WED, PZ)], [], ["planned"], today=WED),
    Case("a-day-that-is-over-is-missed", [item(1, WED, PZ)], [], ["missed"], today=THU),
    Case("the-class-itself", [item(1, MON, a_class("c1"))], [ride("a", MON, "power_zone", class_id="c1")], ["done a"]),
    Case("the-class-on-another-day", [item(1, MON, a_class("c1"))], [ride("a", SAT, class_id="c1")], ["done a"]),
    Case(
        "the-class-left-early",
        [item(1, MON, a_class("c1"))],
        [ride("a", MON, minutes=10, class_id="c1", whole_seconds=2700)],
        ["partial a"],
    ),
    Case(
        "the-class-left-early-without-a-planned-length",
        [item(1, MON, a_class("c1", 0))],
        [ride("a", MON, minutes=10, class_id="c1", whole_seconds=2700)],
        ["partial a"],
    ),
    Case(
        "another-class-of-the-type-and-length",
        [item(1, MON, a_class("c1"))],
        [ride("a", TUE, "power_zone", class_id="c2")],
        ["done a"],
    ),
    Case(
        "another-class-of-another-type-that-day",
        [item(1, MON, a_class("c1"))],
        [ride("a", MON, "climb", class_id="c2")],
        ["substituted a"],
    ),
    Case(
        "another-class-of-another-type-another-day",
        [item(1, MON, a_class("c1"))],
        [ride("a", TUE, "climb", class_id="c2")],
        ["missed"],
        ["a"],
    ),
    Case("the-type-and-length", [item(1, MON, PZ)], [ride("a", MON, "power_zone")], ["done a"]),
    Case("the-type-another-day-of-the-week", [item(1, MON, PZ)], [ride("a", SUN, "power_zone")], ["done a"]),
    Case("the-type-ahead-of-its-day", [item(1, FRI, PZ)], [ride("a", TUE, "power_zone")], ["done a"], today=WED),
    Case("the-type-in-the-week-after", [item(1, SUN, PZ)], [ride("a", NEXT_MON, "power_zone")], ["missed"]),
    Case("the-type-in-the-week-before", [item(1, MON, PZ)], [ride("a", LAST_SUN, "power_zone")], ["missed"]),
    Case("ninety-percent-is-done", [item(1, MON, PZ)], [ride("a", MON, "power_zone", 40.5)], ["done a"]),
    Case(
        "less-than-ninety-percent-is-partial", [item(1, MON, PZ)], [ride("a", MON, "power_zone", 40.4)], ["partial a"]
    ),
    Case("a-tenth-more-is-done", [item(1, MON, PZ)], [ride("a", MON, "power_zone", 49.5)], ["done a"]),
    Case(
        "more-than-a-tenth-more-is-substituted",
        [item(1, MON, PZ)],
        [ride("a", MON, "power_zone", 60)],
        ["substituted a"],
    ),
    Case(
        "any-length-when-none-is-planned",
        [item(1, MON, a_type("power_zone", 0))],
        [ride("a", MON, "power_zone", 90)],
        ["done a"],
    ),
    Case("a-length-that-nobody-knows", [item(1, MON, PZ)], [ride("a", MON, "power_zone", None)], ["done a"]),
    Case("another-type-that-day", [item(1, MON, PZE)], [ride("a", MON, "power_zone_max")], ["substituted a"]),
    Case("another-type-another-day", [item(1, MON, PZE)], [ride("a", TUE, "power_zone_max")], ["missed"], ["a"]),
    Case("a-ride-of-no-type-that-day", [item(1, MON, PZE)], [ride("a", MON)], ["substituted a"]),
    Case("a-warm-up-stands-in-for-nothing", [item(1, MON, PZE)], [ride("a", MON, "warm_up", 10)], ["missed"], ["a"]),
    Case(
        "a-cool-down-is-a-ride-of-its-discipline",
        [item(1, MON, any_of("cycling", 10))],
        [ride("a", MON, "cool_down", 10)],
        ["done a"],
    ),
    Case(
        "another-discipline-that-day",
        [item(1, MON, PZE)],
        [ride("a", MON, "tempo", discipline="running")],
        ["missed"],
        ["a"],
    ),
    Case(
        "the-same-type-of-another-discipline",
        [item(1, MON, a_type("recovery", 20))],
        [ride("a", MON, "recovery", 20, discipline="running")],
        ["missed"],
        ["a"],
    ),
    Case(
        "a-type-of-any-discipline",
        [item(1, MON, a_type("recovery", 20, ""))],
        [ride("a", TUE, "recovery", 20, discipline="running")],
        ["done a"],
    ),
    Case(
        "pilates-however-it-is-filed",
        [item(1, MON, a_type("pilates", 20, "pilates"))],
        [ride("a", WED, "pilates", 20, discipline="strength")],
        ["done a"],
    ),
    # Disciplines.
    Case(
        "the-discipline-that-day",
        [item(1, MON, any_of("yoga"))],
        [ride("a", MON, "yoga_flow", 30, discipline="yoga")],
        ["done a"],
    ),
    Case(
        "the-discipline-another-day",
        [item(1, MON, any_of("yoga"))],
        [ride("a", TUE, "yoga_flow", 30, discipline="yoga")],
        ["missed"],
        ["a"],
    ),
    Case(
        "the-discipline-too-short",
        [item(1, MON, any_of("yoga"))],
        [ride("a", MON, "", 20, discipline="yoga")],
        ["partial a"],
    ),
    Case(
        "the-discipline-too-long",
        [item(1, MON, any_of("yoga"))],
        [ride("a", MON, "", 45, discipline="yoga")],
        ["substituted a"],
    ),
    Case(
        "the-discipline-of-any-length",
        [item(1, MON, any_of("yoga", 0))],
        [ride("a", MON, "", 5, discipline="yoga")],
        ["done a"],
    ),
    # Guided sessions.
    Case("the-routine-itself", [item(1, MON, a_routine())], [session("s", MON, "routines/hips")], ["done s"]),
    Case("the-routine-another-day", [item(1, MON, a_routine())], [session("s", FRI, "routines/hips")], ["done s"]),
    Case(
        "the-routine-stopped-half-way",
        [item(1, MON, a_routine())],
        [session("s", MON, "routines/hips", 5)],
        ["partial s"],
    ),
    Case(
        "the-routine-stopped-half-way-without-a-planned-length",
        [item(1, MON, a_routine(minutes=0))],
        [session("s", MON, "routines/hips", 5)],
        ["partial s"],
    ),
    Case(
        "another-routine-of-the-category-that-day",
        [item(1, MON, a_routine())],
        [session("s", MON, "routines/shoulders")],
        ["substituted s"],
    ),
    Case(
        "another-routine-of-the-category-another-day",
        [item(1, MON, a_routine())],
        [session("s", TUE, "routines/shoulders")],
        ["missed"],
        ["s"],
    ),
    Case(
        "a-session-for-a-discipline",
        [item(1, MON, any_of("kegel", 5))],
        [session("s", MON, "routines/daily", 5, category="kegel")],
        ["done s"],
    ),
    Case(
        "a-session-for-a-type",
        [item(1, MON, a_type("breathwork", 10, "breathwork"))],
        [session("s", THU, "exercises/box", category="breathwork")],
        ["done s"],
    ),
    # Several of both: the best whole assignment.
    Case(
        "one-deed-does-one-item",
        [item(1, MON, PZ), item(2, WED, PZ)],
        [ride("a", TUE, "power_zone")],
        ["done a", "missed"],
    ),
    Case(
        "one-deed-does-the-nearest-item",
        [item(1, MON, PZ), item(2, WED, PZ)],
        [ride("a", WED, "power_zone")],
        ["missed", "done a"],
    ),
    Case(
        "two-deeds-on-their-days",
        [item(1, MON, PZ), item(2, WED, PZ)],
        [ride("a", MON, "power_zone"), ride("b", WED, "power_zone")],
        ["done a", "done b"],
    ),
    Case(
        "the-earlier-item-gets-the-only-deed-between",
        [item(1, TUE, PZ), item(2, THU, PZ)],
        [ride("a", WED, "power_zone")],
        ["done a", "missed"],
    ),
    Case(
        "the-class-before-the-type",
        [item(1, MON, PZ), item(2, TUE, a_class("c1"))],
        [ride("a", MON, "power_zone", class_id="c1")],
        ["missed", "done a"],
    ),
    Case(
        "the-type-gives-way-so-that-both-are-done",
        [item(1, MON, PZ), item(2, TUE, a_class("c1"))],
        [ride("a", MON, "power_zone", class_id="c1"), ride("b", MON, "power_zone", hour=18)],
        ["done b", "done a"],
    ),
    Case(
        "not-greedy-the-length-decides",
        [item(1, MON, any_of("cycling", 60)), item(2, MON, any_of("cycling"), position=1)],
        [ride("a", MON, "", 30), ride("b", MON, "", 60, hour=9)],
        ["done b", "done a"],
    ),
    Case(
        "the-type-before-the-discipline",
        [item(1, MON, any_of("cycling", 45)), item(2, MON, PZ, position=1)],
        [ride("a", MON, "power_zone")],
        ["missed", "done a"],
    ),
    Case(
        "a-substitute-is-no-one-elses-class",
        [item(1, MON, PZE), item(2, TUE, PZ)],
        [ride("a", MON, "power_zone")],
        ["missed", "done a"],
    ),
    Case(
        "a-second-ride-is-unplanned",
        [item(1, MON, PZ)],
        [ride("a", MON, "power_zone"), ride("b", MON, "power_zone", hour=18)],
        ["done a"],
        ["b"],
    ),
    Case(
        "the-longer-of-two-short-ones",
        [item(1, MON, PZ)],
        [ride("a", MON, "power_zone", 10), ride("b", MON, "power_zone", 30, hour=9)],
        ["partial b"],
        ["a"],
    ),
    Case(
        "a-stack-of-three",
        [item(1, MON, PZ)],
        [ride("a", MON, "warm_up", 5), ride("b", MON, "power_zone", hour=8), ride("c", MON, "cool_down", 5, hour=9)],
        ["done b"],
        ["a", "c"],
    ),
    Case(
        "more-matches-of-a-kind-before-nearer-ones",
        [item(1, MON, PZ), item(2, SUN, PZ)],
        [ride("a", MON, "power_zone"), ride("b", TUE, "power_zone")],
        ["done a", "done b"],
    ),
    # Notes and rest.
    Case("a-note-has-no-state", [item(1, MON, NOTE)], [ride("a", MON)], [""], ["a"]),
    Case("a-day-of-rest-has-no-state", [item(1, MON, REST)], [ride("a", MON)], [""], ["a"]),
    # The rider's own word.
    Case("left-out", [item(1, MON, PZ, decision=SKIPPED)], [], ["skipped !"]),
    Case(
        "left-out-though-done",
        [item(1, MON, PZ, decision=SKIPPED)],
        [ride("a", MON, "power_zone")],
        ["skipped !"],
        ["a"],
    ),
    Case("done-without-a-record", [item(1, MON, PZ, decision=SAID_DONE)], [], ["done !"]),
    Case("nothing-counts", [item(1, MON, PZ, decision=NOTHING)], [ride("a", MON, "power_zone")], ["missed !"], ["a"]),
    Case("nothing-counts-yet", [item(1, FRI, PZ, decision=NOTHING)], [], ["planned !"], today=MON),
    Case(
        "nothing-counts-frees-it-for-another",
        [item(1, MON, PZ, decision=NOTHING), item(2, TUE, PZ)],
        [ride("a", MON, "power_zone")],
        ["missed !", "done a"],
    ),
    Case(
        "a-run-counts-for-a-ride",
        [item(1, MON, PZ, decision=COUNTS, decided_ref="workouts/a")],
        [ride("a", SAT, "tempo", discipline="running", taken_by=UUID(int=1))],
        ["substituted a !"],
    ),
    Case(
        "what-counts-is-taken-from-a-better-fit",
        [item(1, MON, PZE, decision=COUNTS, decided_ref="workouts/a"), item(2, TUE, PZ)],
        [ride("a", TUE, "power_zone", taken_by=UUID(int=1))],
        ["substituted a !", "missed"],
    ),
    Case(
        "what-counts-may-lie-in-another-week",
        [item(1, MON, PZ, decision=COUNTS, decided_ref="workouts/a")],
        [ride("a", LAST_SUN, "power_zone", taken_by=UUID(int=1))],
        ["done a !"],
    ),
    Case(
        "what-counts-in-another-week-is-gone-here",
        [item(1, MON, PZ)],
        [ride("a", MON, "power_zone", taken_by=UUID(int=99))],
        ["missed"],
    ),
    Case(
        "what-counts-may-be-too-short",
        [item(1, MON, PZ, decision=COUNTS, decided_ref="workouts/a")],
        [ride("a", MON, "power_zone", 20, taken_by=UUID(int=1))],
        ["partial a !"],
    ),
    Case("what-counted-was-deleted", [item(1, MON, PZ, decision=COUNTS, decided_ref="workouts/gone")], [], ["missed"]),
    Case(
        "what-counted-was-deleted-and-another-fits",
        [item(1, MON, PZ, decision=COUNTS, decided_ref="workouts/gone")],
        [ride("a", TUE, "power_zone")],
        ["done a"],
    ),
]


def told(standing: Standing) -> str:
    parts = [standing.state.value]
    if standing.fact is not None:
        parts.append(standing.fact.title)
    return " ".join([*parts, "!"] if standing.is_decided else parts)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_an_item_stands_as_the_rules_say(case: Case) -> None:
    found = match_week(WEEK, case.items, case.facts, case.today)

    assert list(case.expected) == [told(found.standings[one.item_id]) for one in case.items]
    assert list(case.over) == [fact.title for fact in found.unplanned]


def test_there_are_at_least_forty_cases_and_every_one_has_its_name() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 40
