"""Peloton's FTP history that a rider said yes to."""

from collections.abc import Mapping

import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2
from google.protobuf.message import Message

from ctz_chassis.consumers import EventHandler
from ctz_chassis.event_fields import identifier, instant
from ctz_chassis.events import Event
from ctz_identity.app.accepted_ftp import AcceptedFTPs
from ctz_identity.app.metrics import MetricWish
from ctz_identity.domain.metrics import MetricKind, source_of
from ctz_identity.store.unit_of_work import Transaction

FTP_ACCEPTED = "peloton-sync.ftp.accepted.v1"
MESSAGE_TYPES: Mapping[str, type[Message]] = {FTP_ACCEPTED: events_pb2.FTPAccepted}


def handlers(accepted: AcceptedFTPs) -> Mapping[str, EventHandler]:
    """Return what is done with each type of event."""

    def on_accepted(connection: sa.Connection, message: events_pb2.FTPAccepted, _event: Event) -> None:
        wishes = [
            MetricWish(
                MetricKind.FTP,
                instant(value.effective_time, "effective_time"),
                float(value.watts),
                source_of(value.source),
            )
            for value in message.values
        ]
        accepted.take_over(Transaction(connection), identifier(message.user_id, "user_id"), wishes)

    return {FTP_ACCEPTED: on_accepted}
