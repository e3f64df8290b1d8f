"""T062: what is retried, and how much a failing backend is made to suffer for it."""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ctz
import pytest
from ctz.identity.v1 import metrics_pb2, metrics_pb2_grpc
from google.protobuf.descriptor import ServiceDescriptor

from ctz_chassis.auth.rules import methods_of, rule_of, rules_of
from ctz_chassis.errors import Unavailable, Unreachable
from ctz_chassis.grpc_client import Channel, ChannelInUse, client, service_config
from ctz_chassis.testing import Keys, RunningServer, User

REQUESTS = 100
Stub = metrics_pb2_grpc.MetricServiceStub


def contracts() -> Iterator[ServiceDescriptor]:
    """All gRPC services of the system."""
    for root in map(Path, ctz.__path__):
        for file in sorted(root.rglob("*_pb2.py")):
            name = ".".join(["ctz", *file.relative_to(root).with_suffix("").parts])
            yield from importlib.import_module(name).DESCRIPTOR.services_by_name.values()


def retried_methods(config: str) -> set[str]:
    return {
        f"/{name['service']}/{name['method']}" for each in json.loads(config)["methodConfig"] for name in each["name"]
    }


def fail(_request: Any, _context: Any) -> Any:
    raise Unavailable


def attempt(call: Any, request: Any) -> None:
    with pytest.raises(Unreachable):
        call(request)


def test_t062_exactly_the_idempotent_methods_are_retried() -> None:
    """The table of retries is the table of the contracts, method by method."""
    services = list(contracts())
    known = dict(methods_of(services))
    assert len(known) > 20

    retried = retried_methods(service_config(name for name, rule in rules_of(services).items() if rule.idempotent))

    assert {name for name, method in known.items() if (rule := rule_of(method)) and rule.idempotent} == retried


def test_every_method_of_the_system_has_a_rule() -> None:
    assert [] == [name for name, method in methods_of(contracts()) if rule_of(method) is None]


def test_t062_a_backend_that_always_fails_sees_at_most_a_tenth_more(
    identity: RunningServer, metrics: Any, user_a: User
) -> None:
    metrics.list_metrics = fail
    stub = identity.client(Stub, user=user_a)

    for _ in range(REQUESTS):
        attempt(stub.ListMetrics, metrics_pb2.ListMetricsRequest())

    assert REQUESTS < len(metrics.calls) <= REQUESTS * 1.1


def test_t062_a_method_that_is_not_idempotent_is_never_retried(
    identity: RunningServer, metrics: Any, user_a: User
) -> None:
    metrics.add_metrics = fail
    stub = identity.client(Stub, user=user_a)

    for _ in range(REQUESTS):
        attempt(stub.AddMetrics, metrics_pb2.AddMetricsRequest())

    assert REQUESTS == len(metrics.calls)


def test_an_idempotent_method_survives_one_failure(identity: RunningServer, metrics: Any, user_a: User) -> None:
    def fail_once(request: Any, context: Any) -> Any:
        return fail(request, context) if len(metrics.calls) == 1 else metrics_pb2.ListMetricsResponse()

    metrics.list_metrics = fail_once

    identity.client(Stub, user=user_a).ListMetrics(metrics_pb2.ListMetricsRequest())

    assert 2 == len(metrics.calls)


def test_a_client_made_too_late_is_refused_rather_than_left_without_retries(
    identity: RunningServer, keys: Keys, user_a: User
) -> None:
    with Channel(identity.target, service_signer=keys.service_signer("gateway"), audience="identity") as channel:
        stub = client(channel, Stub)
        stub.ListMetrics(metrics_pb2.ListMetricsRequest(), timeout=5, metadata=(("ctz-user", user_a.token),))
        from ctz.identity.v1 import sessions_pb2_grpc  # noqa: PLC0415 - its methods must be new to the channel

        with pytest.raises(ChannelInUse):
            client(channel, sessions_pb2_grpc.SessionServiceStub)
