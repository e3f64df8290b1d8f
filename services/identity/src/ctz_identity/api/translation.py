"""What every servicer needs to translate between the contract and the domain."""

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from ctz_chassis import log
from ctz_identity.domain.errors import InvalidField
from ctz_identity.domain.security_events import Client


def timestamp(moment: datetime) -> Timestamp:
    """Return a moment as the contract has it."""
    message = Timestamp()
    message.FromDatetime(moment)
    return message


def moment(message: Timestamp, *, field: str) -> datetime:
    """Return a timestamp as an aware UTC datetime."""
    try:
        return message.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InvalidField(field, "Send a time from year 1 to 9999.") from None


def client_of(address: str = "", user_agent: str = "") -> Client:
    """Return who is at the other end, with the request id of this call."""
    return Client(address=address, user_agent=user_agent, request_id=log.bound("request_id"))
