"""Servers for component tests: given URLs, else Docker, else private servers of the machine or the wheel."""

from ctz_local.testing.databases import DatabaseMaker, ServiceDatabase
from ctz_local.testing.servers import SessionBroker, SessionPostgres, find_broker, find_postgres

__all__ = ["DatabaseMaker", "ServiceDatabase", "SessionBroker", "SessionPostgres", "find_broker", "find_postgres"]
