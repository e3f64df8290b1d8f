"""Events go in through the consumer, questions through the stubs of riders."""

from collections.abc import Callable
from uuid import UUID

import pytest
from ctz.plans.v1 import exercises_pb2_grpc, plans_pb2_grpc

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer, User
from ctz_plans.cli import event_consumer

from .harness import Rider, Riders, recorded


@pytest.fixture(scope="module")
def consumer(database: Database) -> Consumer:
    return event_consumer(database)


@pytest.fixture
def riders(server: RunningServer) -> Riders:
    """`riders()`: somebody new, with stubs of their own."""

    def make() -> Rider:
        user: User = server.keys.user()
        return Rider(
            user,
            server.client(plans_pb2_grpc.PlanServiceStub, user=user),
            server.client(plans_pb2_grpc.TemplateServiceStub, user=user),
            server.client(plans_pb2_grpc.CalendarFeedServiceStub, user=user),
            server.client(exercises_pb2_grpc.SessionServiceStub, user=user),
            server.client(exercises_pb2_grpc.ExerciseServiceStub, user=user),
        )

    return make


@pytest.fixture
def rider(riders: Riders) -> Rider:
    return riders()


@pytest.fixture
def ridden(consumer: Consumer, rider: Rider) -> Callable[..., UUID]:
    """`ridden("a", MON)`: the sync brings a workout."""

    def ride(title: str, day: str, *, workout: UUID | None = None, revision: int = 1, **given: object) -> UUID:
        workout_id = workout or uuid7()
        consumer.handle(recorded(workout_id, rider.user_id, title, day, revision, **given))
        return workout_id

    return ride
