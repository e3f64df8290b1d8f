"""Events of peloton-sync about workouts and classes."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from google.protobuf.message import Message

from ctz_chassis.consumers import EventHandler, GroupHandler, Told
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


def on_told(connection: sa.Connection, told: Sequence[Told]) -> None:
    """Keep summaries and performances of workouts."""
    intake.take_in(connection, [_arrival(message) for message, _ in told])


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


HANDLERS: Mapping[str, EventHandler] = {DELETED: on_deleted, CLASS_UPDATED: on_class_updated}
GROUP_HANDLERS: Mapping[str, GroupHandler] = {RECORDED: on_told, PERFORMANCE: on_told}


def _arrival(message: peloton.WorkoutRecorded | peloton.WorkoutPerformance) -> intake.Arrival:
    part = _part(message)
    if isinstance(message, peloton.WorkoutRecorded):
        return intake.Arrival(part, summary_of(message))
    return intake.Arrival(part, performance=intake.Performance(_without_samples(message), series_of(message)))


def _without_samples(message: peloton.WorkoutPerformance) -> peloton.WorkoutPerformance:
    """A copy that does not hold the row and the series a second time; the message may be applied once more."""
    kept = peloton.WorkoutPerformance()
    kept.CopyFrom(message)
    for name in ("workout_id", "user_id", "revision", "second_deltas"):
        kept.ClearField(name)
    for metric in kept.metrics:
        del metric.value_deltas[:]
    return kept


def _part(message: peloton.WorkoutRecorded | peloton.WorkoutPerformance | peloton.WorkoutDeleted) -> intake.Part:
    ids = identifier(message.workout_id), identifier(message.user_id)
    return intake.Part(*ids, revision(message.revision))
