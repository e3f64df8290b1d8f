"""Runs `front` until it is told to stop."""

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
from ctz.identity.v1.tokens_pb2_grpc import TokenServiceStub

from ctz_chassis.auth.keys import load_private_key
from ctz_chassis.auth.tokens import ServiceSigner
from ctz_chassis.grpc_client import Channel, client
from ctz_gateway.front.contract import CONTRACTS, ToolMethods
from ctz_gateway.front.door import Door, TokenExchange
from ctz_gateway.front.reflection import ToolReflection
from ctz_gateway.settings import Settings

MAX_MESSAGE_BYTES = 16 * 1024 * 1024
CALLS_PER_THREAD = 8


def serve_tools(settings: Settings) -> None:
    """Answer tools until SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    signer = ServiceSigner("front", load_private_key(settings.front_signing_key_file))
    with build_door(settings, signer, port=settings.front_port) as (server, _):
        server.start()
        stop.wait()
        server.stop(settings.drain_seconds).wait()


@contextmanager
def build_door(settings: Settings, signer: ServiceSigner, port: int = 0) -> Iterator[tuple[grpc.Server, int]]:
    """The server, not started, and its port (any free one for 0); its channels close with the block.

    Raises:
        OSError: the port is taken.

    """
    targets = {
        "identity": settings.targets.identity_target,
        "peloton-sync": settings.targets.peloton_sync_target,
        "workouts": settings.targets.workouts_target,
        "plans": settings.targets.plans_target,
        "challenges": settings.targets.challenges_target,
    }
    channels = {
        service: Channel(target, service_signer=signer, audience=service, services=CONTRACTS[service])
        for service, target in targets.items()
    }
    exchange = TokenExchange(client(channels["identity"], TokenServiceStub))
    methods = ToolMethods()
    server = grpc.server(
        ThreadPoolExecutor(settings.front_threads, thread_name_prefix="front"),
        handlers=[ToolReflection(exchange, methods), Door(exchange, methods, channels)],
        options=[("grpc.so_reuseport", 0), ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES)],
        maximum_concurrent_rpcs=settings.front_threads * CALLS_PER_THREAD,
    )
    try:
        yield server, _listen(server, f"{settings.host}:{port}")
    finally:
        for channel in channels.values():
            channel.close()


def _listen(server: grpc.Server, address: str) -> int:
    try:
        return server.add_insecure_port(address)
    except RuntimeError as error:
        raise OSError(f"cannot listen on {address}") from error
