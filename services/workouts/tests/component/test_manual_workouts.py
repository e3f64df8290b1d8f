"""Workouts that the rider enters."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import transfers_pb2 as pb
from ctz.workouts.v1 import transfers_pb2_grpc as pb_grpc
from ctz.workouts.v1 import workouts_pb2

from ctz_chassis.clock import utc_now
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer, User
from ctz_workouts.store import tables

from .harness import START, recorded
from .test_merges import enter, entry

pytestmark = pytest.mark.component


@pytest.fixture
def manual(server: RunningServer, rider: User) -> pb_grpc.ManualWorkoutServiceStub:
    return server.client(pb_grpc.ManualWorkoutServiceStub, user=rider)


def facts(database: Database, user: User) -> list[tuple[str, Any]]:
    kinds = {
        "workouts.workout.recorded.v1": peloton.WorkoutRecorded,
        "workouts.workout.deleted.v1": peloton.WorkoutDeleted,
    }
    query = sa.select(tables.outbox).where(tables.outbox.c.subject == str(user.user_id)).order_by(tables.outbox.c.id)
    with database.read() as connection:
        rows = connection.execute(query).all()
    return [(row.type.split(".")[2], kinds[row.type].FromString(row.data)) for row in rows if row.type in kinds]


def test_an_entered_workout_is_listed_scored_and_published(
    database: Database, rider: User, client: Callable[..., Any], manual: Any
) -> None:
    given = entry(
        seconds=1800,
        distance_meters=16_093.44,
        work_kilojoules=300,
        mean_power_watts=166.7,
        mean_heart_rate_bpm=141,
        class_type="power_zone",
        instructor="Matt Wilpers",
    )
    request = pb.CreateManualWorkoutRequest(
        workout=given, request_id=str(uuid4()), perceived_exertion=7, notes="hotel gym"
    )
    made = manual.CreateManualWorkout(request)
    assert made == manual.CreateManualWorkout(request)
    given.name, given.revision = made.name, 1
    assert given == made
    view = client(rider).GetWorkout(workouts_pb2.GetWorkoutRequest(name=made.name))
    assert ("manual", "hotel gym", 7) == (view.workout.source, view.notes, view.perceived_exertion)
    assert (1800, 300, 166.7, 141) == (
        view.workout.duration_seconds,
        view.workout.work_kilojoules,
        view.workout.mean_power_watts,
        view.workout.mean_heart_rate_bpm,
    )
    assert [] == list(view.series_slugs)
    ((kind, fact),) = facts(database, rider)
    assert ("recorded", 1, "power_zone", "2026-03-29") == (kind, fact.revision, fact.class_type, fact.local_date)


def test_t076_the_later_of_two_edits_is_told_the_stored_revision(manual: Any) -> None:
    name = enter(manual, entry())
    first, second = (manual.GetManualWorkout(pb.GetManualWorkoutRequest(name=name)) for _ in range(2))
    first.title, second.title = "Morning spin", "Noon spin"
    assert 2 == manual.UpdateManualWorkout(pb.UpdateManualWorkoutRequest(workout=first)).revision
    with pytest.raises(RemoteError) as stale:
        manual.UpdateManualWorkout(pb.UpdateManualWorkoutRequest(workout=second))
    assert ("REVISION_STALE", "2") == (stale.value.reason, stale.value.metadata["revision"])
    with pytest.raises(RemoteError) as refused:
        manual.DeleteManualWorkout(pb.DeleteManualWorkoutRequest(name=name, revision=1))
    assert "REVISION_STALE" == refused.value.reason
    assert "Morning spin" == manual.GetManualWorkout(pb.GetManualWorkoutRequest(name=name)).title


def test_a_changed_workout_moves_and_a_deleted_one_is_gone(
    database: Database, rider: User, client: Callable[..., Any], manual: Any
) -> None:
    name = enter(manual, entry())
    moved = entry(START - timedelta(days=40), 3600, discipline="strength", title="", name=name, revision=1)
    told = manual.UpdateManualWorkout(pb.UpdateManualWorkoutRequest(workout=moved))
    assert ("60 min Strength", 2) == (told.title, told.revision)
    (only,) = client(rider).ListWorkouts(workouts_pb2.ListWorkoutsRequest()).workouts
    assert "2026-02-17" == only.local_date
    manual.DeleteManualWorkout(pb.DeleteManualWorkoutRequest(name=name, revision=2))
    assert 0 == len(client(rider).ListWorkouts(workouts_pb2.ListWorkoutsRequest()).workouts)
    assert [("recorded", 1), ("recorded", 2), ("deleted", 3)] == [
        (kind, one.revision) for kind, one in facts(database, rider)
    ]
    with pytest.raises(RemoteError) as gone:
        manual.GetManualWorkout(pb.GetManualWorkoutRequest(name=name))
    assert "NOT_FOUND" == gone.value.code.name
    with database.read() as connection:
        about = tables.performance.c.workout_id == UUID(name.partition("/")[2])
        assert connection.execute(sa.select(tables.performance).where(about)).first() is None


def test_a_synced_workout_is_its_sources(consumer: Consumer, rider: User, manual: Any) -> None:
    workout = uuid7()
    consumer.handle(recorded(workout, rider.user_id))
    for request in (
        lambda: manual.GetManualWorkout(pb.GetManualWorkoutRequest(name=f"workouts/{workout}")),
        lambda: manual.DeleteManualWorkout(pb.DeleteManualWorkoutRequest(name=f"workouts/{workout}", revision=1)),
    ):
        with pytest.raises(RemoteError) as refused:
            request()
        assert ("NOT_OWN_ENTRY", "FAILED_PRECONDITION") == (refused.value.reason, refused.value.code.name)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("duration_seconds", 0),
        ("duration_seconds", 172_801),
        ("utc_offset_seconds", 70_000),
        ("discipline", ""),
        ("discipline", "Cycling!"),
        ("title", "x" * 201),
        ("title", "a\u202eb"),
        ("class_type", "x" * 41),
        ("distance_meters", -1.0),
        ("mean_power_watts", float("nan")),
        ("mean_heart_rate_bpm", 20.0),
        ("start_time", utc_now() + timedelta(days=2)),
    ],
)
def test_what_is_no_workout_is_refused_by_field(manual: Any, field: str, value: Any) -> None:
    given = entry()
    if field == "start_time":
        given.start_time.FromDatetime(value)
    else:
        setattr(given, field, value)
    with pytest.raises(RemoteError) as refused:
        manual.CreateManualWorkout(pb.CreateManualWorkoutRequest(workout=given))
    assert "INVALID_ARGUMENT" == refused.value.code.name
    assert [f"workout.{field}"] == [field for field, _ in refused.value.field_violations]


def test_t089_anothers_entry_does_not_exist(server: RunningServer, manual: Any) -> None:
    name = enter(manual, entry())
    door = server.client(pb_grpc.ManualWorkoutServiceStub, user=server.keys.user())
    for request in (
        lambda: door.GetManualWorkout(pb.GetManualWorkoutRequest(name=name)),
        lambda: door.UpdateManualWorkout(pb.UpdateManualWorkoutRequest(workout=entry(name=name, revision=1))),
        lambda: door.DeleteManualWorkout(pb.DeleteManualWorkoutRequest(name=name, revision=1)),
    ):
        with pytest.raises(RemoteError) as refused:
            request()
        assert "NOT_FOUND" == refused.value.code.name
