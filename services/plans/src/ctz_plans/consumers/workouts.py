"""Workout events, kept as recorded workouts."""

from collections.abc import Mapping

import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.events.v1 import events_pb2 as workouts
from google.protobuf.message import Message

from ctz_chassis.consumers import EventHandler
from ctz_chassis.event_fields import MALFORMED, day, identifier, instant, revision
from ctz_chassis.events import Event, Poison
from ctz_plans.domain.recorded import Absorption, Load, Summary
from ctz_plans.store.recorded import RecordedStore

RECORDED = "peloton-sync.workout.recorded.v1"
DELETED = "peloton-sync.workout.deleted.v1"
OWN_RECORDED = "workouts.workout.recorded.v1"
OWN_DELETED = "workouts.workout.deleted.v1"
ANALYZED = "workouts.workout.analyzed.v1"
ABSORBED = "workouts.workout.absorbed.v1"
ZONES = 7

MESSAGE_TYPES: Mapping[str, type[Message]] = {
    RECORDED: peloton.WorkoutRecorded,
    DELETED: peloton.WorkoutDeleted,
    OWN_RECORDED: peloton.WorkoutRecorded,
    OWN_DELETED: peloton.WorkoutDeleted,
    ANALYZED: workouts.WorkoutAnalyzed,
    ABSORBED: workouts.WorkoutAbsorbed,
}


def on_recorded(connection: sa.Connection, message: peloton.WorkoutRecorded, _event: Event) -> None:
    """Keep the summary of a workout."""
    if not message.HasField("start_time"):
        raise Poison(MALFORMED, "start_time")
    RecordedStore(connection).keep_summary(
        Summary(
            workout_id=identifier(message.workout_id),
            user_id=identifier(message.user_id),
            revision=revision(message.revision),
            local_date=day(message.local_date, "local_date"),
            start_time=instant(message.start_time, "start_time"),
            discipline=message.discipline,
            class_id=message.class_id,
            title=message.title,
            duration_seconds=message.duration_seconds if message.HasField("duration_seconds") else None,
            work_joules=message.total_work_joules if message.HasField("total_work_joules") else None,
            class_type=message.class_type,
            elapsed_seconds=_elapsed(message),
        )
    )


def on_deleted(connection: sa.Connection, message: peloton.WorkoutDeleted, _event: Event) -> None:
    """Keep that a workout is gone."""
    RecordedStore(connection).keep_deletion(
        identifier(message.workout_id), identifier(message.user_id), revision(message.revision)
    )


def on_analyzed(connection: sa.Connection, message: workouts.WorkoutAnalyzed, _event: Event) -> None:
    """Keep the load of a workout."""
    if len(message.zone_seconds) not in {0, ZONES}:
        raise Poison(MALFORMED, "zone_seconds")
    has_load = message.HasField("training_stress_score")
    RecordedStore(connection).keep_load(
        Load(
            workout_id=identifier(message.workout_id),
            user_id=identifier(message.user_id),
            revision=revision(message.revision),
            training_stress_score=message.training_stress_score if has_load else None,
            zone_seconds=tuple(message.zone_seconds),
        )
    )


def on_absorbed(connection: sa.Connection, message: workouts.WorkoutAbsorbed, _event: Event) -> None:
    """Keep that a workout is another one, recorded twice, or not any more."""
    RecordedStore(connection).keep_absorption(
        Absorption(
            workout_id=identifier(message.workout_id),
            user_id=identifier(message.user_id),
            revision=revision(message.revision),
            into_id=identifier(message.into_workout_id, "into_workout_id") if message.into_workout_id else None,
        )
    )


HANDLERS: Mapping[str, EventHandler] = {
    RECORDED: on_recorded,
    DELETED: on_deleted,
    OWN_RECORDED: on_recorded,
    OWN_DELETED: on_deleted,
    ANALYZED: on_analyzed,
    ABSORBED: on_absorbed,
}


def _elapsed(message: peloton.WorkoutRecorded) -> int | None:
    """Seconds from start to end; none when the source does not say when it ended."""
    if not message.HasField("end_time"):
        return None
    return max(message.end_time.seconds - message.start_time.seconds, 0)
