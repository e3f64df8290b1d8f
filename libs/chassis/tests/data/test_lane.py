"""The lane: what waits together is handled together, and whoever fails there is judged alone."""

import threading
from collections.abc import Callable, Sequence

import pytest

from ctz_chassis.broker.lane import Lane, Settled
from ctz_chassis.broker.ports import Together
from ctz_chassis.errors import Unavailable
from ctz_chassis.events import Event, Poison

from .harness import eventually, sample_event

TYPE = "plans.thing.happened.v1"


class Diary:
    """What was handled, alone and together; whatever `fail` says of an event is raised."""

    def __init__(self, fail: Callable[[Event], BaseException | None] = lambda _event: None) -> None:
        self.alone: list[Event] = []
        self.together: list[list[Event]] = []
        self._fail = fail

    def handle(self, event: Event) -> None:
        self.alone.append(event)
        if error := self._fail(event):
            raise error

    def handle_all(self, events: Sequence[Event]) -> None:
        self.together.append(list(events))
        for event in events:
            if error := self._fail(event):
                raise error

    def settle(self, events: Sequence[Event]) -> list[Settled]:
        """Submit these at once, by their places as tags, and wait until all are settled."""
        together = Together(lambda event: event.subject, self.handle_all)
        lane = Lane(self.handle, together, name="test", retry_seconds=0.001, wake=lambda: None)
        lane.submit(enumerate(events))
        settled: list[Settled] = []

        def is_done() -> bool:
            settled.extend(lane.settled())
            return len(settled) == len(events)

        eventually(is_done)
        lane.stop(5)
        return settled


def test_what_waits_together_is_handled_together() -> None:
    diary, events = Diary(), [sample_event(TYPE) for _ in range(5)]
    assert [Settled(tag) for tag in range(5)] == diary.settle(events)
    assert ([events], []) == (diary.together, diary.alone)


def test_a_redelivered_event_goes_alone() -> None:
    diary = Diary()
    old = Event(**{name: getattr(sample_event(TYPE), name) for name in Event.__slots__} | {"redelivered": True})
    new = [sample_event(TYPE) for _ in range(2)]
    diary.settle([new[0], old, new[1]])
    assert ([new], [old]) == (diary.together, diary.alone)


def test_t022_poison_in_a_group_takes_no_innocent_with_it() -> None:
    events = [sample_event(TYPE) for _ in range(4)]
    poison = Poison("malformed")
    diary = Diary(lambda event: poison if event == events[1] else None)
    settled = {one.tag: one.poison for one in diary.settle(events)}
    assert {0: None, 1: poison, 2: None, 3: None} == settled
    assert [False] * 4 == [event.redelivered for event in diary.alone]


@pytest.mark.parametrize(("error", "is_counted"), [(RuntimeError("raised"), True), (Unavailable("away"), False)])
def test_t023_a_failed_group_is_an_attempt_of_its_events_unless_the_database_is_away(
    error: Exception, is_counted: bool
) -> None:
    errors = [error]
    diary = Diary(lambda _event: errors.pop() if errors else None)
    events = [sample_event(TYPE) for _ in range(3)]
    assert {None} == {one.poison for one in diary.settle(events)}
    assert events == diary.alone
    assert [is_counted] * 3 == [event.redelivered for event in diary.alone]


def test_a_handler_that_ends_its_thread_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _args: None)
    diary = Diary(lambda _event: SystemExit())
    with pytest.raises(RuntimeError, match="has ended"):
        diary.settle([sample_event(TYPE)])
