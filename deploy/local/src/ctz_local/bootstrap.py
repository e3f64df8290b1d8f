"""First start and every other: database, roles, schemas and migrations are brought to what this version needs."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Final

import psycopg

from ctz_local.database_address import DatabaseAddress
from ctz_local.environment import System, inherited_environment
from ctz_local.errors import CommandFailed
from ctz_local.roles import ensure_database, ensure_services, schemas_with_tables
from ctz_local.secrets import SecretStore
from ctz_local.services import QUEUE, SERVICES, Service

DATABASE: Final = "ctz"
QUEUE_OWNER_URL: Final = "CTZ_QUEUE_TABLE_OWNER_URL"
QUEUE_ROLE: Final = "CTZ_QUEUE_TABLE_ROLE"


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
    return address


def start_migration(service: Service, environment: Mapping[str, str]) -> "Migration":
    """Start a service's own `migrate`; several run side by side, since each has its schema."""
    return Migration((service.module, "migrate"), environment)


def start_queue_table(system: System) -> "Migration":
    """Start the making of the queue table, for machines without RabbitMQ."""
    owner = system.database.login(QUEUE.owner_role, system.store.password(QUEUE.owner_role))
    names = {QUEUE_OWNER_URL: owner.sqlalchemy_url(), QUEUE_ROLE: QUEUE.app_role}
    return Migration(("ctz_local.queue_table",), inherited_environment() | names)


class Migration:
    """A running command that brings one schema to its newest version."""

    def __init__(self, module: Sequence[str], environment: Mapping[str, str]) -> None:
        self._command = f"python -m {' '.join(module)}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", *module],
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
