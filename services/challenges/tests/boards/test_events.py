"""Events move the ledger and the boards, in whatever order and however often they come."""

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import groupby, permutations
from uuid import UUID

import pytest
import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.plans.events.v1 import events_pb2 as plans
from google.protobuf.message import Message

from ctz_challenges.domain.challenge import Challenge, Metric
from ctz_challenges.domain.facts import Done
from ctz_challenges.store import tables
from ctz_chassis.events import Poison
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import User

from .harness import Arena, absorbed, analyzed, completed, deleted, events_of, facts, own, ranks, recorded, with_own_ids
from .making import CLASS, a_class, a_routine, any_of, bonus, challenge, core, per, session, workout

pytestmark = pytest.mark.component

SHUFFLES = 25
KILOJOULES = per(Metric.KILOJOULES, "0.1", without="1")


def week_of_things() -> list[Done]:
    """A class, a ride with power, a run, a routine and a strength class, over two weeks."""
    return [
        own(workout("class", class_id=CLASS, kilojoules="412.5")),
        own(workout("ride", day=1, kilojoules="300", training_stress_score="51.3", kilometres="20.2")),
        own(workout("run", day=2, discipline="running", kilometres="5.1")),
        own(session("hips", "mobility", day=8, practice="routines/1")),
        own(workout("strength", day=9, discipline="strength", minutes=20)),
    ]


def asked() -> Challenge:
    items = (
        core(a_class(), any_of("cycling", 45)),
        core(any_of("running", 20), position=1),
        bonus(any_of("cycling")),
        core(a_routine("routines/1"), week=2),
        bonus(any_of("strength", 20), week=2),
    )
    return with_own_ids(challenge(*items, rules=(KILOJOULES, per(Metric.TSS, "0.5")), cap="400"))


Played = tuple[Challenge, list[User]]
"""A challenge and its riders."""


@pytest.fixture
def played(arena: Arena) -> Played:
    """Two teams, three riders, and what they did."""
    given = asked()
    red, blue = arena.add(given, "Red", "Blue")
    riders = [arena.rider() for _ in range(3)]
    for rider, team in zip(riders, (red, red, blue), strict=True):
        arena.enter(given, rider, team)
    for rider in riders[:2]:
        arena.do(rider, *week_of_things())
    return given, riders


def test_an_event_is_on_the_board_when_its_transaction_is(arena: Arena, played: Played) -> None:
    """Members, teams, week and total agree with each other and with the lines."""
    given, riders = played
    members = arena.board(riders[0], given, kind="BOARD_KIND_MEMBERS")
    first, second = (arena.board(riders[0], given, kind="BOARD_KIND_MEMBERS", week=week) for week in (1, 2))
    teams = arena.board(riders[0], given)

    # Week 1: 100 for the core, 10 bonus; 41.25, 30 and 45 by work or minutes; 25.65 for stress. Week 2: 50 and 10, and
    # 10 and 20 minutes.
    assert [251.9, 90] == [board.rows[0].points for board in (first, second)]
    assert [1, 1, 3] == [row.rank for row in members.rows]
    assert members.rows[0].points == pytest.approx(first.rows[0].points + second.rows[0].points)
    assert 0 == members.rows[2].points
    assert [members.rows[0].points, 0] == [row.points for row in teams.rows]
    assert 2 * members.rows[0].points == teams.rows[0].member_sum
    assert members.rows[0].points == arena.explain(riders[0], given, riders[0]).points


def test_t018_events_delivered_three_times_give_the_same_boards(arena: Arena, played: Played) -> None:
    """Redelivery has no second effect, and publishes nothing again."""
    before, told = arena.stored(), len(arena.told(played[1][0]))
    for each in arena.sent * 2:
        arena.consumer.handle(each)

    assert before == arena.stored()
    assert told == len(arena.told(played[1][0]))


def test_t018_a_replay_under_new_ids_gives_the_same_boards(arena: Arena, played: Played) -> None:
    """Revisions guard where the inbox cannot: an event that its owner emits once more is an old one."""
    before = arena.stored()
    arena.send(*(replace(each, id=uuid7()) for each in list(arena.sent)))

    assert before == arena.stored()


