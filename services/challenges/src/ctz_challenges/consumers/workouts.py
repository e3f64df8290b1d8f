"""Events about workouts and guided sessions: facts, from which points follow at once."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.plans.events.v1 import events_pb2 as plans
from ctz.workouts.events.v1 import events_pb2 as workouts
from google.protobuf.message import Message

from ctz_challenges.app import recording
from ctz_challenges.domain.recorded import Load, Session, Summary
from ctz_chassis.clock import Clock
from ctz_chassis.consumers import EventHandler
from ctz_chassis.events import Event, Poison

RECORDED = "peloton-sync.workout.recorded.v1"
DELETED = "peloton-sync.workout.deleted.v1"
ANALYZED = "workouts.workout.analyzed.v1"
SESSION_COMPLETED = "plans.session.completed.v1"
SESSION_DELETED = "plans.session.deleted.v1"
ZONES = 7

MESSAGE_TYPES: Mapping[str, type[Message]] = {
    RECORDED: peloton.WorkoutRecorded,
    DELETED: peloton.WorkoutDeleted,
    ANALYZED: workouts.WorkoutAnalyzed,
    SESSION_COMPLETED: plans.SessionCompleted,
    SESSION_DELETED: plans.SessionDeleted,
}


def handlers(clock: Clock) -> Mapping[str, EventHandler]:
    """What is done with each event; `clock` dates changes of the ledger, never points."""
    by_type: Mapping[str, Callable[..., None]] = {
        RECORDED: on_recorded,
        DELETED: on_deleted,
        ANALYZED: on_analyzed,
        SESSION_COMPLETED: on_session_completed,
        SESSION_DELETED: on_session_deleted,
    }
    return {kind: partial(handler, clock=clock) for kind, handler in by_type.items()}


def on_recorded(connection: sa.Connection, message: peloton.WorkoutRecorded, _event: Event, *, clock: Clock) -> None:
    """Keep the summary of a workout."""
    if not message.HasField("start_time"):
        raise Poison("malformed", "start_time")
    summary = Summary(
        workout_id=_id(message.workout_id),
        user_id=_id(message.user_id),
        revision=_revision(message.revision),
        local_date=_day(message.local_date),
        start_time=_instant(message.start_time),
        discipline=message.discipline,
        class_id=message.class_id,
        class_type=message.class_type,
        title=message.title,
        duration_seconds=message.duration_seconds if message.HasField("duration_seconds") else None,
        work_joules=message.total_work_joules if message.HasField("total_work_joules") else None,
    )
    recording.record_workout(connection, summary, clock)


def on_deleted(connection: sa.Connection, message: peloton.WorkoutDeleted, _event: Event, *, clock: Clock) -> None:
    """Keep that a workout is gone."""
    ids = _id(message.workout_id), _id(message.user_id)
    recording.remove_workout(connection, *ids, _revision(message.revision), clock)


def on_analyzed(connection: sa.Connection, message: workouts.WorkoutAnalyzed, _event: Event, *, clock: Clock) -> None:
    """Keep the load of a workout."""
    if len(message.zone_seconds) not in {0, ZONES}:
        raise Poison("malformed", "zone_seconds")
    load = Load(
        workout_id=_id(message.workout_id),
        user_id=_id(message.user_id),
        revision=_revision(message.revision),
        training_stress_score=message.training_stress_score if message.HasField("training_stress_score") else None,
        distance_meters=message.distance_meters if message.HasField("distance_meters") else None,
        zone_seconds=tuple(message.zone_seconds),
    )
    recording.record_load(connection, load, clock)


def on_session_completed(
    connection: sa.Connection, message: plans.SessionCompleted, _event: Event, *, clock: Clock
) -> None:
    """Keep a guided session; of a private one only that it counts nowhere."""
    session_id, user_id, revision = _id(message.session_id), _id(message.user_id), _revision(message.revision)
    if message.is_private:
        recording.remove_session(connection, session_id, user_id, revision, clock)
        return
    if not message.HasField("start_time"):
        raise Poison("malformed", "start_time")
    session = Session(
        session_id=session_id,
        user_id=user_id,
        revision=revision,
        local_date=_day(message.local_date),
        start_time=_instant(message.start_time),
        category=message.category,
        practice=message.practice,
        title=message.title,
        done_seconds=message.done_seconds,
        load=message.load if message.HasField("load") else None,
    )
    recording.record_session(connection, session, clock)


def on_session_deleted(
    connection: sa.Connection, message: plans.SessionDeleted, _event: Event, *, clock: Clock
) -> None:
    """Keep that a session is gone."""
    ids = _id(message.session_id), _id(message.user_id)
    recording.remove_session(connection, *ids, _revision(message.revision), clock)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Poison("malformed", "id") from None


def _revision(number: int) -> int:
    if number < 1:
        raise Poison("malformed", "revision")
    return number


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Poison("malformed", "local_date") from None


def _instant(stamp: Any) -> datetime:
    try:
        instant: datetime = stamp.ToDatetime(tzinfo=UTC)
    except (OverflowError, ValueError):
        raise Poison("malformed", "time") from None
    return instant
