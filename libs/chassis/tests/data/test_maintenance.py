"""Housekeeping, and dead letters that get their attempts back."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from ctz.peloton_sync.events.v1.events_pb2 import WorkoutDeleted

from ctz_chassis import idempotency, inbox, outbox
from ctz_chassis.broker import connect_dead_letters, connect_publisher, connect_subscription, declare
from ctz_chassis.consumers import Consumer
from ctz_chassis.idempotency import RequestKey
from ctz_chassis.maintenance import Housekeeping, RevivingDeadLetters

from .harness import USER, background, consuming, eventually, sample_event

pytestmark = pytest.mark.component


def fill(store) -> None:
    old = sa.func.now() - timedelta(days=200)
    event = sample_event("plans.thing.happened.v1")
    with store.database.begin() as connection:
        outbox.add(connection, store.outbox, event)
        connection.execute(sa.update(store.outbox).values(published_at=old))
        inbox.first_times(connection, store.inbox, "thing", [event])
        connection.execute(sa.update(store.inbox).values(seen_at=old))
        idempotency.once(connection, store.request_ids, USER, RequestKey("r", "m", b"d"), lambda: b"")
        connection.execute(sa.update(store.request_ids).values(created_at=old))


def broken(connection: sa.Connection) -> int:
    return connection.execute(sa.text("SELECT 1 / 0")).scalar_one()


def housekeeping(store, every_seconds: float, first_seconds: float = 3_600) -> Housekeeping:
    sweeps = {
        "outbox": lambda connection: outbox.prune(connection, store.outbox),
        "inbox": lambda connection: inbox.prune(connection, store.inbox),
        "request ids": lambda connection: idempotency.prune(connection, store.request_ids),
    }
    return Housekeeping(store.database, sweeps, first_seconds=first_seconds, every_seconds=every_seconds)


def rows(store) -> int:
    with store.database.read() as connection:
        tables = (store.outbox, store.inbox, store.request_ids)
        return sum(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables)


def test_a_sweep_removes_what_is_too_old_from_every_table(store) -> None:
    fill(store)
    swept = housekeeping(store, 3_600).sweep(threading.Event())
    assert {"outbox": 1, "inbox": 1, "request ids": 1} == swept
    assert 0 == rows(store)


def test_housekeeping_sweeps_again_and_again(store) -> None:
    with background(housekeeping(store, 0.05, 0.05).run):
        for _ in range(2):
            fill(store)
            eventually(lambda: 0 == rows(store))


def test_a_machine_that_is_never_up_for_an_hour_is_swept_too(store) -> None:
    fill(store)
    with background(housekeeping(store, 3_600, 0.01).run):
        eventually(lambda: 0 == rows(store))


def test_a_sweep_that_fails_is_named_and_holds_up_no_other(store, caplog: pytest.LogCaptureFixture) -> None:
    fill(store)
    sweeps = {"broken": broken, "outbox": lambda connection: outbox.prune(connection, store.outbox)}
    assert {"broken": 0, "outbox": 1} == Housekeeping(store.database, sweeps).sweep(threading.Event())
    assert [("sweep_failed", "broken")] == [(record.message, vars(record)["sweep"]) for record in caplog.records]


def test_t025_after_the_handler_is_fixed_a_replay_empties_the_dead_letters(store, broker) -> None:
    spec = broker.spec()
    declare(broker.url, [spec])
    is_fixed = False

    def handle(connection, message, event) -> None:
        if not is_fixed:
            raise RuntimeError("a mistake of ours")
        connection.execute(sa.insert(store.effect).values(event_id=event.id, note=""))

    consumer = Consumer(
        "thing",
        store.database,
        store.inbox,
        {broker.event_type: handle},
        {broker.event_type: WorkoutDeleted},
        max_attempts=2,
    )
    letters = RevivingDeadLetters(connect_dead_letters(broker.url, spec), store.database, store.inbox, "thing")
    events = [sample_event(broker.event_type) for _ in range(3)]
    publisher = connect_publisher(broker.url)

    def attempts() -> list[int]:
        with store.database.read() as connection:
            return list(connection.execute(sa.select(store.inbox.c.attempts)).scalars())

    with consuming(connect_subscription(broker.url, spec), consumer.handle):
        publisher.publish(events)
        eventually(lambda: 3 == len(letters.list()))
        assert ["attempts_exhausted"] * 3 == [letter.reason for letter in letters.list()]
        assert all("a mistake of ours" in letter.detail for letter in letters.list())
        assert [3, 3, 3] == attempts()
        is_fixed = True
        assert 3 == len(letters.replay())
        eventually(lambda: 3 == effects(store))
        assert [] == list(letters.list())
    assert [1, 1, 1] == attempts()
    publisher.close()
    letters.close()


def effects(store) -> int:
    with store.database.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(store.effect)).scalar_one()
