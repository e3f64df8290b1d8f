"""Picks the adapter by the address of the broker; only the one in use is loaded, the other would cost memory."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from ctz_chassis.broker.ports import DeadLetters, Publisher, QueueSpec, Subscription

# ruff: noqa: PLC0415

_AMQP = frozenset({"amqp", "amqps"})
_POSTGRES = frozenset({"postgres", "postgresql"})


def _is_amqp(url: str) -> bool:
    scheme = urlsplit(url).scheme
    if scheme not in _AMQP | _POSTGRES:
        raise ValueError(f"the broker's address must begin with amqp, amqps or postgresql, not {scheme!r}")
    return scheme in _AMQP


def connect_publisher(url: str) -> Publisher:
    """Return a publisher; it connects when it is first used."""
    if _is_amqp(url):
        from ctz_chassis.broker.amqp import AmqpPublisher

        return AmqpPublisher(url)
    from ctz_chassis.broker.pgqueue import PgPublisher

    return PgPublisher(url)


def connect_subscription(url: str, spec: QueueSpec) -> Subscription:
    """Return a subscription; it connects when it runs."""
    if _is_amqp(url):
        from ctz_chassis.broker.amqp import AmqpSubscription

        return AmqpSubscription(url, spec)
    from ctz_chassis.broker.pgqueue import PgSubscription

    return PgSubscription(url, spec)


def connect_dead_letters(url: str, spec: QueueSpec) -> DeadLetters:
    """Return the dead letters of a queue; it connects when it is first used."""
    if _is_amqp(url):
        from ctz_chassis.broker.amqp_dead_letters import AmqpDeadLetters

        return AmqpDeadLetters(url, spec)
    from ctz_chassis.broker.pgqueue_dead_letters import PgDeadLetters

    return PgDeadLetters(url, spec)


def declare(url: str, specs: Sequence[QueueSpec]) -> None:
    """Make the queues of these consumers, so that nothing is unroutable before they run for the first time."""
    if _is_amqp(url):
        from ctz_chassis.broker.amqp import declare_queues
    else:
        from ctz_chassis.broker.pgqueue import declare_queues
    declare_queues(url, specs)
