"""Identity on a real Postgres, behind its real gRPC server, with a clock that only moves when it is told to."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from ctz_chassis.migrations import migrate
from ctz_chassis.testing import Keys, make_keys
from ctz_identity.cli.processes import MIGRATIONS
from ctz_identity.store.tables import SCHEMA, metadata
from ctz_local.testing.databases import DatabaseMaker, ServiceDatabase

from .harness import Instance, SettableClock, running_instance

APP_ROLE = "ctz_identity_app"


@pytest.fixture(scope="session")
def keys() -> Keys:
    return make_keys()


@pytest.fixture(scope="session")
def migrated(test_databases: DatabaseMaker) -> Iterator[ServiceDatabase]:
    database = test_databases.create(["identity"])
    migrate(database.owner_url("identity"), SCHEMA, MIGRATIONS, APP_ROLE)
    yield database
    test_databases.drop(database)


@pytest.fixture
def database(migrated: ServiceDatabase) -> ServiceDatabase:
    """The migrated database without a row."""
    tables = ", ".join(f"{SCHEMA}.{table.name}" for table in metadata.sorted_tables)
    with psycopg.connect(migrated.superuser_dsn(), autocommit=True) as connection:
        connection.execute(f"TRUNCATE {tables}")
    return migrated


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def make_instance(
    database: ServiceDatabase, clock: SettableClock, keys: Keys, tmp_path: Path
) -> Iterator[Callable[..., Instance]]:
    """Start instances with settings of one's own: `make_instance(SIGN_UP="closed")`."""
    pepper = tmp_path / "pepper"
    pepper.write_text(secrets.token_urlsafe(32))
    with ExitStack() as stack:

        def make(**variables: str) -> Instance:
            return stack.enter_context(
                running_instance(database, clock=clock, keys=keys, folder=tmp_path, pepper=pepper, **variables)
            )

        yield make


@pytest.fixture
def identity(make_instance: Callable[..., Instance]) -> Instance:
    return make_instance()
