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
from ctz_peloton_sync.cli import event_consumer
from ctz_peloton_sync.store import tables
from ctz_simulator import RiderSpec


@pytest.mark.component
def test_tables_equal_migrations(harness):
    # Not under a role of the service: its search path would make the schema the default one, which has no name.
    engine = sa.create_engine(driver_url(harness.database.superuser_dsn()), poolclass=sa.NullPool)

    assert [] == differences(engine, tables.metadata, tables.SCHEMA)


@pytest.mark.component
def test_a_deleted_account_leaves_nothing_behind(harness, simulate):
    with simulate(RiderSpec("rider", workouts=3), RiderSpec("other", workouts=3, seed=2)):
        user_id, other = harness.connect(), harness.connect("other")
        harness.sync(user_id)
        harness.sync(other)
    message = identity.UserDeleted(user_id=str(user_id))
    event = new_event("identity.user.deleted.v1", source="identity", user_id=user_id, message=message)
    consumer = event_consumer(harness.store.database)
    consumer.handle(event)
    consumer.handle(event)

    owned = ["connection", "token", "sync_run", "sync_task", "workout_ref", "raw_payload", "ftp_answer", "ftp_proposal"]
    for table in owned:
        assert [] == harness.rows(f"SELECT 1 FROM {table} WHERE user_id = :user", user=user_id), table  # noqa: S608
    assert 3 == len(harness.rows("SELECT 1 FROM workout_ref WHERE user_id = :user", user=other))


def test_importing_everything_starts_nothing():
    before = threading.active_count()
    for module in pkgutil.walk_packages(ctz_peloton_sync.__path__, "ctz_peloton_sync."):
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            importlib.import_module(module.name)

    assert before == threading.active_count()
