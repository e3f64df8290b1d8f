"""`plans.session.completed.v1` and `plans.session.deleted.v1`, published in the transaction of what they tell."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from ctz.plans.events.v1 import events_pb2

from ctz_chassis import outbox
from ctz_chassis.clock import Clock
from ctz_chassis.events import Event, new_event
from ctz_plans.domain.practice_session import Session
from ctz_plans.store import tables

SESSION_COMPLETED = "plans.session.completed.v1"
SESSION_DELETED = "plans.session.deleted.v1"
SOURCE = "plans"


def publish_completed(connection: sa.Connection, user_id: UUID, sessions: Sequence[Session], clock: Clock) -> None:
    """Tell that sessions were done, or what changed in what is told of them."""
    outbox.add_all(connection, tables.outbox, [_completed(user_id, session, clock) for session in sessions])


def publish_deleted(connection: sa.Connection, user_id: UUID, session_id: UUID, revision: int, clock: Clock) -> None:
    """Tell that a session is gone."""
    message = events_pb2.SessionDeleted(session_id=str(session_id), user_id=str(user_id), revision=revision)
    outbox.add(
        connection,
        tables.outbox,
        new_event(SESSION_DELETED, source=SOURCE, user_id=user_id, message=message, clock=clock),
    )


def _completed(user_id: UUID, session: Session, clock: Clock) -> Event:
    message = events_pb2.SessionCompleted(
        session_id=str(session.session_id),
        user_id=str(user_id),
        revision=session.revision,
        local_date=session.local_date.isoformat(),
        category=session.category.value,
        practice=session.practice,
        # What a private session was stays with the rider.
        title="" if session.is_private else session.title,
        done_seconds=session.done_seconds,
        duration_seconds=session.duration_seconds,
        load=session.load,
        is_private=session.is_private,
    )
    message.start_time.FromDatetime(session.start_time)
    return new_event(SESSION_COMPLETED, source=SOURCE, user_id=user_id, message=message, clock=clock)
