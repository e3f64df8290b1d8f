"""T111 and T116 at every running service: forged, foreign and late tokens, revoked ones, reflection, secrets."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import grpc
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from ctz.identity.v1 import accounts_pb2, accounts_pb2_grpc, sessions_pb2, sessions_pb2_grpc, tokens_pb2
from ctz.identity.v1.tokens_pb2_grpc import TokenServiceStub
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2

from ctz_chassis.auth.keys import USER_KEY_ID
from ctz_chassis.clock import utc_now
from ctz_chassis.errors import RemoteError

from .conftest import Owner
from .inventory import all_methods, fields_of
from .matrix import MATRIX
from .system import NAMES, Member, System

pytestmark = pytest.mark.component

METHODS = all_methods()
# One method of each service that works for a person with an empty request.
PROBES = {
    "identity": "identity AccountService/GetProfile",
    "peloton-sync": "peloton-sync SyncService/GetSyncStatus",
    "workouts": "workouts WorkoutService/GetArchive",
    "plans": "plans TemplateService/ListTemplates",
    "challenges": "challenges ChallengeService/ListChallenges",
}
CALLER = "gateway"


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def signed(key: Ed25519PrivateKey, header: dict[str, Any], claims: dict[str, Any]) -> str:
    body = f"{part(header)}.{part(claims)}"
    return f"{body}.{base64.urlsafe_b64encode(key.sign(body.encode())).rstrip(b'=').decode()}"


def forgeries(
    key: Ed25519PrivateKey, other: Ed25519PrivateKey, header: dict[str, Any], claims: dict[str, Any]
) -> dict[str, str]:
    """Every way to write a token that must not pass, from the parts of one that does."""
    now, public = claims["iat"], key.public_key().public_bytes_raw()
    valid = signed(key, header, claims)
    unsigned = f"{part(header | {'alg': 'HS256'})}.{part(claims)}"
    hmacked = base64.urlsafe_b64encode(hmac.digest(public, unsigned.encode(), hashlib.sha256)).rstrip(b"=").decode()
    without_end = {name: value for name, value in claims.items() if name != "exp"}
    return {
        "alg none": f"{part(header | {'alg': 'none'})}.{part(claims)}.",
        "no signature": f"{part(header)}.{part(claims)}.",
        "HMAC keyed with the public key": f"{unsigned}.{hmacked}",
        "another's key": signed(other, header, claims),
        "an unknown key": signed(Ed25519PrivateKey.generate(), header, claims),
        "another's key id": signed(key, header | {"kid": "plans"}, claims),
        "a path as key id": signed(key, header | {"kid": "../../etc/passwd"}, claims),
        "jku": signed(key, header | {"jku": "https://evil.example"}, claims),
        "jwk": signed(key, header | {"jwk": {"kty": "OKP", "crv": "Ed25519"}}, claims),
        "x5u": signed(key, header | {"x5u": "https://evil.example"}, claims),
        "unknown crit": signed(key, header | {"crit": ["b64"]}, claims),
        "another audience": signed(key, header, claims | {"aud": "elsewhere"}),
        "another issuer": signed(key, header, claims | {"iss": "elsewhere"}),
        "another type": signed(key, header | {"typ": "JWT"}, claims),
        "expired": signed(key, header, claims | {"iat": now - 900, "nbf": now - 900, "exp": now - 600}),
        "not yet": signed(key, header, claims | {"nbf": now + 900}),
        "without end": signed(key, header, without_end),
        "too long": signed(key, header, claims | {"exp": now + 86_400}),
        "edited": f"{valid.split('.')[0]}.{part(claims | {'sub': 'somebody'})}.{valid.split('.')[2]}",
        "empty": "",
        "no token": "x.y.z",
    }


def moments(seconds: int) -> dict[str, int]:
    now = int(utc_now().timestamp())
    return {"iat": now, "nbf": now, "exp": now + seconds}


def probe(system: System, service: str, service_token: str, user_token: str) -> tuple[grpc.StatusCode, str]:
    method = METHODS[PROBES[service]]
    fields = MATRIX[method.short].fields
    metadata = [("authorization", f"Bearer {service_token}"), ("ctz-user", user_token)]
    request = method.request(**fields(None)).SerializeToString()  # type: ignore[arg-type]
    answer = system.call(service, method.full_name, request, metadata=metadata)
    return answer.code, answer.reason


@pytest.mark.parametrize("service", NAMES)
def test_t111_no_forged_token_of_a_service_passes_anywhere(system: System, ada: Owner, service: str) -> None:
    header = {"alg": "EdDSA", "typ": "ctz-service+jwt", "kid": CALLER}
    claims = {"iss": CALLER, "sub": CALLER, "aud": service, **moments(60)}
    key, other = system.keys.private(CALLER), system.keys.private("plans")
    person = ada.member.user.token
    refused = (grpc.StatusCode.UNAUTHENTICATED, "TOKEN_REFUSED")

    answers = {
        name: probe(system, service, token, person) for name, token in forgeries(key, other, header, claims).items()
    }
    assert (grpc.StatusCode.OK, "") == probe(system, service, signed(key, header, claims), person)
    assert dict.fromkeys(answers, refused) == answers


@pytest.mark.parametrize("service", NAMES)
def test_t111_no_forged_token_of_a_person_passes_anywhere(system: System, ada: Owner, service: str) -> None:
    header = {"alg": "EdDSA", "typ": "ctz-user+jwt", "kid": USER_KEY_ID}
    claims = {
        "iss": "identity",
        "aud": "ctz",
        "sub": str(ada.user_id),
        "sid": str(ada.member.user.session_id),
        "adm": False,
        **moments(300),
    }
    key, other = system.keys.private(USER_KEY_ID), system.keys.private("identity")
    caller = system.keys.service_signer(CALLER).token(service)
    refused = (grpc.StatusCode.UNAUTHENTICATED, "TOKEN_REFUSED")

    answers = {
        name: probe(system, service, caller, token) for name, token in forgeries(key, other, header, claims).items()
    }
    assert (grpc.StatusCode.OK, "") == probe(system, service, caller, signed(key, header, claims))
    assert dict.fromkeys(answers, refused) == answers


@pytest.mark.parametrize("service", NAMES)
def test_t116_expired_credentials_open_nothing(system: System, ada: Owner, service: str) -> None:
    """An hour later both tokens of a call that worked are refused."""

    def an_hour_ago() -> Any:
        return utc_now() - timedelta(hours=1)

    late = system.keys.service_signer(CALLER, clock=an_hour_ago).token(service)
    old = system.keys.user_signer(clock=an_hour_ago).issue(ada.user_id, ada.member.user.session_id)
    fresh = system.keys.service_signer(CALLER).token(service)
    refused = (grpc.StatusCode.UNAUTHENTICATED, "TOKEN_REFUSED")

    assert [refused, refused] == [
        probe(system, service, late, ada.member.user.token),
        probe(system, service, fresh, old),
    ]


def exchange_session(system: System, session_secret: str) -> str:
    stub = system.servers["identity"].client(sessions_pb2_grpc.SessionServiceStub)
    return reason(lambda: stub.ExchangeSession(sessions_pb2.ExchangeSessionRequest(session_secret=session_secret)))


def exchange_token(system: System, secret: str) -> str:
    stub = system.servers["identity"].client(TokenServiceStub, caller="front")
    return reason(lambda: stub.ExchangeToken(tokens_pb2.ExchangeTokenRequest(secret=secret)))


def reason(act: Callable[[], object]) -> str:
    try:
        act()
    except RemoteError as refused:
        return refused.code.name
    return "OK"


def with_token(system: System, member: Member) -> tokens_pb2.CreateTokenResponse:
    stub = system.servers["identity"].client(TokenServiceStub, user=member.user)
    request = tokens_pb2.CreateTokenRequest(display_name="tool", scopes=["workouts:read"], lifetime_days=7)
    return stub.CreateToken(request)


def test_t111_whoever_signs_out_or_revokes_is_refused_at_both_doors_by_the_next_request(
    system: System, stranger: Callable[[str], Member]
) -> None:
    member = stranger("identity")
    token = with_token(system, member)
    doors = lambda: (exchange_session(system, member.session_secret), exchange_token(system, token.secret))  # noqa: E731
    assert ("OK", "OK") == doors()

    tokens = system.servers["identity"].client(TokenServiceStub, user=member.user)
    tokens.RevokeToken(tokens_pb2.RevokeTokenRequest(name=token.token.name))
    assert ("OK", "UNAUTHENTICATED") == doors()
    sessions = system.servers["identity"].client(sessions_pb2_grpc.SessionServiceStub, user=member.user)
    sessions.SignOut(sessions_pb2.SignOutRequest())
    assert ("UNAUTHENTICATED", "UNAUTHENTICATED") == doors()


def test_t111_a_deactivated_account_is_refused_at_both_doors_by_the_next_request(
    system: System, stranger: Callable[[str], Member]
) -> None:
    member, operator = stranger("identity"), stranger("identity")
    token = with_token(system, member)
    assert ("OK", "OK") == (exchange_session(system, member.session_secret), exchange_token(system, token.secret))

    system.query(
        "UPDATE identity.account SET is_administrator = true WHERE id = %s RETURNING id", operator.user.user_id
    )
    administrator = system.sign_in(operator.email)
    accounts = system.servers["identity"].client(accounts_pb2_grpc.AccountServiceStub, user=administrator.user)
    accounts.SetAccountActive(
        accounts_pb2.SetAccountActiveRequest(name=f"users/{member.user.user_id}", is_active=False)
    )
    assert ("UNAUTHENTICATED", "UNAUTHENTICATED") == (
        exchange_session(system, member.session_secret),
        exchange_token(system, token.secret),
    )


@pytest.mark.parametrize("service", NAMES)
def test_t116_reflection_needs_a_token_and_health_none(system: System, service: str) -> None:
    def reflect(metadata: list[tuple[str, str]]) -> grpc.StatusCode:
        with grpc.insecure_channel(system.servers[service].target) as channel:
            ask = channel.stream_stream(
                "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
            )
            question = reflection_pb2.ServerReflectionRequest(list_services="*")
            try:
                list(ask(iter([question]), metadata=metadata, timeout=10))
            except grpc.RpcError as error:
                return error.code()  # type: ignore[no-any-return, attr-defined]
            return grpc.StatusCode.OK

    foreign = system.credentials("nowhere", CALLER)
    assert [grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.OK] == [
        reflect([]),
        reflect(foreign),
        reflect(system.credentials(service, CALLER)),
    ]
    health = system.call(service, "/grpc.health.v1.Health/Check", b"")
    serving = health_pb2.HealthCheckResponse(status=health_pb2.HealthCheckResponse.SERVING)
    assert serving == health_pb2.HealthCheckResponse.FromString(health.body)


SECRET_LIKE = re.compile(r"token|secret|password|credential|cookie|grant|bearer|sealed|_key$|^key$")
# Where a page of a list begins and ends is no secret.
POSITIONS = {"next_page_token", "previous_page_token"}
# What answers may hold: what identity and the calendar make, and show once to whom it belongs.
TOLD = {
    "identity AccountService/ChangePassword session_secret",
    "identity SessionService/SignIn session_secret",
    "identity SessionService/SignIn device_secret",
    "identity SessionService/ExchangeSession user_token",
    "identity SessionService/Reauthenticate session_secret",
    "identity TokenService/CreateToken token",
    "identity TokenService/CreateToken secret",
    "identity TokenService/ListTokens tokens",
    "identity TokenService/ExchangeToken user_token",
    # The secret address of the rider's own calendar, and of the erasing of their own account, each told once.
    "plans CalendarFeedService/CreateCalendarFeed secret",
    "identity AccountService/DeleteAccount erasure_secret",
    # The secret addresses of the rider's own year and of their own export, each told once.
    "workouts AnalyticsService/CreateYearShare secret",
    "workouts ExportService/CreateExportLink secret",
}


def test_t116_no_answer_of_any_service_has_a_place_for_a_peloton_token() -> None:
    """Only secrets of the rider's own, each told once; peloton-sync tells none at all."""
    found = {
        f"{name} {path}"
        for name, method in METHODS.items()
        for path, field in fields_of(method.descriptor.output_type)
        if SECRET_LIKE.search(field.name) and field.name not in POSITIONS
    }
    assert TOLD == found


def test_t116_only_peloton_sync_can_open_what_it_sealed(system: System, ada: Owner) -> None:
    """The one place where a Peloton token is kept holds it sealed, under a key that no other service is given."""
    ((sealed, key_id),) = system.query("SELECT sealed, key_id FROM peloton_sync.token WHERE user_id = %s", ada.user_id)
    with system.workshop.store.read() as tx:
        stored = tx.tokens.get(ada.user_id)
    assert stored is not None
    grant = system.workshop.sealer.open(stored)

    assert key_id
    assert grant.access_token.encode() not in bytes(sealed)
    assert grant.refresh_token.encode() not in bytes(sealed)
    others = [name for name in NAMES if name != "peloton-sync"]
    readable = system.query(
        "SELECT grantee.name FROM unnest(%s::text[]) AS grantee(name) "
        "WHERE has_table_privilege(grantee.name, 'peloton_sync.token', 'SELECT')",
        [f"ctz_{name}_{kind}" for name in others for kind in ("app", "owner")],
    )
    assert [] == readable
