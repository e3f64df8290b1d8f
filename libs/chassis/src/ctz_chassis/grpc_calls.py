"""What happens around every gRPC call: request id, deadline, identities, rule, errors, one log line, metrics.

This is the interceptor that no method can skip; only gRPC's own health check passes without credentials.
"""

import logging
import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import grpc
from ctz.common.v1 import auth_pb2
from google.protobuf.message import DecodeError
from grpc_status import rpc_status

from ctz_chassis import log, metrics
from ctz_chassis.acting import USER_METADATA, acting_for
from ctz_chassis.auth.rules import AuthRule, Caller, PersonRequired, authorize
from ctz_chassis.auth.tokens import Person, TokenRefused, Verifier
from ctz_chassis.deadlines import deadline_scope
from ctz_chassis.errors import ChassisError, InvalidArgument, Unauthenticated, is_described, to_status

logger = logging.getLogger(__name__)

HEALTH_METHODS = "/grpc.health.v1.Health/"
REFLECTION_METHODS = "/grpc.reflection."
AUTHORIZATION_METADATA = "authorization"
REQUEST_ID_METADATA = "x-request-id"

LONGEST_DEADLINE_SECONDS = 3600.0
"""A call without deadline looks to the server like one with a deadline in the far future."""

_BEARER = "Bearer "
_CALLER = "_ctz_caller"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_REFUSED_IS_NORMAL = frozenset({"NOT_FOUND", "INVALID_ARGUMENT", "ALREADY_EXISTS", "FAILED_PRECONDITION", "ABORTED"})


class ServiceTokenMissing(Unauthenticated):
    """The call does not say which service makes it."""

    reason: ClassVar[str] = "SERVICE_TOKEN_MISSING"


class DeadlineRequired(ChassisError):
    """Every call must say how long its caller will wait."""

    reason: ClassVar[str] = "DEADLINE_REQUIRED"
    code: ClassVar[str] = "INVALID_ARGUMENT"

    def __init__(self) -> None:
        super().__init__("The call carries no deadline.")


class DeadlinePassed(ChassisError):
    """The caller has stopped waiting before the work began, as happens under load: it is not begun."""

    reason: ClassVar[str] = "DEADLINE_PASSED"
    code: ClassVar[str] = "DEADLINE_EXCEEDED"


def caller_of(context: grpc.ServicerContext) -> Caller:
    """Return who makes this call; known for every method with a rule."""
    caller = vars(context).get(_CALLER)
    if not isinstance(caller, Caller):
        raise ServiceTokenMissing
    return caller


def person_of(context: grpc.ServicerContext) -> Person:
    """Return the person behind this call; known for every method whose rule requires one."""
    person = caller_of(context).person
    if person is None:
        raise PersonRequired
    return person


def request_id_from(given: str | None) -> str:
    """Return the caller's request id if it has a harmless form, else a new one."""
    return given if given and _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Gate:
    """Decides who may make a call, from its metadata and the rule at its method."""

    service: str
    verifier: Verifier
    rules: Mapping[str, AuthRule]
    is_reflection_open: bool = False

    def admit(self, method: str, metadata: Mapping[str, str]) -> Caller | None:
        """Return the caller; None only for methods that are open to everybody. Raises when refused."""
        is_reflection = method.startswith(REFLECTION_METHODS)
        if method.startswith(HEALTH_METHODS) or (is_reflection and self.is_reflection_open):
            return None
        service = self.verifier.service(_service_token(metadata), self.service)
        if is_reflection:
            return Caller(service, None)
        rule = self.rules.get(method)
        caller = Caller(service, self._person(rule, metadata))
        authorize(rule, caller)
        return caller

    def _person(self, rule: AuthRule | None, metadata: Mapping[str, str]) -> Person | None:
        token = metadata.get(USER_METADATA)
        if rule is None or rule.person != auth_pb2.PERSON_REQUIRED or token is None:
            return None
        return self.verifier.user(token)


def _service_token(metadata: Mapping[str, str]) -> str:
    value = metadata.get(AUTHORIZATION_METADATA, "")
    if not value.startswith(_BEARER):
        raise ServiceTokenMissing
    return value.removeprefix(_BEARER)


