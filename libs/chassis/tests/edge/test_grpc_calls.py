"""At the door of a running server: identities, default deny, deadlines, errors, health and reflection."""

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar

import grpc
import pytest
from ctz.identity.v1 import metrics_pb2, metrics_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from ctz_chassis.deadlines import deadline_scope, remaining_seconds
from ctz_chassis.errors import InvalidArgument, RemoteError, Unreachable
from ctz_chassis.grpc_client import Channel, DeadlineMissing, client, raw_unary
from ctz_chassis.grpc_server import caller_of, person_of
from ctz_chassis.readiness import Readiness
from ctz_chassis.testing import Keys, RunningServer, User

LIST = "/ctz.identity.v1.MetricService/ListMetrics"
REQUEST = metrics_pb2.ListMetricsRequest()
Stub = metrics_pb2_grpc.MetricServiceStub


def plain_call(server: RunningServer, metadata: list[tuple[str, str]], method: str = LIST) -> grpc.StatusCode:
    """Call without the chassis' client; returns the code of the answer."""
    with grpc.insecure_channel(server.target) as channel:
        try:
            channel.unary_unary(method)(b"", timeout=5, metadata=metadata)
        except grpc.RpcError as error:
            return error.code()
    return grpc.StatusCode.OK


def test_a_call_brings_both_identities(identity: RunningServer, metrics: Any, user_a: User) -> None:
    seen: list[object] = []

    def answer(_request: Any, context: grpc.ServicerContext) -> Any:
        seen.extend((caller_of(context).service, person_of(context).user_id))
        return metrics_pb2.ListMetricsResponse()

    metrics.list_metrics = answer
    identity.client(Stub, user=user_a).ListMetrics(REQUEST)

    assert ["gateway", user_a.user_id] == seen


def test_t116_without_valid_credentials_nothing_is_answered(
    identity: RunningServer, metrics: Any, user_a: User, keys: Keys
) -> None:
    good = f"Bearer {keys.service_signer('gateway').token('identity')}"
    other = f"Bearer {keys.service_signer('gateway').token('workouts')}"
    intruder = f"Bearer {keys.service_signer('challenges').token('identity')}"
    person = ("ctz-user", user_a.token)

    assert {
        "nothing": grpc.StatusCode.UNAUTHENTICATED,
        "only the person": grpc.StatusCode.UNAUTHENTICATED,
        "only the service": grpc.StatusCode.UNAUTHENTICATED,
        "a token for another service": grpc.StatusCode.UNAUTHENTICATED,
        "no bearer": grpc.StatusCode.UNAUTHENTICATED,
        "the person as the service": grpc.StatusCode.UNAUTHENTICATED,
        "a service that is not named": grpc.StatusCode.PERMISSION_DENIED,
        "both": grpc.StatusCode.OK,
    } == {
        "nothing": plain_call(identity, []),
        "only the person": plain_call(identity, [person]),
        "only the service": plain_call(identity, [("authorization", good)]),
        "a token for another service": plain_call(identity, [("authorization", other), person]),
        "no bearer": plain_call(identity, [("authorization", good.removeprefix("Bearer ")), person]),
        "the person as the service": plain_call(identity, [("authorization", f"Bearer {user_a.token}"), person]),
        "a service that is not named": plain_call(identity, [("authorization", intruder), person]),
        "both": plain_call(identity, [("authorization", good), person]),
    }
    assert ["ListMetrics"] == metrics.calls


def test_a_method_that_the_contract_gives_no_rule_is_refused(
    serving: Callable[..., Any], user_a: User, keys: Keys
) -> None:
    """Default deny: a handler that was added without a contract cannot be called by anybody."""
    reached: list[bytes] = []

    class WithExtra:
        """Adds a handler that no contract knows beside the known ones."""

    def add(_servicer: Any, server: grpc.Server) -> None:
        handler = grpc.unary_unary_rpc_method_handler(lambda request, _context: reached.append(request) or b"")
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("extra.Extra", {"Do": handler}),))

    descriptor = metrics_pb2.DESCRIPTOR.services_by_name["MetricService"]
    with serving(extra=[(add, WithExtra(), descriptor)]) as server:
        credentials = [
            ("authorization", f"Bearer {keys.service_signer('gateway').token('identity')}"),
            ("ctz-user", user_a.token),
        ]
        assert grpc.StatusCode.PERMISSION_DENIED == plain_call(server, credentials, "/extra.Extra/Do")
    assert [] == reached


def test_t060_a_call_without_deadline_is_refused_on_both_sides(
    identity: RunningServer, metrics: Any, user_a: User, keys: Keys
) -> None:
    with (
        Channel(identity.target, service_signer=keys.service_signer("gateway"), audience="identity") as channel,
        pytest.raises(DeadlineMissing),
    ):
        client(channel, Stub).ListMetrics(REQUEST)
    metadata = [
        ("authorization", f"Bearer {keys.service_signer('gateway').token('identity')}"),
        ("ctz-user", user_a.token),
    ]
    with grpc.insecure_channel(identity.target) as channel, pytest.raises(grpc.RpcError) as refused:
        channel.unary_unary(LIST)(b"", metadata=metadata)

    assert grpc.StatusCode.INVALID_ARGUMENT == refused.value.code()
    assert [] == metrics.calls


