"""pytest fixtures over the session's servers: `pytest_plugins = ["ctz_local.testing.plugin"]` in a conftest."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ctz_local.postgres import PostgresServer
from ctz_local.rabbitmq import RabbitNode
from ctz_local.testing.databases import DatabaseMaker, ServiceDatabase
from ctz_local.testing.scratch import fast_parent, make_scratch, remove_scratch
from ctz_local.testing.servers import (
    SessionBroker,
    SessionPostgres,
    find_broker,
    find_postgres,
    private_postgres,
    private_rabbitmq,
)


@pytest.fixture(scope="session")
def ctz_scratch() -> Iterator[Path]:
    """Return a folder for the session's servers; everything in it ends with the session."""
    scratch = make_scratch(fast_parent())
    yield scratch
    remove_scratch(scratch)


@pytest.fixture(scope="session")
def postgres_server(ctz_scratch: Path) -> Iterator[SessionPostgres]:
    """Return the session's database server; not to be killed (see `killable_postgres`)."""
    server = find_postgres(ctz_scratch)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def optional_broker(ctz_scratch: Path) -> Iterator[SessionBroker | None]:
    """Return the session's broker, or None on a machine without one, where the queue table is used."""
    broker = find_broker(ctz_scratch)
    yield broker
    if broker is not None:
        broker.stop()


@pytest.fixture(scope="session")
def rabbit_broker(optional_broker: SessionBroker | None) -> SessionBroker:
    """Return the session's AMQP broker; the test is skipped on a machine without one."""
    if optional_broker is None:
        pytest.skip("this machine has no RabbitMQ")
    return optional_broker


@pytest.fixture(scope="session")
def test_databases(postgres_server: SessionPostgres) -> DatabaseMaker:
    """The maker of databases on the session's server."""
    return DatabaseMaker(postgres_server.address)


@pytest.fixture
def fresh_database(test_databases: DatabaseMaker) -> Iterator[Callable[..., ServiceDatabase]]:
    """Make empty databases for the named services: `fresh_database("workouts")`; they are dropped after the test."""
    with ExitStack() as stack:

        def make(*services: str) -> ServiceDatabase:
            database = test_databases.create(services)
            stack.callback(test_databases.drop, database)
            return database

        yield make


@pytest.fixture(scope="module")
def killable_postgres(ctz_scratch: Path, request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    """Return a server for one test module, with kill and restart."""
    server = private_postgres(ctz_scratch, f"pg-{abs(hash(request.node.nodeid)) % 10**8}")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def killable_rabbitmq(ctz_scratch: Path, request: pytest.FixtureRequest) -> Iterator[RabbitNode]:
    """Return a node for one test module, with kill and restart; its tests are skipped on a machine without RabbitMQ."""
    node = private_rabbitmq(ctz_scratch, f"mq-{abs(hash(request.node.nodeid)) % 10**8}")
    if node is None:
        pytest.skip("this machine has no RabbitMQ")
    yield node
    node.stop()