def test_t019_the_order_of_events_does_not_matter(arena: Arena, played: Played) -> None:
    """Seeded shuffles of everything, with an edit, a deletion and a return among it; neighbours may go together."""
    _, riders = played
    edited = own(workout("edited", day=3, kilojoules="100"))
    back = own(workout("back", day=4, discipline="running"))
    user = riders[2].user_id
    arena.send(
        recorded(user, edited),
        recorded(user, replace(edited, start_time=edited.start_time + timedelta(days=5)), 2),
        analyzed(user, replace(edited, training_stress_score=Decimal("33.3"))),
        recorded(user, back),
        deleted(user, back, 2),
        recorded(user, back, 3),
        absorbed(user, back, edited),
        absorbed(user, back, None, 2),
        absorbed(user, edited, back, 1),
    )
    ordered, events = arena.stored(), list(arena.sent)
    shuffler = random.Random(20260506)
    for _ in range(SHUFFLES):
        arena.forget_facts()
        shuffler.shuffle(events)
        together = arena.consumer.together
        for group, neighbours in groupby(events, together.group_of):
            if group is not None:
                together.handle(list(neighbours))
            else:
                for each in neighbours:
                    arena.consumer.handle(each)

        assert ordered == arena.stored()


def test_t020_replay_equals_live(arena: Arena, played: Played) -> None:
    """Everything rebuilt from the events alone, on another day, is what it was; only times of writing differ."""
    _, riders = played
    arena.send(deleted(riders[1].user_id, _done_of(arena, riders[1].user_id, "ride")))
    before, events = arena.stored(), list(arena.sent)
    arena.clock.advance(days=40)
    arena.forget_facts()
    for each in events:
        arena.consumer.handle(each)

    assert before == arena.stored()


@pytest.mark.parametrize("title", ["class", "ride", "run", "hips", "strength"])
def test_deleting_takes_back_exactly_what_was_given(arena: Arena, title: str) -> None:
    """Whatever else depended on it: the board is as if it had never been, and then again as it was."""
    given = asked()
    (red,) = arena.add(given, "Red")
    rider = arena.rider()
    arena.enter(given, rider, red)
    things = week_of_things()
    one = next(each for each in things if each.title == title)
    arena.do(rider, *(each for each in things if each != one))
    without = arena.stored()
    arena.do(rider, one)
    whole = arena.stored()
    arena.send(deleted(rider.user_id, one))

    assert without == arena.stored()
    assert "deleted" in {each.cause for each in arena.explain(rider, given, rider).corrections}
    arena.send(*events_of(rider.user_id, one, 3))
    assert whole == arena.stored()


def _done_of(arena: Arena, user: UUID, title: str) -> Done:
    with arena.database.read() as connection:
        table = tables.recorded_workout
        found = connection.execute(sa.select(table).where(table.c.user_id == user, table.c.title == title)).one()
    return replace(workout(title), done_id=found.workout_id)


def test_a_workout_that_moves_to_another_day_leaves_no_points_behind(arena: Arena) -> None:
    """An edit upstream moves it out of one challenge and into another: both are scored."""
    first = with_own_ids(challenge(rules=(KILOJOULES,), days=7))
    second = with_own_ids(challenge(rules=(KILOJOULES,), days=7, start=first.start_date + timedelta(days=7)))
    rider = arena.rider()
    for given in (first, second):
        arena.add(given)
        arena.enter(given, rider)
    one = own(workout(kilojoules="500"))
    arena.do(rider, one)
    before = [arena.board(rider, given, kind="BOARD_KIND_MEMBERS").rows[0].points for given in (first, second)]
    moved = replace(one, start_time=one.start_time + timedelta(days=7))
    arena.send(recorded(rider.user_id, moved, 2))
    after = [arena.board(rider, given, kind="BOARD_KIND_MEMBERS").rows[0].points for given in (first, second)]

    assert ([50, 0], [0, 50]) == (before, after)


def test_points_wait_for_the_workout_that_was_analysed_before_it_was_recorded(arena: Arena) -> None:
    """Figures without a workout count nothing; when it arrives they count at once."""
    given = with_own_ids(challenge(rules=(per(Metric.TSS, "1"), per(Metric.KILOMETRES, "2"))))
    arena.add(given)
    rider, one = arena.rider(), own(workout(training_stress_score="64.5", kilometres="10.25"))
    arena.enter(given, rider)
    arena.send(analyzed(rider.user_id, one))
    before = ranks(arena.board(rider, given, kind="BOARD_KIND_MEMBERS"))
    arena.send(recorded(rider.user_id, one))

    assert [(1, 0)] == before
    assert [(1, 85)] == ranks(arena.board(rider, given, kind="BOARD_KIND_MEMBERS"))


