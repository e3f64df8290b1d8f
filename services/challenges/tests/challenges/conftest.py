"""Challenges on a real Postgres behind their real gRPC server, with a clock that only moves when it is told to."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from ctz_challenges.cli import registrations
from ctz_challenges.store import tables
from ctz_chassis.db import Database
from ctz_chassis.testing import make_keys, running_server

from .harness import SettableClock, World


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def world(database: Database, clock: SettableClock) -> Iterator[World]:
    """Running challenges without a row."""
    with database.begin() as connection:
        for table in reversed(tables.metadata.sorted_tables):
            connection.execute(sa.delete(table))
    with running_server("challenges", registrations(database, clock=clock), keys=make_keys(), threads=16) as server:
        yield World(database, server, clock, server.keys.user(is_administrator=True))
