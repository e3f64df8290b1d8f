"""The outbox and its relay: what was committed is published, what was not never is."""

import random
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa
from ctz.peloton_sync.events.v1.events_pb2 import WorkoutDeleted

from ctz_chassis import outbox
from ctz_chassis.broker import Outcome, connect_publisher, connect_subscription, declare
from ctz_chassis.db import count_statements
from ctz_chassis.events import MAX_BODY_BYTES, Event, EventTooLarge, new_event
from ctz_chassis.ids import uuid7
from ctz_chassis.outbox import Relay

from .harness import NOW, USER, RecordingPublisher, background, consuming, eventually, metric, sample_event

pytestmark = pytest.mark.component

TYPE = "plans.thing.happened.v1"


def add(store, *events: Event) -> list[Event]:
    with store.database.begin() as connection:
        outbox.add_all(connection, store.outbox, events)
    return list(events)


def pending(store) -> int:
    with store.database.read() as connection:
        return outbox.pending(connection, store.outbox)


def make_due(store) -> None:
    with store.database.begin() as connection:
        connection.execute(sa.update(store.outbox).values(due_at=sa.func.now()))


def test_an_event_is_published_as_it_was_added(store) -> None:
    publisher = RecordingPublisher()
    (event,) = add(store, sample_event(TYPE))
    assert 1 == Relay(store.database, publisher, store.outbox).publish_once()
    assert [event] == publisher.published
    assert 0 == pending(store)
    assert 0 == Relay(store.database, publisher, store.outbox).publish_once()


