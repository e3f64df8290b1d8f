"""A deleted account: nothing of its plans stays, and nothing comes back."""

import pytest
from ctz.identity.events.v1 import events_pb2 as identity
from ctz.plans.v1 import exercises_pb2
from ctz.plans.v1 import plans_pb2 as pb

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.erasure import DELETED
from ctz_chassis.events import Event
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import rows_naming
from ctz_plans.store import tables

from .conftest import Riders
from .harness import MON, TUE, Rider, event, note, recorded, type_of

pytestmark = pytest.mark.component


def naming(database: Database, rider: Rider) -> dict[str, int]:
    with database.read() as connection:
        return rows_naming(connection, tables.SCHEMA, rider.user_id)


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
