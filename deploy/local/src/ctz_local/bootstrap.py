"""First start and every other: database, roles, schemas and migrations are brought to what this version needs."""

import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from typing import Final

import psycopg

from ctz_local.database_address import DatabaseAddress
from ctz_local.errors import CommandFailed
from ctz_local.roles import ensure_database, ensure_queue, ensure_services, schemas_with_tables
from ctz_local.secrets import SecretStore
from ctz_local.services import SERVICES, Service

DATABASE: Final = "ctz"


def has_data(server: DatabaseAddress, database: str) -> bool:
    """Tell whether any service has tables on this server already."""
    with closing(psycopg.connect(server.dsn(), autocommit=True)) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone()
    if known is None:
        return False
    with closing(psycopg.connect(server.named(database).dsn(), autocommit=True)) as connection:
        return bool(schemas_with_tables(connection, SERVICES))


def prepare_database(server: DatabaseAddress, database: str, store: SecretStore) -> DatabaseAddress:
    """Create or correct the product's database with all roles, schemas and grants; return its address."""
    with closing(psycopg.connect(server.dsn(), autocommit=True)) as connection:
        ensure_database(connection, database)
    address = server.named(database)
    with closing(psycopg.connect(address.dsn(), autocommit=True)) as connection:
        ensure_services(connection, store.role_passwords())
        ensure_queue(connection, store.password("queue"))
    return address


def start_migration(service: Service, environment: Mapping[str, str]) -> "Migration":
    """Start a service's own `migrate`; several run side by side, since each has its schema."""
    return Migration(service, environment)


class Migration:
    """A running `migrate` of one service."""

    def __init__(self, service: Service, environment: Mapping[str, str]) -> None:
        self._command = f"python -m {service.module} migrate"
        self._process = subprocess.Popen(
            [sys.executable, "-m", service.module, "migrate"],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def finish(self) -> None:
        """Wait for it; an error shows what it printed."""
        output, _ = self._process.communicate()
        if self._process.returncode != 0:
            raise CommandFailed(self._command, self._process.returncode, output[-3000:])
