"""Events of plans about guided sessions: their load counts in the rider's fitness, the private ones' too."""

from collections.abc import Mapping

import sqlalchemy as sa
from ctz.plans.events.v1 import events_pb2 as plans
from google.protobuf.message import Message

from ctz_chassis.consumers import EventHandler
from ctz_chassis.event_fields import day, identifier, revision
from ctz_chassis.events import Event
from ctz_workouts.app import sessions
from ctz_workouts.store.sessions import StoredSession

SESSION_COMPLETED = "plans.session.completed.v1"
SESSION_DELETED = "plans.session.deleted.v1"

MESSAGE_TYPES: Mapping[str, type[Message]] = {
    SESSION_COMPLETED: plans.SessionCompleted,
    SESSION_DELETED: plans.SessionDeleted,
}


def on_session_completed(connection: sa.Connection, message: plans.SessionCompleted, _event: Event) -> None:
    """Keep when a session was done and what it weighs, and nothing of what it was."""
    session = StoredSession(
        session_id=identifier(message.session_id),
        user_id=identifier(message.user_id),
        revision=revision(message.revision),
        local_date=day(message.local_date, "local_date"),
        category=message.category,
        done_seconds=max(message.done_seconds, 0),
        load=max(message.load, 0.0) if message.HasField("load") else None,
    )
    sessions.keep(connection, session)


def on_session_deleted(connection: sa.Connection, message: plans.SessionDeleted, _event: Event) -> None:
    """Keep that a session is gone."""
    ids = identifier(message.session_id), identifier(message.user_id)
    sessions.keep(connection, StoredSession(*ids, revision(message.revision), is_deleted=True))


HANDLERS: Mapping[str, EventHandler] = {
    SESSION_COMPLETED: on_session_completed,
    SESSION_DELETED: on_session_deleted,
}
