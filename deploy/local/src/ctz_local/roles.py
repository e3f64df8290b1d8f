"""Roles, schemas and grants: a service owns one schema by one role, and runs under another that only touches rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql

from ctz_local.services import Service

# The runtime waits briefly: a page that hangs is worse than one that says so. Migrations may take longer.
_APP_LIMITS: Final = {
    "statement_timeout": "15s",
    "lock_timeout": "4s",
    "idle_in_transaction_session_timeout": "30s",
}
_OWNER_LIMITS: Final = {
    "statement_timeout": "5min",
    "lock_timeout": "4s",
    "idle_in_transaction_session_timeout": "60s",
}
# Everything on one machine takes its turn here, so that two starts cannot both create a role.
_LOCK: Final = 0x637A74


@dataclass(frozen=True, slots=True)
class ServicePasswords:
    """The passwords of one service's two roles."""

    owner: str
    app: str


def ensure_database(connection: psycopg.Connection[Any], database: str) -> None:
    """Create the database when it is absent; the connection must be in autocommit mode."""
    with _turn(connection):
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone()
        if known is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        # Whoever is not named below cannot even connect.
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))


def ensure_services(connection: psycopg.Connection[Any], services: dict[Service, ServicePasswords]) -> None:
    """Create or correct roles, schemas and grants in the database of the connection (in autocommit mode)."""
    with _turn(connection):
        _run(connection, "CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public")
        _run(connection, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        for service, passwords in services.items():
            _ensure_role(connection, service.owner_role, passwords.owner, _OWNER_LIMITS, service.schema)
            _ensure_role(connection, service.app_role, passwords.app, _APP_LIMITS, service.schema)
            _ensure_schema(connection, service.schema, service.owner_role)
            _grant_rows(connection, service)


def schemas_with_tables(connection: psycopg.Connection[Any], services: Iterable[Service]) -> list[str]:
    """Which of the services' schemas hold tables already."""
    rows = connection.execute(
        "SELECT DISTINCT schemaname FROM pg_tables WHERE schemaname = ANY(%s) ORDER BY 1",
        ([service.schema for service in services],),
    )
    return [row[0] for row in rows]


class _turn:  # noqa: N801 (a context manager reads as a verb)
    """Hold the advisory lock of this module for a block."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))

    def __exit__(self, *_: object) -> None:
        self._connection.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))


def _run(connection: psycopg.Connection[Any], statement: LiteralString, **names: str) -> None:
    identifiers = {name: sql.Identifier(value) for name, value in names.items()}
    connection.execute(sql.SQL(statement).format(**identifiers))


def _ensure_role(
    connection: psycopg.Connection[Any], role: str, password: str, limits: dict[str, str], schema: str
) -> None:
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
        _run(connection, "CREATE ROLE {role} NOLOGIN", role=role)
    # The server must never see the password: libpq computes its SCRAM verifier here.
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    connection.execute(
        sql.SQL("ALTER ROLE {} LOGIN NOCREATEDB NOCREATEROLE PASSWORD {}").format(sql.Identifier(role), verifier)
    )
    for name, value in limits.items():
        connection.execute(
            sql.SQL("ALTER ROLE {} SET {} = {}").format(sql.Identifier(role), sql.Identifier(name), value)
        )
    _run(connection, "ALTER ROLE {role} SET search_path = {schema}, public", role=role, schema=schema)
    database = connection.info.dbname
    _run(connection, "GRANT CONNECT ON DATABASE {database} TO {role}", database=database, role=role)


def _ensure_schema(connection: psycopg.Connection[Any], schema: str, owner: str) -> None:
    superuser = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    if superuser is None or not superuser[0]:
        # On a managed server the given role may create roles, and must join one to create things in its name.
        _run(connection, "GRANT {owner} TO CURRENT_USER", owner=owner)
    _run(connection, "CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {owner}", schema=schema, owner=owner)


def _grant_rows(connection: psycopg.Connection[Any], service: Service) -> None:
    # Only defaults for what is created later: a migration may take some back (an audit table is insert-only),
    # and a later start must not give it again.
    names = {"schema": service.schema, "owner": service.owner_role, "app": service.app_role}
    _run(connection, "GRANT USAGE ON SCHEMA {schema} TO {app}", schema=service.schema, app=service.app_role)
    _run(
        connection,
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {schema} "
        "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        **names,
    )
    _run(
        connection,
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {app}",
        **names,
    )