def test_t060_each_hop_sees_less_of_the_deadline(
    serving: Callable[..., Any], metrics: Any, user_a: User, keys: Keys
) -> None:
    """A request with 2 s passes through three services, each asking for more than is left."""
    seen: list[float] = []

    def hop(onward: Stub | None) -> Callable[[Any, grpc.ServicerContext], Any]:
        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            seen.append(context.time_remaining())
            return onward.ListMetrics(request, timeout=60) if onward else metrics_pb2.ListMetricsResponse()

        return answer

    last, middle, first = (type(metrics)() for _ in range(3))
    with serving(last) as third, serving(middle) as second, serving(first) as server:
        last.list_metrics = hop(None)
        middle.list_metrics = hop(third.client(Stub, user=user_a))
        first.list_metrics = hop(second.client(Stub, user=user_a))
        with deadline_scope(2):
            server.client(Stub, user=user_a).ListMetrics(REQUEST, timeout=60)

    assert 2 > seen[0] > seen[1] > seen[2] > 0


def test_t060_no_call_is_made_when_no_time_is_left(identity: RunningServer, metrics: Any, user_a: User) -> None:
    stub = identity.client(Stub, user=user_a)

    with deadline_scope(0), pytest.raises(Unreachable) as refused:
        stub.ListMetrics(REQUEST)

    assert grpc.StatusCode.DEADLINE_EXCEEDED == refused.value.code
    assert [] == metrics.calls


def test_an_inner_scope_never_gains_time() -> None:
    with deadline_scope(1), deadline_scope(60):
        left = remaining_seconds()

    assert left is not None
    assert left <= 1


class ChallengeFull(Exception):
    reason: ClassVar[str] = "CHALLENGE_FULL"
    code: ClassVar[str] = "FAILED_PRECONDITION"

    def __init__(self) -> None:
        super().__init__("No seat is left.")
        self.metadata = {"limit": "10"}


def test_a_request_that_is_no_message_is_the_callers_fault(identity: RunningServer, user_a: User, keys: Keys) -> None:
    metadata = [
        ("authorization", f"Bearer {keys.service_signer('gateway').token('identity')}"),
        ("ctz-user", user_a.token),
    ]
    with grpc.insecure_channel(identity.target) as channel, pytest.raises(grpc.RpcError) as refused:
        channel.unary_unary(LIST)(b"\xff\xff\xff", timeout=5, metadata=metadata)
    assert grpc.StatusCode.INVALID_ARGUMENT == refused.value.code()

    with grpc.insecure_channel(identity.target) as channel, pytest.raises(grpc.RpcError) as refused:
        channel.unary_unary(LIST)(b"\xff\xff\xff", timeout=5)
    assert grpc.StatusCode.UNAUTHENTICATED == refused.value.code()


def raising(error: Exception) -> Callable[[Any, Any], Any]:
    def answer(_request: Any, _context: Any) -> Any:
        raise error

    return answer


def test_domain_errors_arrive_with_their_reason(identity: RunningServer, metrics: Any, user_a: User) -> None:
    metrics.list_metrics = raising(ChallengeFull())

    with pytest.raises(RemoteError) as refused:
        identity.client(Stub, user=user_a).ListMetrics(REQUEST)

    error = refused.value
    assert (grpc.StatusCode.FAILED_PRECONDITION, "CHALLENGE_FULL", "identity", "No seat is left.") == (
        error.code,
        error.reason,
        error.domain,
        error.message,
    )
    assert "10" == error.metadata["limit"]


def test_field_errors_name_the_field(identity: RunningServer, metrics: Any, user_a: User) -> None:
    metrics.list_metrics = raising(InvalidArgument("kind", "is unknown"))

    with pytest.raises(RemoteError) as refused:
        identity.client(Stub, user=user_a).ListMetrics(REQUEST)

    assert (("kind", "is unknown"),) == refused.value.field_violations


def test_t105_an_unhandled_error_tells_only_a_request_id(
    identity: RunningServer, metrics: Any, user_a: User, caplog: pytest.LogCaptureFixture
) -> None:
    metrics.list_metrics = raising(ZeroDivisionError("SELECT secret FROM somewhere"))

    with pytest.raises(RemoteError) as refused:
        identity.client(Stub, user=user_a).ListMetrics(REQUEST, metadata=(("x-request-id", "request-0001"),))

    error = refused.value
    assert (grpc.StatusCode.INTERNAL, "INTERNAL", {"request_id": "request-0001"}) == (
        error.code,
        error.reason,
        dict(error.metadata),
    )
    for word in ("SELECT", "ZeroDivision", "Traceback", ".py"):
        assert word not in repr(vars(error)) + str(error)
    (line,) = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert "rpc.failed" == line.message
    assert line.exc_info is not None
    metrics.list_metrics = lambda _request, _context: metrics_pb2.ListMetricsResponse()
    identity.client(Stub, user=user_a).ListMetrics(REQUEST)


