"""The facts that identity publishes."""

from datetime import datetime
from uuid import UUID

from ctz.common.v1 import training_pb2
from ctz.identity.events.v1 import events_pb2

from ctz_chassis.clock import Clock
from ctz_chassis.events import Event, new_event
from ctz_identity.domain.metrics import MetricEntry, Timeline

SOURCE = "identity"
METRIC_CHANGED = "identity.metric.changed.v1"
USER_DELETED = "identity.user.deleted.v1"


def metric_changed(user_id: UUID, timeline: Timeline, *, clock: Clock) -> Event:
    """Return the whole timeline of one metric after a change."""
    message = events_pb2.MetricChanged(
        user_id=str(user_id),
        kind=timeline.kind.value,  # type: ignore[arg-type]  # the numbers are those of the contract
        revision=timeline.revision,
        entries=[metric_entry(entry) for entry in timeline.entries],
    )
    return new_event(METRIC_CHANGED, source=SOURCE, user_id=user_id, message=message, clock=clock)


def user_deleted(user_id: UUID, *, deleted_at: datetime, clock: Clock) -> Event:
    """Return that an account is to be erased everywhere."""
    message = events_pb2.UserDeleted(user_id=str(user_id))
    message.delete_time.FromDatetime(deleted_at)
    return new_event(USER_DELETED, source=SOURCE, user_id=user_id, message=message, clock=clock)


def metric_entry(entry: MetricEntry) -> training_pb2.MetricEntry:
    """Return an entry as the contract has it."""
    message = training_pb2.MetricEntry(
        entry_id=str(entry.entry_id),
        value=float(entry.value),
        source=entry.source.value,  # type: ignore[arg-type]  # the numbers are those of the contract
    )
    message.effective_time.FromDatetime(entry.effective_at)
    return message
