"""Servers that are killed while relay and consumer are at work: T011, T030."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest
import sqlalchemy as sa
from ctz.peloton_sync.events.v1.events_pb2 import WorkoutDeleted

from ctz_chassis import outbox
from ctz_chassis.broker import QueueSpec, connect_publisher, connect_subscription, declare
from ctz_chassis.broker.ports import Outcome, Publisher
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import DatabaseUnavailable
from ctz_chassis.events import Event
from ctz_chassis.outbox import Relay
from ctz_local.postgres import PostgresServer, StopMode
from ctz_local.rabbitmq import RabbitNode
from ctz_local.testing import DatabaseMaker

from .conftest import Store, migrated, store_in
from .harness import background, consuming, eventually, sample_event

pytestmark = pytest.mark.faults

TYPE = "plans.thing.happened.v1"
# Measured on 3.10.8: what is declared within some seconds of a kill -9 can be gone with its content.
YOUNG_QUEUE_SECONDS = 12


@pytest.fixture
def mortal_store(killable_postgres: PostgresServer) -> Iterator[Store]:
    """A store on a server that the test may restart."""
    store = store_in(migrated(DatabaseMaker(killable_postgres.address)))
    yield store
    store.database.close()


def consumer_of(store) -> Consumer:
    def note(connection, message, event) -> None:
        connection.execute(sa.insert(store.effect).values(event_id=event.id, note=message.workout_id))

    return Consumer("outages", store.database, store.inbox, {TYPE: note}, {TYPE: WorkoutDeleted})


def effects(store) -> Counter[object]:
    with store.database.read() as connection:
        return Counter(connection.execute(sa.select(store.effect.c.event_id)).scalars())


class KillingPublisher:
    """Has the node killed while it publishes one of its batches."""

    def __init__(self, publisher: Publisher, node: RabbitNode, *, at_call: int) -> None:
        self._publisher = publisher
        self._left = at_call
        self.killer = threading.Thread(target=node.kill)

    def publish(self, events: Sequence[Event]) -> list[Outcome]:
        self._left -= 1
        if self._left == 0:
            self.killer.start()
        return self._publisher.publish(events)

    def close(self) -> None:
        self._publisher.close()


@pytest.mark.timeout(240)
def test_t011_rabbitmq_killed_while_the_relay_publishes_loses_nothing(store, killable_rabbitmq) -> None:
    """The ledger is the list of ids that were committed; queue depth after a restart is not asked."""
    url = killable_rabbitmq.url("plans")
    spec = QueueSpec("plans.events", (TYPE,))
    declare(url, [spec])
    time.sleep(YOUNG_QUEUE_SECONDS)
    events = [sample_event(TYPE, workout_id=f"{number} {'x' * 5_000}") for number in range(2_000)]
    with store.database.begin() as connection:
        outbox.add_all(connection, store.outbox, events)
    publisher = KillingPublisher(connect_publisher(url), killable_rabbitmq, at_call=15)
    relay = Relay(store.database, publisher, store.outbox, batch=50)
    with background(relay.run), consuming(connect_subscription(url, spec), consumer_of(store).handle):
        eventually(lambda: publisher.killer.ident is not None)
        publisher.killer.join()
        assert 0 < pending(store) < 2_000, "the node must die in the middle"
        killable_rabbitmq.start()
        eventually(lambda: 2_000 == len(effects(store)), seconds=150)
    assert {event.id: 1 for event in events} == dict(effects(store))


@pytest.mark.timeout(240)
def test_t030_postgres_restarted_at_once_ten_times_loses_no_acknowledged_event(
    mortal_store, killable_postgres, amqp
) -> None:
    """Relay and consumer live through it without a restart of their own; each committed event has one effect."""
    store = mortal_store
    spec = amqp.spec()
    declare(amqp.url, [spec])
    ledger: list[object] = []
    is_over = threading.Event()

    def write() -> None:
        while not is_over.is_set():
            event = sample_event(amqp.event_type)
            try:
                with store.database.begin() as connection:
                    outbox.add(connection, store.outbox, event)
            except DatabaseUnavailable:
                is_over.wait(0.05)
            else:
                ledger.append(event.id)
                is_over.wait(0.005)

    def note(connection, message, event) -> None:
        connection.execute(sa.insert(store.effect).values(event_id=event.id, note=message.workout_id))

    consumer = Consumer(
        "outages", store.database, store.inbox, {amqp.event_type: note}, {amqp.event_type: WorkoutDeleted}
    )
    relay = Relay(store.database, connect_publisher(amqp.url), store.outbox)
    with background(relay.run), consuming(connect_subscription(amqp.url, spec), consumer.handle):
        writer = threading.Thread(target=write)
        writer.start()
        for _ in range(10):
            before = len(ledger)
            eventually(lambda before=before: before + 10 < len(ledger))
            killable_postgres.restart(StopMode.IMMEDIATE)
        is_over.set()
        writer.join()
        eventually(lambda: set(ledger) <= set(effects(store)), seconds=60)
        eventually(lambda: 0 == pending(store), seconds=60)
    # A commit whose answer was lost is in neither ledger nor doubt: it has one effect too.
    assert {1} == set(effects(store).values())


def pending(store) -> int:
    with store.database.read() as connection:
        return outbox.pending(connection, store.outbox)
