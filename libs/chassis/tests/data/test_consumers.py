"""The inbox and the consumer: one event, one effect."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from ctz.peloton_sync.events.v1.events_pb2 import WorkoutDeleted, WorkoutPerformance, WorkoutRecorded

from ctz_chassis import inbox
from ctz_chassis.consumers import Consumer, decode
from ctz_chassis.db import count_statements
from ctz_chassis.events import Event, Poison, from_headers, new_event, to_headers
from ctz_chassis.ids import uuid7

from .harness import NOW, USER, metric, sample_event

TYPE = "plans.thing.happened.v1"


def consumer_of(store, handler, *, max_attempts: int = 5) -> Consumer:
    return Consumer(
        "thing", store.database, store.inbox, {TYPE: handler}, {TYPE: WorkoutDeleted}, max_attempts=max_attempts
    )


def effects(store) -> list[tuple[object, str]]:
    with store.database.read() as connection:
        rows = connection.execute(sa.select(store.effect.c.event_id, store.effect.c.note).order_by(store.effect.c.id))
        return [(row.event_id, row.note) for row in rows]


def note_in(store):
    def apply(connection, message, event) -> None:
        connection.execute(sa.insert(store.effect).values(event_id=event.id, note=message.workout_id))

    return apply


def changed(event: Event, **changes: object) -> Event:
    fields = {name: getattr(event, name) for name in ("id", "type", "source", "subject", "time", "data")}
    return Event(**(fields | changes))


def test_an_event_delivered_three_times_has_one_effect(store) -> None:
    consumer, event = consumer_of(store, note_in(store)), sample_event(TYPE, workout_id="w")
    for delivery in (event, event, changed(event, redelivered=True)):
        consumer.handle(delivery)
    assert [(event.id, "w")] == effects(store)


def test_an_event_delivered_to_four_threads_at_once_has_one_effect(store) -> None:
    consumer, event = consumer_of(store, note_in(store)), sample_event(TYPE, workout_id="w")
    threads = [threading.Thread(target=consumer.handle, args=(event,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(event.id, "w")] == effects(store)


def test_two_consumers_each_have_their_effect(store) -> None:
    event = sample_event(TYPE, workout_id="w")
    for name in ("one", "two"):
        Consumer(name, store.database, store.inbox, {TYPE: note_in(store)}, {TYPE: WorkoutDeleted}).handle(event)
    assert 2 == len(effects(store))


def test_the_effect_and_the_inbox_are_one_transaction(store) -> None:
    event = sample_event(TYPE, workout_id="w")

    def fail_after_the_effect(connection, message, event) -> None:
        note_in(store)(connection, message, event)
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        consumer_of(store, fail_after_the_effect).handle(event)
    assert [] == effects(store)
    consumer_of(store, note_in(store)).handle(event)
    assert [(event.id, "w")] == effects(store)


def test_t028_the_first_body_under_an_id_wins_and_the_second_is_counted(store) -> None:
    consumer, event = consumer_of(store, note_in(store)), sample_event(TYPE, workout_id="first")
    counted = metric("ctz_inbox_conflicts_total", consumer="thing")
    consumer.handle(event)
    consumer.handle(event)
    assert counted == metric("ctz_inbox_conflicts_total", consumer="thing")
    consumer.handle(changed(sample_event(TYPE, workout_id="second"), id=event.id))
    assert [(event.id, "first")] == effects(store)
    assert counted + 1 == metric("ctz_inbox_conflicts_total", consumer="thing")


def test_t028_pruning_inside_retention_forgets_no_id(store) -> None:
    consumer, event = consumer_of(store, note_in(store)), sample_event(TYPE, workout_id="first")
    consumer.handle(event)
    for days, pruned in ((89, 0), (91, 1)):
        with store.database.begin() as connection:
            seen = sa.func.now() - timedelta(days=days)
            connection.execute(sa.update(store.inbox).values(seen_at=seen))
            assert pruned == inbox.prune(connection, store.inbox)
        if not pruned:
            consumer.handle(changed(sample_event(TYPE, workout_id="second"), id=event.id))
    assert [(event.id, "first")] == effects(store)


def test_t023_an_event_is_started_five_times_and_never_again(store) -> None:
    starts = []

    def fail(_connection, _message, event) -> None:
        starts.append(event.id)
        raise RuntimeError("never")

    consumer, event = consumer_of(store, fail), sample_event(TYPE)
    with pytest.raises(RuntimeError):
        consumer.handle(event)
    for _ in range(4):
        with pytest.raises(RuntimeError):
            consumer.handle(changed(event, redelivered=True))
    for _ in range(2):
        with pytest.raises(Poison, match="attempts_exhausted"):
            consumer.handle(changed(event, redelivered=True))
    assert 5 == len(starts)


def test_a_first_delivery_costs_no_statement_for_counting(store) -> None:
    consumer = consumer_of(store, note_in(store))
    with count_statements(store.database.engine) as sent:
        consumer.handle(sample_event(TYPE))
    assert 2 == sent.count


def grouping(store, handler) -> Consumer:
    return Consumer("thing", store.database, store.inbox, {}, {TYPE: WorkoutDeleted}, group_handlers={TYPE: handler})


def note_all_in(store):
    def apply(connection, told) -> None:
        rows = [{"event_id": event.id, "note": message.workout_id} for message, event in told]
        connection.execute(sa.insert(store.effect), rows)

    return apply


def test_events_of_a_group_are_one_transaction_and_one_row_of_the_inbox_each(store) -> None:
    consumer = grouping(store, note_all_in(store))
    events = [sample_event(TYPE, workout_id=name) for name in "abc"]
    with count_statements(store.database.engine) as sent:
        consumer.together.handle(events)
    assert 2 == sent.count
    assert [(event.id, name) for event, name in zip(events, "abc", strict=True)] == effects(store)
    for event in events:
        consumer.handle(changed(event, redelivered=True))
    assert 3 == len(effects(store))


def test_t018_an_event_that_is_in_a_group_again_has_no_second_effect(store) -> None:
    consumer = grouping(store, note_all_in(store))
    old, new = (sample_event(TYPE, workout_id=name) for name in ("old", "new"))
    consumer.handle(old)
    consumer.together.handle([new, old, new])
    assert [(old.id, "old"), (new.id, "new")] == effects(store)


def test_t028_the_first_body_in_a_group_wins_and_the_second_is_counted(store) -> None:
    consumer, event = grouping(store, note_all_in(store)), sample_event(TYPE, workout_id="first")
    counted = metric("ctz_inbox_conflicts_total", consumer="thing")
    consumer.together.handle([event, changed(sample_event(TYPE, workout_id="second"), id=event.id)])
    assert [(event.id, "first")] == effects(store)
    assert counted + 1 == metric("ctz_inbox_conflicts_total", consumer="thing")


def test_a_group_that_fails_leaves_nothing(store) -> None:
    def fail_at_the_last(connection, told) -> None:
        note_all_in(store)(connection, told)
        raise RuntimeError("at the last")

    events = [sample_event(TYPE) for _ in range(3)]
    with pytest.raises(RuntimeError):
        grouping(store, fail_at_the_last).together.handle(events)
    assert [] == effects(store)
    grouping(store, note_all_in(store)).together.handle(events)
    assert 3 == len(effects(store))


def test_only_events_of_one_user_and_one_handler_are_a_group(store) -> None:
    consumer = grouping(store, note_all_in(store))
    group_of = consumer.together.group_of
    one, other = sample_event(TYPE), sample_event(TYPE, user_id=uuid7())
    assert group_of(one) == group_of(sample_event(TYPE)) != group_of(other)
    assert group_of(changed(one, subject="")) is None
    assert consumer_of(store, note_in(store)).together.group_of(one) is None


def garbage(data: bytes) -> Event:
    return Event(uuid7(), TYPE, "plans", str(USER), NOW, data)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (sample_event("plans.thing.happened.v2"), "unknown_type"),
        (garbage(b"\xff\xff\xff"), "undecodable"),
        (garbage(b'{"workout_id": "1"}'), "undecodable"),
        (garbage(b"\x0b" * 10_000), "undecodable"),
        (garbage(b""), "subject_mismatch"),
        (changed(sample_event(TYPE), subject=str(uuid7())), "subject_mismatch"),
        (changed(sample_event(TYPE), source="another"), "source_mismatch"),
    ],
)
def test_t021_what_cannot_be_read_is_poison_with_its_reason(store, event: Event, reason: str) -> None:
    with pytest.raises(Poison) as refused:
        consumer_of(store, note_in(store)).handle(event)
    assert reason == refused.value.reason
    assert [] == effects(store)


@pytest.mark.parametrize("figure", [float("nan"), float("inf"), float("-inf")])
def test_t021_no_figure_that_is_not_finite_gets_in(figure: float) -> None:
    flat = WorkoutRecorded(user_id=str(USER), total_work_joules=figure)
    deep = WorkoutPerformance(user_id=str(USER))
    deep.metrics.add(average=180.0)
    deep.metrics.add(average=figure)
    for message in (flat, deep):
        event = new_event(TYPE, source="plans", user_id=USER, message=message)
        with pytest.raises(Poison, match="not_finite"):
            decode(type(message), event)


def test_finite_figures_pass() -> None:
    message = WorkoutPerformance(user_id=str(USER))
    message.metrics.add(average=180.5)
    event = new_event(TYPE, source="plans", user_id=USER, message=message)
    assert message == decode(WorkoutPerformance, event)


def test_an_event_survives_its_headers() -> None:
    event = sample_event(TYPE)
    assert event == from_headers(to_headers(event), event.data)
    about_nobody = new_event(TYPE, source="plans", user_id=None, message=WorkoutDeleted(), clock=lambda: NOW)
    assert about_nobody == from_headers(to_headers(about_nobody), about_nobody.data)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cloudEvents:id", "7"),
        ("cloudEvents:id", 7),
        ("cloudEvents:time", "yesterday"),
        ("cloudEvents:time", "2026-03-01T12:00:00"),
        ("cloudEvents:type", ""),
        ("cloudEvents:source", None),
        ("cloudEvents:specversion", "0.3"),
    ],
)
def test_t021_malformed_headers_are_poison(name: str, value: object) -> None:
    headers = to_headers(sample_event(TYPE)) | {name: value}
    with pytest.raises(Poison, match="malformed_headers"):
        from_headers(headers, b"")


def test_t021_a_body_above_the_limit_is_poison() -> None:
    with pytest.raises(Poison, match="too_large"):
        from_headers(to_headers(sample_event(TYPE)), bytes(5_000_000))


def test_a_handler_without_a_message_type_is_a_mistake_at_start(store) -> None:
    with pytest.raises(ValueError, match=TYPE):
        Consumer("thing", store.database, store.inbox, {TYPE: note_in(store)}, {})
