"""The library, and riders with stubs of their own."""

from collections.abc import Callable

import pytest
from ctz.plans.v1 import exercises_pb2_grpc

from ctz_chassis.testing import RunningServer, User
from ctz_plans.domain.library import Library
from ctz_plans.store.practice_content import load_library

Exercises = exercises_pb2_grpc.ExerciseServiceStub
Sessions = exercises_pb2_grpc.SessionServiceStub


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library()


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
