"""Calls to another service: both identities, a deadline, retries where harmless, typed errors.

people = client(Channel("127.0.0.1:7001", service_signer=signer, audience="identity"), MetricServiceStub)
with acting_for(user_token):
    people.ListMetrics(request, timeout=2)
"""

import json
import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self, TypeVar

import grpc
from ctz.common.v1 import auth_pb2
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import ServiceDescriptor
from grpc_status import rpc_status

from ctz_chassis import log
from ctz_chassis.acting import USER_METADATA, acting_for, acting_user_token
from ctz_chassis.auth.rules import AuthRule, rule_of, rules_of
from ctz_chassis.auth.tokens import ServiceSigner
from ctz_chassis.deadlines import budget_seconds, deadline_scope
from ctz_chassis.errors import RemoteError, Unreachable, from_status, remote_error
from ctz_chassis.grpc_calls import AUTHORIZATION_METADATA, REQUEST_ID_METADATA
from ctz_chassis.grpc_server import MAX_MESSAGE_BYTES

__all__ = ["Channel", "DeadlineMissing", "acting_for", "client", "deadline_scope", "raw_unary"]

StubT = TypeVar("StubT")

_OPTIONS: tuple[tuple[str, Any], ...] = (
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    # A dead peer is found within two pings; the server accepts one every 10 s (grpc_server.py).
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.http2.max_pings_without_data", 0),
    # A restarted peer is found at once: callers wait seconds, not the two minutes gRPC would back off.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    ("grpc.enable_retries", 1),
    ("grpc.service_config_disable_resolution", 1),
)
_RETRY_POLICY = {
    "maxAttempts": 3,
    "initialBackoff": "0.05s",
    "maxBackoff": "0.5s",
    "backoffMultiplier": 2,
    "retryableStatusCodes": ["UNAVAILABLE"],
}
# gRFC A6: a failure takes one token, a success gives 0.1 back, and below half of the tokens nothing is retried; so a
# backend that is down sees a few more calls than there are requests, however many they are.
_RETRY_THROTTLING = {"maxTokens": 10, "tokenRatio": 0.1}


class DeadlineMissing(TypeError):
    """A call was made without `timeout=` and outside any `deadline_scope`: a mistake of the programmer."""

    def __init__(self, method: str) -> None:
        super().__init__(f"{method} needs a timeout or a deadline_scope")


class ChannelInUse(RuntimeError):
    """A client was made after the first call of its channel, when retries are fixed: a mistake of the programmer."""


def service_config(idempotent_methods: Iterable[str]) -> str:
    """Return gRPC's service config (JSON): which methods are retried, how, and with which brake."""
    names = [dict(zip(("service", "method"), each[1:].split("/"), strict=True)) for each in sorted(idempotent_methods)]
    retried = [{"name": names, "retryPolicy": _RETRY_POLICY}] if names else []
    return json.dumps(
        {
            "loadBalancingConfig": [{"round_robin": {}}],
            "methodConfig": retried,
            "retryThrottling": _RETRY_THROTTLING,
        }
    )


