"""Times on the wire."""

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp


def timestamp(at: datetime | None) -> Timestamp | None:
    """A time of the contract; none stays none."""
    if at is None:
        return None
    message = Timestamp()
    message.FromDatetime(at)
    return message
