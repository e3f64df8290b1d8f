"""Runs the migrations of one schema, and tells whether a database has them all."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from ctz_chassis.db import driver_url, translated

VERSION_TABLE = "alembic_version"
LOCK_TIMEOUT = "4s"
STATEMENT_TIMEOUT = "5s"
# How long one runner waits for another one that is at work on the same schema.
_TURN_SECONDS = 900.0
_TURN_POLL_SECONDS = 0.2


class AnotherRunnerError(Exception):
    """Another runner has been at work on the schema for so long that this one does not wait any more."""


def migrate(owner_url: str, schema: str, script_location: Path | str, runtime_role: str | None = None) -> None:
    """Bring a schema to the newest version, as its owner; `runtime_role` gets rows of every table, and no more.

    Each version is a transaction of its own with a lock time-out of 4 s and a statement time-out of 5 s; a version that
    needs longer lifts it with `SET LOCAL`, or works outside a transaction (`ops.outside_transaction`). Runners on the
    same schema take turns.
    """
    engine = sa.create_engine(driver_url(owner_url), poolclass=sa.NullPool)
    with translated(), engine.connect() as connection, _turn(connection, schema):
        _prepare(connection, schema, runtime_role)
        _upgrade(connection, schema, _scripts(script_location))
        if runtime_role is not None:
            _protect_versions(connection, schema, runtime_role)


def _scripts(script_location: Path | str) -> ScriptDirectory:
    folder = Path(script_location)
    return ScriptDirectory(str(folder), version_locations=[str(folder / "versions")])


@contextmanager
def _turn(connection: sa.Connection, schema: str) -> Iterator[None]:
    """Hold the schema's lock; it belongs to the session, so a runner that dies gives it back."""
    key = sa.func.hashtextextended(f"ctz migrations {schema}", 0)
    patience = time.monotonic() + _TURN_SECONDS
    # Asked again and again: a statement that waits is one that a concurrent index of the other runner waits for.
    while not connection.execute(sa.select(sa.func.pg_try_advisory_lock(key))).scalar_one():
        connection.rollback()
        if time.monotonic() > patience:
            raise AnotherRunnerError(schema)
        time.sleep(_TURN_POLL_SECONDS)
    _set(connection, "lock_timeout", LOCK_TIMEOUT)
    _set(connection, "statement_timeout", STATEMENT_TIMEOUT)
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(sa.select(sa.func.pg_advisory_unlock(key)))
        connection.commit()


def _set(connection: sa.Connection, name: str, value: str) -> None:
    connection.execute(sa.select(sa.func.set_config(name, value, False)))  # noqa: FBT003 (is_local of set_config)


def _quoted(connection: sa.Connection, identifier: str) -> str:
    return connection.dialect.identifier_preparer.quote(identifier)


def _prepare(connection: sa.Connection, schema: str, runtime_role: str | None) -> None:
    known = sa.text("SELECT 1 FROM pg_namespace WHERE nspname = :schema")
    namespace = _quoted(connection, schema)
    if connection.execute(known, {"schema": schema}).first() is None:
        connection.exec_driver_sql(f"CREATE SCHEMA {namespace}")
    if runtime_role is not None:
        role = _quoted(connection, runtime_role)
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {namespace} TO {role}")
        defaults = f"ALTER DEFAULT PRIVILEGES IN SCHEMA {namespace} GRANT"
        connection.exec_driver_sql(f"{defaults} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}")
        connection.exec_driver_sql(f"{defaults} USAGE, SELECT ON SEQUENCES TO {role}")
    connection.commit()


def _upgrade(connection: sa.Connection, schema: str, scripts: ScriptDirectory) -> None:
    def steps(revision: Any, _context: MigrationContext) -> Any:
        return scripts._upgrade_revs("head", revision)  # noqa: SLF001 (what alembic.command.upgrade does)

    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev="head") as environment:
        environment.configure(
            connection=connection,
            version_table=VERSION_TABLE,
            version_table_schema=schema,
            transaction_per_migration=True,
        )
        with environment.begin_transaction():
            environment.run_migrations()
    connection.commit()


def _protect_versions(connection: sa.Connection, schema: str, runtime_role: str) -> None:
    table = f"{_quoted(connection, schema)}.{VERSION_TABLE}"
    role = _quoted(connection, runtime_role)
    connection.exec_driver_sql(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {role}")
    connection.commit()


def is_at_head(engine: sa.Engine, schema: str, script_location: Path | str) -> bool:
    """Tell whether a database has every version of this code; False also when it does not answer."""
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"version_table": VERSION_TABLE, "version_table_schema": schema}
            )
            return set(context.get_current_heads()) == set(_scripts(script_location).get_heads())
    except sa.exc.SQLAlchemyError:
        return False


def differences(engine: sa.Engine, metadata: sa.MetaData, schema: str) -> list[Any]:
    """Return how the tables in code differ from the migrated schema; a service's tests expect none."""

    def in_schema(name: str | None, kind: str, _parents: Any) -> bool:
        if kind == "schema":
            return name == schema
        return not (kind == "table" and name == VERSION_TABLE)

    filters: dict[str, Callable[..., bool]] = {"include_name": in_schema}
    opts = {
        "include_schemas": True,
        "version_table": VERSION_TABLE,
        "version_table_schema": schema,
        "compare_server_default": True,
        **filters,
    }
    # A schema on the search path would be reported without its name, and a role may have its own on it.
    neutral = sa.create_engine(engine.url, poolclass=sa.NullPool, connect_args={"options": "-c search_path=pg_catalog"})
    with neutral.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts=opts), metadata))
