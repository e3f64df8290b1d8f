"""One service on a real Postgres: events go in through the consumer, questions through gRPC."""

from collections.abc import Callable, Iterator

import pytest
from ctz.workouts.v1 import workouts_pb2_grpc

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, make_engine
from ctz_chassis.migrations import migrate
from ctz_chassis.testing import RunningServer, make_keys, running_server
from ctz_local.testing import DatabaseMaker, ServiceDatabase
from ctz_workouts.app.recompute import Recomputing
from ctz_workouts.cli import SCHEMA, event_consumer, registrations
from ctz_workouts.store import tables

Client = workouts_pb2_grpc.WorkoutServiceStub


@pytest.fixture(scope="module")
def made(test_databases: DatabaseMaker) -> Iterator[ServiceDatabase]:
    """One migrated database for a test module; tests use riders of their own."""
    made = test_databases.create(["workouts"])
    migrate(made.owner_url("workouts"), tables.SCHEMA, SCHEMA.migrations, "ctz_workouts_app")
    yield made
    test_databases.drop(made)


@pytest.fixture(scope="module")
def database(made: ServiceDatabase) -> Iterator[Database]:
    database = Database(make_engine(made.app_url("workouts"), application_name="test"))
    yield database
    database.close()


@pytest.fixture(scope="module")
def consumer(database: Database) -> Consumer:
    return event_consumer(database)


@pytest.fixture
def recomputing(database: Database) -> Recomputing:
    return Recomputing(database, lease_seconds=30)


@pytest.fixture(scope="module")
def server(database: Database) -> Iterator[RunningServer]:
    with running_server("workouts", registrations(database), keys=make_keys()) as server:
        yield server


@pytest.fixture
def client(server: RunningServer) -> Callable[..., Client]:
    """`client(user)`: a stub whose calls are made for that person."""

    def make(user: object, *, caller: str = "gateway") -> Client:
        return server.client(workouts_pb2_grpc.WorkoutServiceStub, user=user, caller=caller)  # type: ignore[arg-type]

    return make
