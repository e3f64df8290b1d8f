"""Challenges keep a rider's recorded workouts by day, from events in any order, and tell them only to that rider."""

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import grpc
import pytest
import sqlalchemy as sa
from ctz.challenges.v1 import recorded_days_pb2 as pb
from ctz.challenges.v1 import recorded_days_pb2_grpc as pb_grpc
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.events.v1 import events_pb2 as workouts
from google.protobuf.message import Message

from ctz_challenges.cli import SCHEMA, event_consumer, registrations
from ctz_challenges.consumers.workouts import ANALYZED, DELETED, RECORDED
from ctz_challenges.store import tables
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, count_statements, make_engine
from ctz_chassis.errors import RemoteError
from ctz_chassis.events import Event, Poison, new_event
from ctz_chassis.ids import uuid7
from ctz_chassis.migrations import differences, migrate
from ctz_chassis.testing import RunningServer, make_keys, running_server
from ctz_local.testing import ServiceDatabase

pytestmark = pytest.mark.component

DAY = date(2026, 3, 29)
PERMUTATIONS = 40
START = datetime(2026, 3, 29, 6, 41, tzinfo=UTC)


@pytest.fixture
def made(fresh_database: Callable[..., ServiceDatabase]) -> ServiceDatabase:
    return fresh_database("challenges")


@pytest.fixture
def database(made: ServiceDatabase) -> Iterator[Database]:
    migrate(made.owner_url("challenges"), tables.SCHEMA, SCHEMA.migrations, "ctz_challenges_app")
    database = Database(make_engine(made.app_url("challenges"), application_name="test"))
    yield database
    database.close()


@pytest.fixture
def consumer(database: Database) -> Consumer:
    return event_consumer(database)


def event(kind: str, message: Message) -> Event:
    source = kind.split(".", 1)[0]
    return new_event(kind, source=source, user_id=UUID(message.user_id), message=message)  # type: ignore[attr-defined]


def recorded(
    workout: UUID, user: UUID, revision: int, *, title: str = "45 min Power Zone Ride", days: int = 0
) -> Event:
    message = peloton.WorkoutRecorded(
        workout_id=str(workout),
        user_id=str(user),
        revision=revision,
        local_date=(DAY + timedelta(days=days)).isoformat(),
        discipline="cycling",
        class_id="a" * 32,
        title=title,
        duration_seconds=2700,
        total_work_joules=514_000,
    )
    message.start_time.FromDatetime(START + timedelta(days=days))
    return event(RECORDED, message)


def deleted(workout: UUID, user: UUID, revision: int) -> Event:
    return event(DELETED, peloton.WorkoutDeleted(workout_id=str(workout), user_id=str(user), revision=revision))


def analyzed(workout: UUID, user: UUID, revision: int, tss: float) -> Event:
    message = workouts.WorkoutAnalyzed(
        workout_id=str(workout),
        user_id=str(user),
        revision=revision,
        training_stress_score=tss,
        zone_seconds=[585, 513, 494, 682, 354, 72, 0],
    )
    return event(ANALYZED, message)


def rows(database: Database) -> Sequence[tuple[object, ...]]:
    table = tables.recorded_workout
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(sa.select(table).order_by(table.c.workout_id))]


