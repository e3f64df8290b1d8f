"""Erasing an account: its rows go, a tombstone stays, what comes late has no effect."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from ctz.identity.events.v1.events_pb2 import UserDeleted, UserErased
from ctz.peloton_sync.events.v1.events_pb2 import WorkoutDeleted

from ctz_chassis import outbox
from ctz_chassis.broker.ports import Outcome
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import count_statements
from ctz_chassis.erasure import DELETED, Erasure
from ctz_chassis.events import Event, Poison, new_event
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import deletions

from .harness import NOW, USER, sample_event

OTHER = UUID("0192f0c1-0000-7000-8000-000000000002")
TYPE = "plans.thing.happened.v1"
ERASED = "plans.user.erased.v1"
LATER = NOW + timedelta(seconds=7)


def erasure_of(store, **given) -> Erasure:
    return Erasure(
        "plans",
        tombstones=store.tombstones,
        outbox_table=store.outbox,
        clock=lambda: LATER,
        **({"batch_rows": 3} | given),
    )


def consumer_of(store, erasure: Erasure) -> Consumer:
    def keep(connection, message, _event) -> None:
        add_thing(store, connection, UUID(message.user_id), int(message.workout_id))

    handlers, types = {TYPE: keep} | dict(erasure.handlers), {TYPE: WorkoutDeleted} | dict(erasure.message_types)
    return Consumer(
        "thing",
        store.database,
        store.inbox,
        handlers,
        types,
        tombstones=store.tombstones,
        preparations=erasure.preparations,
    )


def add_thing(store, connection, user_id: UUID, number: int) -> None:
    connection.execute(sa.insert(store.thing).values(id=number, user_id=user_id))
    connection.execute(sa.insert(store.note).values(user_id=user_id, thing_id=number))
    outbox.add(connection, store.outbox, sample_event("plans.thing.made.v1", user_id=user_id))


def deleted(user_id: UUID = USER, *, at=NOW) -> Event:
    message = UserDeleted(user_id=str(user_id))
    message.delete_time.FromDatetime(at)
    return new_event(DELETED, source="identity", user_id=user_id, message=message, clock=lambda: NOW)


def told(store, event_type: str) -> list[UserErased]:
    with store.database.read() as connection:
        rows = connection.execute(sa.select(store.outbox).where(store.outbox.c.type == event_type)).all()
    return [UserErased.FromString(row.data) for row in rows]


def held(store, user_id: UUID) -> dict[str, int]:
    """How many rows of a user each table has, the event about the erasing apart."""
    conditions = {
        "thing": store.thing.c.user_id == user_id,
        "note": store.note.c.user_id == user_id,
        "request_id": store.request_ids.c.user_id == user_id,
        "tombstone": store.tombstones.c.user_id == user_id,
        "outbox": (store.outbox.c.subject == str(user_id)) & (store.outbox.c.type != ERASED),
    }
    with store.database.read() as connection:
        counts = {
            name: connection.execute(sa.select(sa.func.count()).where(condition)).scalar_one()
            for name, condition in conditions.items()
        }
    return {name: count for name, count in counts.items() if count}


@pytest.fixture
def filled(store):
    """Seven things of each of two users."""
    with store.database.begin() as connection:
        for number in range(14):
            add_thing(store, connection, (USER, OTHER)[number % 2], number)
        for user_id in (USER, OTHER):
            connection.execute(
                sa.insert(store.request_ids).values(user_id=user_id, request_id="r", method="m", digest=b"d")
            )
    return store


def test_t118_every_row_of_the_user_goes_in_batches_and_nobody_elses(filled) -> None:
    consumer_of(filled, erasure_of(filled)).handle(deleted())
    assert {"tombstone": 1} == held(filled, USER)
    assert {"thing": 7, "note": 7, "request_id": 1, "outbox": 7} == held(filled, OTHER)


def test_t118_the_erasing_is_told_once_for_each_deletion_with_its_service_and_time(filled) -> None:
    """A deletion that identity tells anew, as after a restore, is answered anew; a second delivery is not."""
    consumer = consumer_of(filled, erasure_of(filled))
    first, again = deleted(), deleted()
    for event in (first, first, again):
        consumer.handle(event)
    expected = UserErased(user_id=str(USER), service="plans")
    expected.erase_time.FromDatetime(LATER)
    assert [expected, expected] == told(filled, ERASED)


def test_t118_events_that_are_replayed_later_change_nothing(filled) -> None:
    consumer = consumer_of(filled, erasure_of(filled))
    before, after = sample_event(TYPE, workout_id="100"), sample_event(TYPE, workout_id="101")
    consumer.handle(before)
    consumer.handle(deleted())
    for event in (before, after, after):
        consumer.handle(event)
    consumer.handle(sample_event(TYPE, workout_id="102", user_id=OTHER))
    assert {"tombstone": 1} == held(filled, USER)
    assert 8 == held(filled, OTHER)["thing"]


def test_asking_for_a_tombstone_costs_no_statement(store) -> None:
    consumer = consumer_of(store, erasure_of(store))
    plain = Consumer("plain", store.database, store.inbox, {TYPE: lambda *_: None}, {TYPE: WorkoutDeleted})
    asking = Consumer(
        "asking",
        store.database,
        store.inbox,
        {TYPE: lambda *_: None},
        {TYPE: WorkoutDeleted},
        tombstones=store.tombstones,
    )
    counts = []
    for each in (plain, asking):
        with count_statements(store.database.engine) as statements:
            each.handle(sample_event(TYPE))
        counts.append(statements.count)
    consumer.handle(deleted())
    assert counts[0] == counts[1]


def test_t118_what_was_under_way_while_the_account_was_erased_is_swept(filled) -> None:
    erasure = erasure_of(filled)
    consumer_of(filled, erasure).handle(deleted())
    with filled.database.begin() as connection:
        add_thing(filled, connection, USER, 200)
    with filled.database.begin() as connection:
        swept = [erasure.sweep(connection), erasure.sweep(connection)]
    assert [3, 0] == swept
    assert {"tombstone": 1} == held(filled, USER)
    assert 7 == held(filled, OTHER)["thing"]
    assert 1 == len(told(filled, ERASED))


def test_what_the_rule_does_not_reach_is_erased_by_the_service_first(filled) -> None:
    seen = []

    def extra(connection, user_id: UUID) -> None:
        count = sa.select(sa.func.count()).where(filled.thing.c.user_id == user_id)
        seen.append((user_id, connection.execute(count).scalar_one()))

    consumer_of(filled, erasure_of(filled, extras=[extra])).handle(deleted())
    assert [(USER, 7)] == seen


def test_the_last_words_about_an_account_leave_the_outbox_when_they_are_out(filled) -> None:
    class Confirming:
        def publish(self, events):
            self.types = [event.type for event in events]
            return [Outcome.CONFIRMED for _ in events]

        def close(self) -> None: ...

    consumer_of(filled, erasure_of(filled)).handle(deleted())
    publisher = Confirming()
    outbox.Relay(filled.database, publisher, filled.outbox).publish_once()
    assert ERASED in publisher.types
    assert [] == told(filled, ERASED)
    assert 7 == held(filled, OTHER)["outbox"]


def test_a_deletion_of_nobody_is_poison(store) -> None:
    message = UserDeleted(user_id="nobody")
    event = Event(uuid7(), DELETED, "identity", "nobody", NOW, message.SerializeToString())
    with pytest.raises(Poison):
        consumer_of(store, erasure_of(store)).handle(event)


def test_t118_heavy_tables_are_emptied_in_small_transactions_that_stay_when_the_erasing_breaks_off(filled) -> None:
    """Nobody is told before the end; the next delivery goes on where the first one stopped."""
    left = []

    def break_off_once(connection, user_id) -> None:
        mine = sa.select(sa.func.count()).where(filled.note.c.user_id == user_id)
        left.append(connection.execute(mine).scalar_one())
        if len(left) == 1:
            raise RuntimeError

    consumer = consumer_of(filled, erasure_of(filled, heavy={filled.note: 2}, extras=[break_off_once]))
    with deletions(filled.database.engine) as gone, pytest.raises(RuntimeError):
        consumer.handle(deleted())
    assert [2, 2, 2, 1, 0] == gone["note"]
    assert {"thing": 7, "request_id": 1, "outbox": 7} == held(filled, USER)
    assert [] == told(filled, ERASED)

    consumer.handle(deleted())
    assert [0, 0] == left
    assert {"tombstone": 1} == held(filled, USER)
    assert 1 == len(told(filled, ERASED))
    assert 7 == held(filled, OTHER)["note"]
