"""One service on a real Postgres: events go in through the consumer, questions through gRPC."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ctz.workouts.v1 import classes_pb2_grpc, transfers_pb2_grpc, workouts_pb2_grpc

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, make_engine
from ctz_chassis.migrations import migrate
from ctz_chassis.testing import RunningServer, User, make_keys, running_server
from ctz_local.testing import DatabaseMaker, ServiceDatabase
from ctz_workouts.app.recompute import Recomputing
from ctz_workouts.cli import SCHEMA, event_consumer, registrations
from ctz_workouts.store import tables

from .transfers import Doors, doors, importing, run_all

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


@pytest.fixture
def door(database: Database, server: RunningServer) -> Doors:
    return doors(database, server.keys)


@pytest.fixture
def rider(server: RunningServer) -> User:
    return server.keys.user()


@pytest.fixture
def imports(server: RunningServer, rider: User) -> transfers_pb2_grpc.ImportServiceStub:
    return server.client(transfers_pb2_grpc.ImportServiceStub, user=rider)


@pytest.fixture
def workouts(server: RunningServer, rider: User) -> Client:
    return server.client(Client, user=rider)


@pytest.fixture
def nothing_waits(database: Database) -> None:
    """What another test left to be read would be taken first."""
    run_all(importing(database))


@pytest.fixture
def ask(server: RunningServer) -> Callable[..., classes_pb2_grpc.ClassServiceStub]:
    """`ask(user)`: asks about classes, for that person or for somebody new."""

    def make(user: Any = None) -> classes_pb2_grpc.ClassServiceStub:
        return server.client(classes_pb2_grpc.ClassServiceStub, user=user or server.keys.user(), caller="gateway")

    return make