def empty(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(sa.delete(tables.recorded_workout))
        connection.execute(sa.delete(tables.inbox))


def history(user: UUID) -> list[Event]:
    """Five workouts: plain, edited, deleted, deleted and back again, analysed twice."""
    plain, edited, gone, back, twice = (uuid7() for _ in range(5))
    return [
        recorded(plain, user, 1),
        analyzed(plain, user, 1, 59.0),
        recorded(edited, user, 1, days=1),
        recorded(edited, user, 2, title="60 min Power Zone Endurance Ride", days=1),
        recorded(gone, user, 1, days=2),
        deleted(gone, user, 2),
        recorded(back, user, 1, days=3),
        deleted(back, user, 2),
        recorded(back, user, 3, days=3),
        recorded(twice, user, 1, days=4),
        analyzed(twice, user, 1, 41.0),
        analyzed(twice, user, 2, 44.5),
    ]


@pytest.mark.usefixtures("database")
def test_the_schema_equals_its_migrations(made: ServiceDatabase) -> None:
    """What the code believes of its tables is what the migrations made."""
    engine = make_engine(made.superuser_dsn(), application_name="test")

    assert [] == differences(engine, tables.metadata, tables.SCHEMA)
    engine.dispose()


def test_t018_events_delivered_three_times_leave_the_same_rows(database: Database, consumer: Consumer) -> None:
    """Redelivery has no second effect."""
    events = history(uuid7())
    for each in events:
        consumer.handle(each)
    once = rows(database)
    empty(database)
    for each in events:
        for _ in range(3):
            consumer.handle(each)

    assert once == rows(database)


def test_t019_events_in_any_order_leave_the_same_rows(database: Database, consumer: Consumer) -> None:
    """Revisions decide, not the order of arrival, shown by seeded shuffles."""
    user = uuid7()
    events = history(user)
    for each in events:
        consumer.handle(each)
    ordered = rows(database)
    shuffler = random.Random(20260329)
    for _ in range(PERMUTATIONS):
        empty(database)
        shuffler.shuffle(events)
        for each in events:
            consumer.handle(each)
        assert ordered == rows(database)


def test_t019_every_order_of_a_workout_that_went_and_came_back(database: Database, consumer: Consumer) -> None:
    """Only the higher `recorded` lifts the deletion, wherever the deletion arrives."""
    workout, user = uuid7(), uuid7()
    events = [
        recorded(workout, user, 1),
        deleted(workout, user, 2),
        recorded(workout, user, 3),
        analyzed(workout, user, 1, 59),
    ]
    seen = set()
    for order in itertools.permutations(events):
        empty(database)
        for each in order:
            consumer.handle(each)
        seen.add(repr(rows(database)))

    assert 1 == len(seen)


def test_an_older_owner_cannot_take_a_workout_over(database: Database, consumer: Consumer) -> None:
    """A workout belongs to the rider of its first event."""
    workout, owner, other = uuid7(), uuid7(), uuid7()
    consumer.handle(recorded(workout, owner, 1))
    consumer.handle(recorded(workout, other, 2, title="taken over"))

    assert [owner] == [row[1] for row in rows(database)]


@pytest.mark.parametrize("field", ["workout_id", "local_date", "revision"])
def test_t021_a_malformed_event_is_poison(consumer: Consumer, field: str) -> None:
    """What no attempt can make right goes to the dead letters at once."""
    message = peloton.WorkoutRecorded.FromString(recorded(uuid7(), uuid7(), 1).data)
    message.ClearField(field)  # type: ignore[arg-type]
    with pytest.raises(Poison):
        consumer.handle(event(RECORDED, message))


@pytest.fixture
def server(database: Database) -> Iterator[RunningServer]:
    with running_server("challenges", registrations(database), keys=make_keys()) as server:
        yield server


def test_t089_riders_see_their_own_days_page_by_page(
    server: RunningServer, database: Database, consumer: Consumer
) -> None:
    """Pages join to the whole list, the other rider's list is empty, and a page is one statement at any size."""
    a, b = server.keys.a_and_b()
    for number in range(7):
        consumer.handle(recorded(uuid7(), a.user_id, 1, days=number))
    client = server.client(pb_grpc.RecordedDayServiceStub, user=a)
    request = pb.ListRecordedWorkoutsRequest(from_date="2026-03-29", to_date="2026-04-30", page_size=3)
    days, statements = [], []
    while True:
        with count_statements(database.engine) as counted:
            page = client.ListRecordedWorkouts(request)
        statements.append(counted.count)
        days += [workout.local_date for workout in page.workouts]
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token

    assert [(DAY + timedelta(days=number)).isoformat() for number in range(7)] == days
    assert len(set(statements)) == 1
    others = server.client(pb_grpc.RecordedDayServiceStub, user=b)
    whole = pb.ListRecordedWorkoutsRequest(from_date="2026-03-29", to_date="2026-04-30")
    assert [] == list(others.ListRecordedWorkouts(whole).workouts)


@pytest.mark.parametrize(
    ("first", "last"), [("2026-04-30", "2026-03-29"), ("2024-01-01", "2026-01-01"), ("soon", "2026-01-01")]
)
def test_a_span_that_cannot_be_listed_says_why(server: RunningServer, first: str, last: str) -> None:
    """Bad days are the caller's, with the field named."""
    a, _ = server.keys.a_and_b()
    client = server.client(pb_grpc.RecordedDayServiceStub, user=a)
    with pytest.raises(RemoteError) as refused:
        client.ListRecordedWorkouts(pb.ListRecordedWorkoutsRequest(from_date=first, to_date=last))

    assert grpc.StatusCode.INVALID_ARGUMENT == refused.value.code
    assert refused.value.field_violations