def test_an_error_of_a_service_behind_is_not_passed_off_as_our_own(
    identity: RunningServer, metrics: Any, user_a: User
) -> None:
    metrics.list_metrics = raising(RemoteError(grpc.StatusCode.NOT_FOUND, reason="NOT_FOUND"))
    with pytest.raises(RemoteError) as refused:
        identity.client(Stub, user=user_a).ListMetrics(REQUEST)
    assert grpc.StatusCode.INTERNAL == refused.value.code

    metrics.list_metrics = raising(Unreachable(grpc.StatusCode.DEADLINE_EXCEEDED))
    with pytest.raises(Unreachable) as away:
        identity.client(Stub, user=user_a).ListMetrics(REQUEST)
    assert grpc.StatusCode.UNAVAILABLE == away.value.code


def test_a_server_that_is_gone_is_unreachable_and_found_again(
    serving: Callable[..., Any], user_a: User, keys: Keys
) -> None:
    with serving() as server:
        channel = Channel(server.target, service_signer=keys.service_signer("gateway"), audience="identity")
        stub = client(channel, Stub)
        metadata = (("ctz-user", user_a.token),)
        stub.ListMetrics(REQUEST, timeout=5, metadata=metadata)
    with pytest.raises(Unreachable):
        stub.ListMetrics(REQUEST, timeout=5, metadata=metadata)
    with serving(port=server.port):
        ends_at = time.monotonic() + 10
        while True:
            try:
                stub.ListMetrics(REQUEST, timeout=5, metadata=metadata)
                break
            except Unreachable:
                assert time.monotonic() < ends_at
                time.sleep(0.05)
    channel.close()


def test_a_request_id_of_a_strange_form_is_replaced(identity: RunningServer, metrics: Any, user_a: User) -> None:
    metrics.list_metrics = raising(ChallengeFull())

    with pytest.raises(RemoteError) as refused:
        identity.client(Stub, user=user_a).ListMetrics(REQUEST, metadata=(("x-request-id", "a b; drop"),))

    assert "a b; drop" != refused.value.metadata["request_id"]


def test_raw_bytes_pass_through_for_a_person(identity: RunningServer, metrics: Any, user_a: User, keys: Keys) -> None:
    answer = metrics_pb2.ListMetricsResponse()
    answer.timelines.add(revision=7)
    metrics.list_metrics = lambda _request, _context: answer
    descriptor = metrics_pb2.DESCRIPTOR.services_by_name["MetricService"]
    signer = keys.service_signer("front")

    with Channel(identity.target, service_signer=signer, audience="identity", services=[descriptor]) as channel:
        body = raw_unary(channel, LIST, REQUEST.SerializeToString(), user_token=user_a.token, timeout=5)

    assert answer == metrics_pb2.ListMetricsResponse.FromString(body)


def health(server: RunningServer, service: str = "") -> int:
    with grpc.insecure_channel(server.target) as channel:
        request = health_pb2.HealthCheckRequest(service=service)
        answer: int = health_pb2_grpc.HealthStub(channel).Check(request, timeout=5).status
    return answer


def test_t116_health_is_open_and_tells_the_truth(serving: Callable[..., Any]) -> None:
    is_up = [True]
    readiness = Readiness({"database": lambda: is_up[0]}, cache_seconds=0)

    with serving(readiness=readiness) as server:
        assert health_pb2.HealthCheckResponse.SERVING == health(server)
        assert health_pb2.HealthCheckResponse.SERVING == health(server, "ctz.identity.v1.MetricService")
        is_up[0] = False
        assert health_pb2.HealthCheckResponse.NOT_SERVING == health(server)
        is_up[0] = True
        readiness.close()
        assert health_pb2.HealthCheckResponse.NOT_SERVING == health(server)


def reflected(server: RunningServer, metadata: list[tuple[str, str]]) -> list[str]:
    with grpc.insecure_channel(server.target) as channel:
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        requests = iter([reflection_pb2.ServerReflectionRequest(list_services="")])
        (answer,) = stub.ServerReflectionInfo(requests, timeout=5, metadata=metadata)
    return [each.name for each in answer.list_services_response.service]


def test_t116_reflection_is_refused_without_a_token(identity: RunningServer, keys: Keys, user_a: User) -> None:
    for metadata in ([], [("ctz-user", user_a.token)], [("authorization", f"Bearer {user_a.token}")]):
        with pytest.raises(grpc.RpcError) as refused:
            reflected(identity, metadata)
        assert grpc.StatusCode.UNAUTHENTICATED == refused.value.code()

    token = keys.service_signer("front").token("identity")
    assert "ctz.identity.v1.MetricService" in reflected(identity, [("authorization", f"Bearer {token}")])


def test_reflection_is_open_only_where_that_was_asked_for(serving: Callable[..., Any]) -> None:
    with serving(is_reflection_open=True) as server:
        assert "ctz.identity.v1.MetricService" in reflected(server, [])
