"""Each role touches its own schema and nothing else."""

from collections.abc import Callable
from contextlib import closing

import psycopg
import pytest
from psycopg import errors, sql

from ctz_chassis.broker.pgqueue_tables import install
from ctz_local.database_address import DatabaseAddress
from ctz_local.roles import ensure_services
from ctz_local.services import QUEUE, SERVICES
from ctz_local.testing import ServiceDatabase

FreshDatabase = Callable[..., ServiceDatabase]
_NAMES = [service.name for service in SERVICES]


def _connect(url: str) -> psycopg.Connection:
    return psycopg.connect(DatabaseAddress.parse(url).dsn(), autocommit=True)


def test_t039_no_role_reaches_another_services_rows(fresh_database: FreshDatabase) -> None:
    """All pairs: the runtime role reads and writes its own table, and is refused at every other schema."""
    database = fresh_database(*_NAMES)
    for service in SERVICES:
        with closing(_connect(database.owner_url(service.name))) as owner:
            owner.execute("CREATE TABLE things (id int)")
    refused = set()
    for service in SERVICES:
        with closing(_connect(database.app_url(service.name))) as app:
            app.execute("INSERT INTO things VALUES (1)")
            assert (1,) == app.execute("SELECT count(*) FROM things").fetchone()
            for other in SERVICES:
                if other != service:
                    with pytest.raises(errors.InsufficientPrivilege):
                        app.execute(sql.SQL("SELECT * FROM {}.things").format(sql.Identifier(other.schema)))
                    refused.add((service, other))

    assert len(SERVICES) * (len(SERVICES) - 1) == len(refused)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE workouts.mine (id int)",
        "CREATE TABLE public.mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "ALTER TABLE workouts.things ADD COLUMN more int",
        "TRUNCATE workouts.things",
        "DROP TABLE workouts.things",
        "COPY (SELECT 1) TO '/tmp/file'",
        "ALTER SYSTEM SET fsync = off",
        "SELECT pg_read_file('/etc/passwd')",
        "SET ROLE ctz_workouts_owner",
    ],
)
def test_t039_a_runtime_role_can_only_touch_rows(fresh_database: FreshDatabase, statement: str) -> None:
    database = fresh_database("workouts")
    with closing(_connect(database.owner_url("workouts"))) as owner:
        owner.execute("CREATE TABLE things (id int)")
    with closing(_connect(database.app_url("workouts"))) as app, pytest.raises(errors.InsufficientPrivilege):
        app.execute(statement)


def test_a_strangers_role_cannot_connect(fresh_database: FreshDatabase) -> None:
    """A role of another database on the same server is no way in."""
    first = fresh_database("workouts", "plans")
    second = fresh_database("workouts")
    stranger = DatabaseAddress.parse(first.app_url("plans")).named(second.address.database)

    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(stranger.dsn())


def test_runtime_sessions_have_time_outs(fresh_database: FreshDatabase) -> None:
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    with closing(_connect(fresh_database("plans").app_url("plans"))) as app:
        limits = [app.execute("SELECT current_setting(%s)", (name,)).fetchone() for name in names]

    assert [("15s",), ("4s",), ("30s",)] == limits


def test_a_second_start_takes_nothing_back_that_a_migration_revoked(fresh_database: FreshDatabase) -> None:
    """An insert-only table stays insert-only."""
    database = fresh_database("identity")
    with closing(_connect(database.owner_url("identity"))) as owner:
        owner.execute("CREATE TABLE audit (id int)")
        owner.execute("REVOKE UPDATE, DELETE ON audit FROM ctz_identity_app")
    with closing(psycopg.connect(database.superuser_dsn(), autocommit=True)) as superuser:
        ensure_services(superuser, database.passwords)
    with closing(_connect(database.app_url("identity"))) as app:
        app.execute("INSERT INTO audit VALUES (1)")
        with pytest.raises(errors.InsufficientPrivilege):
            app.execute("DELETE FROM audit")


def test_the_queue_role_uses_its_schema_alone(fresh_database: FreshDatabase) -> None:
    database = fresh_database("identity")
    install(database.queue_owner_url(), QUEUE.app_role)
    with closing(_connect(database.queue_url())) as queue:
        assert (0,) == queue.execute("SELECT count(*) FROM broker.message").fetchone()
        with pytest.raises(errors.InsufficientPrivilege):
            queue.execute("CREATE TABLE identity.messages (id int)")
