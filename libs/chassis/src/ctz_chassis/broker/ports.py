"""What the chassis asks of a broker; RabbitMQ and a queue table in Postgres both keep these promises."""

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol
from uuid import UUID

from ctz_chassis.events import Event

EXCHANGE = "ctz.events"

Handler = Callable[[Event], None]
"""Handles one event: returning acknowledges it, `Poison` makes it a dead letter, other errors let it come again."""


@dataclass(frozen=True, slots=True)
class Together:
    """How events that wait at the same time are handled at once, for less than one by one."""

    group_of: Callable[[Event], Hashable | None]
    """Events of one group may be handled together; one of none goes alone."""
    handle: Callable[[Sequence[Event]], None]
    """Handles all of them or, when it raises, none; they go one by one then."""


class BrokerUnavailable(Exception):
    """The broker does not answer, or refuses the connection."""


class Outcome(Enum):
    """What became of one published event."""

    CONFIRMED = "confirmed"
    """The broker has stored it for every queue that wants it."""
    UNROUTABLE = "unroutable"
    """No queue wants it."""
    FAILED = "failed"
    """Refused, or no answer in time: it may or may not be stored."""


class Publisher(Protocol):
    """Publishes events; used by one thread at a time."""

    def publish(self, events: Sequence[Event]) -> list[Outcome]:
        """Publish and return one outcome per event, in order; raises `BrokerUnavailable` when nothing was sent."""
        ...

    def close(self) -> None:
        """Let go of the connection; publishing again opens a new one."""
        ...


@dataclass(frozen=True, slots=True)
class QueueSpec:
    """One consumer's queue: its name `<service>.<what>` and the topic patterns that it wants."""

    name: str
    bindings: tuple[str, ...]
    prefetch: int = 16
    """How many events are in this process's hands at a time."""
    retry_seconds: float = 0.5
    """Pause before the second attempt; it doubles with each further one, up to 30 s."""

    @property
    def dead_name(self) -> str:
        """The queue of its dead letters."""
        return f"{self.name}.dead"


class Subscription(Protocol):
    """Consumes one queue."""

    def run(self, handler: Handler, stop: threading.Event, together: Together | None = None) -> None:
        """Consume until `stop` is set, through broker outages; the handler runs on a thread of its own."""
        ...

    def is_consuming(self, now: float) -> bool:
        """Tell whether the broker was heard of lately; `now` is `time.monotonic()`."""
        ...


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that a consumer gave up, as an operator sees it; without `event_id` when its headers are unreadable."""

    key: str
    event_id: UUID | None
    type: str
    subject: str
    reason: str
    detail: str
    dead_at: datetime | None
    data: bytes


class DeadLetters(Protocol):
    """The dead letters of one queue; `key` identifies one of them."""

    def list(self, limit: int = 100) -> Sequence[DeadLetter]:
        """Return the oldest ones, leaving them where they are."""
        ...

    def replay(self, keys: Sequence[str] | None = None) -> Sequence[DeadLetter]:
        """Put these (or all) back into the queue that they came from, and into no other; return them."""
        ...

    def discard(self, keys: Sequence[str]) -> Sequence[DeadLetter]:
        """Delete these for good; return them."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...
