"""Challenges on a real Postgres behind their real gRPC server, with a clock that only moves when it is told to."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from ctz_challenges.cli import SCHEMA, registrations
from ctz_challenges.store import tables
from ctz_chassis.db import Database, make_engine
from ctz_chassis.migrations import migrate
from ctz_chassis.testing import make_keys, running_server
from ctz_local.testing import DatabaseMaker

from .harness import SettableClock, World


@pytest.fixture(scope="module")
def database_url(test_databases: DatabaseMaker) -> Iterator[str]:
    """One migrated database for a test module."""
    made = test_databases.create(["challenges"])
    migrate(made.owner_url("challenges"), tables.SCHEMA, SCHEMA.migrations, "ctz_challenges_app")
    yield made.app_url("challenges")
    test_databases.drop(made)


@pytest.fixture(scope="module")
def database(database_url: str) -> Iterator[Database]:
    database = Database(make_engine(database_url, application_name="test"))
    yield database
    database.close()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def world(database: Database, clock: SettableClock) -> Iterator[World]:
    """Running challenges without a row."""
    with database.begin() as connection:
        for table in reversed(tables.metadata.sorted_tables):
            connection.execute(sa.delete(table))
    with running_server("challenges", registrations(database, clock=clock), keys=make_keys(), threads=16) as server:
        yield World(database, server, clock, server.keys.user(is_administrator=True))
