"""Errors of the chassis, and the one place where errors become and are read from `google.rpc.Status`.

Exception
├── ChassisError                what a server answers; also the shape of a service's own domain errors
│   ├── InvalidArgument         a field of the request does not fit
│   ├── NotFound                no such thing, or not yours
│   ├── Unauthenticated         no or bad proof of who is asking
│   ├── PermissionDenied        known, and not allowed
│   ├── Aborted                 lost a race, or the same request id with another body
│   └── Unavailable             try again later
└── RemoteError                 what a client of another service gets
    └── Unreachable             the other service did not answer in time, or at all
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import grpc
from google.protobuf.any_pb2 import Any as PackedMessage
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from google.rpc.status_pb2 import Status

INTERNAL_REASON = "INTERNAL"
INTERNAL_MESSAGE = "Something went wrong on our side."
_CODES = {code.name: code for code in grpc.StatusCode}


class ChassisError(Exception):
    """An error with a stable reason (UPPER_SNAKE) and the name of its gRPC code."""

    reason: ClassVar[str] = INTERNAL_REASON
    code: ClassVar[str] = "INTERNAL"


class InvalidArgument(ChassisError):
    """One field of a request does not fit; `field` is its path in the request message."""

    reason: ClassVar[str] = "INVALID_FIELD"
    code: ClassVar[str] = "INVALID_ARGUMENT"

    def __init__(self, field: str, description: str) -> None:
        super().__init__(f"{field}: {description}")
        self.field_violations: Sequence[tuple[str, str]] = ((field, description),)


class NotFound(ChassisError):
    """No such thing for this caller; the same answer when it belongs to somebody else."""

    reason: ClassVar[str] = "NOT_FOUND"
    code: ClassVar[str] = "NOT_FOUND"

    def __init__(self, message: str = "Not found.") -> None:
        super().__init__(message)


class Unauthenticated(ChassisError):
    """The call does not prove who is asking."""

    reason: ClassVar[str] = "UNAUTHENTICATED"
    code: ClassVar[str] = "UNAUTHENTICATED"

    def __init__(self, message: str = "Valid credentials are required.") -> None:
        super().__init__(message)


class PermissionDenied(ChassisError):
    """The caller is known and may not do this."""

    reason: ClassVar[str] = "PERMISSION_DENIED"
    code: ClassVar[str] = "PERMISSION_DENIED"

    def __init__(self, message: str = "Not allowed.") -> None:
        super().__init__(message)


class Aborted(ChassisError):
    """The call lost a race or contradicts an earlier one; a subclass says which by its reason."""

    reason: ClassVar[str] = "ABORTED"
    code: ClassVar[str] = "ABORTED"

    def __init__(self, message: str = "The request conflicts with another one.") -> None:
        super().__init__(message)


class Unavailable(ChassisError):
    """The service cannot answer now; trying again later may work."""

    reason: ClassVar[str] = "UNAVAILABLE"
    code: ClassVar[str] = "UNAVAILABLE"

    def __init__(self, message: str = "Not available at the moment.") -> None:
        super().__init__(message)


class RemoteError(Exception):
    """The answer of another service that refused or failed a call."""

    def __init__(
        self,
        code: grpc.StatusCode,
        *,
        reason: str = "",
        domain: str = "",
        metadata: Mapping[str, str] | None = None,
        field_violations: Sequence[tuple[str, str]] = (),
        message: str = "",
    ) -> None:
        super().__init__(f"{code.name} {reason}: {message}")
        self.code = code
        self.reason = reason
        self.domain = domain
        self.metadata: Mapping[str, str] = dict(metadata or {})
        self.field_violations = tuple(field_violations)
        self.message = message


class Unreachable(RemoteError):
    """The other service did not answer in time, or not at all."""


def is_described(error: BaseException) -> bool:
    """Tell whether an error carries a reason and a known gRPC code, so that a caller may see it."""
    reason, code = getattr(error, "reason", None), getattr(error, "code", None)
    return isinstance(reason, str) and isinstance(code, str) and code in _CODES


def to_status(error: BaseException, domain: str, *, request_id: str = "") -> Status:
    """Turn an error into the status that callers see; what nobody described becomes INTERNAL without its text."""
    if isinstance(error, Unreachable):
        error = Unavailable("A service that this one needs does not answer.")
    if not is_described(error):
        return _status("INTERNAL", INTERNAL_MESSAGE, INTERNAL_REASON, domain, {}, (), request_id)
    described: Any = error
    return _status(
        described.code,
        str(error),
        described.reason,
        domain,
        getattr(error, "metadata", {}),
        getattr(error, "field_violations", ()),
        request_id,
    )


def passed_on(error: RemoteError) -> Status:
    """The status of a refusal by another service, for a proxy that gives it to its own caller as it came."""
    return _status(
        error.code.name, error.message, error.reason, error.domain, error.metadata, error.field_violations, ""
    )


def _status(
    code: str,
    message: str,
    reason: str,
    domain: str,
    metadata: Mapping[str, str],
    field_violations: Sequence[tuple[str, str]],
    request_id: str,
) -> Status:
    info = ErrorInfo(reason=reason, domain=domain, metadata={str(k): str(v) for k, v in metadata.items()})
    if request_id:
        info.metadata["request_id"] = request_id
    status = Status(code=code_number(_CODES[code]), message=message or reason)
    status.details.append(_packed(info))
    if field_violations:
        violations = [BadRequest.FieldViolation(field=field, description=text) for field, text in field_violations]
        status.details.append(_packed(BadRequest(field_violations=violations)))
    return status


def _packed(message: Any) -> PackedMessage:
    packed = PackedMessage()
    packed.Pack(message)
    return packed


def code_number(code: grpc.StatusCode) -> int:
    """Return the number of a gRPC code on the wire."""
    return int(code.value[0])


def from_status(status: Status) -> RemoteError:
    """Read an error of another service from its status."""
    code = next((known for known in grpc.StatusCode if code_number(known) == status.code), grpc.StatusCode.UNKNOWN)
    info, bad_request = ErrorInfo(), BadRequest()
    for detail in status.details:
        if detail.Is(ErrorInfo.DESCRIPTOR):
            detail.Unpack(info)
        elif detail.Is(BadRequest.DESCRIPTOR):
            detail.Unpack(bad_request)
    return remote_error(
        code,
        message=status.message,
        reason=info.reason,
        domain=info.domain,
        metadata=dict(info.metadata),
        field_violations=[(violation.field, violation.description) for violation in bad_request.field_violations],
    )


def remote_error(code: grpc.StatusCode, *, message: str, **described: Any) -> RemoteError:
    """Build the error for a code: `Unreachable` when the service was not there or too slow."""
    # A server that sheds load gives no reason; a limit that a service sets does.
    is_shed = code is grpc.StatusCode.RESOURCE_EXHAUSTED and not described.get("reason")
    is_away = code in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}
    kind = Unreachable if is_away or is_shed else RemoteError
    return kind(code, message=message, **described)
