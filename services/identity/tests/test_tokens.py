"""Personal access tokens (A6, S8)."""

from uuid import uuid4

import psycopg
import pytest
from ctz.identity.v1 import accounts_pb2, accounts_pb2_grpc, tokens_pb2, tokens_pb2_grpc

from ctz_chassis.auth.rules import rules_of
from ctz_chassis.db import count_statements
from ctz_chassis.testing import User
from ctz_identity.domain.tokens import SCOPES
from ctz_local.testing.databases import ServiceDatabase

from .harness import Instance, SettableClock
from .test_sign_up import reason_of

pytestmark = pytest.mark.component


def tokens_of(identity: Instance, user: User) -> tokens_pb2_grpc.TokenServiceStub:
    return identity.server.client(tokens_pb2_grpc.TokenServiceStub, user=user)


def create(
    identity: Instance, user: User, *scopes: str, days: int = 30, request_id: str = ""
) -> tokens_pb2.CreateTokenResponse:
    return tokens_of(identity, user).CreateToken(
        tokens_pb2.CreateTokenRequest(
            display_name="laptop", scopes=scopes or ("workouts:read",), lifetime_days=days, request_id=request_id
        )
    )


def exchange(identity: Instance, secret: str) -> tokens_pb2.ExchangeTokenResponse:
    front = identity.server.client(tokens_pb2_grpc.TokenServiceStub, caller="front")
    return front.ExchangeToken(tokens_pb2.ExchangeTokenRequest(secret=secret))


def test_t115_a_token_is_told_once_and_stored_as_a_hash(identity: Instance, database: ServiceDatabase) -> None:
    browser = identity.member()
    identity.new_mails()
    made = create(identity, browser.user)
    assert made.secret.startswith("ctz_pat_")
    with psycopg.connect(database.superuser_dsn()) as connection:
        rows = connection.execute("SELECT token::text FROM identity.token").fetchall()
    assert not any(made.secret.removeprefix("ctz_pat_") in str(row) for row in rows)
    (listed,) = tokens_of(identity, browser.user).ListTokens(tokens_pb2.ListTokensRequest()).tokens
    assert made.token == listed
    assert ["An access token was made"] == [mail["Subject"] for mail in identity.new_mails()]


def test_t115_a_wrong_checksum_is_refused_without_a_query(identity: Instance) -> None:
    secret = create(identity, identity.member().user).secret
    swapped = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    with count_statements(identity.base.engine) as count:
        for wrong in (swapped, secret[:-1], secret + "0", "", "ctz_pat_", secret.replace("ctz_pat_", "ctz_key_")):
            assert "TOKEN_INVALID" == reason_of(lambda wrong=wrong: exchange(identity, wrong))
    assert 0 == count.count


def test_t115_an_exchange_is_one_statement_and_carries_the_scopes(identity: Instance, clock: SettableClock) -> None:
    browser = identity.member()
    made = create(identity, browser.user, "workouts:read", "metrics:read")
    with count_statements(identity.base.engine) as count:
        answer = exchange(identity, made.secret)
    assert 1 == count.count
    person = identity.person(User(browser.user.user_id, browser.user.session_id, answer.user_token))
    assert (browser.user.user_id, frozenset({"workouts:read", "metrics:read"}), False, False) == (
        person.user_id,
        person.scopes,
        person.is_administrator,
        person.is_fresh,
    )
    (listed,) = tokens_of(identity, browser.user).ListTokens(tokens_pb2.ListTokensRequest()).tokens
    assert clock() == listed.last_used_time.ToDatetime(tzinfo=clock().tzinfo)


def test_t115_a_scope_opens_only_its_methods(identity: Instance) -> None:
    browser = identity.member()
    answer = exchange(identity, create(identity, browser.user, "metrics:read").secret)
    tool = User(browser.user.user_id, browser.user.session_id, answer.user_token)
    accounts = identity.server.client(accounts_pb2_grpc.AccountServiceStub, user=tool, caller="front")
    assert "SCOPE_REQUIRED" == reason_of(lambda: accounts.GetProfile(accounts_pb2.GetProfileRequest()))
    with_profile = exchange(identity, create(identity, browser.user, "profile:read").secret)
    tool = User(browser.user.user_id, browser.user.session_id, with_profile.user_token)
    accounts = identity.server.client(accounts_pb2_grpc.AccountServiceStub, user=tool, caller="front")
    assert browser.email == accounts.GetProfile(accounts_pb2.GetProfileRequest()).email


def test_t115_a_token_ends_with_its_lifetime(identity: Instance, clock: SettableClock) -> None:
    made = create(identity, identity.member().user, days=1)
    clock.advance(hours=23, minutes=58)
    answer = exchange(identity, made.secret)
    assert made.token.expire_time == answer.expire_time
    clock.advance(minutes=2)
    assert "TOKEN_INVALID" == reason_of(lambda: exchange(identity, made.secret))


