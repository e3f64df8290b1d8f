"""What belongs to somebody else does not exist (S25): T088 and T089 for the methods of this service."""

from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
import pytest
from ctz.common.v1 import auth_pb2
from ctz.identity.v1 import (
    accounts_pb2,
    accounts_pb2_grpc,
    metrics_pb2,
    metrics_pb2_grpc,
    sessions_pb2,
    sessions_pb2_grpc,
    tokens_pb2,
    tokens_pb2_grpc,
)

from ctz_chassis.auth.rules import rules_of
from ctz_chassis.errors import RemoteError
from ctz_chassis.testing import User
from ctz_local.testing.databases import ServiceDatabase

from .harness import Browser, Instance, SettableClock
from .test_metrics import MANUAL, add, at, new
from .test_tokens import create

pytestmark = pytest.mark.component

Act = Callable[[Instance, User, UUID], object]

STUBS = {
    "ctz.identity.v1.AccountService": (accounts_pb2, accounts_pb2_grpc.AccountServiceStub),
    "ctz.identity.v1.SessionService": (sessions_pb2, sessions_pb2_grpc.SessionServiceStub),
    "ctz.identity.v1.TokenService": (tokens_pb2, tokens_pb2_grpc.TokenServiceStub),
    "ctz.identity.v1.MetricService": (metrics_pb2, metrics_pb2_grpc.MetricServiceStub),
}
SERVICES = [service for file, _ in STUBS.values() for service in file.DESCRIPTOR.services_by_name.values()]
RULES = rules_of(SERVICES)
# Methods that name a thing of a person: how B asks for a thing of A, and which of A's things.
BY_NAME: dict[str, tuple[str, Callable[[str, SettableClock], object]]] = {
    "/ctz.identity.v1.SessionService/EndSession": (
        "sessions",
        lambda name, _: sessions_pb2.EndSessionRequest(name=name),
    ),
    "/ctz.identity.v1.TokenService/RevokeToken": ("tokens", lambda name, _: tokens_pb2.RevokeTokenRequest(name=name)),
    "/ctz.identity.v1.MetricService/DeleteMetric": (
        "metrics",
        lambda name, _: metrics_pb2.DeleteMetricRequest(name=name),
    ),
    "/ctz.identity.v1.MetricService/UpdateMetric": (
        "metrics",
        lambda name, clock: metrics_pb2.UpdateMetricRequest(
            name=name, effective_time=at(clock()), value=150, source=MANUAL
        ),
    ),
}
# Methods of a person that name nothing: they can only reach the caller's own.
OWN_ONLY = {
    "ChangePassword", "GetProfile", "UpdateProfile", "ListSecurityEvents", "ListAccounts", "SetAccountActive",
    "DeleteAccount",
    "Reauthenticate", "SignOut", "ListSessions", "CreateToken", "ListTokens", "ListMetrics", "AddMetrics",
}  # fmt: skip
FOR_NOBODY = {
    "SignUp", "GetSignUpPolicy", "RequestEmailVerification", "VerifyEmail", "RequestPasswordReset", "ResetPassword",
    "SignIn", "ExchangeSession", "ExchangeToken", "GetErasure",
}  # fmt: skip
# Names to show are for everybody who is signed in.
OF_EVERYBODY = {"ListDisplayNames"}


def call(identity: Instance, method: str, request: object, *, user: User | None, caller: str = "gateway") -> object:
    _, service, name = method.split("/")
    stub = identity.server.client(STUBS[service][1], user=user, caller=caller)
    return getattr(stub, name)(request)


def blank(method: str) -> object:
    _, service, name = method.split("/")
    return getattr(STUBS[service][0], f"{name}Request")()


def refusal(act: Callable[[], object]) -> tuple[object, str, str]:
    with pytest.raises(RemoteError) as refused:
        act()
    return refused.value.code, refused.value.reason, refused.value.message


def things_of(identity: Instance, clock: SettableClock, browser: Browser) -> dict[str, str]:
    return {
        "sessions": f"sessions/{browser.user.session_id}",
        "tokens": create(identity, browser.user).token.name,
        "metrics": f"metrics/{add(identity, browser.user, new(clock(), 200))[0].entry_id}",
    }


def contents(database: ServiceDatabase, user: User) -> list[object]:
    with psycopg.connect(database.superuser_dsn()) as connection:
        return [
            connection.execute(
                f"SELECT t::text FROM identity.{table} t WHERE user_id = %s ORDER BY 1",  # noqa: S608 - our own names
                (user.user_id,),
            ).fetchall()
            for table in ("session", "token", "metric_entry", "metric_timeline")
        ]


@pytest.mark.parametrize("method", sorted(BY_NAME))
def test_t089_b_gets_for_a_s_thing_what_a_random_id_gets_and_a_s_rows_stay(
    identity: Instance, clock: SettableClock, database: ServiceDatabase, method: str
) -> None:
    a, b = identity.member(), identity.member()
    collection, request_for = BY_NAME[method]
    name = things_of(identity, clock, a)[collection]
    before = contents(database, a.user)

    for_a_s_thing = refusal(lambda: call(identity, method, request_for(name, clock), user=b.user))
    for_nothing = refusal(lambda: call(identity, method, request_for(f"{collection}/{uuid4()}", clock), user=b.user))
    assert for_nothing == for_a_s_thing
    assert "NOT_FOUND" == for_a_s_thing[1]
    assert before == contents(database, a.user)
    call(identity, method, request_for(name, clock), user=a.user)


def test_t095_every_method_of_the_contract_is_in_the_matrix() -> None:
    listed = {name.rpartition("/")[2] for name in BY_NAME} | OWN_ONLY | FOR_NOBODY | OF_EVERYBODY
    assert {method.rpartition("/")[2] for method in RULES} == listed
    assert FOR_NOBODY == {
        method.rpartition("/")[2] for method, rule in RULES.items() if rule.person == auth_pb2.PERSON_NONE
    }


@pytest.mark.parametrize(
    "method", sorted(name for name, rule in RULES.items() if rule.person == auth_pb2.PERSON_REQUIRED)
)
def test_t089_a_method_for_people_refuses_a_call_for_nobody(identity: Instance, method: str) -> None:
    assert "PERSON_REQUIRED" == refusal(lambda: call(identity, method, blank(method), user=None))[1]


@pytest.mark.parametrize("method", sorted(RULES))
def test_t116_a_method_refuses_services_that_it_does_not_name(identity: Instance, method: str) -> None:
    assert (
        "CALLER_NOT_ALLOWED"
        == refusal(
            lambda: call(
                identity, method, blank(method), user=identity.keys.user(clock=identity.clock), caller="challenges"
            )
        )[1]
    )


def test_t092_lists_show_nothing_of_others(identity: Instance, clock: SettableClock) -> None:
    a, b = identity.member("canary-a@example.org"), identity.member()
    things = things_of(identity, clock, a)
    canaries = [a.email, str(a.user.user_id), *(name.partition("/")[2] for name in things.values())]
    for method in ("GetProfile", "ListSecurityEvents", "ListSessions", "ListTokens", "ListMetrics"):
        full = next(name for name in RULES if name.endswith(f"/{method}"))
        answer = str(call(identity, full, blank(full), user=b.user))
        assert not [canary for canary in canaries if canary in answer], method
