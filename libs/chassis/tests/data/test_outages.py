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
from ctz_chassis.outbox import Relay
from ctz_local.rabbitmq import RabbitNode
from ctz_local.rabbitmq_installation import find_rabbitmq

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
