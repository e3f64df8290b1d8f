"""A gRPC server with bounded sizes, threads and connection ages; health that tells the truth; drained on stop."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from ctz_chassis.auth.rules import methods_of, rules_of
from ctz_chassis.auth.tokens import Verifier
from ctz_chassis.grpc_calls import CallInterceptor, Gate, caller_of, person_of
from ctz_chassis.readiness import Readiness

__all__ = ["Registration", "Server", "caller_of", "person_of"]

logger = logging.getLogger(__name__)

MAX_MESSAGE_BYTES = 16 * 1024 * 1024
"""A ride's series is the largest message; its list pages are far smaller."""

CALLS_PER_THREAD = 8
"""Calls that may wait for each thread; beyond that they are refused at once (RESOURCE_EXHAUSTED)."""

_OPTIONS: tuple[tuple[str, int], ...] = (
    ("grpc.so_reuseport", 0),  # a second server on the same port must fail, not share its calls
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    # Connections are renewed, so that clients find new replicas.
    ("grpc.max_connection_age_ms", 300_000),
    ("grpc.max_connection_age_grace_ms", 30_000),
    # Clients ping every 30 s (grpc_client.py); the server must not call that too many.
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 10_000),
)


class Registration(NamedTuple):
    """One gRPC service of a server: the generated function that adds it, its implementation and its contract."""

    add: Callable[[Any, grpc.Server], None]
    servicer: Any
    descriptor: ServiceDescriptor


class Server:
    """The gRPC server of a service. Nothing runs before `start`, which must come after any fork."""

    def __init__(
        self,
        service: str,
        *,
        host: str,
        port: int,
        threads: int,
        verifier: Verifier,
        servicers: Sequence[Registration],
        readiness: Readiness,
        is_reflection_open: bool = False,
    ) -> None:
        descriptors = [each.descriptor for each in servicers]
        gate = Gate(service, verifier, rules_of(descriptors), is_reflection_open)
        for name in sorted({name for name, _ in methods_of(descriptors)} - gate.rules.keys()):
            logger.warning("rpc.method_without_rule", extra={"method": name})
        self._interceptor = CallInterceptor(gate)
        self._servicers = servicers
        self._readiness = readiness
        self._address = f"{host}:{port}"
        self._threads = threads
        self._pool: ThreadPoolExecutor | None = None
        self._server: grpc.Server | None = None

    def start(self) -> int:
        """Start answering; returns the port, which matters when 0 was asked for."""
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="rpc")
        self._server = grpc.server(
            self._pool,
            interceptors=[self._interceptor],
            options=_OPTIONS,
            maximum_concurrent_rpcs=self._threads * CALLS_PER_THREAD,
        )
        for each in self._servicers:
            each.add(each.servicer, self._server)
        names = [each.descriptor.full_name for each in self._servicers]
        health_pb2_grpc.add_HealthServicer_to_server(Health(self._readiness, names), self._server)
        reflection.enable_server_reflection([*names, reflection.SERVICE_NAME], self._server)
        try:
            port = self._server.add_insecure_port(self._address)
        except RuntimeError as error:
            raise OSError(f"cannot listen on {self._address}") from error
        self._server.start()
        return port

    def drain(self, grace_seconds: float) -> Callable[[], None]:
        """Refuse new calls from now on; the returned function waits until the running ones have ended."""
        if self._server is None or self._pool is None:
            return lambda: None
        ended, pool = self._server.stop(grace_seconds), self._pool

        def wait() -> None:
            ended.wait()
            pool.shutdown(wait=False, cancel_futures=True)

        return wait


class Health(health_pb2_grpc.HealthServicer):
    """gRPC's own health check; serving only while the process is ready. There is no Watch: it would hold a thread."""

    def __init__(self, readiness: Readiness, services: Sequence[str]) -> None:
        self._readiness = readiness
        self._services = frozenset({"", *services})

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802 - named by the contract
        """Tell whether the process, or one of its services, can answer."""
        if request.service not in self._services:
            context.abort(grpc.StatusCode.NOT_FOUND, "unknown service")
        serving, not_serving = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING
        return health_pb2.HealthCheckResponse(status=serving if self._readiness.is_ready() else not_serving)

    def Watch(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802, ARG002 - named by the contract
        """Say that watching is not offered; clients then take the server as healthy."""
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "ask with Check")
