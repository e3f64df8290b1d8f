"""Security events: what is recorded about an account, and what its owner reads."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import AddressValueError, IPv6Address, IPv6Network
from uuid import UUID

MAX_CLIENT_ADDRESS = 64
MAX_USER_AGENT = 200


class EventType(StrEnum):
    """What happened."""

    SIGN_UP = "account:sign-up"
    SIGN_UP_AGAIN = "account:sign-up:known-address"
    EMAIL_VERIFIED = "account:email:verified"
    VERIFICATION_REQUESTED = "account:email:verification-requested"
    LOGIN_SUCCESS = "account:login:success"
    LOGIN_FAILURE = "account:login:failure"
    LOGIN_REFUSED = "account:login:refused"
    LOGIN_LIMITED = "account:login:limited"
    REAUTHENTICATED = "account:login:fresh"
    LOGOUT = "account:logout"
    SESSION_ENDED = "account:session:ended"
    RESET_REQUESTED = "account:password:reset-requested"
    PASSWORD_RESET = "account:password:reset"  # noqa: S105 the name of an event
    PASSWORD_CHANGED = "account:password:changed"  # noqa: S105 the name of an event
    TOKEN_CREATED = "account:token:created"  # noqa: S105 the name of an event
    TOKEN_REVOKED = "account:token:revoked"  # noqa: S105 the name of an event
    ACTIVATED = "account:activated"
    DEACTIVATED = "account:deactivated"
    ACCOUNT_DELETED = "account:deleted"
    ADMINISTRATOR_GRANTED = "account:administrator:granted"


@dataclass(frozen=True, slots=True)
class Client:
    """Who is at the other end, as far as the gateway knows; texts are cut to a sane length."""

    address: str = ""
    user_agent: str = ""
    request_id: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", _printable(self.address, MAX_CLIENT_ADDRESS))
        object.__setattr__(self, "user_agent", _printable(self.user_agent, MAX_USER_AGENT))
        object.__setattr__(self, "request_id", _printable(self.request_id, MAX_CLIENT_ADDRESS))

    @property
    def network(self) -> str:
        """What limits count: the address, or the /64 of an IPv6 one, all of which one line has to itself (RFC 6177)."""
        try:
            address = IPv6Address(self.address)
        except AddressValueError:
            return self.address
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(IPv6Network((int(address) >> 64 << 64, 64)))


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """One row of the log, as its owner sees it."""

    event_id: UUID
    event_type: str
    created_at: datetime
    client_address: str
    user_agent: str


def _printable(text: str, length: int) -> str:
    return "".join(c for c in text[: 4 * length] if c.isprintable())[:length]
