"""The schema and the imports."""

import importlib
import pkgutil
import threading

import pytest
import sqlalchemy as sa
from ctz.identity.events.v1 import events_pb2 as identity

import ctz_peloton_sync
from ctz_chassis.db import driver_url
from ctz_chassis.events import new_event
from ctz_chassis.migrations import differences
from ctz_chassis.testing import rows_naming
from ctz_peloton_sync.cli import event_consumer
from ctz_peloton_sync.consumers.users import ERASURE
from ctz_peloton_sync.store import tables
from ctz_simulator import RiderSpec


@pytest.mark.component
def test_tables_equal_migrations(harness):
    # Not under a role of the service: its search path would make the schema the default one, which has no name.
    engine = sa.create_engine(driver_url(harness.database.superuser_dsn()), poolclass=sa.NullPool)

    assert [] == differences(engine, tables.metadata, tables.SCHEMA)


def deletion_of(user_id):
    message = identity.UserDeleted(user_id=str(user_id))
    return new_event("identity.user.deleted.v1", source="identity", user_id=user_id, message=message)


def naming(harness, user_id):
    """Tables that still name a user; the outbox may hold the event about the erasing."""
    with harness.store.database.read() as connection:
        return rows_naming(connection, tables.SCHEMA, user_id)


@pytest.mark.component
def test_t118_a_deleted_account_leaves_nothing_behind(harness, simulate):
    with simulate(RiderSpec("rider", workouts=3), RiderSpec("other", workouts=3, seed=2)):
        user_id, other = harness.connect(), harness.connect("other")
        harness.sync(user_id)
        harness.sync(other)
    before, others = naming(harness, user_id), naming(harness, other)
    event = deletion_of(user_id)
    consumer = event_consumer(harness.store.database)
    consumer.handle(event)
    consumer.handle(event)

    assert {"connection", "token", "workout_ref", "raw_payload", "rate_bucket", "outbox"} <= set(before)
    assert {"outbox": 1, "tombstone": 1} == naming(harness, user_id)
    assert [("peloton-sync", str(user_id))] == [(e.service, e.user_id) for e in harness.events("user.erased")]
    assert others == naming(harness, other)


@pytest.mark.component
def test_t118_an_account_deleted_in_the_middle_of_a_sync_does_not_come_back(harness, simulate):
    """Workers that hold a lease of the user have lost it; nothing is left to be claimed."""
    with simulate(RiderSpec("rider", workouts=60)):
        user_id = harness.connect()
        harness.start(user_id)
        harness.drain(steps=3)
        executor, held = harness.workshop.executor(), [harness.claim() for _ in range(2)]
        event_consumer(harness.store.database).handle(deletion_of(user_id))
        for claimed in held:
            executor.execute(claimed.lease)
        harness.drain(steps=10)
        executor.api.close()
    with harness.store.database.begin() as connection:
        ERASURE.sweep(connection)

    assert {"outbox": 1, "tombstone": 1} == naming(harness, user_id)


def test_importing_everything_starts_nothing():
    before = threading.active_count()
    for module in pkgutil.walk_packages(ctz_peloton_sync.__path__, "ctz_peloton_sync."):
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            importlib.import_module(module.name)

    assert before == threading.active_count()
