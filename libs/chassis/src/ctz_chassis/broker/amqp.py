"""RabbitMQ behind the ports: pika publishes, kombu (py-amqp) consumes."""

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import suppress

from kombu import Connection
from kombu.exceptions import OperationalError

from ctz_chassis.backoff import pause_seconds
from ctz_chassis.broker.amqp_link import ConfirmedSender, Outgoing
from ctz_chassis.broker.amqp_session import Session
from ctz_chassis.broker.ports import EXCHANGE, BrokerUnavailable, Handler, Outcome, QueueSpec, Together
from ctz_chassis.broker.topology import declare_on
from ctz_chassis.events import CONTENT_TYPE, Event, to_headers

logger = logging.getLogger(__name__)

_CONNECT_SECONDS = 5
_SOCKET_SECONDS = 5
_LONGEST_PAUSE_SECONDS = 5.0
_TROUBLE = (OperationalError, BrokerUnavailable, OSError)


class AmqpPublisher:
    """Publishes facts to the topic exchange."""

    def __init__(self, url: str, *, window: int = 200, timeout_seconds: float = 10) -> None:
        self._sender = ConfirmedSender(url, topic_exchange=EXCHANGE, window=window, timeout_seconds=timeout_seconds)

    def publish(self, events: Sequence[Event]) -> list[Outcome]:
        """Publish in windows; see `Publisher.publish`."""
        return self._sender.send([_outgoing(event) for event in events])

    def close(self) -> None:
        """Close the connection and end its thread."""
        self._sender.close()


def _outgoing(event: Event) -> Outgoing:
    return Outgoing(
        exchange=EXCHANGE,
        routing_key=event.type,
        message_id=str(event.id),
        headers=to_headers(event),
        body=event.data,
        content_type=CONTENT_TYPE,
        type=event.type,
    )


class AmqpSubscription:
    """Consumes one queue on one connection; the thread of `run` does all of its I/O, the handler runs on another."""

    def __init__(self, url: str, spec: QueueSpec, *, heartbeat_seconds: int = 20, grace_seconds: float = 30) -> None:
        self._url = url
        self._spec = spec
        self._heartbeat_seconds = heartbeat_seconds
        self._grace_seconds = grace_seconds
        self._heard_at: float | None = None

    def is_consuming(self, now: float) -> bool:
        """Tell whether the broker was heard of within two heartbeats."""
        heard_at = self._heard_at
        return heard_at is not None and now - heard_at <= 2 * self._heartbeat_seconds

    def run(self, handler: Handler, stop: threading.Event, together: Together | None = None) -> None:
        """Consume until `stop` is set; a lost connection is opened again."""
        failures = 0
        while not stop.is_set():
            connection = connection_to(self._url, heartbeat_seconds=self._heartbeat_seconds)
            started = time.monotonic()
            try:
                declare_on(connection, self._spec)
                session = Session(connection, self._spec, self._url, self._note_heard)
                session.run(handler, together, stop, self._grace_seconds)
            except (*connection.connection_errors, *connection.channel_errors, *_TROUBLE) as error:
                failures = 1 if time.monotonic() - started > _LONGEST_PAUSE_SECONDS else failures + 1
                extra = {"queue": self._spec.name, "failures": failures, "cause": repr(error)}
                logger.warning("consumer_disconnected", extra=extra)
                stop.wait(pause_seconds(failures, first=0.2, longest=_LONGEST_PAUSE_SECONDS))
            finally:
                self._heard_at = None
                close_quietly(connection)

    def _note_heard(self) -> None:
        self._heard_at = time.monotonic()


def connection_to(url: str, *, heartbeat_seconds: int = 0) -> Connection:
    """Return a connection, opened when it is first used, on which nothing waits for ever: a link can die silently."""
    limits = {"read_timeout": _SOCKET_SECONDS, "write_timeout": _SOCKET_SECONDS}
    return Connection(url, heartbeat=heartbeat_seconds, connect_timeout=_CONNECT_SECONDS, transport_options=limits)


def close_quietly(connection: Connection) -> None:
    """Close a connection that may be broken already."""
    with suppress(*connection.connection_errors, *connection.channel_errors, OSError):
        connection.close()


def declare_queues(url: str, specs: Sequence[QueueSpec]) -> None:
    """Make exchanges and queues; raises `BrokerUnavailable` when the broker does not answer or refuses."""
    connection = connection_to(url)
    try:
        for spec in specs:
            declare_on(connection, spec)
    except (*connection.connection_errors, *connection.channel_errors, OperationalError, OSError) as error:
        raise BrokerUnavailable(repr(error)) from error
    finally:
        close_quietly(connection)
