"""What every adapter promises behind the broker's ports."""

import threading
import time

import pytest

from ctz_chassis.broker import Outcome, connect_dead_letters, connect_publisher, connect_subscription, declare
from ctz_chassis.broker.amqp import AmqpSubscription
from ctz_chassis.errors import Unavailable
from ctz_chassis.events import Event, Poison

from .harness import background, consuming, eventually, sample_event

pytestmark = pytest.mark.component


@pytest.fixture
def publisher(broker):
    made = connect_publisher(broker.url)
    yield made
    made.close()


def test_an_event_arrives_with_all_its_attributes(broker, publisher) -> None:
    event = sample_event(broker.event_type)
    received: list[Event] = []
    with consuming(connect_subscription(broker.url, broker.spec()), received.append):
        assert [Outcome.CONFIRMED] == publisher.publish([event])
        eventually(lambda: bool(received))
    assert [event] == received
    assert not received[0].redelivered


def test_what_was_handled_does_not_come_again(broker, publisher) -> None:
    spec = broker.spec()
    declare(broker.url, [spec])
    first, second = sample_event(broker.event_type), sample_event(broker.event_type)
    received: list[Event] = []
    publisher.publish([first])
    with consuming(connect_subscription(broker.url, spec), received.append):
        eventually(lambda: [first] == received)
    publisher.publish([second])
    with consuming(connect_subscription(broker.url, spec), received.append):
        eventually(lambda: 2 == len(received))
    assert [first, second] == received


def test_t016_an_event_that_no_queue_wants_is_reported(broker, publisher) -> None:
    declare(broker.url, [broker.spec()])
    wanted, unwanted = sample_event(broker.event_type), sample_event("plans.nobody.listens.v1")
    outcomes = publisher.publish([wanted, unwanted, sample_event(broker.event_type)])
    assert [Outcome.CONFIRMED, Outcome.UNROUTABLE, Outcome.CONFIRMED] == outcomes


def test_every_queue_gets_its_own_copy_and_patterns_choose(broker, publisher) -> None:
    topic = f"plans.{broker.topic}"
    specs = {
        "exact": broker.spec("exact", bindings=(f"{topic}.happened.v1",)),
        "star": broker.spec("star", bindings=(f"{topic}.*.v1", f"{topic}.happened.*")),
        "hash": broker.spec("hash", bindings=(f"{topic}.#",)),
        "other": broker.spec("other", bindings=(f"{topic}.*",)),
    }
    declare(broker.url, list(specs.values()))
    events = [
        sample_event(f"{topic}.happened.v1"),
        sample_event(f"{topic}.vanished.v1"),
        sample_event(f"{topic}.x.y.z"),
    ]
    assert [Outcome.CONFIRMED] * 3 == publisher.publish(events)
    wanted = {"exact": [0], "star": [0, 1], "hash": [0, 1, 2], "other": []}
    for name, positions in wanted.items():
        received: list[Event] = []
        with consuming(connect_subscription(broker.url, specs[name]), received.append):
            eventually(lambda received=received, positions=positions: len(positions) == len(received))
        assert {events[position].id for position in positions} == {event.id for event in received}


def test_many_events_in_one_call_all_arrive(broker, publisher) -> None:
    events = [sample_event(broker.event_type) for _ in range(1_000)]
    received: list[Event] = []
    with consuming(connect_subscription(broker.url, broker.spec()), received.append):
        assert [Outcome.CONFIRMED] * 1_000 == publisher.publish(events)
        eventually(lambda: 1_000 == len(received))
    assert {event.id for event in events} == {event.id for event in received}


def test_poison_is_a_dead_letter_with_its_reason_and_holds_up_nobody(broker, publisher) -> None:
    spec = broker.spec()
    declare(broker.url, [spec])
    events = [sample_event(broker.event_type) for _ in range(3)]
    received: list[Event] = []

    def refuse_the_second(event: Event) -> None:
        if event == events[1]:
            raise Poison("missing_field", "start_time \x00")
        received.append(event)

    letters = connect_dead_letters(broker.url, spec)
    with consuming(connect_subscription(broker.url, spec), refuse_the_second):
        publisher.publish(events)
        eventually(lambda: 2 == len(received) and 1 == len(letters.list()))
    (letter,) = letters.list()
    assert (events[1].id, events[1].type, events[1].subject) == (letter.event_id, letter.type, letter.subject)
    assert "missing_field" == letter.reason
    assert letter.detail.startswith("start_time")
    assert events[1].data == letter.data
    assert letter.dead_at is not None
    letters.close()


