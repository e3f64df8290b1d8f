"""One connection of a consumer of RabbitMQ: frames in, verdicts out, heartbeats in between."""

import logging
import select
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from kombu import Connection, Consumer

from ctz_chassis.broker.amqp_link import ConfirmedSender, Outgoing
from ctz_chassis.broker.lane import Lane, Settled
from ctz_chassis.broker.ports import BrokerUnavailable, Handler, Outcome, QueueSpec, Together
from ctz_chassis.broker.topology import main_queue
from ctz_chassis.events import Event, Poison, from_headers
from ctz_chassis.ids import uuid7

logger = logging.getLogger(__name__)

REASON_HEADER = "x-ctz-reason"
DETAIL_HEADER = "x-ctz-detail"
DEAD_AT_HEADER = "x-ctz-dead-at"
_DETAIL_CHARACTERS = 1_000
_FRAME_SECONDS = 10
_STOP_CHECK_SECONDS = 0.5
# py-amqp wants to be asked about once a second.
_HEARTBEAT_CHECK_SECONDS = 1.0


class Session:
    """One connection's life: reads frames when there are some, acknowledges when the lane has verdicts."""

    def __init__(self, connection: Connection, spec: QueueSpec, url: str, heard: Callable[[], None]) -> None:
        self._connection = connection
        self._spec = spec
        self._heard = heard
        self._dead = ConfirmedSender(url)
        self._wake_up, self._woken = socket.socketpair()
        self._wake_up.setblocking(False)  # noqa: FBT003 (the standard library takes it by position)
        self._messages: dict[Any, Any] = {}
        self._received: list[tuple[Any, Event]] = []
        self._checked_at = time.monotonic()

    def run(self, handler: Handler, together: Together | None, stop: threading.Event, grace_seconds: float) -> None:
        """Consume until `stop` is set or the connection breaks."""
        spec = self._spec
        lane = Lane(handler, together, name=spec.name, retry_seconds=spec.retry_seconds, wake=self._wake)
        try:
            channel = self._connection.channel()
            consumer = Consumer(
                channel,
                queues=[main_queue(self._spec)],
                on_message=self._receive,
                auto_declare=False,
                prefetch_count=self._spec.prefetch,
            )
            with consumer:
                self._heard()
                while not stop.is_set():
                    self._turn(lane)
                consumer.cancel()
                lane.stop(grace_seconds)
                self._settle(lane)
        finally:
            lane.stop(grace_seconds)
            self._dead.close()
            self._wake_up.close()
            self._woken.close()

    def _wake(self) -> None:
        with suppress(BlockingIOError, OSError):
            self._wake_up.send(b"\0")

    def _turn(self, lane: Lane) -> None:
        link = self._connection.connection
        timeout = min(_STOP_CHECK_SECONDS, lane.seconds_to_next(time.monotonic()))
        readable, _, _ = select.select([link.sock, self._woken], [], [], timeout)
        if self._woken in readable:
            self._woken.recv(4096)
        if link.sock in readable:
            self._read_frames(link)
            lane.submit(self._received)
            self._received.clear()
        now = time.monotonic()
        if now - self._checked_at >= _HEARTBEAT_CHECK_SECONDS:
            self._checked_at = now
            self._connection.heartbeat_check()
        self._settle(lane)

    def _read_frames(self, link: Any) -> None:
        # One frame a time, and only when its first byte is here: `drain_events` would wait behind a heartbeat frame,
        # and py-amqp loses the header of a half-read frame when the socket does not block at all.
        ready = True
        while ready:
            link.blocking_read(_FRAME_SECONDS)
            self._heard()
            pending = getattr(link.sock, "pending", lambda: 0)
            ready = pending() > 0 or bool(select.select([link.sock], [], [], 0)[0])

    def _receive(self, message: Any) -> None:
        tag = message.delivery_tag
        self._messages[tag] = message
        try:
            event = from_headers(
                message.headers or {},
                as_bytes(message.body),
                redelivered=bool(message.delivery_info.get("redelivered")),
            )
        except Poison as poison:
            logger.warning("event_unreadable", extra={"queue": self._spec.name, "reason": poison.reason})
            self._finish(Settled(tag, poison))
        else:
            self._received.append((tag, event))

    def _settle(self, lane: Lane) -> None:
        for settled in lane.settled():
            self._finish(settled)

    def _finish(self, settled: Settled) -> None:
        message = self._messages.pop(settled.tag)
        if settled.poison is not None:
            self._bury(message, settled.poison)
        message.ack()

    def _bury(self, message: Any, poison: Poison) -> None:
        """Store a dead letter, confirmed, before its message is acknowledged: at no moment is it nowhere."""
        properties, body = message.properties, as_bytes(message.body)
        headers = _plain(message.headers or {})
        headers |= {
            REASON_HEADER: poison.reason,
            DETAIL_HEADER: poison.detail[:_DETAIL_CHARACTERS],
            DEAD_AT_HEADER: datetime.now(UTC).isoformat(),
        }
        dead = Outgoing(
            exchange=f"{self._spec.name}.direct",
            routing_key=self._spec.dead_name,
            message_id=str(properties.get("message_id") or uuid7()),
            headers=headers,
            body=body,
            content_type=message.content_type,
            type=properties.get("type"),
        )
        if self._dead.send([dead]) != [Outcome.CONFIRMED]:
            raise BrokerUnavailable(f"{self._spec.dead_name} did not take a dead letter")


def as_bytes(body: Any) -> bytes:
    """Return the body of a message as it was on the wire, whatever its publisher said about its encoding."""
    return body.encode() if isinstance(body, str) else bytes(body)


def _plain(headers: Mapping[str, Any]) -> dict[str, object]:
    """Return headers that any client can send on: strangers may send what pika cannot write, such as fractions.

    The broker's own record of deaths is left out: it is a table that only the broker may write.
    """
    return {
        name: value if isinstance(value, str | int) else str(value)
        for name, value in headers.items()
        if name != "x-death"
    }
