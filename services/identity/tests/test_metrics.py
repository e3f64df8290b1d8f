"""Dated metrics and the event that tells them (A4)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from ctz.common.v1 import training_pb2
from ctz.identity.events.v1 import events_pb2
from ctz.identity.v1 import metrics_pb2, metrics_pb2_grpc
from google.protobuf.timestamp_pb2 import Timestamp

from ctz_chassis.errors import RemoteError
from ctz_chassis.testing import User
from ctz_identity.store import tables

from .harness import Instance, SettableClock
from .test_sign_up import reason_of

pytestmark = pytest.mark.component

FTP = training_pb2.METRIC_KIND_FTP
WEIGHT = training_pb2.METRIC_KIND_WEIGHT
MANUAL = training_pb2.METRIC_SOURCE_MANUAL


def at(moment: datetime) -> Timestamp:
    message = Timestamp()
    message.FromDatetime(moment)
    return message


def metrics_of(identity: Instance, user: User) -> metrics_pb2_grpc.MetricServiceStub:
    return identity.server.client(metrics_pb2_grpc.MetricServiceStub, user=user)


def new(moment: datetime, value: float, kind: int = FTP, source: int = MANUAL) -> metrics_pb2.NewMetric:
    return metrics_pb2.NewMetric(kind=kind, effective_time=at(moment), value=value, source=source)  # type: ignore[arg-type]


def add(
    identity: Instance, user: User, *wishes: metrics_pb2.NewMetric, request_id: str = ""
) -> list[training_pb2.MetricEntry]:
    request = metrics_pb2.AddMetricsRequest(metrics=wishes, request_id=request_id)
    return list(metrics_of(identity, user).AddMetrics(request).entries)


def timelines(identity: Instance, user: User) -> dict[int, tuple[int, list[float]]]:
    listed = metrics_of(identity, user).ListMetrics(metrics_pb2.ListMetricsRequest()).timelines
    return {each.kind: (each.revision, [entry.value for entry in each.entries]) for each in listed}


def published(identity: Instance, user: User) -> list[events_pb2.MetricChanged]:
    """Return what waits in the outbox about a person, in the order of the changes."""
    with identity.base.engine.connect() as connection:
        rows = connection.execute(tables.outbox.select().order_by(tables.outbox.c.id)).all()
    assert {"identity.metric.changed.v1"} >= {row.type for row in rows}
    return [events_pb2.MetricChanged.FromString(row.data) for row in rows if row.subject == str(user.user_id)]


def test_values_are_kept_by_date_whatever_order_they_come_in(identity: Instance, clock: SettableClock) -> None:
    user = identity.member().user
    add(identity, user, new(clock() - timedelta(days=10), 210), new(clock() - timedelta(days=400), 180))
    add(identity, user, new(clock() - timedelta(days=100), 195), new(clock(), 71.456, WEIGHT))
    assert {FTP: (2, [180, 195, 210]), WEIGHT: (1, [71.46])} == timelines(identity, user)


def test_every_change_tells_the_whole_timeline_under_the_next_revision(
    identity: Instance, clock: SettableClock
) -> None:
    user = identity.member().user
    (first,) = add(identity, user, new(clock(), 200))
    (second,) = add(identity, user, new(clock() - timedelta(days=9), 190))
    stub = metrics_of(identity, user)
    corrected = stub.UpdateMetric(
        metrics_pb2.UpdateMetricRequest(
            name=f"metrics/{first.entry_id}",
            effective_time=at(clock() - timedelta(days=30)),
            value=185,
            source=training_pb2.METRIC_SOURCE_TEST,
        )
    )
    stub.DeleteMetric(metrics_pb2.DeleteMetricRequest(name=f"metrics/{second.entry_id}"))
    stub.DeleteMetric(metrics_pb2.DeleteMetricRequest(name=f"metrics/{first.entry_id}"))

    told = published(identity, user)
    assert [(1, [200]), (2, [190, 200]), (3, [185, 190]), (4, [185]), (5, [])] == [
        (event.revision, [entry.value for entry in event.entries]) for event in told
    ]
    assert {(str(user.user_id), FTP)} == {(event.user_id, event.kind) for event in told}
    assert corrected == told[2].entries[0]
    assert {} == timelines(identity, user)


def test_one_call_with_two_kinds_tells_each_once(identity: Instance, clock: SettableClock) -> None:
    user = identity.member().user
    add(identity, user, new(clock(), 70, WEIGHT), new(clock(), 200), new(clock() - timedelta(days=1), 190))
    assert [(FTP, 2), (WEIGHT, 1)] == sorted((event.kind, len(event.entries)) for event in published(identity, user))


def test_parallel_changes_get_revisions_of_their_own(identity: Instance, clock: SettableClock) -> None:
    user = identity.member().user
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: add(identity, user, new(clock() - timedelta(days=n), 150 + n)), range(24)))
    told = published(identity, user)
    assert [(n, n) for n in range(1, 25)] == sorted((event.revision, len(event.entries)) for event in told)


def test_a_refused_call_changes_and_tells_nothing(identity: Instance, clock: SettableClock) -> None:
    user = identity.member().user
    add(identity, user, new(clock(), 200))
    taken = [new(clock() - timedelta(days=1), 190), new(clock(), 210)]
    assert "METRIC_EXISTS" == reason_of(lambda: add(identity, user, *taken))
    assert {FTP: (1, [200])} == timelines(identity, user)
    assert 1 == len(published(identity, user))


def test_a_correction_cannot_take_the_moment_of_another_value(identity: Instance, clock: SettableClock) -> None:
    user = identity.member().user
    first, _ = add(identity, user, new(clock(), 200), new(clock() - timedelta(days=1), 190))
    request = metrics_pb2.UpdateMetricRequest(
        name=f"metrics/{first.entry_id}", effective_time=at(clock() - timedelta(days=1)), value=200, source=MANUAL
    )
    assert "METRIC_EXISTS" == reason_of(lambda: metrics_of(identity, user).UpdateMetric(request))


def test_a_repeated_request_adds_once(identity: Instance, clock: SettableClock) -> None:
    user, request_id = identity.member().user, str(uuid4())
    wishes = [new(clock(), 200), new(clock() - timedelta(days=1), 190)]
    first = add(identity, user, *wishes, request_id=request_id)
    assert first == add(identity, user, *wishes, request_id=request_id)
    assert 1 == len(published(identity, user))
    assert "REQUEST_ID_REUSED" == reason_of(lambda: add(identity, user, wishes[0], request_id=request_id))


@pytest.mark.parametrize(
    ("field", "kind", "value", "days_ahead"),
    [
        ("value", FTP, 29.0, 0),
        ("value", FTP, 651.0, 0),
        ("value", FTP, float("nan"), 0),
        ("value", FTP, float("inf"), 0),
        ("value", WEIGHT, 24.9, 0),
        ("value", training_pb2.METRIC_KIND_WALKING_PACE_LEVEL, 10.0, 0),
        ("kind", training_pb2.METRIC_KIND_UNSPECIFIED, 1.0, 0),
        ("effective_time", FTP, 200.0, 2),
        ("effective_time", FTP, 200.0, -20_000),
    ],
)
def test_impossible_values_are_told_at_their_field(
    identity: Instance, clock: SettableClock, field: str, kind: int, value: float, days_ahead: int
) -> None:
    user = identity.member().user
    with pytest.raises(RemoteError) as refused:
        add(identity, user, new(clock() + timedelta(days=days_ahead), value, kind))
    assert [field] == [name for name, _ in refused.value.field_violations]


def test_an_empty_and_an_overfull_call_are_refused(identity: Instance, clock: SettableClock) -> None:
    user = identity.member().user
    many = [new(clock() - timedelta(days=n), 200) for n in range(201)]
    assert ["INVALID_FIELD", "INVALID_FIELD"] == [
        reason_of(lambda: add(identity, user)),
        reason_of(lambda: add(identity, user, *many)),
    ]


def test_the_value_in_force_now_comes_with_the_session(identity: Instance, clock: SettableClock) -> None:
    browser = identity.member()
    assert not identity.exchange_answer(browser.session_secret).HasField("ftp_watts")
    add(
        identity,
        browser.user,
        new(clock() - timedelta(days=90), 180),
        new(clock() - timedelta(days=1), 205),
        new(clock() + timedelta(hours=20), 220),
        new(clock(), 70.5, WEIGHT),
    )
    answer = identity.exchange_answer(browser.session_secret)
    assert (205.0, 70.5) == (answer.ftp_watts, answer.weight_kilograms)


def test_event_and_list_carry_ids_that_can_be_corrected(identity: Instance, clock: SettableClock) -> None:
    user = identity.member().user
    (entry,) = add(identity, user, new(clock(), 200))
    assert 7 == UUID(entry.entry_id).version
    assert entry == published(identity, user)[0].entries[0]
