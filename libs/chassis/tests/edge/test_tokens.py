"""T111: what a verifier accepts, and the whole set of tokens that it must refuse."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import grpc
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from ctz.identity.v1 import metrics_pb2, metrics_pb2_grpc

from ctz_chassis.auth.keys import USER_KEY_ID
from ctz_chassis.auth.tokens import LEEWAY, TokenRefused, Verifier
from ctz_chassis.errors import RemoteError
from ctz_chassis.testing import Keys, User

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
Token = dict[str, Any]


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(key: Ed25519PrivateKey, header: Token, claims: Token) -> str:
    return over(key, f"{part(header)}.{part(claims)}")


def over(key: Ed25519PrivateKey, body: str) -> str:
    return f"{body}.{part(key.sign(body.encode()))}"


def nested(key: Ed25519PrivateKey, header: Token) -> str:
    return over(key, f"{part(header)}.{part(b'[' * 3000)}")


def user_header(**changes: Any) -> Token:
    return {"alg": "EdDSA", "typ": "ctz-user+jwt", "kid": USER_KEY_ID, **changes}


def user_claims(now: datetime = NOW, **changes: Any) -> Token:
    at = int(now.timestamp())
    claims = {
        "iss": "identity",
        "aud": "ctz",
        "sub": str(uuid4()),
        "sid": str(uuid4()),
        "adm": False,
        "iat": at,
        "nbf": at,
        "exp": at + 300,
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not None}


def service_header(**changes: Any) -> Token:
    return {"alg": "EdDSA", "typ": "ctz-service+jwt", "kid": "gateway", **changes}


def service_claims(now: datetime = NOW, **changes: Any) -> Token:
    at = int(now.timestamp())
    claims = {"iss": "gateway", "sub": "gateway", "aud": "identity", "iat": at, "nbf": at, "exp": at + 60, **changes}
    return {name: value for name, value in claims.items() if value is not None}


def with_hmac(public_key: bytes, header: Token, claims: Token) -> str:
    body = f"{part(header)}.{part(claims)}"
    return f"{body}.{part(hmac.digest(public_key, body.encode(), hashlib.sha256))}"


def edited(token: str, **changes: Any) -> str:
    header, claims, signature = token.split(".")
    known = json.loads(base64.urlsafe_b64decode(claims + "=="))
    return f"{header}.{part(known | changes)}.{signature}"


def seconds(count: float) -> int:
    return int(NOW.timestamp() + count)


LEEWAY_SECONDS = LEEWAY.total_seconds()
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)

Forge = Callable[[Ed25519PrivateKey, Callable[..., Token], Callable[..., Token], Keys], str]

FORGERIES: dict[str, Forge] = {
    "alg none": lambda _key, header, claims, _keys: f"{part(header(alg='none'))}.{part(claims())}.",
    "alg none in capitals": lambda _key, header, claims, _keys: f"{part(header(alg='NONE'))}.{part(claims())}.",
    "no signature": lambda _key, header, claims, _keys: f"{part(header())}.{part(claims())}.",
    "HMAC with the raw public key": lambda key, header, claims, _keys: with_hmac(
        key.public_key().public_bytes_raw(), header(alg="HS256"), claims()
    ),
    "HMAC with the public key as PEM": lambda key, header, claims, _keys: with_hmac(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), header(alg="HS256"), claims()
    ),
    "RSA key": lambda _key, header, claims, _keys: jwt.encode(claims(), RSA_KEY, "RS256", header(alg="RS256")),
    "key of another service": lambda _key, header, claims, keys: signed(keys.private("plans"), header(), claims()),
    "unknown key": lambda _key, header, claims, _keys: signed(Ed25519PrivateKey.generate(), header(), claims()),
    "key id of another service": lambda key, header, claims, _keys: signed(key, header(kid="plans"), claims()),
    "key id is a path": lambda key, header, claims, _keys: signed(key, header(kid="../../etc/passwd"), claims()),
    "key id is a list": lambda key, header, claims, _keys: signed(key, header(kid=["gateway"]), claims()),
    "no key id": lambda key, header, claims, _keys: signed(
        key, {k: v for k, v in header().items() if k != "kid"}, claims()
    ),
    "jku": lambda key, header, claims, _keys: signed(key, header(jku="https://evil.example/jwks"), claims()),
    "jwk": lambda key, header, claims, _keys: signed(key, header(jwk={"kty": "OKP", "crv": "Ed25519"}), claims()),
    "x5u": lambda key, header, claims, _keys: signed(key, header(x5u="https://evil.example/cert"), claims()),
    "x5c": lambda key, header, claims, _keys: signed(key, header(x5c=["AAAA"]), claims()),
    "unknown crit": lambda key, header, claims, _keys: signed(key, header(crit=["exp2"], exp2=1), claims()),
    "known crit": lambda key, header, claims, _keys: signed(key, header(crit=["b64"], b64=True), claims()),
    "plain JWT type": lambda key, header, claims, _keys: signed(key, header(typ="JWT"), claims()),
    "no type": lambda key, header, claims, _keys: signed(
        key, {k: v for k, v in header().items() if k != "typ"}, claims()
    ),
    "wrong issuer": lambda key, header, claims, _keys: signed(key, header(), claims(iss="plans")),
    "no issuer": lambda key, header, claims, _keys: signed(key, header(), claims(iss=None)),
    "wrong audience": lambda key, header, claims, _keys: signed(key, header(), claims(aud="workouts")),
    "audience is a list": lambda key, header, claims, _keys: signed(key, header(), claims(aud=["ctz", "identity"])),
    "no audience": lambda key, header, claims, _keys: signed(key, header(), claims(aud=None)),
    "no subject": lambda key, header, claims, _keys: signed(key, header(), claims(sub=None)),
    "subject is something else": lambda key, header, claims, _keys: signed(key, header(), claims(sub="somebody")),
    "expired": lambda key, header, claims, _keys: signed(
        key, header(), claims(now=NOW - timedelta(seconds=300 + LEEWAY_SECONDS))
    ),
    "no expiry": lambda key, header, claims, _keys: signed(key, header(), claims(exp=None)),
    "lives too long": lambda key, header, claims, _keys: signed(key, header(), claims(exp=seconds(301))),
    "expiry before issue": lambda key, header, claims, _keys: signed(key, header(), claims(exp=seconds(-1))),
    "expiry as text": lambda key, header, claims, _keys: signed(key, header(), claims(exp=str(seconds(60)))),
    "expiry not finite": lambda key, header, claims, _keys: signed(key, header(), claims(exp=float("inf"))),
    "not before the future": lambda key, header, claims, _keys: signed(
        key, header(), claims(nbf=seconds(LEEWAY_SECONDS + 1))
    ),
    "issued in the future": lambda key, header, claims, _keys: signed(
        key, header(), claims(iat=seconds(LEEWAY_SECONDS + 1), exp=seconds(LEEWAY_SECONDS + 30))
    ),
    "no time of issue": lambda key, header, claims, _keys: signed(key, header(), claims(iat=None)),
    "edited claims": lambda key, header, claims, _keys: edited(signed(key, header(), claims()), adm=True, sub="plans"),
    "claims are a list": lambda key, header, _claims, _keys: signed(key, header(), ["sub"]),  # type: ignore[arg-type]
    "header of deep nesting": lambda _key, _header, claims, _keys: (
        f"{part(b'[' * 3000)}.{part(claims())}.{part(b'x' * 64)}"
    ),
    "claims of deep nesting": lambda key, header, _claims, _keys: nested(key, header()),
    "claims not in UTF-8": lambda key, header, _claims, _keys: over(key, f"{part(header())}.{part(bytes([0xFF]))}"),
    "not a token": lambda _key, _header, _claims, _keys: "not.a.token",
    "empty": lambda _key, _header, _claims, _keys: "",
}


Clients = Callable[[User], metrics_pb2_grpc.MetricServiceStub]


@pytest.fixture(scope="module")
def identity_then(serving: Any) -> Iterator[Clients]:
    """Clients of a server whose clock stands still."""
    with serving(clock=lambda: NOW) as running:
        yield lambda user: running.client(metrics_pb2_grpc.MetricServiceStub, user=user)


@pytest.fixture
def verifier(keys: Keys) -> Verifier:
    return keys.verifier(clock=lambda: NOW)


def test_what_was_signed_is_read_back(keys: Keys, verifier: Verifier) -> None:
    user_id, session_id = uuid4(), uuid4()
    signer = keys.user_signer(clock=lambda: NOW)

    person = verifier.user(signer.issue(user_id, session_id, scopes=("workouts:read",), fresh_until=NOW))

    assert (user_id, session_id) == (person.user_id, person.session_id)
    assert frozenset({"workouts:read"}) == person.scopes
    assert (False, False) == (person.is_administrator, person.is_fresh)
    assert "gateway" == verifier.service(
        keys.service_signer("gateway", clock=lambda: NOW).token("workouts"), "workouts"
    )


def test_freshness_ends_at_its_time(keys: Keys, verifier: Verifier) -> None:
    signer = keys.user_signer(clock=lambda: NOW)

    token = signer.issue(uuid4(), uuid4(), fresh_until=NOW + timedelta(seconds=1))

    assert verifier.user(token).is_fresh
    assert not keys.verifier(clock=lambda: NOW + timedelta(seconds=1)).user(token).is_fresh


def test_the_builders_of_the_forgeries_make_good_tokens(keys: Keys, verifier: Verifier) -> None:
    """Otherwise the forgeries would be refused for another reason than their own."""
    assert "gateway" == verifier.service(
        signed(keys.private("gateway"), service_header(), service_claims()), "identity"
    )
    verifier.user(signed(keys.private(USER_KEY_ID), user_header(), user_claims()))


@pytest.mark.parametrize("name", FORGERIES)
def test_t111_forged_user_tokens_are_refused(name: str, keys: Keys, verifier: Verifier) -> None:
    token = FORGERIES[name](keys.private(USER_KEY_ID), user_header, user_claims, keys)

    with pytest.raises(TokenRefused):
        verifier.user(token)


@pytest.mark.parametrize("name", FORGERIES)
def test_t111_forged_service_tokens_are_refused(name: str, keys: Keys, verifier: Verifier) -> None:
    token = FORGERIES[name](keys.private("gateway"), service_header, service_claims, keys)

    with pytest.raises(TokenRefused):
        verifier.service(token, "identity")


def test_t111_tokens_for_one_purpose_do_not_serve_another(keys: Keys, verifier: Verifier) -> None:
    user = signed(keys.private(USER_KEY_ID), user_header(), user_claims())
    service = signed(keys.private("gateway"), service_header(), service_claims())
    user_as_service = signed(
        keys.private(USER_KEY_ID),
        service_header(kid=USER_KEY_ID),
        service_claims(iss=USER_KEY_ID, sub=USER_KEY_ID),
    )
    identity_as_user = signed(keys.private("identity"), user_header(kid="identity"), user_claims())

    for token in (user, user_as_service):
        with pytest.raises(TokenRefused):
            verifier.service(token, "identity")
    for token in (service, identity_as_user):
        with pytest.raises(TokenRefused):
            verifier.user(token)


@pytest.mark.parametrize("name", FORGERIES)
def test_t111_a_server_refuses_forged_user_tokens(name: str, keys: Keys, user_a: User, identity_then: Clients) -> None:
    """The same set at the door of a running server."""
    token = FORGERIES[name](keys.private(USER_KEY_ID), user_header, user_claims, keys)
    stub = identity_then(User(user_a.user_id, user_a.session_id, token))

    with pytest.raises(RemoteError) as refused:
        stub.ListMetrics(metrics_pb2.ListMetricsRequest())
    assert grpc.StatusCode.UNAUTHENTICATED == refused.value.code


def test_the_server_of_the_forgeries_accepts_a_good_token(keys: Keys, user_a: User, identity_then: Clients) -> None:
    token = signed(keys.private(USER_KEY_ID), user_header(), user_claims())

    identity_then(User(user_a.user_id, user_a.session_id, token)).ListMetrics(metrics_pb2.ListMetricsRequest())


def test_a_service_token_is_reused_for_half_a_minute(keys: Keys) -> None:
    now = [NOW]
    signer = keys.service_signer("gateway", clock=lambda: now[0])

    first = signer.token("workouts")
    now[0] += timedelta(seconds=29)
    assert first == signer.token("workouts")
    assert first != signer.token("plans")
    now[0] += timedelta(seconds=1)
    assert first != signer.token("workouts")


def test_a_user_token_never_lives_longer_than_five_minutes(keys: Keys) -> None:
    with pytest.raises(ValueError, match="300"):
        keys.user_signer().issue(uuid4(), uuid4(), ttl=timedelta(seconds=301))


def test_a_remembered_token_is_still_refused_after_its_time(keys: Keys) -> None:
    now = [NOW]
    verifier = keys.verifier(clock=lambda: now[0])
    user = keys.user_signer(clock=lambda: NOW).issue(uuid4(), uuid4())
    service = keys.service_signer("gateway", clock=lambda: NOW).token("plans")
    verifier.user(user)
    verifier.service(service, "plans")

    now[0] += timedelta(seconds=300) + LEEWAY

    with pytest.raises(TokenRefused):
        verifier.user(user)
    with pytest.raises(TokenRefused):
        verifier.service(service, "plans")


def test_a_remembered_token_does_not_open_another_door(keys: Keys, verifier: Verifier) -> None:
    service = keys.service_signer("gateway", clock=lambda: NOW).token("plans")
    verifier.service(service, "plans")

    with pytest.raises(TokenRefused):
        verifier.service(service, "workouts")
    with pytest.raises(TokenRefused):
        verifier.user(service)
