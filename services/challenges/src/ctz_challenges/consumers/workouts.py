"""Events about workouts and guided sessions: facts, from which points follow at once."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.plans.events.v1 import events_pb2 as plans
from ctz.workouts.events.v1 import events_pb2 as workouts
from google.protobuf.message import Message

from ctz_challenges.app import recording
from ctz_challenges.domain.recorded import Absorption, Load, Session, Summary
from ctz_chassis.clock import Clock
from ctz_chassis.consumers import EventHandler, GroupHandler, Told
from ctz_chassis.event_fields import MALFORMED, day, identifier, instant, revision
from ctz_chassis.events import Event, Poison

RECORDED = "peloton-sync.workout.recorded.v1"
DELETED = "peloton-sync.workout.deleted.v1"
ANALYZED = "workouts.workout.analyzed.v1"
ABSORBED = "workouts.workout.absorbed.v1"
SESSION_COMPLETED = "plans.session.completed.v1"
SESSION_DELETED = "plans.session.deleted.v1"

MESSAGE_TYPES: Mapping[str, type[Message]] = {
    RECORDED: peloton.WorkoutRecorded,
    DELETED: peloton.WorkoutDeleted,
    ANALYZED: workouts.WorkoutAnalyzed,
    ABSORBED: workouts.WorkoutAbsorbed,
    SESSION_COMPLETED: plans.SessionCompleted,
    SESSION_DELETED: plans.SessionDeleted,
}


def handlers(clock: Clock) -> Mapping[str, EventHandler]:
    """What is done with each event; `clock` dates changes of the ledger, never points."""
    by_type: Mapping[str, Callable[..., None]] = {
        DELETED: on_deleted,
        ABSORBED: on_absorbed,
        SESSION_COMPLETED: on_session_completed,
        SESSION_DELETED: on_session_deleted,
    }
    return {kind: partial(handler, clock=clock) for kind, handler in by_type.items()}


def group_handlers(clock: Clock) -> Mapping[str, GroupHandler]:
    """What is done with events of one rider that come together."""
    return {RECORDED: partial(on_recorded, clock=clock), ANALYZED: partial(on_analyzed, clock=clock)}


def on_recorded(connection: sa.Connection, told: Sequence[Told], *, clock: Clock) -> None:
    """Keep summaries of workouts."""
    recording.record_workouts(connection, [_summary(message) for message, _ in told], clock)


def on_deleted(connection: sa.Connection, message: peloton.WorkoutDeleted, _event: Event, *, clock: Clock) -> None:
    """Keep that a workout is gone."""
    ids = identifier(message.workout_id), identifier(message.user_id)
    recording.remove_workout(connection, *ids, revision(message.revision), clock)


def on_analyzed(connection: sa.Connection, told: Sequence[Told], *, clock: Clock) -> None:
    """Keep loads of workouts."""
    recording.record_loads(connection, [_load(message) for message, _ in told], clock)


def on_absorbed(connection: sa.Connection, message: workouts.WorkoutAbsorbed, _event: Event, *, clock: Clock) -> None:
    """Keep that a workout is another one, recorded twice, or not any more."""
    absorption = Absorption(
        workout_id=identifier(message.workout_id),
        user_id=identifier(message.user_id),
        revision=revision(message.revision),
        into_id=identifier(message.into_workout_id, "into_workout_id") if message.into_workout_id else None,
    )
    recording.record_absorption(connection, absorption, clock)


def on_session_completed(
    connection: sa.Connection, message: plans.SessionCompleted, _event: Event, *, clock: Clock
) -> None:
    """Keep a guided session; of a private one only that it counts nowhere."""
    session_id, user_id = identifier(message.session_id), identifier(message.user_id)
    if message.is_private:
        recording.remove_session(connection, session_id, user_id, revision(message.revision), clock)
        return
    if not message.HasField("start_time"):
        raise Poison(MALFORMED, "start_time")
    session = Session(
        session_id=session_id,
        user_id=user_id,
        revision=revision(message.revision),
        local_date=day(message.local_date, "local_date"),
        start_time=instant(message.start_time, "start_time"),
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
    ids = identifier(message.session_id), identifier(message.user_id)
    recording.remove_session(connection, *ids, revision(message.revision), clock)


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
        class_type=message.class_type,
        title=message.title,
        duration_seconds=message.duration_seconds if message.HasField("duration_seconds") else None,
        work_joules=message.total_work_joules if message.HasField("total_work_joules") else None,
    )


def _load(message: workouts.WorkoutAnalyzed) -> Load:
    return Load(
        workout_id=identifier(message.workout_id),
        user_id=identifier(message.user_id),
        revision=revision(message.revision),
        training_stress_score=message.training_stress_score if message.HasField("training_stress_score") else None,
        distance_meters=message.distance_meters if message.HasField("distance_meters") else None,
    )
