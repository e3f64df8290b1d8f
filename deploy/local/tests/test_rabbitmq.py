"""The private broker node: who may do what on it, and what it keeps."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker, ProbableAuthenticationError

from ctz_local.rabbitmq import RabbitNode
from ctz_local.rabbitmq_definitions import EVENTS_EXCHANGE

_QUORUM = {"x-queue-type": "quorum"}
_PERSISTENT = pika.BasicProperties(delivery_mode=2)


@contextmanager
def _channel(url: str) -> Iterator[BlockingChannel]:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    try:
        yield connection.channel()
    finally:
        if connection.is_open:
            connection.close()


def _declare(channel: BlockingChannel, queue: str) -> None:
    channel.exchange_declare(EVENTS_EXCHANGE, "topic", durable=True)
    channel.queue_declare(queue, durable=True, arguments=_QUORUM)
    channel.queue_bind(queue, EVENTS_EXCHANGE, "#")


@pytest.mark.faults
def test_t011_confirmed_messages_survive_kill(killable_rabbitmq: RabbitNode) -> None:
    """Every confirmed id is consumed after kill -9 of the node; counted by id, never by depth."""
    url = killable_rabbitmq.url("workouts")
    with _channel(url) as channel:
        _declare(channel, "workouts.events")
        # Quorum queues enter the node's directory of Raft members with a delay of up to half a second.
        time.sleep(1)
        channel.confirm_delivery()
        for number in range(200):
            channel.basic_publish(EVENTS_EXCHANGE, "workouts.a.b.v1", str(number).encode(), _PERSISTENT, mandatory=True)

    killable_rabbitmq.kill()
    killable_rabbitmq.start()

    with _channel(url) as channel:
        consumed = set()
        for method, _, body in channel.consume("workouts.events", inactivity_timeout=10):
            if method is None:
                break
            consumed.add(int(body))
            channel.basic_ack(method.delivery_tag)
            if len(consumed) == 200:
                break
    assert set(range(200)) == consumed


def test_t117_a_service_is_confined_to_its_own_names(killable_rabbitmq: RabbitNode) -> None:
    """Others' queues, others' routing keys and other exchanges are refused; its own are not."""
    url = killable_rabbitmq.url("workouts")
    with _channel(url) as channel:
        _declare(channel, "workouts.events")
        channel.confirm_delivery()
        channel.basic_publish(EVENTS_EXCHANGE, "workouts.a.b.v1", b"x", mandatory=True)
    with _channel(url) as channel:
        channel.confirm_delivery()
        with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
            channel.basic_publish(EVENTS_EXCHANGE, "plans.a.b.v1", b"x")
    with _channel(url) as channel, pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
        channel.queue_declare("plans.events", durable=True, arguments=_QUORUM)
    with _channel(url) as channel, pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
        channel.exchange_declare("elsewhere", "topic")


def test_t117_guest_is_refused(killable_rabbitmq: RabbitNode) -> None:
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    url = f"amqp://guest:guest@127.0.0.1:{killable_rabbitmq.port}/ctz"

    with pytest.raises(ProbableAuthenticationError):
        pika.BlockingConnection(pika.URLParameters(url))
