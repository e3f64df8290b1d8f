"""Names and arguments of exchanges and queues on RabbitMQ, every argument explicit: 3.10 and 4.x differ in defaults."""

from kombu import Connection, Exchange, Queue

from ctz_chassis.broker.ports import EXCHANGE, QueueSpec

# Our own counter ends attempts (in the inbox, after 5). This one only has to be out of its way: a crash returns all
# prefetched events, so innocents are counted by the broker too, once for each crash.
DELIVERY_LIMIT = 200
# An operator may look at a dead letter as often as they like.
DEAD_DELIVERY_LIMIT = 1_000_000
MAX_LENGTH = 200_000
MAX_LENGTH_BYTES = 2_000_000_000


def events_exchange() -> Exchange:
    """Return the exchange of all facts."""
    return Exchange(EXCHANGE, type="topic", durable=True)


def direct_exchange(spec: QueueSpec) -> Exchange:
    """Return the exchange by which a consumer reaches its own queue and its dead letters, and nobody else's."""
    return Exchange(f"{spec.name}.direct", type="direct", durable=True)


def main_queue(spec: QueueSpec) -> Queue:
    """Return the queue of a consumer; full means that publishers are refused, never that something is dropped."""
    arguments = {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": f"{spec.name}.direct",
        "x-dead-letter-routing-key": spec.dead_name,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-max-length": MAX_LENGTH,
        "x-max-length-bytes": MAX_LENGTH_BYTES,
    }
    return Queue(spec.name, durable=True, queue_arguments=arguments)


def dead_queue(spec: QueueSpec) -> Queue:
    """Return the queue of a consumer's dead letters."""
    arguments = {"x-queue-type": "quorum", "x-delivery-limit": DEAD_DELIVERY_LIMIT, "x-overflow": "reject-publish"}
    return Queue(spec.dead_name, durable=True, queue_arguments=arguments)


def declare_on(connection: Connection, spec: QueueSpec) -> None:
    """Declare what a consumer needs; declaring again changes nothing, other arguments are refused by the broker."""
    with connection.channel() as channel:
        events, direct = events_exchange().bind(channel), direct_exchange(spec).bind(channel)
        events.declare()
        direct.declare()
        for queue in (dead_queue(spec), main_queue(spec)):
            bound = queue.bind(channel)
            bound.queue_declare()
            bound.bind_to(direct, routing_key=queue.name)
        wanted = main_queue(spec).bind(channel)
        for pattern in spec.bindings:
            wanted.bind_to(events, routing_key=pattern)
