"""The rider's word about an item: it wins over what was matched, and lasts until the item changes."""

from collections.abc import Callable
from uuid import UUID

import pytest
from ctz.plans.v1 import plans_pb2 as pb

from ctz_chassis.consumers import Consumer
from ctz_chassis.ids import uuid7

from .harness import (
    MON,
    NEXT_MON,
    SAT,
    SUN,
    TUE,
    WED,
    Rider,
    Riders,
    deleted,
    note,
    recorded,
    refused,
    states,
    type_of,
    unplanned,
)

pytestmark = pytest.mark.component


def test_the_riders_word_wins_and_lasts(rider: Rider, ridden: Callable[..., UUID], consumer: Consumer) -> None:
    item = rider.put(MON, type_of("power_zone"))
    first, second = ridden("a", MON), ridden("b", TUE, class_type="tempo", discipline="running")
    assert ["done a"] == states(rider.week())
    said = rider.decide(item, pb.DECISION_COUNTS, f"workouts/{second}")
    assert (pb.ITEM_STATE_SUBSTITUTED, "b", True) == (said.state, said.done.title, said.is_decided)
    assert (["substituted b !"], ["a"]) == (states(rider.week()), unplanned(rider.week()))
    # Late news about either changes nothing of it.
    ridden("a", MON, workout=first, revision=2)
    assert ["substituted b !"] == states(rider.week())
    for decision, expected in (
        (pb.DECISION_DONE, "done !"),
        (pb.DECISION_SKIPPED, "skipped !"),
        (pb.DECISION_NOTHING_COUNTS, "missed !"),
        (pb.DECISION_CLEAR, "done a"),
    ):
        rider.decide(item, decision)
        assert [expected] == states(rider.week())


def test_what_counts_for_one_item_counts_for_no_other(rider: Rider, ridden: Callable[..., UUID]) -> None:
    """Also in another week, and also when the rider changes his mind."""
    here, there = rider.put(MON, type_of("power_zone")), rider.put(NEXT_MON, type_of("power_zone"))
    workout = ridden("a", MON)
    rider.decide(there, pb.DECISION_COUNTS, f"workouts/{workout}")
    assert (["missed"], []) == (states(rider.week()), unplanned(rider.week()))
    assert ["done a !"] == states(rider.week(NEXT_MON, today="2026-06-20"))
    rider.decide(here, pb.DECISION_COUNTS, f"workouts/{workout}")
    assert ["done a !"] == states(rider.week())
    assert ["missed"] == states(rider.week(NEXT_MON, today="2026-06-20"))


def test_an_undeleted_item_does_not_take_back_what_counts_elsewhere(rider: Rider, ridden: Callable[..., UUID]) -> None:
    first, second = rider.put(MON, type_of("power_zone")), rider.put(TUE, type_of("power_zone"))
    workout = f"workouts/{ridden('a', MON)}"
    rider.decide(first, pb.DECISION_COUNTS, workout)
    rider.plan.DeleteItem(pb.DeleteItemRequest(name=first.name))
    rider.decide(second, pb.DECISION_COUNTS, workout)
    rider.plan.UndeleteItem(pb.UndeleteItemRequest(name=first.name))
    assert ["missed", "done a !"] == states(rider.week())


def test_a_word_about_a_workout_that_went_sleeps_until_it_is_back(
    rider: Rider, ridden: Callable[..., UUID], consumer: Consumer
) -> None:
    item, workout = rider.put(MON, type_of("power_zone")), ridden("a", SAT, class_type="climb")
    rider.decide(item, pb.DECISION_COUNTS, f"workouts/{workout}")
    consumer.handle(deleted(workout, rider.user_id, 2))
    assert ["missed"] == states(rider.week())
    ridden("a", SAT, workout=workout, revision=3, class_type="climb")
    assert ["substituted a !"] == states(rider.week())


def test_what_nobody_did_cannot_count(riders: Riders, consumer: Consumer) -> None:
    rider, other = riders(), riders()
    item, workout = rider.put(MON, type_of("power_zone")), uuid7()
    consumer.handle(recorded(workout, other.user_id, "not yours", MON))
    for ref in (f"workouts/{workout}", f"workouts/{uuid7()}", f"sessions/{uuid7()}"):
        with refused("NOT_FOUND", "NOT_FOUND"):
            rider.decide(item, pb.DECISION_COUNTS, ref)
    assert ["missed"] == states(rider.week())


def test_a_note_has_no_word_on_it(rider: Rider) -> None:
    with refused("FAILED_PRECONDITION", "ITEM_ASKS_NOTHING"):
        rider.decide(rider.put(MON, note("a")), pb.DECISION_SKIPPED)


def test_a_word_goes_when_the_item_asks_for_nothing_any_more(rider: Rider) -> None:
    item = rider.decide(rider.put(MON, type_of("power_zone")), pb.DECISION_SKIPPED)
    changed = rider.plan.UpdateItem(
        pb.UpdateItemRequest(name=item.name, revision=item.revision, activity=note("instead"))
    )
    assert not changed.is_decided
    assert ["unspecified"] == states(rider.week())


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("decision", {"decision": pb.DECISION_UNSPECIFIED}),
        ("done", {"decision": pb.DECISION_COUNTS, "done": "rides/1"}),
        ("done", {"decision": pb.DECISION_DONE, "done": f"workouts/{UUID(int=1)}"}),
        ("week_start", {"decision": pb.DECISION_DONE, "week_start": 7}),
        ("today", {"decision": pb.DECISION_DONE, "today": ""}),
    ],
)
def test_a_word_that_does_not_fit_is_refused(rider: Rider, field: str, change: dict[str, object]) -> None:
    item = rider.put(MON, type_of("power_zone"))
    values: dict[str, object] = {"name": item.name, "today": NEXT_MON} | change
    with refused("INVALID_ARGUMENT", field=field):
        rider.plan.DecideItem(pb.DecideItemRequest(**values))  # type: ignore[arg-type]
    assert ["missed"] == states(rider.week())


def test_candidates_are_what_was_done_within_a_week_nearest_first(rider: Rider, ridden: Callable[..., UUID]) -> None:
    item = rider.put(WED, type_of("power_zone"))
    for title, day in (("far", "2026-05-26"), ("week", "2026-05-27"), ("day", WED), ("after", SUN), ("before", TUE)):
        ridden(title, day, class_type="climb")
    found = rider.plan.ListCandidates(pb.ListCandidatesRequest(name=item.name)).candidates
    assert ["day", "before", "after", "week"] == [fact.title for fact in found]
    for number in range(40):
        ridden(f"more {number}", WED)
    assert 30 == len(rider.plan.ListCandidates(pb.ListCandidatesRequest(name=item.name)).candidates)
