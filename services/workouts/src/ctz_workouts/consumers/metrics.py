"""Events of identity about a rider's dated metrics."""

from collections.abc import Mapping

import sqlalchemy as sa
from ctz.common.v1 import training_pb2 as training
from ctz.identity.events.v1 import events_pb2 as identity
from google.protobuf.message import Message

from ctz_chassis.consumers import EventHandler
from ctz_chassis.event_fields import MALFORMED, identifier, instant
from ctz_chassis.events import Event, Poison
from ctz_workouts.app import metrics
from ctz_workouts.domain.zones import HIGHEST_FTP_WATTS, LOWEST_FTP_WATTS
from ctz_workouts.store.riders import Dated

METRIC_CHANGED = "identity.metric.changed.v1"

MESSAGE_TYPES: Mapping[str, type[Message]] = {METRIC_CHANGED: identity.MetricChanged}


def on_metric_changed(connection: sa.Connection, message: identity.MetricChanged, _event: Event) -> None:
    """Keep the timeline of a metric."""
    if message.revision < 1 or message.kind == training.METRIC_KIND_UNSPECIFIED:
        raise Poison(MALFORMED, "revision or kind")
    user_id = identifier(message.user_id, "user_id")
    entries = [Dated(instant(one.effective_time, "effective_time"), one.value, one.source) for one in message.entries]
    is_ftp = message.kind == training.METRIC_KIND_FTP
    if is_ftp and not all(LOWEST_FTP_WATTS <= entry.value <= HIGHEST_FTP_WATTS for entry in entries):
        raise Poison(MALFORMED, "an FTP that no rider has")
    metrics.keep_timeline(connection, user_id, message.kind, message.revision, entries)


HANDLERS: Mapping[str, EventHandler] = {METRIC_CHANGED: on_metric_changed}
