"""Sending to RabbitMQ: `mandatory`, persistent, and with a window of confirms instead of one round trip per message."""

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pika
from pika.adapters.select_connection import SelectConnection

from ctz_chassis.broker.ports import BrokerUnavailable, Outcome

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 20
_CLOSE_SECONDS = 5
_PERSISTENT = 2


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to send; `message_id` is unique within a call."""

    exchange: str
    routing_key: str
    message_id: str
    headers: Mapping[str, object]
    body: bytes
    content_type: str | None
    type: str | None = None


class ConfirmedSender:
    """Sends on one connection, whose own thread keeps the heartbeat while the caller has nothing to say.

    The connection and the thread are made at the first call, never before a fork, and again after a failure.
    """

    def __init__(self, url: str, *, topic_exchange: str = "", window: int = 200, timeout_seconds: float = 10) -> None:
        self._url = url
        self._topic_exchange = topic_exchange
        self._window = window
        self._timeout_seconds = timeout_seconds
        self._link: _Link | None = None

    def send(self, messages: Sequence[Outgoing]) -> list[Outcome]:
        """Return one outcome per message, in order; raises `BrokerUnavailable` when nothing was sent."""
        link = self._open_link()
        outcomes: list[Outcome] = []
        for first in range(0, len(messages), self._window):
            outcomes += link.send(messages[first : first + self._window], self._timeout_seconds)
            if not link.is_open:
                break
        return outcomes + [Outcome.FAILED] * (len(messages) - len(outcomes))

    def _open_link(self) -> "_Link":
        if self._link is None or not self._link.is_open:
            self.close()
            link = _Link(self._url, self._topic_exchange, self._timeout_seconds)
            if not link.settled.wait(self._timeout_seconds) or not link.is_open:
                link.close()
                raise BrokerUnavailable(link.problem or "no answer in time")
            self._link = link
        return self._link

    def close(self) -> None:
        """Close the connection and end its thread."""
        if self._link is not None:
            self._link.close()
            self._link = None


class _Window:
    """Messages on their way, and what the broker said about each; the I/O thread writes until `done` is set."""

    def __init__(self, messages: Sequence[Outgoing]) -> None:
        self.messages = messages
        self.done = threading.Event()
        self.first_tag = 0
        self._outcomes: dict[int, Outcome] = {}
        self._waiting = set(range(len(messages)))
        self._returned: set[str] = set()

    def note_return(self, message_id: str) -> None:
        """Remember that no queue wants this message; the broker says so before it acknowledges it."""
        self._returned.add(message_id)

    def note_answer(self, tag: int, outcome: Outcome, *, multiple: bool) -> None:
        """Take an acknowledgement or a refusal of one message, or of all up to it that are not answered yet."""
        last = tag - self.first_tag
        for position in [one for one in self._waiting if one <= last] if multiple else [last]:
            unroutable = outcome is Outcome.CONFIRMED and self.messages[position].message_id in self._returned
            self._outcomes[position] = Outcome.UNROUTABLE if unroutable else outcome
            self._waiting.discard(position)
        if not self._waiting:
            self.done.set()

    def outcomes(self) -> list[Outcome]:
        """Return one outcome per message; what is not answered has failed."""
        return [self._outcomes.get(position, Outcome.FAILED) for position in range(len(self.messages))]


class _Link:
    """One connection with one channel in confirm mode, on a thread of its own; it ends at the first trouble."""

    def __init__(self, url: str, topic_exchange: str, timeout_seconds: float) -> None:
        self.settled = threading.Event()
        self.problem = ""
        self._topic_exchange = topic_exchange
        self._channel: Any = None
        self._window: _Window | None = None
        self._next_tag = 1
        parameters = pika.URLParameters(url)
        parameters.heartbeat = HEARTBEAT_SECONDS
        parameters.socket_timeout = parameters.stack_timeout = timeout_seconds
        parameters.blocked_connection_timeout = timeout_seconds
        self._connection = SelectConnection(
            parameters,
            on_open_callback=self._on_open,
            on_open_error_callback=self._on_end,
            on_close_callback=self._on_end,
        )
        self._thread = threading.Thread(target=self._run, name="amqp-link", daemon=True)
        self._thread.start()

    @property
    def is_open(self) -> bool:
        """Whether messages can be sent."""
        return self._channel is not None

    def send(self, messages: Sequence[Outgoing], timeout_seconds: float) -> list[Outcome]:
        """Send these and wait for the broker's answers; a window without an answer in time costs the link."""
        window = _Window(messages)
        # Set before the channel is looked at: whoever ends the link afterwards also ends the wait for this window.
        self._window = window
        if self._channel is None:
            return window.outcomes()
        self._connection.ioloop.add_callback_threadsafe(lambda: self._send(window))
        if not window.done.wait(timeout_seconds):
            self.problem = "no confirm in time"
            self.close()
        return window.outcomes()

    def close(self) -> None:
        """Close in order, and end the thread whatever the broker answers."""
        self._channel = None
        for ending in (self._close_connection, self._connection.ioloop.stop):
            if self._thread.is_alive():
                self._connection.ioloop.add_callback_threadsafe(ending)
                self._thread.join(_CLOSE_SECONDS)

    def _run(self) -> None:
        try:
            self._connection.ioloop.start()
        except Exception as error:  # the edge of the thread: its owner must not wait for it
            logger.exception("amqp_link_failed")
            self._on_end(self._connection, error)
        finally:
            self._connection.ioloop.close()

    def _close_connection(self) -> None:
        if not (self._connection.is_closing or self._connection.is_closed):
            self._connection.close()

    def _on_open(self, connection: Any) -> None:
        connection.channel(on_open_callback=self._on_channel)

    def _on_channel(self, channel: Any) -> None:
        channel.add_on_close_callback(self._on_channel_closed)
        channel.add_on_return_callback(self._on_return)
        channel.confirm_delivery(self._on_answer, callback=lambda _frame: self._declare(channel))

    def _declare(self, channel: Any) -> None:
        if self._topic_exchange:
            channel.exchange_declare(
                self._topic_exchange,
                exchange_type="topic",
                durable=True,
                callback=lambda _frame: self._on_ready(channel),
            )
        else:
            self._on_ready(channel)

    def _on_ready(self, channel: Any) -> None:
        self._channel = channel
        self.settled.set()

    def _on_channel_closed(self, _channel: Any, reason: Exception) -> None:
        self.problem = self.problem or repr(reason)
        self._channel = None
        self._close_connection()

    def _on_end(self, _connection: Any, reason: Any) -> None:
        self.problem = self.problem or repr(reason)
        self._channel = None
        if self._window is not None:
            self._window.done.set()
        self.settled.set()
        # Not at once: pika closes its socket after this callback.
        self._connection.ioloop.add_callback_threadsafe(self._connection.ioloop.stop)

    def _send(self, window: _Window) -> None:
        if self._channel is None:
            window.done.set()
            return
        window.first_tag = self._next_tag
        try:
            for message in window.messages:
                self._channel.basic_publish(
                    message.exchange, message.routing_key, message.body, _properties(message), mandatory=True
                )
                self._next_tag += 1
        except Exception as error:  # the edge of the thread: half a window was written, so the link is of no more use
            logger.exception("amqp_send_failed")
            self._on_channel_closed(self._channel, error)
            window.done.set()

    def _on_return(self, _channel: Any, _method: Any, returned: Any, _body: bytes) -> None:
        if self._window is not None:
            self._window.note_return(returned.message_id)

    def _on_answer(self, frame: Any) -> None:
        method = frame.method
        outcome = Outcome.CONFIRMED if isinstance(method, pika.spec.Basic.Ack) else Outcome.FAILED
        if self._window is not None:
            self._window.note_answer(method.delivery_tag, outcome, multiple=method.multiple)


def _properties(message: Outgoing) -> Any:
    return pika.BasicProperties(
        message_id=message.message_id,
        type=message.type,
        content_type=message.content_type,
        delivery_mode=_PERSISTENT,
        headers=dict(message.headers),
    )
