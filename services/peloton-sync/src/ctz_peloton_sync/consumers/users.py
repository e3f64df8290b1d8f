"""Deleted accounts leave nothing behind; classes belong to nobody and stay."""

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa
from google.protobuf.message import Message

from ctz_chassis.consumers import EventHandler
from ctz_chassis.erasure import Erasure
from ctz_peloton_sync.store import tables
from ctz_peloton_sync.store.gates import GateStore
from ctz_peloton_sync.store.unit_of_work import SERVICE


def forget_at_the_gate(connection: sa.Connection, user_id: UUID) -> None:
    """Remove what names a user outside a column of its own."""
    GateStore(connection).forget(user_id)


ERASURE = Erasure(
    SERVICE,
    tombstones=tables.tombstones,
    outbox_table=tables.outbox,
    extras=[forget_at_the_gate],
    heavy={tables.raw_payload: 200},
)

MESSAGE_TYPES: Mapping[str, type[Message]] = ERASURE.message_types
HANDLERS: Mapping[str, EventHandler] = ERASURE.handlers
