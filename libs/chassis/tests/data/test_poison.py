"""T021: a set of poison among a thousand good events, on both brokers."""

import pytest
import sqlalchemy as sa
from ctz.peloton_sync.events.v1.events_pb2 import WorkoutRecorded

from ctz_chassis.broker import connect_dead_letters, connect_publisher, connect_subscription, declare
from ctz_chassis.broker.amqp_link import ConfirmedSender, Outgoing
from ctz_chassis.broker.pgqueue_tables import MESSAGE
from ctz_chassis.broker.ports import EXCHANGE, Outcome
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, make_engine
from ctz_chassis.events import Poison, new_event, to_headers
from ctz_chassis.ids import uuid7

from .harness import USER, consuming, eventually

pytestmark = pytest.mark.component


def recorded(event_type: str, **fields: object):
    message = WorkoutRecorded(**({"user_id": str(USER), "workout_id": str(uuid7())} | fields))
    return new_event(event_type, source="plans", user_id=USER, message=message)


def poison_set(broker) -> dict[str, tuple[dict[str, object], bytes]]:
    """Return headers and body by the reason that is expected."""
    event = recorded(broker.event_type)
    headers = to_headers(event)

    def own(**changes: object) -> dict[str, object]:
        return headers | {"cloudEvents:id": str(uuid7())} | {f"cloudEvents:{k}": v for k, v in changes.items()}

    not_a_number = recorded(broker.event_type, total_work_joules=float("nan")).data
    return {
        "undecodable (not protobuf)": (own(), b'{"workout_id": 1}'),
        "undecodable (deep nesting)": (own(), b"\x0b" * 100_000),
        "unknown_type (wrong version)": (own(type=broker.event_type.replace(".v1", ".v9")), event.data),
        "missing_field": (own(), recorded(broker.event_type, workout_id="").data),
        "too_large": (own(), bytes(5_000_000)),
        "not_finite": (own(), not_a_number),
        "subject_mismatch": (own(subject=str(uuid7())), event.data),
        "source_mismatch": (own(source="another"), event.data),
        "malformed_headers": ({"a": "stranger's", "fraction": "0.5"}, event.data),
    }


def inject(broker, spec, messages: list[tuple[dict[str, object], bytes]]) -> None:
    """Send what our publishers would not."""
    if broker.url.startswith("amqp"):
        sender = ConfirmedSender(broker.url)
        outgoing = [
            Outgoing(EXCHANGE, broker.event_type, str(uuid7()), headers, body, content_type=None)
            for headers, body in messages
        ]
        assert [Outcome.CONFIRMED] * len(messages) == sender.send(outgoing)
        sender.close()
        return
    database = Database(make_engine(broker.url, application_name="tests"))
    with database.begin() as connection:
        rows = [{"queue": spec.name, "headers": headers, "data": body} for headers, body in messages]
        connection.execute(sa.insert(MESSAGE), rows)
    database.close()


def test_t021_poison_among_a_thousand_good_events(store, broker) -> None:
    spec = broker.spec()
    declare(broker.url, [spec])
    good = [recorded(broker.event_type) for _ in range(1_000)]
    poison = poison_set(broker)

    def apply(connection, message, event) -> None:
        if not message.workout_id:
            raise Poison("missing_field", "workout_id")
        connection.execute(sa.insert(store.effect).values(event_id=event.id, note=""))

    publisher = connect_publisher(broker.url)
    publisher.publish(good[:500])
    inject(broker, spec, list(poison.values()))
    publisher.publish(good[500:])
    publisher.close()

    def count() -> int:
        with store.database.read() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(store.effect)).scalar_one()

    consumer = Consumer(
        "poison", store.database, store.inbox, {broker.event_type: apply}, {broker.event_type: WorkoutRecorded}
    )
    letters = connect_dead_letters(broker.url, spec)
    with consuming(connect_subscription(broker.url, spec), consumer.handle):
        eventually(lambda: 1_000 == count(), seconds=60)
        eventually(lambda: len(poison) == len(letters.list()))
    assert sorted(expected.split(" ")[0] for expected in poison) == sorted(letter.reason for letter in letters.list())
    assert {len(body) for _, body in poison.values()} == {len(letter.data) for letter in letters.list()}
    with store.database.read() as connection:
        handled = set(connection.execute(sa.select(store.effect.c.event_id)).scalars())
    assert {event.id for event in good} == handled
    letters.close()
