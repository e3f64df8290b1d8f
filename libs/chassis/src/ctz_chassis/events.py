"""Events: facts that services publish, protobuf inside and CloudEvents 1.0 attributes outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from google.protobuf.message import Message

from ctz_chassis.clock import Clock, utc_now
from ctz_chassis.ids import uuid7

MAX_BODY_BYTES = 1_048_576
CONTENT_TYPE = "application/protobuf"
SPEC_VERSION = "1.0"
# Events about the end of an account: tombstones do not stop them, and nothing of them stays once they are published.
LAST_WORDS = (".user.deleted.v1", ".user.erased.v1")
# The AMQP binding of CloudEvents prefixes attributes with `cloudEvents:`.
_PREFIX = "cloudEvents:"


class EventTooLarge(Exception):
    """An event is above what the wire allows: split the fact, or send a reference."""

    def __init__(self, event_type: str, size_bytes: int) -> None:
        super().__init__(f"{event_type}: {size_bytes} bytes, at most {MAX_BODY_BYTES} are allowed")
        self.event_type = event_type
        self.size_bytes = size_bytes


class Poison(Exception):
    """An event that no further attempt can make work; `reason` (lower_snake) is shown with the dead letter."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Event:
    """One fact. `type` is the routing key, `source` the service, `subject` the user's id as text or empty."""

    id: UUID
    type: str
    source: str
    subject: str
    time: datetime
    data: bytes
    redelivered: bool = field(default=False, compare=False)
    """Set by a broker adapter: an earlier delivery of this event may have been started."""


def new_event(event_type: str, *, source: str, user_id: UUID | None, message: Message, clock: Clock = utc_now) -> Event:
    """Return the event that carries a message; raises `EventTooLarge` above 1 MiB."""
    data = message.SerializeToString()
    if len(data) > MAX_BODY_BYTES:
        raise EventTooLarge(event_type, len(data))
    subject = "" if user_id is None else str(user_id)
    return Event(id=uuid7(), type=event_type, source=source, subject=subject, time=clock(), data=data)


def to_headers(event: Event) -> dict[str, str]:
    """Return the CloudEvents attributes of an event as message headers."""
    attributes = {
        "specversion": SPEC_VERSION,
        "id": str(event.id),
        "type": event.type,
        "source": event.source,
        "subject": event.subject,
        "time": event.time.astimezone(UTC).isoformat(),
    }
    return {_PREFIX + name: value for name, value in attributes.items() if value}


def from_headers(headers: Mapping[str, object], data: bytes, *, redelivered: bool = False) -> Event:
    """Read an event from message headers; raises `Poison` for what no publisher of ours sends."""
    if len(data) > MAX_BODY_BYTES:
        raise Poison("too_large", f"{len(data)} bytes")
    text = {name: _text(headers, name) for name in ("specversion", "id", "type", "source", "subject", "time")}
    if text["specversion"] != SPEC_VERSION:
        raise Poison("malformed_headers", "specversion")
    if not text["type"] or not text["source"]:
        raise Poison("malformed_headers", "type or source")
    return Event(
        id=_event_id(text["id"]),
        type=text["type"],
        source=text["source"],
        subject=text["subject"],
        time=_time(text["time"]),
        data=data,
        redelivered=redelivered,
    )


def _text(headers: Mapping[str, object], name: str) -> str:
    value = headers.get(_PREFIX + name, "")
    if not isinstance(value, str):
        raise Poison("malformed_headers", name)
    return value


def _event_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Poison("malformed_headers", "id") from None


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise Poison("malformed_headers", "time") from None
    if time.tzinfo is None:
        raise Poison("malformed_headers", "time without an offset")
    return time.astimezone(UTC)
