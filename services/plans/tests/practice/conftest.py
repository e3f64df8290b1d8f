"""The service on a real Postgres: one migrated database a module, and riders of their own for each test."""

from collections.abc import Callable, Iterator

import pytest
from ctz.plans.v1 import exercises_pb2_grpc

from ctz_chassis.db import Database, make_engine
from ctz_chassis.migrations import migrate
from ctz_chassis.testing import RunningServer, User, make_keys, running_server
from ctz_local.testing import DatabaseMaker, ServiceDatabase
from ctz_plans.cli import SCHEMA, registrations
from ctz_plans.domain.library import Library
from ctz_plans.store import tables
from ctz_plans.store.practice_content import load_library

Exercises = exercises_pb2_grpc.ExerciseServiceStub
Sessions = exercises_pb2_grpc.SessionServiceStub


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="module")
def made(test_databases: DatabaseMaker) -> Iterator[ServiceDatabase]:
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
def server(database: Database) -> Iterator[RunningServer]:
    with running_server("plans", registrations(database), keys=make_keys()) as server:
        yield server


@pytest.fixture
def rider(server: RunningServer) -> User:
    return server.keys.user()


@pytest.fixture
def exercises(server: RunningServer, rider: User) -> Exercises:
    return server.client(Exercises, user=rider)


@pytest.fixture
def sessions(server: RunningServer, rider: User) -> Sessions:
    return server.client(Sessions, user=rider)


@pytest.fixture
def sessions_of(server: RunningServer) -> Callable[[User], Sessions]:
    return lambda user: server.client(Sessions, user=user)


@pytest.fixture
def exercises_of(server: RunningServer) -> Callable[[User], Exercises]:
    return lambda user: server.client(Exercises, user=user)
