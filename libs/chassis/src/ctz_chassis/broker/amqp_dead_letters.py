"""Dead letters on RabbitMQ, for operators."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from kombu import Connection

from ctz_chassis.broker.amqp import close_quietly
from ctz_chassis.broker.amqp_link import ConfirmedSender, Outgoing
from ctz_chassis.broker.amqp_session import DEAD_AT_HEADER, DETAIL_HEADER, REASON_HEADER, as_bytes
from ctz_chassis.broker.ports import BrokerUnavailable, DeadLetter, Outcome, QueueSpec
from ctz_chassis.broker.topology import dead_queue, declare_on
from ctz_chassis.events import MAX_BODY_BYTES, Poison, from_headers

_OWN_HEADERS = frozenset({REASON_HEADER, DETAIL_HEADER, DEAD_AT_HEADER})
# What the broker itself says about a message that it gave up.
_BROKER_REASON = "x-first-death-reason"


class AmqpDeadLetters:
    """The dead letters of one consumer's queue."""

    def __init__(self, url: str, spec: QueueSpec) -> None:
        self._spec = spec
        self._connection = Connection(url, connect_timeout=5)
        self._sender = ConfirmedSender(url)

    def list(self, limit: int = 100) -> Sequence[DeadLetter]:
        """Return the oldest ones; the broker gets them back when they are read."""
        with self._messages(limit) as messages:
            return [_letter(message) for message in messages]

    def replay(self, keys: Sequence[str] | None = None) -> Sequence[DeadLetter]:
        """Put these, or all, back into the queue that they came from."""
        return self._take(lambda letter: keys is None or letter.key in keys, self._send_back)

    def discard(self, keys: Sequence[str]) -> Sequence[DeadLetter]:
        """Delete these for good."""
        return self._take(lambda letter: letter.key in keys, lambda _message: None)

    def close(self) -> None:
        """Close both connections."""
        self._sender.close()
        close_quietly(self._connection)

    def _take(self, wanted: Callable[[DeadLetter], bool], act: Callable[[Any], None]) -> Sequence[DeadLetter]:
        taken = []
        with self._messages(None) as messages:
            for message in messages:
                letter = _letter(message)
                if wanted(letter):
                    act(message)
                    message.ack()
                    taken.append(letter)
        return taken

    def _send_back(self, message: Any) -> None:
        headers = {name: value for name, value in message.headers.items() if name not in _OWN_HEADERS}
        back = Outgoing(
            exchange=f"{self._spec.name}.direct",
            routing_key=self._spec.name,
            message_id=_key(message),
            headers=headers,
            body=as_bytes(message.body),
            content_type=message.content_type,
            type=message.properties.get("type"),
        )
        if self._sender.send([back]) != [Outcome.CONFIRMED]:
            raise BrokerUnavailable(f"{self._spec.name} did not take a message back")

    @contextmanager
    def _messages(self, limit: int | None) -> Iterator[Iterator[Any]]:
        """Give the messages that are there now; those not acknowledged return to the queue at the end."""
        try:
            declare_on(self._connection, self._spec)
            with self._connection.channel() as channel:
                queue = dead_queue(self._spec).bind(channel)
                there = queue.queue_declare(passive=True).message_count
                yield self._read(queue, there if limit is None else min(limit, there))
        except (*self._connection.connection_errors, *self._connection.channel_errors, OSError) as error:
            raise BrokerUnavailable(repr(error)) from error

    @staticmethod
    def _read(queue: Any, limit: int) -> Iterator[Any]:
        for _ in range(limit):
            message = queue.get(no_ack=False)
            if message is None:
                return
            yield message


def _key(message: Any) -> str:
    return str(message.properties.get("message_id") or "")


def _letter(message: Any) -> DeadLetter:
    headers, body = message.headers or {}, as_bytes(message.body)
    event_id: UUID | None = None
    event_type = subject = ""
    with suppress(Poison):
        # A body above the limit is no reason not to know which event it was.
        event = from_headers(headers, body[:MAX_BODY_BYTES])
        event_id, event_type, subject = event.id, event.type, event.subject
    dead_at = headers.get(DEAD_AT_HEADER)
    return DeadLetter(
        key=_key(message),
        event_id=event_id,
        type=event_type,
        subject=subject,
        reason=str(headers.get(REASON_HEADER) or headers.get(_BROKER_REASON) or "unknown"),
        detail=str(headers.get(DETAIL_HEADER, "")),
        dead_at=datetime.fromisoformat(dead_at) if isinstance(dead_at, str) else None,
        data=body,
    )
