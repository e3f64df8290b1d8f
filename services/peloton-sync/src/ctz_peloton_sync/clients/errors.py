"""What can come back from Peloton instead of an answer.

UpstreamError
├── Transient                worth another try
│   ├── TimedOut             the total deadline ended the call
│   ├── Unreachable          no connection, or it broke
│   ├── ServerFault          5xx
│   ├── Truncated            the body ended early or does not unpack
│   └── UnexpectedContent    not the JSON that was asked for
├── RateLimited              429 or Cloudflare's 1015; `retry_after` where stated
├── Unauthorized             401
├── PaymentRequired          402
├── Forbidden                403
│   └── EndpointGone         403 that says so
├── NotFound                 404
├── Refused                  any other 4xx
├── TooLarge                 more bytes or samples than a workout can have
├── TooDeep                  nested beyond reason
└── OutsideAllowlist         a host, scheme or redirect that we do not follow
"""

from datetime import timedelta
from typing import ClassVar


class UpstreamError(Exception):
    """Peloton did not give an answer; `key` is what the rider's failure list and the logs say."""

    key: ClassVar[str] = "upstream"
    # How often one task is tried before it counts as failed for good.
    attempts: ClassVar[int] = 1
    # Whether it speaks against Peloton as a whole, so that the breaker counts it.
    is_fleet_trouble: ClassVar[bool] = False


class Transient(UpstreamError):
    """Worth another try."""

    attempts = 5
    is_fleet_trouble = True


class TimedOut(Transient):
    """The total deadline ended the call."""

    key = "timeout"


class Unreachable(Transient):
    """No connection, or it broke."""

    key = "unreachable"


class ServerFault(Transient):
    """Peloton answered 5xx."""

    key = "server_fault"

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class Truncated(Transient):
    """The body ended early or does not unpack."""

    key = "truncated"


class UnexpectedContent(Transient):
    """Not the JSON that was asked for: HTML, empty, a byte order mark, another charset, another shape."""

    key = "unexpected_content"
    attempts = 3


class RateLimited(UpstreamError):
    """Peloton asks us to wait."""

    key = "rate_limited"
    attempts = 1_000_000

    def __init__(self, retry_after: timedelta | None) -> None:
        super().__init__(str(retry_after))
        self.retry_after = retry_after


class Unauthorized(UpstreamError):
    """The access token is not accepted."""

    key = "unauthorized"


class PaymentRequired(UpstreamError):
    """The membership needs attention."""

    key = "payment_required"


class Forbidden(UpstreamError):
    """Not allowed; trying again is pointless."""

    key = "forbidden"


class EndpointGone(Forbidden):
    """Peloton closed the endpoint."""

    key = "endpoint_gone"


class NotFound(UpstreamError):
    """There is no such thing at Peloton."""

    key = "not_found"


class Refused(UpstreamError):
    """Any other 4xx: the request itself is wrong in Peloton's eyes."""

    key = "refused"

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class TooLarge(UpstreamError):
    """More bytes or samples than a workout can have."""

    key = "too_large"


class TooDeep(UpstreamError):
    """Nested beyond reason."""

    key = "too_deep"


class OutsideAllowlist(UpstreamError):
    """A host, scheme or redirect that we do not follow; no token was sent there."""

    key = "outside_allowlist"
