"""Servers that are killed while relay and consumer are at work: T011, T030."""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from ctz.peloton_sync.events.v1.events_pb2 import WorkoutDeleted

from ctz_chassis import outbox
from ctz_chassis.broker import QueueSpec, connect_publisher, connect_subscription, declare
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import DatabaseUnavailable
from ctz_chassis.outbox import Relay
from ctz_local.postgres import PostgresServer, StopMode
from ctz_local.rabbitmq import RabbitNode
from ctz_local.rabbitmq_installation import find_rabbitmq

from .conftest import Store, new_sample_template, store_in
from .harness import background, consuming, eventually, sample_event

pytestmark = pytest.mark.faults

TYPE = "sample.thing.happened.v1"
# Measured on 3.10.8: what is declared within some seconds of a kill -9 can be gone with its content.
YOUNG_QUEUE_SECONDS = 12


@pytest.fixture
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitNode]:
    """A node that the test may kill."""
    installation = find_rabbitmq()
    assert installation is not None, "these tests need RabbitMQ on the machine"
    node = RabbitNode(
        tmp_path_factory.mktemp("mortal"),
        installation=installation,
        passwords={"sample": secrets.token_hex(8)},
        operator_password=secrets.token_hex(8),
    )
    node.start()
    yield node
    node.stop()


@pytest.fixture
def mortal_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, PostgresServer]]:
    """A store on a server that the test may restart."""
    server = PostgresServer(tmp_path_factory.mktemp("mortal"), superuser_password=secrets.token_hex(8))
    server.start()
    store = store_in(new_sample_template(server))
    yield store, server
    store.database.close()
    server.stop()


def consumer_of(store) -> Consumer:
    def note(connection, message, event) -> None:
        connection.execute(sa.insert(store.effect).values(event_id=event.id, note=message.workout_id))

    return Consumer("outages", store.database, store.inbox, {TYPE: note}, {TYPE: WorkoutDeleted})


def effects(store) -> Counter[object]:
    with store.database.read() as connection:
        return Counter(connection.execute(sa.select(store.effect.c.event_id)).scalars())


@pytest.mark.timeout(240)
def test_t011_rabbitmq_killed_while_the_relay_publishes_loses_nothing(store, mortal: RabbitNode) -> None:
    """The ledger is the list of ids that were committed; queue depth after a restart is not asked."""
    url = mortal.url("sample")
    spec = QueueSpec("sample.events", (TYPE,))
    declare(url, [spec])
    time.sleep(YOUNG_QUEUE_SECONDS)
    events = [sample_event(TYPE, workout_id=str(number)) for number in range(2_000)]

    def write() -> None:
        for first in range(0, 2_000, 20):
            with store.database.begin() as connection:
                outbox.add_all(connection, store.outbox, events[first : first + 20])
                connection.execute(sa.select(sa.func.pg_sleep(0.02)))

    relay = Relay(store.database, connect_publisher(url), store.outbox, batch=50)
    writer = threading.Thread(target=write)
    with background(relay.run), consuming(connect_subscription(url, spec), consumer_of(store).handle):
        writer.start()
        eventually(lambda: 300 < len(effects(store)))
        mortal.kill()
        writer.join()
        mortal.start()
        eventually(lambda: 2_000 == len(effects(store)), seconds=120)
    assert {event.id: 1 for event in events} == dict(effects(store))


@pytest.mark.timeout(240)
def test_t030_postgres_restarted_at_once_ten_times_loses_no_acknowledged_event(mortal_store, amqp) -> None:
    """Relay and consumer live through it without a restart of their own; each committed event has one effect."""
    store, server = mortal_store
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
            server.restart(StopMode.IMMEDIATE)
        is_over.set()
        writer.join()
        eventually(lambda: set(ledger) <= set(effects(store)), seconds=60)
        eventually(lambda: 0 == pending(store), seconds=60)
    # A commit whose answer was lost is in neither ledger nor doubt: it has one effect too.
    assert {1} == set(effects(store).values())


def pending(store) -> int:
    with store.database.read() as connection:
        return outbox.pending(connection, store.outbox)
