"""Fresh databases for tests: roles and schemas as the supervisor makes them, gone after the test."""

import secrets
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from ctz_local.database_address import DatabaseAddress
from ctz_local.roles import ServicePasswords, ensure_database, ensure_services
from ctz_local.services import QUEUE, SERVICES, Service, service_named


@dataclass(frozen=True, slots=True)
class ServiceDatabase:
    """One database in which the given services have their schemas (still without tables)."""

    address: DatabaseAddress
    passwords: dict[Service, ServicePasswords]

    def app_url(self, service: str) -> str:
        """Return the SQLAlchemy URL of a service's runtime role."""
        one = service_named(service)
        return self.address.login(one.app_role, self.passwords[one].app).sqlalchemy_url()

    def owner_url(self, service: str) -> str:
        """Return the SQLAlchemy URL of a service's owning role, for migrations."""
        one = service_named(service)
        return self.address.login(one.owner_role, self.passwords[one].owner).sqlalchemy_url()

    def queue_url(self) -> str:
        """Return the CTZ_BROKER_URL of the queue table in this database."""
        return self.address.login(QUEUE.app_role, self.passwords[QUEUE].app).dsn()

    def queue_owner_url(self) -> str:
        """Return the SQLAlchemy URL of the queue table's owner, for `pgqueue_tables.install`."""
        return self.address.login(QUEUE.owner_role, self.passwords[QUEUE].owner).sqlalchemy_url()

    def superuser_dsn(self) -> str:
        """Return the libpq URL of the server's superuser, for looking behind the scenes."""
        return self.address.dsn()


class DatabaseMaker:
    """Makes databases on one server; role passwords are the session's, since roles belong to the whole server."""

    def __init__(self, server: DatabaseAddress) -> None:
        self._server = server
        self._passwords = {
            service: ServicePasswords(owner=secrets.token_urlsafe(18), app=secrets.token_urlsafe(18))
            for service in (*SERVICES, QUEUE)
        }

    def create(self, services: Sequence[str]) -> ServiceDatabase:
        """Create a database with roles, schemas and grants for these services, and the queue's schema."""
        name = f"ctz_test_{secrets.token_hex(6)}"
        address = self._server.named(name)
        named = [*(service_named(service) for service in services), QUEUE]
        wanted = {service: self._passwords[service] for service in named}
        with closing(self._connect(self._server)) as connection:
            # A copy of files takes a quarter of the time of the usual copy through the log.
            connection.execute(sql.SQL("CREATE DATABASE {} STRATEGY file_copy").format(sql.Identifier(name)))
            ensure_database(connection, name)
        with closing(self._connect(address)) as connection:
            ensure_services(connection, wanted)
        return ServiceDatabase(address, wanted)

    def drop(self, database: ServiceDatabase) -> None:
        """Remove the database, whoever is still connected."""
        with closing(self._connect(self._server)) as connection:
            name = sql.Identifier(database.address.database)
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def _connect(self, address: DatabaseAddress) -> psycopg.Connection[Any]:
        return psycopg.connect(address.dsn(), autocommit=True)
