"""The door for other tools: a personal access token lets through what its scopes say, and nothing else (T116)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import grpc
import pytest
from ctz.identity.v1 import accounts_pb2, accounts_pb2_grpc, sessions_pb2
from ctz.workouts.v1 import workouts_pb2, workouts_pb2_grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.rpc.error_details_pb2 import ErrorInfo
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status

from ctz_gateway.front.contract import ToolMethods
from ctz_gateway.front.process import build_door
from gateway.tests.fake_identity import AccessToken, now
from gateway.tests.neighbours import CANARY_A, Town

SECRET = f"ctz_pat_{CANARY_A}"
Metadata = list[tuple[str, str]]


def bearer(secret: str) -> Metadata:
    """The metadata that a tool sends."""
    return [("authorization", f"Bearer {secret}")]


@pytest.fixture
def tool(town: Town) -> Iterator[grpc.Channel]:
    """A tool's channel to a running door."""
    with door_of(town) as channel:
        yield channel


@contextmanager
def door_of(town: Town) -> Iterator[grpc.Channel]:
    """Open a door before a town."""
    with build_door(town.settings, town.keys.service_signer("front")) as (server, port):
        server.start()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield channel
        server.stop(0).wait()


def refusal(call: Any, request: Any, metadata: Metadata) -> tuple[grpc.StatusCode, str]:
    """Code and reason with which a call is refused."""
    with pytest.raises(grpc.RpcError) as caught:
        call(request, metadata=metadata, timeout=5)
    status, info = rpc_status.from_call(caught.value), ErrorInfo()
    if status is not None and status.details:
        status.details[0].Unpack(info)
    return caught.value.code(), info.reason


def test_t116_a_token_lists_the_workouts_of_its_owner(tool: grpc.Channel) -> None:
    stub = workouts_pb2_grpc.WorkoutServiceStub(tool)
    answer = stub.ListWorkouts(workouts_pb2.ListWorkoutsRequest(page_size=3), metadata=bearer(SECRET), timeout=5)

    assert 3 == len(answer.workouts)
    assert {True} == {CANARY_A in workout.title for workout in answer.workouts}


def test_t116_the_bytes_pass_as_they_are(tool: grpc.Channel) -> None:
    call = tool.unary_unary("/ctz.workouts.v1.WorkoutService/GetArchive")
    raw = call(b"", metadata=bearer(SECRET), timeout=5)

    assert 9 == workouts_pb2.Archive.FromString(raw).workout_count


@pytest.mark.parametrize(
    "metadata",
    [[], bearer("ctz_pat_wrong"), bearer(""), [("authorization", SECRET)], [("authorization", "Basic x")],
     [("ctz-user", "forged")]],
)  # fmt: skip
def test_t116_without_a_valid_token_nothing_is_answered(town: Town, tool: grpc.Channel, metadata: Metadata) -> None:
    town.calls.clear()
    stub = workouts_pb2_grpc.WorkoutServiceStub(tool)
    code, reason = refusal(stub.ListWorkouts, workouts_pb2.ListWorkoutsRequest(), metadata)

    assert grpc.StatusCode.UNAUTHENTICATED == code
    assert reason in {"UNAUTHENTICATED", "TOKEN_INVALID"}
    assert 0 == town.calls["ListWorkouts"]


def test_t116_a_signed_user_token_is_no_substitute(town: Town, tool: grpc.Channel) -> None:
    person = town.keys.user()
    stub = workouts_pb2_grpc.WorkoutServiceStub(tool)
    forged = [("ctz-user", person.token), ("authorization", f"Bearer {person.token}")]

    assert grpc.StatusCode.UNAUTHENTICATED == refusal(stub.ListWorkouts, workouts_pb2.ListWorkoutsRequest(), forged)[0]


def test_t116_scopes_bind(town: Town, tool: grpc.Channel) -> None:
    stub = workouts_pb2_grpc.WorkoutServiceStub(tool)
    name = town.workouts.views[town.a.user_id][0].workout.name
    refused = refusal(stub.DeleteWorkout, workouts_pb2.DeleteWorkoutRequest(name=name), bearer(SECRET))

    assert (grpc.StatusCode.PERMISSION_DENIED, "SCOPE_REQUIRED") == refused
    assert not town.workouts.views[town.a.user_id][0].is_hidden


