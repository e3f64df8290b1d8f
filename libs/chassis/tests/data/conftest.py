"""A migrated schema on a real Postgres, and both brokers, with the roles and rights of production."""

import secrets
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from ctz_chassis import erasure, idempotency, inbox, outbox
from ctz_chassis.broker import pgqueue_tables
from ctz_chassis.broker.ports import QueueSpec
from ctz_chassis.db import Database, make_engine
from ctz_chassis.migrations import migrate
from ctz_local.services import QUEUE, service_named
from ctz_local.testing import DatabaseMaker, ServiceDatabase, SessionBroker

# The tests stand in the shoes of one service: what its roles and its broker login may not do, they cannot.
SERVICE = SCHEMA = "plans"
MIGRATIONS = Path(__file__).parent / "schema"


@dataclass(frozen=True)
class Store:
    """One database with the service's schema at head."""

    owner_url: str
    url: str
    database: Database
    metadata: sa.MetaData
    outbox: sa.Table
    inbox: sa.Table
    request_ids: sa.Table
    effect: sa.Table
    thing: sa.Table
    note: sa.Table
    tombstones: sa.Table


def migrated(maker: DatabaseMaker) -> ServiceDatabase:
    """Make a database with the service's schema and the queue table."""
    made = maker.create([SERVICE])
    migrate(made.owner_url(SERVICE), SCHEMA, MIGRATIONS, service_named(SERVICE).app_role)
    pgqueue_tables.install(made.queue_owner_url(), QUEUE.app_role)
    return made


@pytest.fixture(scope="session")
def template(test_databases: DatabaseMaker) -> Iterator[ServiceDatabase]:
    """A migrated database to copy, which takes a tenth of the time of migrating."""
    made = migrated(test_databases)
    yield made
    test_databases.drop(made)


@pytest.fixture
def migrated_copy(template: ServiceDatabase, test_databases: DatabaseMaker) -> Iterator[ServiceDatabase]:
    copy = replace(template, address=template.address.named(f"ctz_test_{secrets.token_hex(6)}"))
    names = map(sql.Identifier, (copy.address.database, template.address.database))
    with closing(psycopg.connect(template.address.named("postgres").dsn(), autocommit=True)) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(*names))
    yield copy
    test_databases.drop(copy)


def store_in(made: ServiceDatabase) -> Store:
    """Return the tables as a service has them."""
    url = made.app_url(SERVICE)
    metadata = sa.MetaData()
    effect = sa.Table(
        "effect",
        metadata,
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        schema=SCHEMA,
    )
    thing = sa.Table(
        "thing",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Uuid, nullable=False),
        schema=SCHEMA,
    )
    note = sa.Table(
        "note",
        metadata,
        sa.Column("user_id", sa.Uuid, primary_key=True),
        sa.Column("thing_id", sa.Integer, sa.ForeignKey(thing.c.id), primary_key=True),
        schema=SCHEMA,
    )
    return Store(
        owner_url=made.owner_url(SERVICE),
        url=url,
        database=Database(make_engine(url, application_name="tests", pool_size=5, max_overflow=15)),
        metadata=metadata,
        outbox=outbox.outbox_table(metadata, SCHEMA),
        inbox=inbox.inbox_table(metadata, SCHEMA),
        request_ids=idempotency.request_ids_table(metadata, SCHEMA),
        effect=effect,
        thing=thing,
        note=note,
        tombstones=erasure.tombstone_table(metadata, SCHEMA),
    )


@pytest.fixture
def store(migrated_copy: ServiceDatabase) -> Iterator[Store]:
    made = store_in(migrated_copy)
    yield made
    made.database.close()


@dataclass(frozen=True)
class Broker:
    """A broker's address as the service `plans` has it, and a topic that belongs to one test."""

    url: str
    topic: str

    @property
    def event_type(self) -> str:
        return f"plans.{self.topic}.happened.v1"

    def spec(self, name: str = "events", *, bindings: tuple[str, ...] | None = None, prefetch: int = 16) -> QueueSpec:
        wanted = (self.event_type,) if bindings is None else bindings
        return QueueSpec(f"plans.{self.topic}.{name}", wanted, prefetch=prefetch, retry_seconds=0.01)


@pytest.fixture
def topic() -> str:
    return f"t{secrets.token_hex(4)}"


@pytest.fixture(params=["amqp", "pgqueue"])
def broker(request: pytest.FixtureRequest, topic: str) -> Broker:
    if request.param == "amqp":
        return Broker(request.getfixturevalue("rabbit_broker").url(SERVICE), topic)
    return Broker(request.getfixturevalue("migrated_copy").queue_url(), topic)


@pytest.fixture
def amqp(rabbit_broker: SessionBroker, topic: str) -> Broker:
    return Broker(rabbit_broker.url(SERVICE), topic)
