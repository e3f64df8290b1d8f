"""Times of messages as aware datetimes, and back."""

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp


def instant(stamp: Timestamp) -> datetime:
    """The aware UTC datetime of a message's time."""
    return stamp.ToDatetime(tzinfo=UTC)


def stamp(moment: datetime) -> Timestamp:
    """A message's time of an aware datetime."""
    result = Timestamp()
    result.FromDatetime(moment.astimezone(UTC))
    return result
