"""Shared pieces: one set of keys, and identity's metric service as a servicer whose answer a test chooses."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pytest
from ctz.identity.v1 import metrics_pb2, metrics_pb2_grpc

from ctz_chassis.grpc_server import Registration
from ctz_chassis.testing import Keys, RunningServer, User, make_keys, running_server

Answer = Callable[[Any, Any], Any]


class Metrics(metrics_pb2_grpc.MetricServiceServicer):
    """Answers with what the test says and counts the calls that reached it."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.list_metrics: Answer = lambda _request, _context: metrics_pb2.ListMetricsResponse()
        self.add_metrics: Answer = lambda _request, _context: metrics_pb2.AddMetricsResponse()

    def ListMetrics(self, request: Any, context: Any) -> Any:  # noqa: N802 - named by the contract
        self.calls.append("ListMetrics")
        return self.list_metrics(request, context)

    def AddMetrics(self, request: Any, context: Any) -> Any:  # noqa: N802 - named by the contract
        self.calls.append("AddMetrics")
        return self.add_metrics(request, context)


def registration(servicer: Metrics) -> Registration:
    descriptor = metrics_pb2.DESCRIPTOR.services_by_name["MetricService"]
    return Registration(metrics_pb2_grpc.add_MetricServiceServicer_to_server, servicer, descriptor)


@pytest.fixture(scope="session")
def keys() -> Keys:
    return make_keys()


@pytest.fixture
def user_a(keys: Keys) -> User:
    return keys.user()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def identity(keys: Keys, metrics: Metrics) -> Iterator[RunningServer]:
    """The metric service of identity behind the real server."""
    with running_server("identity", [registration(metrics)], keys=keys) as running:
        yield running


@pytest.fixture(scope="session")
def serving(keys: Keys) -> Callable[..., AbstractContextManager[RunningServer]]:
    """Run such servers with options of the test's own."""

    def run(
        servicer: Metrics | None = None, extra: Sequence[tuple[Any, Any, Any]] = (), **options: Any
    ) -> AbstractContextManager[RunningServer]:
        servicers = [registration(servicer or Metrics()), *(Registration(*each) for each in extra)]
        return running_server("identity", servicers, keys=keys, **options)

    return run
