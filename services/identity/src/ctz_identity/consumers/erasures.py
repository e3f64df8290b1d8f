"""Services that have erased an account say so; the owner of its secret sees it."""

from collections.abc import Mapping

import sqlalchemy as sa
from ctz.identity.events.v1 import events_pb2
from google.protobuf.message import Message

from ctz_chassis.consumers import EventHandler
from ctz_chassis.event_fields import MALFORMED, identifier, instant
from ctz_chassis.events import Event, Poison
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
        raise Poison(MALFORMED, "service")
    user_id, at = identifier(message.user_id, "user_id"), instant(message.erase_time, "erase_time")
    Transaction(connection).tombstones.note(user_id, message.service, at=at)


HANDLERS: Mapping[str, EventHandler] = dict.fromkeys(ERASED, on_erased)