def test_t111_a_revoked_token_is_refused_at_the_next_exchange(identity: Instance) -> None:
    browser = identity.member()
    made = create(identity, browser.user)
    exchange(identity, made.secret)
    tokens_of(identity, browser.user).RevokeToken(tokens_pb2.RevokeTokenRequest(name=made.token.name))
    assert "TOKEN_INVALID" == reason_of(lambda: exchange(identity, made.secret))


def test_t111_a_deactivated_persons_token_is_refused(identity: Instance) -> None:
    administrator, member = identity.administrator(), identity.member()
    made = create(identity, member.user)
    identity.server.client(accounts_pb2_grpc.AccountServiceStub, user=administrator.user).SetAccountActive(
        accounts_pb2.SetAccountActiveRequest(name=f"users/{member.user.user_id}", is_active=False)
    )
    assert "TOKEN_INVALID" == reason_of(lambda: exchange(identity, made.secret))


def test_making_a_token_needs_a_fresh_sign_in(identity: Instance, clock: SettableClock) -> None:
    browser = identity.member()
    clock.advance(minutes=10)
    stale = identity.exchange(browser.session_secret)
    assert "FRESH_SIGN_IN_REQUIRED" == reason_of(lambda: create(identity, stale))


def test_a_repeated_request_makes_one_token_and_does_not_tell_its_secret_again(identity: Instance) -> None:
    browser, request_id = identity.member(), str(uuid4())
    first = create(identity, browser.user, request_id=request_id)
    again = create(identity, browser.user, request_id=request_id)
    assert (first.token, "") == (again.token, again.secret)
    assert "REQUEST_ID_REUSED" == reason_of(lambda: create(identity, browser.user, days=7, request_id=request_id))


@pytest.mark.parametrize(
    ("field", "wish"),
    [
        ("display_name", {"display_name": " ", "scopes": ["workouts:read"], "lifetime_days": 1}),
        ("display_name", {"display_name": "a\0b", "scopes": ["workouts:read"], "lifetime_days": 1}),
        ("scopes", {"display_name": "laptop", "scopes": [], "lifetime_days": 1}),
        ("scopes", {"display_name": "laptop", "scopes": ["workouts:*"], "lifetime_days": 1}),
        ("lifetime_days", {"display_name": "laptop", "scopes": ["workouts:read"], "lifetime_days": 0}),
        ("lifetime_days", {"display_name": "laptop", "scopes": ["workouts:read"], "lifetime_days": 366}),
        ("request_id", {"display_name": "laptop", "scopes": ["workouts:read"], "lifetime_days": 1, "request_id": "x"}),
    ],
)
def test_nonsense_is_told_at_its_field(identity: Instance, field: str, wish: dict[str, object]) -> None:
    stub = tokens_of(identity, identity.member().user)
    with pytest.raises(Exception) as refused:  # noqa: PT011 - the field is what matters
        stub.CreateToken(tokens_pb2.CreateTokenRequest(**wish))
    assert [field] == [name for name, _ in refused.value.field_violations]  # type: ignore[attr-defined]


def test_a_person_has_at_most_a_hundred_tokens(identity: Instance, database: ServiceDatabase) -> None:
    browser = identity.member()
    with psycopg.connect(database.superuser_dsn()) as connection:
        connection.execute(
            "INSERT INTO identity.token SELECT gen_random_uuid(), %s, sha256(n::text::bytea), 'x', '{}', now(), now() "
            "FROM generate_series(1, 100) AS n",
            (browser.user.user_id,),
        )
    assert "TOO_MANY_TOKENS" == reason_of(lambda: create(identity, browser.user))


def test_the_scopes_are_those_that_the_contracts_name() -> None:
    """Every method for tools names a scope that a person can give, and no other scope exists."""
    from ctz.challenges.v1 import challenges_pb2  # noqa: PLC0415
    from ctz.identity.v1 import metrics_pb2, sessions_pb2  # noqa: PLC0415
    from ctz.peloton_sync.v1 import connections_pb2, sync_pb2  # noqa: PLC0415
    from ctz.plans.v1 import exercises_pb2, plans_pb2  # noqa: PLC0415
    from ctz.workouts.v1 import workouts_pb2  # noqa: PLC0415

    files = (
        accounts_pb2, challenges_pb2, connections_pb2, exercises_pb2, metrics_pb2, plans_pb2, sessions_pb2, sync_pb2,
        tokens_pb2, workouts_pb2,
    )  # fmt: skip
    services = [service for file in files for service in file.DESCRIPTOR.services_by_name.values()]
    named = {rule.scope for rule in rules_of(services).values() if rule.tools}
    assert set(SCOPES) == named