def test_t116_refusals_of_services_come_through_as_they_are(town: Town, tool: grpc.Channel) -> None:
    stub = workouts_pb2_grpc.WorkoutServiceStub(tool)
    foreign = town.workouts.views[town.b.user_id][0].workout.name

    assert (grpc.StatusCode.NOT_FOUND, "NOT_FOUND") == refusal(
        stub.GetWorkout, workouts_pb2.GetWorkoutRequest(name=foreign), bearer(SECRET)
    )


def test_t116_what_is_not_for_tools_does_not_exist_here(town: Town, tool: grpc.Channel) -> None:
    town.calls.clear()
    accounts = accounts_pb2_grpc.AccountServiceStub(tool)
    closed = {
        accounts.ChangePassword: accounts_pb2.ChangePasswordRequest(),
        accounts.SignUp: accounts_pb2.SignUpRequest(),
        accounts.SetAccountActive: accounts_pb2.SetAccountActiveRequest(),
        tool.unary_unary(
            "/ctz.identity.v1.SessionService/ExchangeSession",
            request_serializer=sessions_pb2.ExchangeSessionRequest.SerializeToString,
        ): sessions_pb2.ExchangeSessionRequest(),
    }

    assert {grpc.StatusCode.UNIMPLEMENTED} == {refusal(call, body, bearer(SECRET))[0] for call, body in closed.items()}
    assert 0 == town.calls.total()


def test_t116_a_revoked_or_expired_token_is_refused_by_the_next_call(town: Town, tool: grpc.Channel) -> None:
    stub = workouts_pb2_grpc.WorkoutServiceStub(tool)
    stub.ListWorkouts(workouts_pb2.ListWorkoutsRequest(), metadata=bearer(SECRET), timeout=5)
    del town.identity.tokens[SECRET]
    town.identity.tokens["ctz_pat_old"] = AccessToken(
        town.a.user_id, "old", ["workouts:read"], now() - timedelta(days=1)
    )
    refused = {refusal(stub.ListWorkouts, workouts_pb2.ListWorkoutsRequest(), bearer(secret))
               for secret in (SECRET, "ctz_pat_old")}  # fmt: skip

    assert {(grpc.StatusCode.UNAUTHENTICATED, "TOKEN_INVALID")} == refused


def test_t116_a_service_that_is_away_is_said_to_be(town: Town, tool: grpc.Channel) -> None:
    town.stop("workouts")
    stub = workouts_pb2_grpc.WorkoutServiceStub(tool)

    assert (
        grpc.StatusCode.UNAVAILABLE == refusal(stub.ListWorkouts, workouts_pb2.ListWorkoutsRequest(), bearer(SECRET))[0]
    )


def _reflect(channel: grpc.Channel, metadata: Metadata, **asked: str) -> Any:
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    requests = iter([reflection_pb2.ServerReflectionRequest(**asked)])
    return next(iter(stub.ServerReflectionInfo(requests, metadata=metadata, timeout=5)))


def test_t116_reflection_shows_the_contract_to_a_valid_token(tool: grpc.Channel) -> None:
    listed = _reflect(tool, bearer(SECRET), list_services="").list_services_response.service
    names = {service.name for service in listed}

    assert "ctz.workouts.v1.WorkoutService" in names
    assert "ctz.identity.v1.SessionService" not in names


@pytest.mark.parametrize("metadata", [[], bearer("ctz_pat_wrong")])
def test_t116_reflection_is_refused_without_a_token(tool: grpc.Channel, metadata: Metadata) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        _reflect(tool, metadata, list_services="")

    assert grpc.StatusCode.UNAUTHENTICATED == caught.value.code()


class _WithToken(grpc.StreamStreamClientInterceptor):
    """Adds a token to a reflection client, which offers no metadata."""

    def intercept_stream_stream(self, continuation: Any, details: Any, requests: Any) -> Any:
        """Pass the call on with the token."""
        return continuation(details._replace(metadata=bearer(SECRET), timeout=5), requests)


def test_t116_reflection_tells_exactly_the_methods_that_tools_may_call(tool: grpc.Channel) -> None:
    database = ProtoReflectionDescriptorDatabase(grpc.intercept_channel(tool, _WithToken()))
    pool = DescriptorPool(database)
    told = {
        f"/{name}/{method.name}"
        for name in database.get_services()
        if name.startswith("ctz.")
        for method in pool.FindServiceByName(name).methods
    }

    assert set(ToolMethods().names) == told
    assert "/ctz.workouts.v1.WorkoutService/ListWorkouts" in told
    assert "/ctz.workouts.v1.WorkoutService/PreviewFTP" not in told