def test_t025_dead_letters_are_replayed_to_their_own_queue_or_discarded(broker, publisher) -> None:
    spec, bystander = broker.spec(), broker.spec("bystander")
    declare(broker.url, [spec, bystander])
    events = [sample_event(broker.event_type) for _ in range(3)]

    def refuse(_event: Event) -> None:
        raise Poison("not_yet")

    letters = connect_dead_letters(broker.url, spec)
    with consuming(connect_subscription(broker.url, spec), refuse):
        publisher.publish(events)
        eventually(lambda: 3 == len(letters.list()))
    by_event = {letter.event_id: letter.key for letter in letters.list()}
    assert [events[0].id] == [letter.event_id for letter in letters.discard([by_event[events[0].id]])]
    assert [events[1].id] == [letter.event_id for letter in letters.replay([by_event[events[1].id]])]
    assert [events[2].id] == [letter.event_id for letter in letters.replay()]
    assert [] == list(letters.list())
    letters.close()

    received: list[Event] = []
    with consuming(connect_subscription(broker.url, spec), received.append):
        eventually(lambda: 2 == len(received))
    assert {events[1].id, events[2].id} == {event.id for event in received}
    assert not any(event.redelivered for event in received)

    seen_by_bystander: list[Event] = []
    with consuming(connect_subscription(broker.url, bystander), seen_by_bystander.append):
        eventually(lambda: 3 == len(seen_by_bystander))


def test_an_event_whose_handler_raised_comes_again_as_redelivered(broker, publisher) -> None:
    starts: list[bool] = []

    def fail_twice(event: Event) -> None:
        starts.append(event.redelivered)
        if len(starts) < 3:
            raise RuntimeError("not yet")

    with consuming(connect_subscription(broker.url, broker.spec()), fail_twice):
        publisher.publish([sample_event(broker.event_type)])
        eventually(lambda: 3 == len(starts))
    assert [False, True, True] == starts


def test_a_database_that_is_away_is_not_the_events_fault(broker, publisher) -> None:
    starts: list[bool] = []

    def away_twice(event: Event) -> None:
        starts.append(event.redelivered)
        if len(starts) < 3:
            raise Unavailable

    with consuming(connect_subscription(broker.url, broker.spec()), away_twice):
        publisher.publish([sample_event(broker.event_type)])
        eventually(lambda: 3 == len(starts))
    assert [False, False, False] == starts


def test_what_a_stopped_consumer_had_not_handled_comes_to_the_next_one(broker, publisher) -> None:
    spec = broker.spec()
    declare(broker.url, [spec])
    events = [sample_event(broker.event_type) for _ in range(20)]
    publisher.publish(events)
    handled: list[Event] = []
    release = threading.Event()

    def handle_one_and_no_more(event: Event) -> None:
        if handled:
            raise RuntimeError("leaving")
        release.wait(20)
        handled.append(event)

    subscription = connect_subscription(broker.url, spec)
    with background(lambda stop: subscription.run(handle_one_and_no_more, stop)) as stop:
        eventually(lambda: subscription.is_consuming(time.monotonic()))
        stop.set()
        release.set()
    assert 1 >= len(handled)
    with consuming(connect_subscription(broker.url, spec), handled.append):
        eventually(lambda: 20 == len(handled))
    assert {event.id for event in events} == {event.id for event in handled}


def test_readiness_says_whether_somebody_consumes(broker) -> None:
    subscription = connect_subscription(broker.url, broker.spec())
    assert not subscription.is_consuming(time.monotonic())
    with consuming(subscription, lambda _event: None):
        assert subscription.is_consuming(time.monotonic())
        assert not subscription.is_consuming(time.monotonic() + 3_600)
    assert not subscription.is_consuming(time.monotonic())


def test_t008_a_handler_that_outlasts_the_heartbeat_keeps_its_connection(amqp) -> None:
    """The broker closes a connection after eight silent seconds here, and would deliver the event again.

    Shorter heartbeats fail on a busy machine, where a thread may well sleep for two seconds.
    """
    starts: list[bool] = []

    def slow_at_first(event: Event) -> None:
        starts.append(event.redelivered)
        if len(starts) == 1:
            threading.Event().wait(10)

    publisher = connect_publisher(amqp.url)
    with consuming(AmqpSubscription(amqp.url, amqp.spec(), heartbeat_seconds=4), slow_at_first):
        publisher.publish([sample_event(amqp.event_type), sample_event(amqp.event_type)])
        eventually(lambda: 2 <= len(starts))
    assert [False, False] == starts
    publisher.close()
