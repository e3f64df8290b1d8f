"""Workout events, kept as recorded workouts."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.events.v1 import events_pb2 as workouts
from google.protobuf.message import Message

from ctz_chassis.consumers import EventHandler, GroupHandler, Told
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


def on_recorded(connection: sa.Connection, told: Sequence[Told]) -> None:
    """Keep summaries of workouts."""
    RecordedStore(connection).keep_summaries([_summary(message) for message, _ in told])


def on_deleted(connection: sa.Connection, message: peloton.WorkoutDeleted, _event: Event) -> None:
    """Keep that a workout is gone."""
    RecordedStore(connection).keep_deletion(
        identifier(message.workout_id), identifier(message.user_id), revision(message.revision)
    )


def on_analyzed(connection: sa.Connection, told: Sequence[Told]) -> None:
    """Keep loads of workouts."""
    RecordedStore(connection).keep_loads([_load(message) for message, _ in told])


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


HANDLERS: Mapping[str, EventHandler] = {DELETED: on_deleted, OWN_DELETED: on_deleted, ABSORBED: on_absorbed}
GROUP_HANDLERS: Mapping[str, GroupHandler] = {
    RECORDED: on_recorded,
    OWN_RECORDED: on_recorded,
    ANALYZED: on_analyzed,
}


def _summary(message: peloton.WorkoutRecorded) -> Summary:
    if not message.HasField("start_time"):
        raise Poison(MALFORMED, "start_time")
    return Summary(
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


def _load(message: workouts.WorkoutAnalyzed) -> Load:
    if len(message.zone_seconds) not in {0, ZONES}:
        raise Poison(MALFORMED, "zone_seconds")
    return Load(
        workout_id=identifier(message.workout_id),
        user_id=identifier(message.user_id),
        revision=revision(message.revision),
        load=message.load if message.HasField("load") else None,
        zone_seconds=tuple(message.zone_seconds),
    )


def _elapsed(message: peloton.WorkoutRecorded) -> int | None:
    """Seconds from start to end; none when the source does not say when it ended."""
    if not message.HasField("end_time"):
        return None
    return max(message.end_time.seconds - message.start_time.seconds, 0)
