"""A deleted account: nothing of its plans stays, and nothing comes back."""

import pytest
import sqlalchemy as sa
from ctz.identity.events.v1 import events_pb2 as identity
from ctz.plans.v1 import exercises_pb2
from ctz.plans.v1 import plans_pb2 as pb

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, make_engine
from ctz_chassis.erasure import DELETED
from ctz_chassis.events import Event
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import rows_naming
from ctz_local.testing import ServiceDatabase
from ctz_plans.cli import event_consumer
from ctz_plans.consumers.accounts import ERASURE
from ctz_plans.store import tables

from .conftest import Riders
from .harness import MON, TUE, Rider, event, note, recorded, type_of

pytestmark = pytest.mark.component


def naming(database: Database, rider: Rider) -> dict[str, int]:
    with database.read() as connection:
        return rows_naming(connection, tables.SCHEMA, rider.user_id)


def begin_with_the_rider(database: Database) -> set[str]:
    """The tables whose rows of one rider are found by an index that has every row."""
    whole = sa.text(
        "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]"
        " WHERE c.relnamespace = CAST(:schema AS regnamespace) AND i.indpred IS NULL AND a.attname = 'user_id'"
    )
    with database.read() as connection:
        return set(connection.execute(whole, {"schema": tables.SCHEMA}).scalars())


def fill(rider: Rider, consumer: Consumer) -> Event:
    """Items, a template that runs, a feed, a choice about pelvic-floor work, a workout; returns the workout's event."""
    rider.put(MON, type_of("power_zone"))
    rider.put(TUE, note("Early night"), request_id=str(uuid7()))
    rider.start(rider.templates.ListTemplates(pb.ListTemplatesRequest()).templates[0].name, MON)
    rider.feed.CreateCalendarFeed(pb.CreateCalendarFeedRequest())
    settings = exercises_pb2.PelvicFloorSettings(daily_goal=2)
    rider.sessions.UpdatePelvicFloorSettings(exercises_pb2.UpdatePelvicFloorSettingsRequest(settings=settings))
    told = recorded(uuid7(), rider.user_id, "45 min Power Zone Ride", MON)
    consumer.handle(told)
    return told


def test_t118_nothing_of_a_deleted_account_stays_and_a_replay_changes_nothing(
    database: Database, consumer: Consumer, riders: Riders
) -> None:
    leaver, other = riders(), riders()
    told = fill(leaver, consumer)
    fill(other, consumer)
    before, unharmed = naming(database, leaver), naming(database, other)
    consumer.handle(event(DELETED, identity.UserDeleted(user_id=str(leaver.user_id)), leaver.user_id))
    consumer.handle(told)
    consumer.handle(Event(uuid7(), told.type, told.source, told.subject, told.time, told.data))

    assert {"calendar_feed", "item", "pelvic_floor", "program", "recorded_workout", "request_id"} <= set(before)
    assert {"outbox": 1, "tombstone": 1} == naming(database, leaver)
    assert unharmed == naming(database, other)


def test_t118_the_rows_of_an_account_are_found_without_reading_those_of_all_others(database: Database) -> None:
    assert {table.name for table in ERASURE.tables} <= begin_with_the_rider(database)


def test_t118_a_long_history_goes_in_steps_before_the_transaction_that_tells_of_it(
    database: Database, consumer: Consumer, rider: Rider, made: ServiceDatabase
) -> None:
    """What cannot be told yet is erased up to there, and the next delivery goes on."""
    fill(rider, consumer)
    gone = event(DELETED, identity.UserDeleted(user_id=str(rider.user_id)), rider.user_id)
    impatient = Database(make_engine(made.app_url("plans"), application_name="test", lock_timeout_ms=50))
    with database.begin() as connection:
        # The tombstone is the first that the last transaction writes: it has to wait, and gives up.
        connection.execute(sa.text(f"LOCK TABLE {tables.SCHEMA}.tombstone IN EXCLUSIVE MODE"))
        with pytest.raises(sa.exc.OperationalError):
            event_consumer(impatient).handle(gone)
    impatient.close()
    left = naming(database, rider)
    consumer.handle(gone)

    assert {"program", "request_id"} <= set(left)
    assert not {"item", "recorded_workout"} & set(left)
    assert {"outbox": 1, "tombstone": 1} == naming(database, rider)