def test_t013_relay_skips_no_row(store) -> None:
    """Eight writers commit in another order than they insert; a relay that remembered a position would skip rows."""
    publisher = RecordingPublisher()
    added: list[Event] = []

    def write(seed: int) -> None:
        draw = random.Random(seed)
        for _ in range(125):
            events = [sample_event(TYPE), sample_event(TYPE)]
            with store.database.begin() as connection:
                outbox.add_all(connection, store.outbox, events)
                connection.execute(sa.select(sa.func.pg_sleep(draw.uniform(0, 0.01))))
            added.extend(events)

    with background(Relay(store.database, publisher, store.outbox).run):
        writers = [threading.Thread(target=write, args=(seed,)) for seed in range(8)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        eventually(lambda: pending(store) == 0)
    assert 2_000 == len(added)
    assert sorted(event.id for event in added) == sorted(event.id for event in publisher.published)


def test_t015_a_rolled_back_event_is_never_published(store) -> None:
    class Regret(Exception):
        pass

    publisher = RecordingPublisher()
    with background(Relay(store.database, publisher, store.outbox).run):
        for _ in range(1_000):
            with suppress(Regret), store.database.begin() as connection:
                outbox.add(connection, store.outbox, sample_event(TYPE))
                raise Regret
        (kept,) = add(store, sample_event(TYPE))
        eventually(lambda: bool(publisher.published))
    assert [kept] == publisher.published


def test_t016_an_unroutable_row_stays_pending_and_is_counted_until_a_queue_wants_it(store, broker) -> None:
    publisher = connect_publisher(broker.url)
    relay = Relay(store.database, publisher, store.outbox)
    counted = metric("ctz_outbox_events_total", outcome="unroutable")
    (event,) = add(store, sample_event(broker.event_type))
    assert 1 == relay.publish_once()
    assert 1 == pending(store)
    assert counted + 1 == metric("ctz_outbox_events_total", outcome="unroutable")
    assert 0 == relay.publish_once(), "an unroutable row is not offered in a busy loop"

    received: list[Event] = []
    declare(broker.url, [broker.spec()])
    make_due(store)
    assert 1 == relay.publish_once()
    assert 0 == pending(store)
    with consuming(connect_subscription(broker.url, broker.spec()), received.append):
        eventually(lambda: [event] == received)
    publisher.close()


def test_a_refused_row_stays_pending_and_lets_the_others_pass(store) -> None:
    events = [sample_event(TYPE) for _ in range(4)]
    publisher = RecordingPublisher(lambda event: Outcome.FAILED if event in events[:2] else None)
    add(store, *events)
    relay = Relay(store.database, publisher, store.outbox, batch=2)
    assert [2, 2, 0] == [relay.publish_once() for _ in range(3)]
    assert events[2:] == publisher.published
    assert 2 == pending(store)


def test_the_relay_sleeps_until_it_is_told(store) -> None:
    """With an hour between polls only NOTIFY can be what wakes it, and while it sleeps it asks nothing."""
    publisher = RecordingPublisher()
    relay = Relay(store.database, publisher, store.outbox, poll_seconds=3_600)
    with background(relay.run):
        for number in range(1, 4):
            add(store, sample_event(TYPE))
            eventually(lambda number=number: number == len(publisher.published))
        eventually(lambda: pending(store) == 0)
        with count_statements(store.database.engine) as asked:
            threading.Event().wait(1.2)
        assert [] == asked.statements


def test_t012_nothing_is_lost_while_the_broker_is_away(store) -> None:
    publisher = RecordingPublisher()
    publisher.outages = 3
    events = add(store, *(sample_event(TYPE) for _ in range(300)))
    with background(Relay(store.database, publisher, store.outbox).run):
        eventually(lambda: pending(store) == 0)
    assert {event.id for event in events} == {event.id for event in publisher.published}
    assert 300 == len(publisher.published)


def test_a_batch_is_bounded_in_bytes(store) -> None:
    publisher = RecordingPublisher()
    relay = Relay(store.database, publisher, store.outbox)
    bodies = [Event(uuid7(), TYPE, "plans", str(USER), NOW, bytes(1_000_000)) for _ in range(20)]
    add(store, *bodies)
    claimed = []
    while count := relay.publish_once():
        claimed.append(count)
    assert [9, 9, 2] == claimed
    assert bodies == sorted(publisher.published, key=lambda event: event.id)


def test_an_event_above_the_limit_is_refused_where_it_is_made() -> None:
    with pytest.raises(EventTooLarge) as refused:
        new_event(TYPE, source="plans", user_id=USER, message=WorkoutDeleted(workout_id="x" * MAX_BODY_BYTES))
    assert MAX_BODY_BYTES < refused.value.size_bytes


def test_replay_publishes_a_users_later_events_again(store) -> None:
    other = uuid7()
    publisher = RecordingPublisher()
    mine, theirs = add(store, sample_event(TYPE), sample_event(TYPE, user_id=other))
    with background(Relay(store.database, publisher, store.outbox, poll_seconds=3_600).run):
        eventually(lambda: 2 == len(publisher.published))
        eventually(lambda: pending(store) == 0)
        table = store.outbox
        assert 0 == outbox.replay(store.database, table, user_id=USER, since=NOW + timedelta(seconds=1))
        assert 1 == outbox.replay(store.database, table, user_id=USER, since=NOW)
        eventually(lambda: 3 == len(publisher.published))
    assert [mine, theirs, mine] == publisher.published


def test_a_long_replay_goes_in_steps_and_takes_no_row_twice(store) -> None:
    """Also while a relay publishes what is replayed."""
    with store.database.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO plans.outbox (id, type, source, subject, event_time, data, published_at) SELECT "
                "gen_random_uuid(), 'plans.thing.happened.v1', 'plans', '', now(), '', now() "
                "FROM generate_series(1, 4500)"
            )
        )
    publisher = RecordingPublisher()
    with background(Relay(store.database, publisher, store.outbox, gather_seconds=0).run):
        assert 4_500 == outbox.replay(store.database, store.outbox, user_id=None, since=NOW - timedelta(days=9_999))
        eventually(lambda: 4_500 == len(publisher.published))
        eventually(lambda: pending(store) == 0)
    assert 4_500 == len({event.id for event in publisher.published}) == len(publisher.published)


def test_published_rows_are_kept_for_30_days_and_pending_ones_for_ever(store) -> None:
    events = add(store, *(sample_event(TYPE) for _ in range(3)))
    ages = [None, timedelta(days=29), timedelta(days=31)]
    with store.database.begin() as connection:
        for event, age in zip(events, ages, strict=True):
            published = None if age is None else sa.func.now() - age
            row = store.outbox.c.id == event.id
            connection.execute(sa.update(store.outbox).where(row).values(published_at=published))
    with store.database.begin() as connection:
        assert 1 == outbox.prune(connection, store.outbox)
        kept = connection.execute(sa.select(store.outbox.c.id)).scalars().all()
    assert {events[0].id, events[1].id} == set(kept)


def test_pending_counts_up_to_its_limit(store) -> None:
    add(store, *(sample_event(TYPE) for _ in range(5)))
    with store.database.read() as connection:
        assert 5 == outbox.pending(connection, store.outbox)
        assert 3 == outbox.pending(connection, store.outbox, limit=3)
