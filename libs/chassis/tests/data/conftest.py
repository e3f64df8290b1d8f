"""A migrated schema on a real Postgres, and both brokers, with the roles and rights of production."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from ctz_chassis import idempotency, inbox, outbox
from ctz_chassis.broker import pgqueue_tables
from ctz_chassis.broker.ports import QueueSpec
from ctz_chassis.db import Database, make_engine
from ctz_chassis.migrations import migrate
from ctz_local.postgres import PostgresServer
from ctz_local.rabbitmq import RabbitNode
from ctz_local.rabbitmq_installation import find_rabbitmq

SCHEMA = "sample"
MIGRATIONS = Path(__file__).parent / "schema"


@dataclass(frozen=True)
class Store:
    """One database with the schema `sample` at head."""

    owner_url: str
    url: str
    database: Database
    metadata: sa.MetaData
    outbox: sa.Table
    inbox: sa.Table
    request_ids: sa.Table
    effect: sa.Table


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    server = PostgresServer(tmp_path_factory.mktemp("postgres"), superuser_password=secrets.token_hex(8))
    server.start()
    yield server
    server.stop()


def _new_database(server: PostgresServer) -> tuple[str, str, str]:
    """Make a database with an owner and a runtime role; return its name and the two URLs."""
    name = f"t{secrets.token_hex(4)}"
    urls = [name]
    with psycopg.connect(server.url(), autocommit=True) as connection:
        for role in (f"{name}_owner", f"{name}_run"):
            statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'secret'").format(sql.Identifier(role))
            connection.execute(statement)
            address = server.address.named(name)
            urls.append(f"postgresql://{role}:secret@{address.host}:{address.port}/{name}")
        create = sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(f"{name}_owner"))
        connection.execute(create)
    return name, urls[1], urls[2]


@pytest.fixture
def store(postgres: PostgresServer) -> Iterator[Store]:
    name, owner_url, url = _new_database(postgres)
    migrate(owner_url, SCHEMA, MIGRATIONS, f"{name}_run")
    metadata = sa.MetaData()
    effect = sa.Table(
        "effect",
        metadata,
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        schema=SCHEMA,
    )
    database = Database(make_engine(url, application_name="tests", pool_size=5, max_overflow=15))
    yield Store(
        owner_url=owner_url,
        url=url,
        database=database,
        metadata=metadata,
        outbox=outbox.outbox_table(metadata, SCHEMA),
        inbox=inbox.inbox_table(metadata, SCHEMA),
        request_ids=idempotency.request_ids_table(metadata, SCHEMA),
        effect=effect,
    )
    database.close()


@dataclass(frozen=True)
class Broker:
    """A broker's address as the service `sample` has it, and a topic that belongs to one test."""

    url: str
    topic: str

    @property
    def event_type(self) -> str:
        return f"sample.{self.topic}.happened.v1"

    def spec(self, name: str = "events", *, bindings: tuple[str, ...] | None = None, prefetch: int = 16) -> QueueSpec:
        wanted = (self.event_type,) if bindings is None else bindings
        return QueueSpec(f"sample.{self.topic}.{name}", wanted, prefetch=prefetch, retry_seconds=0.01)


@pytest.fixture(scope="session")
def rabbit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitNode]:
    installation = find_rabbitmq()
    assert installation is not None, "these tests need RabbitMQ on the machine"
    node = RabbitNode(
        tmp_path_factory.mktemp("rabbit"),
        installation=installation,
        passwords={"sample": secrets.token_hex(8)},
        operator_password=secrets.token_hex(8),
    )
    node.start()
    yield node
    node.stop()


@pytest.fixture
def topic() -> str:
    return f"t{secrets.token_hex(4)}"


@pytest.fixture
def queue_table_url(postgres: PostgresServer) -> str:
    name, owner_url, url = _new_database(postgres)
    pgqueue_tables.install(owner_url, f"{name}_run")
    return url


@pytest.fixture(params=["amqp", "pgqueue"])
def broker(request: pytest.FixtureRequest, topic: str) -> Broker:
    if request.param == "amqp":
        return Broker(request.getfixturevalue("rabbit").url("sample"), topic)
    return Broker(request.getfixturevalue("queue_table_url"), topic)


@pytest.fixture
def amqp(rabbit: RabbitNode, topic: str) -> Broker:
    return Broker(rabbit.url("sample"), topic)
