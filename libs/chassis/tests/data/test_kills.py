"""Real kills of relays and consumers: nothing is lost, nothing has two effects, and only the guilty are given up."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from ctz.peloton_sync.events.v1.events_pb2 import WorkoutDeleted

from ctz_chassis import outbox
from ctz_chassis.broker import connect_dead_letters, connect_publisher, connect_subscription, declare
from ctz_chassis.consumers import Consumer
from ctz_chassis.outbox import Relay

from .harness import background, consuming, eventually, sample_event

pytestmark = pytest.mark.faults

SCRIPT = Path(__file__).parent / "dying_process.py"


def start(plan: dict[str, object]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(SCRIPT), json.dumps(plan)], stderr=subprocess.DEVNULL)


@contextmanager
def restarted(plan: dict[str, object]) -> Iterator[Callable[[], None]]:
    """Keep one such process alive inside the block, as a supervisor does; gives what looks after it."""
    process = start(plan)

    def look() -> None:
        nonlocal process
        if process.poll() is not None:
            process = start(plan)

    try:
        yield look
    finally:
        process.kill()
        process.wait()


def effects(store) -> Counter[object]:
    with store.database.read() as connection:
        return Counter(connection.execute(sa.select(store.effect.c.event_id)).scalars())


def test_t014_two_relays_killed_between_confirm_and_mark_have_no_double_effect(store, broker) -> None:
    """Rows of the batch that was confirmed and not marked go over the wire twice, and have one effect."""
    spec = broker.spec()
    declare(broker.url, [spec])
    events = [sample_event(broker.event_type, workout_id=str(number)) for number in range(600)]
    with store.database.begin() as connection:
        outbox.add_all(connection, store.outbox, events)
    plan = {"role": "relay", "database": store.url, "broker": broker.url, "batches": 3}
    # Two at a time, six kills; each dies with twenty confirmed rows unmarked.
    for _ in range(3):
        pair = [start(plan), start(plan)]
        assert [-9, -9] == [process.wait(60) for process in pair]

    deliveries: list[object] = []

    def note(connection, message, event) -> None:
        connection.execute(sa.insert(store.effect).values(event_id=event.id, note=message.workout_id))

    consumer = Consumer(
        "kills", store.database, store.inbox, {broker.event_type: note}, {broker.event_type: WorkoutDeleted}
    )

    def handle(event) -> None:
        deliveries.append(event.id)
        consumer.handle(event)

    relay = Relay(store.database, connect_publisher(broker.url), store.outbox)
    with background(relay.run), consuming(connect_subscription(broker.url, spec), handle):
        eventually(lambda: 600 == len(effects(store)), seconds=60)
        eventually(lambda: 720 == len(deliveries), seconds=60)
    assert {event.id: 1 for event in events} == dict(effects(store))


def consume_plan(store, broker, tmp_path: Path, *, prefetch: int, together: bool = False) -> dict[str, object]:
    return {
        "role": "consume",
        "database": store.url,
        "broker": broker.url,
        "queue": broker.spec().name,
        "event_type": broker.event_type,
        "prefetch": prefetch,
        "together": together,
        "diary": str(tmp_path / "diary"),
    }


@pytest.mark.parametrize("together", [False, True])
def test_t022_a_poison_that_kills_the_process_takes_no_innocent_with_it(
    store, broker, tmp_path, *, together: bool
) -> None:
    """Twenty are in the process's hands when it dies, in one transaction or in turn.

    A counter that the broker keeps would blame all of them.
    """
    spec = broker.spec()
    declare(broker.url, [spec])
    good = [sample_event(broker.event_type, workout_id=f"good {number}") for number in range(100)]
    killer = sample_event(broker.event_type, workout_id="crash")
    publisher = connect_publisher(broker.url)
    publisher.publish([*good[:30], killer, *good[30:]])
    publisher.close()
    letters = connect_dead_letters(broker.url, spec)
    with restarted(consume_plan(store, broker, tmp_path, prefetch=20, together=together)) as look:

        def is_over() -> bool:
            look()
            return 100 == len(effects(store)) and bool(letters.list())

        eventually(is_over, seconds=90)
    assert [killer.id] == [letter.event_id for letter in letters.list()]
    assert {event.id: 1 for event in good} == dict(effects(store))
    letters.close()


def test_t023_the_cap_is_the_same_for_what_raises_and_what_crashes(store, broker, tmp_path) -> None:
    spec = broker.spec()
    declare(broker.url, [spec])
    events = [sample_event(broker.event_type, workout_id=name) for name in ("raise", "crash", "fine")]
    publisher = connect_publisher(broker.url)
    publisher.publish(events)
    publisher.close()
    letters = connect_dead_letters(broker.url, spec)
    plan = consume_plan(store, broker, tmp_path, prefetch=1)
    with restarted(plan) as look:

        def is_over() -> bool:
            look()
            return 2 == len(letters.list())

        eventually(is_over, seconds=90)
        eventually(lambda: 1 == len(effects(store)))
    starts = Counter(Path(str(plan["diary"])).read_text().splitlines())
    assert {"raise": 5, "crash": 5, "fine": 1} == dict(starts)
    assert {"attempts_exhausted"} == {letter.reason for letter in letters.list()}
    letters.close()
