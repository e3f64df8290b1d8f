"""Fields of events, read once and refused the same way: what no attempt can make right is poison."""

from datetime import UTC, date, datetime
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp

from ctz_chassis.events import Poison

MALFORMED = "malformed"


def identifier(text: str, field: str = "id") -> UUID:
    """An id."""
    try:
        return UUID(text)
    except ValueError:
        raise Poison(MALFORMED, field) from None


def revision(number: int) -> int:
    """A revision, from 1."""
    if number < 1:
        raise Poison(MALFORMED, "revision")
    return number


def day(text: str, field: str) -> date:
    """A day, `YYYY-MM-DD`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Poison(MALFORMED, field) from None


def instant(stamp: Timestamp, field: str) -> datetime:
    """An instant, in UTC; whether an absent one is refused is for the caller to say."""
    try:
        return stamp.ToDatetime(tzinfo=UTC)
    except (OverflowError, ValueError):
        raise Poison(MALFORMED, field) from None
