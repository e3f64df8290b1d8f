"""Plans on a real Postgres: events go in through the consumer, questions through gRPC."""

from collections.abc import Callable, Iterator

import pytest
from ctz.plans.v1 import exercises_pb2_grpc, plans_pb2_grpc

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, make_engine
from ctz_chassis.migrations import migrate
from ctz_chassis.testing import RunningServer, User, make_keys, running_server
from ctz_local.testing import DatabaseMaker, ServiceDatabase
from ctz_plans.cli import SCHEMA, event_consumer, registrations
from ctz_plans.store import tables

from .harness import Rider

Riders = Callable[[], Rider]


@pytest.fixture(scope="module")
def made(test_databases: DatabaseMaker) -> Iterator[ServiceDatabase]:
    """One migrated database for a test module; tests use riders of their own."""
    made = test_databases.create(["plans"])
    migrate(made.owner_url("plans"), tables.SCHEMA, SCHEMA.migrations, "ctz_plans_app")
    yield made
    test_databases.drop(made)


@pytest.fixture(scope="module")
def database(made: ServiceDatabase) -> Iterator[Database]:
    database = Database(make_engine(made.app_url("plans"), application_name="test"))
    yield database
    database.close()


@pytest.fixture(scope="module")
def consumer(database: Database) -> Consumer:
    return event_consumer(database)


@pytest.fixture(scope="module")
def server(database: Database) -> Iterator[RunningServer]:
    with running_server("plans", registrations(database), keys=make_keys()) as server:
        yield server


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