def test_a_private_session_is_kept_as_nothing_but_its_tombstone(arena: Arena) -> None:
    """Neither title, day nor length of it are stored; a session that becomes private takes its points with it."""
    given = with_own_ids(challenge(rules=(per(Metric.MINUTES, "1"),)))
    arena.add(given)
    rider, one = arena.rider(), own(session("Long holds", "kegel", practice="exercises/1"))
    arena.enter(given, rider)
    arena.send(completed(rider.user_id, one, 1))
    shared = arena.board(rider, given, kind="BOARD_KIND_MEMBERS").rows[0].points
    arena.send(completed(rider.user_id, one, 2, is_private=True))
    with arena.database.read() as connection:
        kept = connection.execute(sa.select(tables.recorded_session)).mappings().one()

    assert (10, 0) == (shared, arena.board(rider, given, kind="BOARD_KIND_MEMBERS").rows[0].points)
    assert {"session_id", "user_id", "revision", "is_gone", "category", "practice", "title"} == {
        name for name, value in kept.items() if value is not None
    }
    assert ("", "", "") == (kept["category"], kept["practice"], kept["title"])


def test_t019_every_order_of_a_workout_that_went_and_came_back(arena: Arena) -> None:
    """Only the higher `recorded` lifts the deletion, wherever the deletion arrives."""
    ride, user = own(workout("ride", kilojoules="300", training_stress_score="51.3")), uuid7()
    events = [recorded(user, ride), deleted(user, ride, 2), recorded(user, ride, 3), analyzed(user, ride)]
    seen = set()
    for order in permutations(events):
        arena.forget_facts()
        for each in order:
            arena.consumer.handle(each)
        seen.add(repr(facts(arena)))

    assert 1 == len(seen)
    assert "'ride'" in seen.pop()


def test_an_older_owner_cannot_take_a_workout_over(arena: Arena) -> None:
    """A workout belongs to the rider of its first event."""
    ride, owner, other = own(workout("ride")), uuid7(), uuid7()
    arena.send(recorded(owner, ride), recorded(other, replace(ride, title="taken over"), 2), deleted(other, ride, 3))

    assert [(ride.done_id, owner)] == [row[:2] for row in facts(arena)]


MALFORMED = [
    (plans.SessionCompleted, field) for field in ("session_id", "user_id", "revision", "start_time", "local_date")
] + [(peloton.WorkoutRecorded, field) for field in ("workout_id", "user_id", "revision", "start_time", "local_date")]


@pytest.mark.parametrize(("kind", "field"), MALFORMED)
def test_t021_a_malformed_event_is_poison(arena: Arena, kind: type[Message], field: str) -> None:
    """What no attempt can make right goes to the dead letters at once."""
    is_session = kind is plans.SessionCompleted
    good = completed(uuid7(), own(session("hips", "mobility"))) if is_session else recorded(uuid7(), own(workout("x")))
    message = kind.FromString(good.data)
    message.ClearField(field)
    with pytest.raises(Poison):
        arena.consumer.handle(replace(good, data=message.SerializeToString()))


def test_decisions_are_published_when_they_change_and_only_then(arena: Arena) -> None:
    """What plans shows: done, done by another workout, no longer done."""
    given = with_own_ids(challenge(core(a_class())))
    arena.add(given)
    rider = arena.rider()
    arena.enter(given, rider)
    later, earlier = own(workout("later", day=2, class_id=CLASS)), own(workout("earlier", day=1, class_id=CLASS))
    arena.do(rider, later)
    arena.do(rider, own(workout("other", day=3)))
    arena.do(rider, earlier)
    arena.send(deleted(rider.user_id, earlier), deleted(rider.user_id, later))

    names = {f"workouts/{each.done_id}": each.title for each in (later, earlier)}
    assert [(1, "later", 50), (2, "earlier", 50), (3, "later", 50), (4, "", 0)] == [
        (told.revision, names.get(told.done, ""), told.points) for told in arena.told(rider)
    ]
    assert [True, True, True, False] == [told.is_done for told in arena.told(rider)]
    assert ["2026-05-08", "2026-05-07", "2026-05-08", ""] == [told.done_date for told in arena.told(rider)]


def test_a_workout_recorded_twice_counts_once_and_again_when_that_was_undone(arena: Arena) -> None:
    """Beneath a workout that does not count, such as one that the rider entered, it goes on counting."""
    given = with_own_ids(challenge(rules=(KILOJOULES,)))
    arena.add(given)
    rider = arena.rider()
    arena.enter(given, rider)
    bike, app = own(workout("bike", kilojoules="300")), own(workout("app", kilojoules="200"))
    arena.do(rider, bike, app)

    def points() -> float:
        return arena.explain(rider, given, rider).points

    assert 50 == points()
    arena.send(absorbed(rider.user_id, app, bike))
    assert 30 == points()
    arena.send(absorbed(rider.user_id, app, uuid7(), 2))
    assert 50 == points()
    arena.send(absorbed(rider.user_id, app, bike, 3), deleted(rider.user_id, bike))
    assert 20 == points()
