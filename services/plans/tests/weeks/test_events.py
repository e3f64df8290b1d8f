"""Projections of what others tell: order and repetition do not matter, and they can be rebuilt from the events."""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from ctz.common.v1 import activity_pb2 as common

from ctz_chassis.consumers import Consumer, Told
from ctz_chassis.db import Database, make_engine
from ctz_chassis.events import Event, Poison
from ctz_chassis.ids import uuid7
from ctz_chassis.migrations import differences
from ctz_local.testing import ServiceDatabase
from ctz_plans.cli import GROUP_HANDLERS, HANDLERS, MESSAGE_TYPES, SCHEMA
from ctz_plans.consumers.challenges import DECIDED, MEMBERSHIP, UPDATED
from ctz_plans.consumers.workouts import ANALYZED, RECORDED
from ctz_plans.store import practice_tables, tables

from .harness import (
    FRI,
    MON,
    SUN,
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
    note,
    recorded,
    scheduled,
    states,
    type_of,
    unplanned,
)

pytestmark = pytest.mark.component
PERMUTATIONS = 1_000
PROJECTIONS = (
    tables.recorded_workout,
    tables.challenge,
    tables.challenge_item,
    tables.challenge_membership,
    tables.challenge_decision,
)


def rows(connection: sa.Connection) -> list[list[tuple[Any, ...]]]:
    return [
        [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
        for table in PROJECTIONS
    ]


def empty(connection: sa.Connection) -> None:
    for table in (*PROJECTIONS, tables.inbox):
        connection.execute(sa.delete(table))


def handle_all(consumer: Consumer, events: Sequence[Event]) -> None:
    for each in events:
        consumer.handle(each)


@pytest.fixture
def history() -> list[Event]:
    """A challenge that changes twice, one that goes, members who come and go, items decided and decided anew, rides."""
    user, other = uuid7(), uuid7()
    stays, goes = uuid7(), uuid7()
    first, second, third = uuid7(), uuid7(), uuid7()
    ride, gone, back = uuid7(), uuid7(), uuid7()
    return [
        challenge(stays, 1, [scheduled(first, MON, type_of("power_zone"))]),
        challenge(stays, 2, [scheduled(first, TUE, type_of("power_zone")), scheduled(second, WED, type_of("climb"))]),
        challenge(
            stays,
            3,
            [
                scheduled(second, WED, type_of("climb"), last_date=SUN, alternatives=[type_of("hiit")]),
                scheduled(third, FRI, note("rest well"), is_bonus=True),
            ],
            title="Later",
        ),
        challenge(goes, 1, [scheduled(uuid7(), MON, type_of("power_zone"))]),
        challenge(goes, 2, is_deleted=True),
        membership(stays, user, 1),
        membership(stays, user, 2, is_member=False),
        membership(stays, user, 3, day=WED),
        membership(goes, other, 1),
        decided(stays, second, user, 1, is_done=True, done=f"workouts/{ride}", done_date=WED, points=50),
        decided(stays, second, user, 2, is_done=True, done=f"workouts/{ride}", done_date=WED, points=45.5),
        decided(stays, third, other, 1),
        recorded(ride, user, "ride", WED),
        recorded(ride, user, "ride again", WED, 2, elapsed_seconds=1200),
        analyzed(ride, user, 50.0),
        recorded(gone, user, "gone", FRI),
        deleted(gone, user, 2),
        recorded(back, user, "came back", FRI),
        deleted(back, user, 2),
        recorded(back, user, "came back", FRI, 3),
        absorbed(back, user, ride),
        absorbed(back, user, None, 2),
        absorbed(back, user, gone, 3),
    ]


@pytest.fixture
def live(database: Database, consumer: Consumer, history: list[Event]) -> Iterator[list[list[tuple[Any, ...]]]]:
    """The projections after the history in its order; they are empty again."""
    with database.begin() as connection:
        empty(connection)
    handle_all(consumer, history)
    with database.begin() as connection:
        found = rows(connection)
        empty(connection)
    yield found
    with database.begin() as connection:
        empty(connection)


def test_the_schema_equals_its_migrations(made: ServiceDatabase) -> None:
    """What the code believes of its tables is what the migrations made."""
    assert practice_tables.session.metadata is tables.metadata
    engine = make_engine(made.superuser_dsn(), application_name="test")
    assert [] == differences(engine, tables.metadata, SCHEMA.name)
    engine.dispose()


def test_t018_three_deliveries_are_one(
    database: Database, consumer: Consumer, history: list[Event], live: list[list[tuple[Any, ...]]]
) -> None:
    handle_all(consumer, [each for each in history for _ in range(3)])
    handle_all(consumer, history)
    with database.read() as connection:
        assert live == rows(connection)


def apply(connection: sa.Connection, told: list[Told]) -> None:
    """Apply messages in this order, each group of neighbours at once."""
    for (handle_group, _), neighbours in groupby(told, lambda one: (GROUP_HANDLERS.get(one[1].type), one[1].subject)):
        if handle_group is not None:
            handle_group(connection, list(neighbours))
        else:
            for message, each in neighbours:
                HANDLERS[each.type](connection, message, each)


def test_t019_a_thousand_orders_of_arrival_leave_the_same_rows(
    database: Database, history: list[Event], live: list[list[tuple[Any, ...]]]
) -> None:
    """Each order through the real handlers and the real statements, one transaction an order, which is undone.

    Neighbours that may be handled together are.
    """
    shuffler = random.Random(19)
    decoded = [(MESSAGE_TYPES[each.type].FromString(each.data), each) for each in history]
    for _ in range(PERMUTATIONS):
        shuffler.shuffle(decoded)
        with database.engine.connect() as connection:
            apply(connection, decoded)
            assert live == rows(connection)
            connection.rollback()


def test_t020_projections_rebuilt_from_the_events_are_equal_byte_for_byte(
    database: Database, consumer: Consumer, history: list[Event], live: list[list[tuple[Any, ...]]]
) -> None:
    handle_all(consumer, history)
    with database.begin() as connection:
        before = repr(rows(connection)).encode()
        empty(connection)
    handle_all(consumer, history)
    with database.read() as connection:
        assert before == repr(rows(connection)).encode()
        assert repr(live).encode() == before


def test_an_older_owner_cannot_take_a_workout_over(riders: Riders, consumer: Consumer) -> None:
    """A workout belongs to the rider of its first event."""
    owner, other, ride = riders(), riders(), uuid7()
    consumer.handle(recorded(ride, owner.user_id, "mine", MON))
    consumer.handle(recorded(ride, other.user_id, "taken over", MON, 2))
    consumer.handle(deleted(ride, other.user_id, 3))
    assert (["mine"], []) == (unplanned(owner.week()), unplanned(other.week()))


def test_a_week_does_not_depend_on_what_arrived_first(riders: Riders, consumer: Consumer) -> None:
    """Items first or rides first, in any order: the same week."""
    told = []
    shuffler = random.Random(7)
    for number in range(6):
        rider = riders()
        rides = [
            recorded(uuid7(), rider.user_id, title, day, class_type=kind, duration_seconds=seconds)
            for title, day, kind, seconds in (
                ("a", MON, "power_zone", 2700),
                ("b", WED, "power_zone", 1200),
                ("c", FRI, "climb", 2700),
            )
        ]
        shuffler.shuffle(rides)
        if number % 2:
            handle_all(consumer, rides)
        for day, kind in ((MON, "power_zone"), (TUE, "power_zone"), (FRI, "hiit")):
            rider.put(day, type_of(kind))
        if not number % 2:
            handle_all(consumer, rides)
        told.append(states(rider.week()))
    assert [["done a", "partial b", "substituted c"]] * 6 == told


def malformed(kind: str, change: Callable[[Any], object]) -> Event:
    user, which = uuid7(), uuid7()
    good = {
        RECORDED: recorded(which, user, "ride", MON),
        ANALYZED: analyzed(which, user, 50.0),
        UPDATED: challenge(which, items=[scheduled(uuid7(), MON, type_of("climb"), alternatives=[type_of("hiit")])]),
        MEMBERSHIP: membership(which, user),
        DECIDED: decided(which, uuid7(), user, is_done=True, done=f"workouts/{uuid7()}", done_date=MON, points=50),
    }[kind]
    message = MESSAGE_TYPES[kind].FromString(good.data)
    change(message)
    return event(kind, message, None if kind == UPDATED else user)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (RECORDED, lambda message: message.ClearField("workout_id")),
        (RECORDED, lambda message: message.ClearField("revision")),
        (RECORDED, lambda message: message.ClearField("local_date")),
        (RECORDED, lambda message: message.ClearField("start_time")),
        (ANALYZED, lambda message: message.ClearField("revision")),
        (ANALYZED, lambda message: message.zone_seconds.append(1)),
        (UPDATED, lambda message: message.ClearField("challenge_id")),
        (UPDATED, lambda message: message.ClearField("revision")),
        (UPDATED, lambda message: message.items[0].ClearField("item_id")),
        (UPDATED, lambda message: message.items[0].ClearField("date")),
        (UPDATED, lambda message: message.items[0].ClearField("activity")),
        (UPDATED, lambda message: message.items[0].alternatives[0].ClearField("kind")),
        (MEMBERSHIP, lambda message: message.ClearField("challenge_id")),
        (MEMBERSHIP, lambda message: message.ClearField("revision")),
        (MEMBERSHIP, lambda message: setattr(message, "join_date", "soon")),
        (DECIDED, lambda message: message.ClearField("item_id")),
        (DECIDED, lambda message: message.ClearField("revision")),
        (DECIDED, lambda message: setattr(message, "done", "workouts/1")),
        (DECIDED, lambda message: setattr(message, "done", f"rides/{UUID(int=1)}")),
    ],
)
def test_t021_a_malformed_event_is_poison(consumer: Consumer, kind: str, change: Callable[[Any], object]) -> None:
    """What no attempt can make right goes to the dead letters at once."""
    with pytest.raises(Poison):
        consumer.handle(malformed(kind, change))


def test_a_type_of_class_that_plans_does_not_know_is_shown_all_the_same(rider: Rider, consumer: Consumer) -> None:
    """The words of others may grow: a challenge is not lost over one of them."""
    which = uuid7()
    odd = common.Activity(
        kind=common.ACTIVITY_KIND_CLASS_TYPE, title="20 min Aqua", class_type="aqua", discipline="Aqua!"
    )
    consumer.handle(challenge(which, items=[scheduled(uuid7(), MON, odd)]))
    consumer.handle(membership(which, rider.user_id))
    assert [odd] == [item.activity for item in rider.week().days[0].items]