class Channel(grpc.Channel):
    """One connection to a service, made at the first call, which must come after any fork.

    `services` names contracts whose methods are called by `raw_unary`; stubs tell theirs by themselves.
    """

    def __init__(
        self,
        target: str,
        *,
        service_signer: ServiceSigner,
        audience: str,
        services: Sequence[ServiceDescriptor] = (),
    ) -> None:
        self.audience = audience
        self._target = target
        self._signer = service_signer
        self._rules: dict[str, AuthRule] = rules_of(services)
        self._lock = threading.Lock()
        self._channel: grpc.Channel | None = None

    def unary_unary(
        self,
        method: str,
        request_serializer: Callable[[Any], bytes] | None = None,
        response_deserializer: Callable[[bytes], Any] | None = None,
        _registered_method: bool | None = False,
    ) -> Any:
        """Return a callable for one method, as generated stubs ask for it."""
        self._register(method)
        return _UnaryCall(self, method, request_serializer, response_deserializer)

    def rule(self, method: str) -> AuthRule | None:
        """Return the rule at a method that is called through this channel."""
        return self._rules.get(method)

    def connected(self) -> grpc.Channel:
        """Return the connection, made at the first call."""
        with self._lock:
            if self._channel is None:
                idempotent = [name for name, rule in self._rules.items() if rule.idempotent]
                options = [*_OPTIONS, ("grpc.service_config", service_config(idempotent))]
                self._channel = grpc.insecure_channel(self._target, options=options)
            return self._channel

    def metadata(self, method: str, given: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return what goes with a call: the service, the person where the method is for one, the request id."""
        metadata = {
            AUTHORIZATION_METADATA: f"Bearer {self._signer.token(self.audience)}",
            REQUEST_ID_METADATA: log.bound("request_id") or uuid.uuid4().hex,
        }
        rule = self._rules.get(method)
        if rule is not None and rule.person == auth_pb2.PERSON_REQUIRED and (user_token := acting_user_token()):
            metadata[USER_METADATA] = user_token
        return list((metadata | dict(given)).items())

    def _register(self, method: str) -> None:
        if method in self._rules:
            return
        service_name, _, method_name = method[1:].partition("/")
        descriptor = descriptor_pool.Default().FindServiceByName(service_name).methods_by_name[method_name]
        rule = rule_of(descriptor)
        with self._lock:
            if rule is not None and rule.idempotent and self._channel is not None:
                raise ChannelInUse("make all clients of a channel before its first call")
            if rule is not None:
                self._rules[method] = rule

    def close(self) -> None:
        """Close the connection; a later call opens a new one."""
        with self._lock:
            channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def unary_stream(self, *_: Any, **__: Any) -> Any:
        """Refuse: no contract of the system streams."""
        raise NotImplementedError

    stream_unary = stream_stream = subscribe = unsubscribe = unary_stream


def client(channel: Channel, stub: Callable[[grpc.Channel], StubT]) -> StubT:
    """Return a generated stub over a channel; its methods take a request and `timeout=`."""
    return stub(channel)


def raw_unary(channel: Channel, full_method: str, request_bytes: bytes, *, user_token: str, timeout: float) -> bytes:
    """Pass a request on as bytes for a person and return the answer's bytes; for proxies that need not decode."""
    call = _UnaryCall(channel, full_method, None, None)
    with acting_for(user_token):
        answer: bytes = call(request_bytes, timeout=timeout)
    return answer


class _UnaryCall:
    """One method of another service."""

    def __init__(
        self,
        channel: Channel,
        method: str,
        request_serializer: Callable[[Any], bytes] | None,
        response_deserializer: Callable[[bytes], Any] | None,
    ) -> None:
        self._channel = channel
        self._method = method
        self._serializers = (request_serializer, response_deserializer)
        self._made: tuple[grpc.Channel, Any] | None = None

    def __call__(
        self, request: Any, timeout: float | None = None, metadata: Sequence[tuple[str, str]] | None = None
    ) -> Any:
        """Make the call; raises `RemoteError`, or `Unreachable` when there was no answer in time."""
        budget = budget_seconds(timeout)
        if budget is None:
            raise DeadlineMissing(self._method)
        if budget <= 0:
            raise Unreachable(grpc.StatusCode.DEADLINE_EXCEEDED, message="No time was left for the call.")
        try:
            return self._callable()(
                request, timeout=budget, metadata=self._channel.metadata(self._method, metadata or ())
            )
        except grpc.RpcError as error:
            raise _remote(error) from error

    def _callable(self) -> Any:
        connection = self._channel.connected()
        if self._made is None or self._made[0] is not connection:
            self._made = (connection, connection.unary_unary(self._method, *self._serializers))
        return self._made[1]


def _remote(error: Any) -> RemoteError:
    status = rpc_status.from_call(error)
    if status is not None:
        return from_status(status)
    return remote_error(error.code(), message=error.details() or "")
