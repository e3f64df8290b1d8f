"""What a service gets of the chassis by naming its schema and its settings."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from ctz.peloton_sync.events.v1.events_pb2 import WorkoutDeleted

from ctz_chassis.assembly import Schema, consuming
from ctz_chassis.broker import QueueSpec, connect_publisher, declare
from ctz_chassis.consumers import Consumer
from ctz_chassis.settings import CommonSettings, ServiceSettings, SettingsError

from .conftest import MIGRATIONS, SCHEMA, SERVICE, Broker, Store
from .harness import eventually, sample_event

pytestmark = pytest.mark.component


@dataclass(frozen=True)
class Settings:
    """What a service reads."""

    common: CommonSettings
    service: ServiceSettings


@pytest.fixture
def schema(store: Store) -> Schema:
    return Schema(SERVICE, SCHEMA, MIGRATIONS, outbox=store.outbox, inbox=store.inbox, request_ids=store.request_ids)


def settings_of(store: Store, broker_url: str) -> Settings:
    common = CommonSettings(jwks_file=Path("none"), public_url="https://zones.example", broker_url=broker_url)
    return Settings(common, ServiceSettings(database_url=store.url, signing_key_file=Path("none")))


def attempts(store: Store) -> Iterator[int]:
    with store.database.read() as connection:
        yield from connection.execute(sa.select(store.inbox.c.attempts)).scalars()


def test_t025_an_operator_s_replay_gives_all_attempts_back(store: Store, schema: Schema, broker: Broker) -> None:
    """Whichever service it is: the role consumes, and its dead letters forget how often it had tried."""
    settings, spec = settings_of(store, broker.url), broker.spec()
    tries = []

    def fail(_connection: sa.Connection, _message: WorkoutDeleted, _event: object) -> None:
        tries.append(1)
        raise RuntimeError("a mistake of ours")

    kinds = {broker.event_type: WorkoutDeleted}
    consumer = Consumer(spec.name, store.database, store.inbox, {broker.event_type: fail}, kinds, max_attempts=2)
    declare(broker.url, [spec])
    process = consuming(schema, settings, store.database, spec, consumer)
    publisher, letters = connect_publisher(broker.url), schema.dead_letters(settings, spec)
    for thread in process.threads:
        thread.start()
    publisher.publish([sample_event(broker.event_type)])
    eventually(lambda: 1 == len(letters.list()))
    assert [2, [3]] == [len(tries), list(attempts(store))]
    assert 1 == len(letters.replay())
    eventually(lambda: 1 == len(letters.list()))
    assert [4, [3]] == [len(tries), list(attempts(store))]
    assert process.readiness.is_ready()
    for thread in process.threads:
        thread.request_stop()
    assert [True, True] == [thread.join(30) for thread in process.threads]
    publisher.close()
    letters.close()


def test_events_without_a_broker_are_a_setting_that_is_missing(store: Store, schema: Schema) -> None:
    settings, spec = settings_of(store, ""), QueueSpec("plans.events", ())
    consumer = Consumer(spec.name, store.database, store.inbox, {}, {})
    with pytest.raises(SettingsError, match="CTZ_BROKER_URL"):
        consuming(schema, settings, store.database, spec, consumer)
