"""What the tests of the data half share."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from ctz.peloton_sync.events.v1.events_pb2 import WorkoutDeleted
from prometheus_client import REGISTRY

from ctz_chassis.broker.ports import BrokerUnavailable, Handler, Outcome, Subscription
from ctz_chassis.events import Event, new_event
from ctz_chassis.ids import uuid7

USER = UUID("0192f0c1-0000-7000-8000-000000000001")
NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def sample_event(event_type: str, *, workout_id: str = "", user_id: UUID = USER) -> Event:
    """Return an event with a message that carries its subject."""
    message = WorkoutDeleted(workout_id=workout_id or str(uuid7()), user_id=str(user_id))
    return new_event(
        event_type, source=event_type.partition(".")[0], user_id=user_id, message=message, clock=lambda: NOW
    )


def eventually(condition: Callable[[], bool], *, seconds: float = 30) -> None:
    """Return when the condition holds; fail when it does not within the deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.01)


@contextmanager
def background(run: Callable[[threading.Event], None]) -> Iterator[threading.Event]:
    """Run on a thread inside the block; what it raised is raised again at the end."""
    stop = threading.Event()
    failures: list[BaseException] = []

    def guarded() -> None:
        try:
            run(stop)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    thread = threading.Thread(target=guarded)
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(40)
    assert not thread.is_alive()
    assert [] == failures


@contextmanager
def consuming(subscription: Subscription, handler: Handler) -> Iterator[None]:
    """Consume inside the block."""
    with background(lambda stop: subscription.run(handler, stop)):
        eventually(lambda: subscription.is_consuming(time.monotonic()))
        yield


class RecordingPublisher:
    """A broker that takes everything and remembers it; `refuse` says what it does not take, and how."""

    def __init__(self, refuse: Callable[[Event], Outcome | None] = lambda _event: None) -> None:
        self.published: list[Event] = []
        self.calls = 0
        self.outages = 0
        self._refuse = refuse

    def publish(self, events: Sequence[Event]) -> list[Outcome]:
        self.calls += 1
        if self.outages:
            self.outages -= 1
            raise BrokerUnavailable("switched off")
        outcomes = [self._refuse(event) or Outcome.CONFIRMED for event in events]
        taken = zip(events, outcomes, strict=True)
        self.published += [event for event, outcome in taken if outcome is Outcome.CONFIRMED]
        return outcomes

    def close(self) -> None:
        """Nothing to let go of."""


def metric(name: str, **labels: str) -> float:
    """Return the present value of a metric of this process."""
    return REGISTRY.get_sample_value(name, labels) or 0.0
