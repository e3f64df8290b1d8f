"""Challenges on a real Postgres: one migrated database a test module."""

from collections.abc import Iterator

import pytest

from ctz_challenges.cli import SCHEMA
from ctz_challenges.store import tables
from ctz_chassis.db import Database, make_engine
from ctz_chassis.migrations import migrate
from ctz_local.testing import DatabaseMaker, ServiceDatabase


@pytest.fixture(scope="module")
def migrated(test_databases: DatabaseMaker) -> Iterator[ServiceDatabase]:
    made = test_databases.create(["challenges"])
    migrate(made.owner_url("challenges"), tables.SCHEMA, SCHEMA.migrations, "ctz_challenges_app")
    yield made
    test_databases.drop(made)


@pytest.fixture(scope="module")
def database(migrated: ServiceDatabase) -> Iterator[Database]:
    database = Database(make_engine(migrated.app_url("challenges"), application_name="test"))
    yield database
    database.close()
