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


@dataclass(frozen=True)
class Template:
    """A migrated database to copy, which takes a tenth of the time of migrating."""

    server: PostgresServer
    name: str

    @property
    def owner(self) -> str:
        return f"{self.name}_owner"

    @property
    def runtime(self) -> str:
        return f"{self.name}_run"

    def url(self, role: str, database: str) -> str:
        address = self.server.address
        return f"postgresql://{role}:secret@{address.host}:{address.port}/{database}"

    def copy(self) -> str:
        """Return the name of a new copy."""
        name = f"t{secrets.token_hex(4)}"
        _execute(self.server, sql.SQL("CREATE DATABASE {} TEMPLATE {}"), name, self.name)
        return name


def _execute(server: PostgresServer, statement: sql.SQL, *names: str) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(statement.format(*map(sql.Identifier, names)))


def _new_template(server: PostgresServer) -> Template:
    template = Template(server, f"template_{secrets.token_hex(4)}")
    for role in (template.owner, template.runtime):
        _execute(server, sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'secret'"), role)
    _execute(server, sql.SQL("CREATE DATABASE {} OWNER {}"), template.name, template.owner)
    return template


def new_sample_template(server: PostgresServer) -> Template:
    template = _new_template(server)
    migrate(template.url(template.owner, template.name), SCHEMA, MIGRATIONS, template.runtime)
    return template


@pytest.fixture(scope="session")
def sample_template(postgres: PostgresServer) -> Template:
    return new_sample_template(postgres)


@pytest.fixture(scope="session")
def broker_template(postgres: PostgresServer) -> Template:
    template = _new_template(postgres)
    pgqueue_tables.install(template.url(template.owner, template.name), template.runtime)
    return template


def store_in(template: Template) -> Store:
    """Return a new copy of the template, with the tables as a service has them."""
    name = template.copy()
    url = template.url(template.runtime, name)
    metadata = sa.MetaData()
    effect = sa.Table(
        "effect",
        metadata,
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        schema=SCHEMA,
    )
    return Store(
        owner_url=template.url(template.owner, name),
        url=url,
        database=Database(make_engine(url, application_name="tests", pool_size=5, max_overflow=15)),
        metadata=metadata,
        outbox=outbox.outbox_table(metadata, SCHEMA),
        inbox=inbox.inbox_table(metadata, SCHEMA),
        request_ids=idempotency.request_ids_table(metadata, SCHEMA),
        effect=effect,
    )


@pytest.fixture
def store(sample_template: Template) -> Iterator[Store]:
    made = store_in(sample_template)
    yield made
    made.database.close()


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
def queue_table_url(broker_template: Template) -> str:
    return broker_template.url(broker_template.runtime, broker_template.copy())


@pytest.fixture(params=["amqp", "pgqueue"])
def broker(request: pytest.FixtureRequest, topic: str) -> Broker:
    if request.param == "amqp":
        return Broker(request.getfixturevalue("rabbit").url("sample"), topic)
    return Broker(request.getfixturevalue("queue_table_url"), topic)


@pytest.fixture
def amqp(rabbit: RabbitNode, topic: str) -> Broker:
    return Broker(rabbit.url("sample"), topic)
