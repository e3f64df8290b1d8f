"""T010: a consumer that lives, on a link that is dead and says nothing."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit

import pytest

from ctz_chassis.broker import connect_publisher
from ctz_chassis.broker.amqp import AmqpSubscription
from ctz_chassis.events import Event

from .harness import consuming, eventually, sample_event

pytestmark = pytest.mark.component


class Proxy:
    """Passes bytes both ways, until it is told to swallow them without closing anything."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]
        self.is_silent = False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._target)
                self._sockets += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if not self.is_silent:
                    sink.sendall(data)

    def close(self) -> None:
        for each in (self._listener, *self._sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@pytest.fixture
def proxy(amqp) -> Iterator[Proxy]:
    address = urlsplit(amqp.url)
    made = Proxy(str(address.hostname), int(address.port or 5672))
    yield made
    made.close()


def test_t010_readiness_falls_when_the_link_goes_silent_and_consumption_resumes(amqp, proxy: Proxy) -> None:
    address = urlsplit(amqp.url)
    credentials = address.netloc.rpartition("@")[0]
    through_proxy = urlunsplit(address._replace(netloc=f"{credentials}@127.0.0.1:{proxy.port}"))
    subscription = AmqpSubscription(through_proxy, amqp.spec(), heartbeat_seconds=2)
    publisher = connect_publisher(amqp.url)
    received: list[Event] = []
    with consuming(subscription, received.append):
        publisher.publish([sample_event(amqp.event_type)])
        eventually(lambda: 1 == len(received))
        proxy.is_silent = True
        eventually(lambda: not subscription.is_consuming(time.monotonic()))
        publisher.publish([sample_event(amqp.event_type)])
        proxy.is_silent = False
        eventually(lambda: 2 <= len({event.id for event in received}), seconds=90)
        assert subscription.is_consuming(time.monotonic())
    publisher.close()
