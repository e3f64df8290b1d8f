"""Plans on a real Postgres behind their real gRPC server: one migrated database a test module."""

from collections.abc import Iterator

import pytest

from ctz_chassis.db import Database, make_engine
from ctz_chassis.migrations import migrate
from ctz_chassis.testing import RunningServer, make_keys, running_server
from ctz_local.testing import DatabaseMaker, ServiceDatabase
from ctz_plans.cli import SCHEMA, registrations
from ctz_plans.store import tables


@pytest.fixture(scope="module")
def made(test_databases: DatabaseMaker) -> Iterator[ServiceDatabase]:
    made = test_databases.create(["plans"])
    migrate(made.owner_url("plans"), tables.SCHEMA, SCHEMA.migrations, "ctz_plans_app")
    yield made
    test_databases.drop(made)


@pytest.fixture(scope="module")
def database(made: ServiceDatabase) -> Iterator[Database]:
    database = Database(make_engine(made.app_url("plans"), application_name="test"))
    yield database
    database.close()


@pytest.fixture(scope="module")
def server(database: Database) -> Iterator[RunningServer]:
    with running_server("plans", registrations(database), keys=make_keys()) as server:
        yield server