class CallInterceptor(grpc.ServerInterceptor):
    """Wraps every handler of a server."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._calls = metrics.counter("ctz_rpc_server_calls", "Calls answered", ("method", "code"))
        self._seconds = metrics.histogram("ctz_rpc_server_seconds", "Time to answer a call", ("method",))

    def intercept_service(
        self,
        continuation: "Callable[[grpc.HandlerCallDetails], grpc.RpcMethodHandler[Any, Any] | None]",
        handler_call_details: grpc.HandlerCallDetails,
    ) -> "grpc.RpcMethodHandler[Any, Any] | None":
        """Return the handler with everything around it."""
        handler = continuation(handler_call_details)
        if handler is None or handler_call_details.method.startswith(HEALTH_METHODS):
            return handler
        call = _Call(self, handler_call_details)
        if handler.request_streaming and handler.response_streaming:
            return grpc.stream_stream_rpc_method_handler(
                call.streaming(handler.stream_stream),
                request_deserializer=handler.request_deserializer,
                response_serializer=handler.response_serializer,
            )
        if handler.request_streaming or handler.response_streaming:
            return None  # no contract of the system has such a method
        # The request is read only after its caller was admitted.
        return grpc.unary_unary_rpc_method_handler(
            call.single(handler.unary_unary, handler.request_deserializer),
            request_deserializer=None,
            response_serializer=handler.response_serializer,
        )

    def admit(self, method: str, metadata: Mapping[str, str]) -> Caller | None:
        """Decide about a call."""
        return self._gate.admit(method, metadata)

    @property
    def domain(self) -> str:
        """Return the name under which errors of this server are known."""
        return self._gate.service

    def count(self, method: str, code: str, seconds: float) -> None:
        """Count an answered call."""
        self._calls.labels(method, code).inc()
        self._seconds.labels(method).observe(seconds)


def _decoded(request: bytes, read: Callable[[bytes], Any] | None) -> Any:
    try:
        return read(request) if read is not None else request
    except DecodeError as error:
        raise InvalidArgument("request", "is not a message of this method") from error


class _Call:
    """One call on its way through the interceptor."""

    def __init__(self, interceptor: CallInterceptor, details: grpc.HandlerCallDetails) -> None:
        self._interceptor = interceptor
        self._method = details.method
        self._metadata = {key: value for key, value in details.invocation_metadata or () if isinstance(value, str)}
        self._request_id = request_id_from(self._metadata.get(REQUEST_ID_METADATA))
        self._code = "OK"

    def single(self, inner: Any, read: Callable[[bytes], Any] | None) -> Callable[[bytes, grpc.ServicerContext], Any]:
        def behaviour(request: bytes, context: grpc.ServicerContext) -> Any:
            with self._around(context):
                return inner(_decoded(request, read), context)

        return behaviour

    def streaming(self, inner: Any) -> Callable[[Any, grpc.ServicerContext], Iterator[Any]]:
        def behaviour(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
            with self._around(context):
                yield from inner(request, context)

        return behaviour

    @contextmanager
    def _around(self, context: grpc.ServicerContext) -> Iterator[None]:
        started = time.monotonic()
        with ExitStack() as stack:
            stack.enter_context(log.bind(request_id=self._request_id))
            try:
                self._admit(stack, context)
                yield
            except Exception as error:  # noqa: BLE001 - one of the edges: every error becomes a status here
                self._refuse(error, context)
            finally:
                self._finish(time.monotonic() - started)

    def _admit(self, stack: ExitStack, context: grpc.ServicerContext) -> None:
        caller = self._interceptor.admit(self._method, self._metadata)
        if self._method.startswith(REFLECTION_METHODS):
            return
        vars(context)[_CALLER] = caller
        if caller is not None and caller.person is not None:
            stack.enter_context(log.bind(user_id=str(caller.person.user_id)))
            stack.enter_context(acting_for(self._metadata[USER_METADATA]))
        left = context.time_remaining()
        if left is None or left > LONGEST_DEADLINE_SECONDS:
            raise DeadlineRequired
        if left <= 0:
            raise DeadlinePassed
        stack.enter_context(deadline_scope(left))

    def _refuse(self, error: Exception, context: grpc.ServicerContext) -> None:
        status = to_status(error, self._interceptor.domain, request_id=self._request_id)
        answer = rpc_status.to_status(status)
        self._code = answer.code.name
        if not is_described(error):
            logger.error("rpc.failed", exc_info=error, extra={"method": self._method})
        elif self._code not in _REFUSED_IS_NORMAL:
            why = error.why if isinstance(error, TokenRefused) else str(error)
            logger.warning("rpc.refused", extra={"method": self._method, "code": self._code, "why": why})
        context.abort_with_status(answer)

    def _finish(self, seconds: float) -> None:
        self._interceptor.count(self._method, self._code, seconds)
        milliseconds = round(seconds * 1000, 1)
        logger.debug("rpc.done", extra={"method": self._method, "code": self._code, "milliseconds": milliseconds})
