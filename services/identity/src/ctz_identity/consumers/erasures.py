"""Services that have erased an account say so; the owner of its secret sees it."""

from collections.abc import Mapping
from datetime import UTC

import sqlalchemy as sa
from ctz.identity.events.v1 import events_pb2
from google.protobuf.message import Message

from ctz_chassis.consumers import EventHandler
from ctz_chassis.events import Event, Poison
from ctz_identity.consumers.ids import user_id_of
from ctz_identity.store.unit_of_work import Transaction

ERASED = (
    "peloton-sync.user.erased.v1",
    "workouts.user.erased.v1",
    "plans.user.erased.v1",
    "challenges.user.erased.v1",
)
MESSAGE_TYPES: Mapping[str, type[Message]] = dict.fromkeys(ERASED, events_pb2.UserErased)


def on_erased(connection: sa.Connection, message: events_pb2.UserErased, event: Event) -> None:
    """Keep that a service holds nothing more of an account."""
    if message.service != event.source:
        raise Poison("malformed", "service")
    try:
        at = message.erase_time.ToDatetime(tzinfo=UTC)
    except (OverflowError, ValueError):
        raise Poison("malformed", "erase_time") from None
    Transaction(connection).tombstones.note(user_id_of(message.user_id), message.service, at=at)


HANDLERS: Mapping[str, EventHandler] = dict.fromkeys(ERASED, on_erased)
