"""Events of peloton-sync about workouts and classes."""

from collections.abc import Mapping

import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from google.protobuf.message import Message

from ctz_chassis.consumers import EventHandler
from ctz_chassis.event_fields import MALFORMED, identifier, instant, revision
from ctz_chassis.events import Event, Poison
from ctz_workouts.app import classes, intake
from ctz_workouts.app.summaries import summary_of
from ctz_workouts.consumers.series import series_of

RECORDED = "peloton-sync.workout.recorded.v1"
PERFORMANCE = "peloton-sync.workout.performance.v1"
DELETED = "peloton-sync.workout.deleted.v1"
CLASS_UPDATED = "peloton-sync.class.updated.v1"

MESSAGE_TYPES: Mapping[str, type[Message]] = {
    RECORDED: peloton.WorkoutRecorded,
    PERFORMANCE: peloton.WorkoutPerformance,
    DELETED: peloton.WorkoutDeleted,
    CLASS_UPDATED: peloton.ClassUpdated,
}


def on_recorded(connection: sa.Connection, message: peloton.WorkoutRecorded, _event: Event) -> None:
    """Keep the summary of a workout."""
    intake.keep_summary(connection, _part(message), summary_of(message))


def on_performance(connection: sa.Connection, message: peloton.WorkoutPerformance, _event: Event) -> None:
    """Keep the series of a workout and what came with it."""
    part, series = _part(message), series_of(message)
    # What is kept beside the row and the series must not hold them a second time.
    for name in ("workout_id", "user_id", "revision", "second_deltas"):
        message.ClearField(name)
    for metric in message.metrics:
        del metric.value_deltas[:]
    intake.keep_performance(connection, part, message, series)


def on_deleted(connection: sa.Connection, message: peloton.WorkoutDeleted, _event: Event) -> None:
    """Keep that a workout is gone at its source."""
    intake.keep_deletion(connection, _part(message))


def on_class_updated(connection: sa.Connection, message: peloton.ClassUpdated, _event: Event) -> None:
    """Keep what is published of a class."""
    if not message.class_id or message.revision < 1:
        raise Poison(MALFORMED, "class_id or revision")
    if message.HasField("air_time"):
        instant(message.air_time, "air_time")
    classes.keep_class(connection, message)


HANDLERS: Mapping[str, EventHandler] = {
    RECORDED: on_recorded,
    PERFORMANCE: on_performance,
    DELETED: on_deleted,
    CLASS_UPDATED: on_class_updated,
}


def _part(message: peloton.WorkoutRecorded | peloton.WorkoutPerformance | peloton.WorkoutDeleted) -> intake.Part:
    ids = identifier(message.workout_id), identifier(message.user_id)
    return intake.Part(*ids, revision(message.revision))
