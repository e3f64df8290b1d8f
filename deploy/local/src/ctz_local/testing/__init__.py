"""Servers for component tests: given URLs, else Docker, else private servers of the machine or the wheel."""

from ctz_local.testing.databases import ServiceDatabase, TestDatabases
from ctz_local.testing.servers import TestBroker, TestPostgres, find_broker, find_postgres

__all__ = ["ServiceDatabase", "TestBroker", "TestDatabases", "TestPostgres", "find_broker", "find_postgres"]
