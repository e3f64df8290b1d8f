"""Deleted accounts leave nothing behind."""

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa
from ctz.identity.events.v1 import events_pb2 as identity
from google.protobuf.message import Message

from ctz_chassis.clock import utc_now
from ctz_chassis.consumers import EventHandler
from ctz_chassis.events import Event, Poison
from ctz_peloton_sync.app.connect import erase
from ctz_peloton_sync.store.unit_of_work import UnitOfWork

DELETED = "identity.user.deleted.v1"

MESSAGE_TYPES: Mapping[str, type[Message]] = {DELETED: identity.UserDeleted}


def on_deleted(connection: sa.Connection, message: identity.UserDeleted, _event: Event) -> None:
    """Erase tokens, runs, mirror and payloads of a rider."""
    try:
        user_id = UUID(message.user_id)
    except ValueError:
        raise Poison("malformed", "user_id") from None
    erase(UnitOfWork(connection, utc_now), user_id)


HANDLERS: Mapping[str, EventHandler] = {DELETED: on_deleted}
