"""Changes of Peloton connections: the rider hears by mail when Peloton asks for a new sign-in."""

from collections.abc import Mapping

import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2
from google.protobuf.message import Message

from ctz_chassis.consumers import EventHandler
from ctz_chassis.event_fields import identifier, revision
from ctz_chassis.events import Event
from ctz_identity.app.connections import ConnectionWatch
from ctz_identity.store.unit_of_work import Transaction

CONNECTION_CHANGED = "peloton-sync.connection.changed.v1"
MESSAGE_TYPES: Mapping[str, type[Message]] = {CONNECTION_CHANGED: events_pb2.ConnectionChanged}


def handlers(watch: ConnectionWatch) -> Mapping[str, EventHandler]:
    """Return what is done with each type of event."""

    def on_changed(connection: sa.Connection, message: events_pb2.ConnectionChanged, _event: Event) -> None:
        watch.note(
            Transaction(connection),
            identifier(message.user_id, "user_id"),
            revision=revision(message.revision),
            needs_sign_in=message.state == events_pb2.CONNECTION_STATE_RECONNECT,
        )

    return {CONNECTION_CHANGED: on_changed}
