"""T118: an account is deleted while one service is down; over a real broker, under every service's own login."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from ctz_chassis.broker import connect_dead_letters, connect_publisher, connect_subscription, declare
from ctz_chassis.outbox import Relay
from ctz_local.rabbitmq import RabbitNode

from .conftest import make_owner
from .leaving import SERVICES, TOMBSTONES, delete, naming, ticks
from .system import MODULES, NAMES, System

pytestmark = pytest.mark.component

DOWN = "workouts"
LONGEST_WAIT_SECONDS = 90


@contextmanager
def running(system: System, node: RabbitNode, *names: str) -> Iterator[None]:
    """Publish and consume for these services, each with its own connections, until the block ends."""
    stop = threading.Event()

    def relay_of(name: str) -> Callable[[], None]:
        publisher = connect_publisher(node.url(name))
        relay = Relay(system.databases[name], publisher, MODULES[name].SCHEMA.outbox, poll_seconds=0.2)
        return lambda: relay.run(stop)

    def consumer_of(name: str) -> Callable[[], None]:
        subscription = connect_subscription(node.url(name), MODULES[name].QUEUE)
        return lambda: subscription.run(system.consumers[name].handle, stop)

    threads = [threading.Thread(target=make(name)) for name in names for make in (relay_of, consumer_of)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)


def wait_until(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.timeout(240)
def test_t118_a_service_that_was_down_erases_when_it_is_back(system: System, killable_rabbitmq: RabbitNode) -> None:
    node = killable_rabbitmq
    for name in NAMES:
        declare(node.url(name), [MODULES[name].QUEUE])
    dan = make_owner(system, "dan@example.org", "Dan", "bo", mark="mine")
    others = [name for name in SERVICES if name != DOWN]
    with running(system, node, *others):
        secret = delete(system, dan.member)
        all_but_one = {name: name != DOWN for name in SERVICES}
        assert wait_until(lambda: all_but_one == ticks(system, secret)), ticks(system, secret)
        held = naming(system, dan.user_id)
        assert "workout" in held[DOWN]
        assert {"tombstone": 1} == held["plans"] == held["challenges"]
        with running(system, node, DOWN):
            assert wait_until(lambda: all(ticks(system, secret).values())), ticks(system, secret)
            assert wait_until(lambda: TOMBSTONES == naming(system, dan.user_id)), naming(system, dan.user_id)
    for name in NAMES:
        letters = connect_dead_letters(node.url(name), MODULES[name].QUEUE)
        assert [] == letters.list(10)
        letters.close()
