"""The broker behind ports: RabbitMQ where there is one, else a queue table in Postgres."""

from ctz_chassis.broker.connect import connect_dead_letters, connect_publisher, connect_subscription, declare
from ctz_chassis.broker.ports import (
    BrokerUnavailable,
    DeadLetter,
    DeadLetters,
    Outcome,
    Publisher,
    QueueSpec,
    Subscription,
)

__all__ = [
    "BrokerUnavailable",
    "DeadLetter",
    "DeadLetters",
    "Outcome",
    "Publisher",
    "QueueSpec",
    "Subscription",
    "connect_dead_letters",
    "connect_publisher",
    "connect_subscription",
    "declare",
]
