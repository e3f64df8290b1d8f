"""Dead letters on RabbitMQ, for operators."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from ctz_chassis.broker.amqp import close_quietly, connection_to
from ctz_chassis.broker.amqp_link import ConfirmedSender, Outgoing
from ctz_chassis.broker.amqp_session import DEAD_AT_HEADER, DETAIL_HEADER, REASON_HEADER, as_bytes
from ctz_chassis.broker.ports import BrokerUnavailable, DeadLetter, Outcome, QueueSpec
from ctz_chassis.broker.topology import dead_queue, declare_on
from ctz_chassis.events import MAX_BODY_BYTES, Poison, from_headers

_OWN_HEADERS = frozenset({REASON_HEADER, DETAIL_HEADER, DEAD_AT_HEADER})
# What the broker itself says about a message that it gave up.
_BROKER_REASON = "x-first-death-reason"


class AmqpDeadLetters:
    """The dead letters of one consumer's queue; what was looked at is held until `close`, and nobody else sees it."""

    def __init__(self, url: str, spec: QueueSpec) -> None:
        self._spec = spec
        self._connection = connection_to(url)
        self._sender = ConfirmedSender(url)
        self._queue: Any = None
        self._held: dict[Any, Any] = {}

    def list(self, limit: int = 100) -> Sequence[DeadLetter]:
        """Return the oldest ones; the broker gets them back at `close`."""
        with self._translated():
            self._fetch(limit)
            return [_letter(message) for message in islice(self._held.values(), limit)]

    def replay(self, keys: Sequence[str] | None = None) -> Sequence[DeadLetter]:
        """Put these, or all, back into the queue that they came from."""
        return self._take(keys, self._send_back)

    def discard(self, keys: Sequence[str]) -> Sequence[DeadLetter]:
        """Delete these for good."""
        return self._take(keys, lambda _message: None)

    def close(self) -> None:
        """Close both connections."""
        self._sender.close()
        self._held.clear()
        close_quietly(self._connection)

    def _take(self, keys: Sequence[str] | None, act: Callable[[Any], None]) -> Sequence[DeadLetter]:
        taken = []
        with self._translated():
            self._fetch(None)
            for tag, message in [*self._held.items()]:
                if keys is None or _key(message) in keys:
                    act(message)
                    message.ack()
                    del self._held[tag]
                    taken.append(_letter(message))
        return taken

    def _fetch(self, limit: int | None) -> None:
        """Take messages without acknowledging them, until there are so many, or no more.

        They are not handed back between two calls: the broker does that in its own time, and the next call could miss
        some of them.
        """
        if self._queue is None:
            declare_on(self._connection, self._spec)
            self._queue = dead_queue(self._spec).bind(self._connection.channel())
        while limit is None or len(self._held) < limit:
            message = self._queue.get(no_ack=False)
            if message is None:
                return
            self._held[message.delivery_tag] = message

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
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (*self._connection.connection_errors, *self._connection.channel_errors, OSError) as error:
            self._held.clear()
            self._queue = None
            close_quietly(self._connection)
            raise BrokerUnavailable(repr(error)) from error


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
