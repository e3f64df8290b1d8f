"""A relay or a consumer in a process of its own that kills itself where its plan says: `dying_process.py JSON`."""

import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from ctz.peloton_sync.events.v1.events_pb2 import WorkoutDeleted

from ctz_chassis.broker import QueueSpec, connect_publisher
from ctz_chassis.broker.amqp import AmqpSubscription
from ctz_chassis.broker.pgqueue import PgSubscription
from ctz_chassis.broker.ports import Outcome, Publisher, Subscription
from ctz_chassis.consumers import Consumer, Told
from ctz_chassis.db import Database, make_engine
from ctz_chassis.events import Event
from ctz_chassis.inbox import inbox_table
from ctz_chassis.outbox import Relay, outbox_table


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DyingPublisher:
    """Dies when the broker has confirmed this many batches, before anybody hears of the last one."""

    def __init__(self, publisher: Publisher, batches: int) -> None:
        self._publisher = publisher
        self._left = batches

    def publish(self, events: Sequence[Event]) -> list[Outcome]:
        outcomes = self._publisher.publish(events)
        self._left -= 1
        if self._left == 0:
            die()
        return outcomes

    def close(self) -> None:
        self._publisher.close()


def relay(plan: dict[str, Any]) -> None:
    """Publish until dead."""
    database = Database(make_engine(plan["database"], application_name="dying relay"))
    publisher = DyingPublisher(connect_publisher(plan["broker"]), plan["batches"])
    table = outbox_table(sa.MetaData(), "plans")
    Relay(database, publisher, table, batch=20, poll_seconds=0.1).run(threading.Event())


def consume(plan: dict[str, Any]) -> None:
    """Consume until killed; every start of a handler is a line of the diary, what follows is in the event's name."""
    database = Database(make_engine(plan["database"], application_name="dying consumer"))
    diary = Path(plan["diary"]).open("a", buffering=1)  # noqa: SIM115 (open for the life of the process)
    effect = sa.Table(
        "effect", sa.MetaData(), sa.Column("event_id", sa.Uuid), sa.Column("note", sa.Text), schema="plans"
    )

    def handle(connection: sa.Connection, message: WorkoutDeleted, event: Event) -> None:
        diary.write(f"{message.workout_id}\n")
        if message.workout_id.startswith("crash"):
            die()
        if message.workout_id.startswith("raise"):
            raise RuntimeError("raised by the plan")
        connection.execute(sa.insert(effect).values(event_id=event.id, note=message.workout_id))

    def handle_all(connection: sa.Connection, told: Sequence[Told]) -> None:
        for message, event in told:
            handle(connection, message, event)

    event_type = plan["event_type"]
    table = inbox_table(sa.MetaData(), "plans")
    handlers, group_handlers = ({}, {event_type: handle_all}) if plan["together"] else ({event_type: handle}, {})
    types = {event_type: WorkoutDeleted}
    consumer = Consumer("dying", database, table, handlers, types, group_handlers=group_handlers)
    spec = QueueSpec(plan["queue"], (event_type,), prefetch=plan["prefetch"], retry_seconds=0.01)
    subscription: Subscription
    if plan["broker"].startswith("amqp"):
        subscription = AmqpSubscription(plan["broker"], spec)
    else:
        subscription = PgSubscription(plan["broker"], spec, lease_seconds=0.5, poll_seconds=0.1)
    subscription.run(consumer.handle, threading.Event(), consumer.together)


if __name__ == "__main__":
    what = json.loads(sys.argv[1])
    {"relay": relay, "consume": consume}[what["role"]](what)
