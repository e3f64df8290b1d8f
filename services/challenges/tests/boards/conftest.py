"""Challenges on a real Postgres: events go in through the consumer, questions through gRPC."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from ctz_challenges.cli import event_consumer, registrations
from ctz_challenges.store import tables
from ctz_chassis.db import Database
from ctz_chassis.testing import make_keys, running_server

from .harness import Arena, SettableClock


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def arena(database: Database, clock: SettableClock) -> Iterator[Arena]:
    """Challenges without a row."""
    with database.begin() as connection:
        for table in reversed(tables.metadata.sorted_tables):
            connection.execute(sa.delete(table))
    with running_server("challenges", registrations(database, clock=clock), keys=make_keys(), threads=4) as server:
        yield Arena(database, server, clock, event_consumer(database, clock=clock))
