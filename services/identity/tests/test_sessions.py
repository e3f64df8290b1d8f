"""Browser sessions: opaque, hashed, short-lived, ended at once (S4)."""

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from ctz.identity.v1 import accounts_pb2, accounts_pb2_grpc, sessions_pb2, sessions_pb2_grpc

from ctz_chassis.db import count_statements
from ctz_chassis.errors import RemoteError
from ctz_chassis.testing import User
from ctz_local.testing.databases import ServiceDatabase

from .harness import PASSWORD, Browser, Instance, SettableClock
from .test_sign_up import reason_of

pytestmark = pytest.mark.component


def sessions_of(identity: Instance, user: User) -> sessions_pb2_grpc.SessionServiceStub:
    return identity.server.client(sessions_pb2_grpc.SessionServiceStub, user=user)


def is_valid(identity: Instance, browser: Browser) -> bool:
    try:
        return bool(identity.exchange(browser.session_secret))
    except RemoteError as error:
        if error.reason != "SESSION_INVALID":
            raise
        return False


def test_an_exchange_is_one_statement_and_writes_at_most_once_a_minute(
    identity: Instance, clock: SettableClock, database: ServiceDatabase
) -> None:
    browser = identity.member()

    def last_used() -> object:
        with psycopg.connect(database.superuser_dsn()) as connection:
            return connection.execute("SELECT last_used_at, xmin::text FROM identity.session").fetchone()

    fresh = last_used()
    clock.advance(seconds=50)
    with count_statements(identity.base.engine) as count:
        identity.exchange(browser.session_secret)
    assert 1 == count.count
    assert fresh == last_used()
    clock.advance(seconds=11)
    identity.exchange(browser.session_secret)
    assert fresh != last_used()


def test_a_user_token_lives_five_minutes_and_says_until_when_the_password_is_fresh(
    identity: Instance, clock: SettableClock
) -> None:
    browser = identity.member()
    answer = identity.exchange_answer(browser.session_secret)
    assert clock() + timedelta(minutes=5) == answer.expire_time.ToDatetime(tzinfo=clock().tzinfo)
    assert identity.person(browser.user).is_fresh
    clock.advance(minutes=10)
    assert not identity.person(identity.exchange(browser.session_secret)).is_fresh


def test_a_session_ends_after_fourteen_idle_days(identity: Instance, clock: SettableClock) -> None:
    used, idle = identity.member(), identity.member()
    clock.advance(days=13, hours=23)
    assert is_valid(identity, used)
    clock.advance(hours=1)
    assert is_valid(identity, used)
    assert not is_valid(identity, idle)


def test_a_session_ends_after_thirty_days_however_busy(identity: Instance, clock: SettableClock) -> None:
    browser = identity.member()
    for _ in range(29):
        clock.advance(days=1)
        assert is_valid(identity, browser)
    clock.advance(hours=23, minutes=59)
    last = identity.exchange_answer(browser.session_secret)
    assert clock() + timedelta(minutes=1) == last.expire_time.ToDatetime(tzinfo=clock().tzinfo)
    clock.advance(minutes=1)
    assert not is_valid(identity, browser)


def test_t097_every_sign_in_has_a_secret_of_its_own_and_only_hashes_are_kept(
    identity: Instance, database: ServiceDatabase
) -> None:
    first = identity.member("anna@example.org")
    second = identity.sign_in("anna@example.org")
    assert first.session_secret != second.session_secret
    assert first.user.session_id != second.user.session_id
    with psycopg.connect(database.superuser_dsn()) as connection:
        rows = connection.execute("SELECT secret_hash FROM identity.session").fetchall()
    assert {32} == {len(row[0]) for row in rows}
    assert not any(
        secret.encode() in row[0] for row in rows for secret in (first.session_secret, second.session_secret)
    )


def test_t097_a_secret_is_dead_after_signing_out(identity: Instance) -> None:
    browser = identity.member()
    sessions_of(identity, browser.user).SignOut(sessions_pb2.SignOutRequest())
    assert not is_valid(identity, browser)
    sessions_of(identity, browser.user).SignOut(sessions_pb2.SignOutRequest())


def test_t097_entering_the_password_again_changes_the_secret(identity: Instance, clock: SettableClock) -> None:
    browser = identity.member()
    clock.advance(minutes=11)
    user = identity.exchange(browser.session_secret)
    assert not identity.person(user).is_fresh
    answer = sessions_of(identity, user).Reauthenticate(sessions_pb2.ReauthenticateRequest(password=PASSWORD))

    assert not is_valid(identity, browser)
    renewed = identity.exchange(answer.session_secret)
    assert identity.person(renewed).is_fresh
    assert user.session_id == renewed.session_id


def test_a_stolen_session_cannot_guess_the_password(identity: Instance) -> None:
    browser = identity.member()
    wrong = sessions_pb2.ReauthenticateRequest(password="guess")
    stub = sessions_of(identity, browser.user)
    assert ["WRONG_PASSWORD"] * 10 + ["TOO_MANY_ATTEMPTS"] == [
        reason_of(lambda: stub.Reauthenticate(wrong)) for _ in range(11)
    ]


def test_sessions_are_listed_and_ended_one_by_one(identity: Instance, clock: SettableClock) -> None:
    here = identity.member("anna@example.org")
    clock.advance(minutes=2)
    there = identity.sign_in("anna@example.org", address="203.0.113.5")
    listed = sessions_of(identity, here.user).ListSessions(sessions_pb2.ListSessionsRequest()).sessions
    assert [
        (f"sessions/{there.user.session_id}", "203.0.113.5", "Firefox on Linux", False),
        (f"sessions/{here.user.session_id}", "192.0.2.1", "Firefox on Linux", True),
    ] == [(each.name, each.client_address, each.user_agent, each.is_current) for each in listed]

    sessions_of(identity, here.user).EndSession(sessions_pb2.EndSessionRequest(name=listed[0].name))
    assert not is_valid(identity, there)
    assert is_valid(identity, here)


def test_t110_a_new_password_ends_every_other_session_and_changes_this_ones_secret(identity: Instance) -> None:
    here = identity.member("anna@example.org")
    there = identity.sign_in("anna@example.org")
    identity.new_mails()
    answer = identity.server.client(accounts_pb2_grpc.AccountServiceStub, user=here.user).ChangePassword(
        accounts_pb2.ChangePasswordRequest(current_password=PASSWORD, new_password="seven green kettles")
    )
    assert not is_valid(identity, here)
    assert not is_valid(identity, there)
    assert here.user.session_id == identity.exchange(answer.session_secret).session_id
    assert ["Your password was changed"] == [mail["Subject"] for mail in identity.new_mails()]
    assert "INVALID_CREDENTIALS" == reason_of(lambda: identity.sign_in("anna@example.org", PASSWORD))
    assert identity.sign_in("anna@example.org", "seven green kettles").user.user_id


def test_t110_changing_the_password_needs_a_fresh_sign_in(identity: Instance, clock: SettableClock) -> None:
    browser = identity.member()
    clock.advance(minutes=10)
    stale = identity.server.client(accounts_pb2_grpc.AccountServiceStub, user=identity.exchange(browser.session_secret))
    request = accounts_pb2.ChangePasswordRequest(current_password=PASSWORD, new_password="seven green kettles")
    assert "FRESH_SIGN_IN_REQUIRED" == reason_of(lambda: stale.ChangePassword(request))


@pytest.mark.parametrize("secret", ["", "x", "é" * 43, "A" * 43, "A" * 5000])
def test_what_is_no_session_is_refused(identity: Instance, secret: str) -> None:
    request = sessions_pb2.ExchangeSessionRequest(session_secret=secret)
    assert "SESSION_INVALID" == reason_of(lambda: identity.sessions.ExchangeSession(request))


def test_t111_a_deactivated_person_is_refused_at_the_next_exchange(identity: Instance) -> None:
    administrator, member = identity.administrator(), identity.member()
    accounts = identity.server.client(accounts_pb2_grpc.AccountServiceStub, user=administrator.user)
    name = f"users/{member.user.user_id}"
    accounts.SetAccountActive(accounts_pb2.SetAccountActiveRequest(name=name, is_active=False))
    assert not is_valid(identity, member)


def test_more_than_a_hundred_sessions_end_the_longest_unused(
    identity: Instance, database: ServiceDatabase, clock: SettableClock
) -> None:
    first = identity.member("anna@example.org")
    with psycopg.connect(database.superuser_dsn()) as connection:
        connection.execute(
            "INSERT INTO identity.session SELECT gen_random_uuid(), %s, sha256(n::text::bytea), %s, %s, %s, '', '' "
            "FROM generate_series(1, 99) AS n",
            (first.user.user_id, *[clock() + timedelta(seconds=1)] * 3),
        )
    clock.advance(minutes=1)
    newest = identity.sign_in("anna@example.org")
    assert not is_valid(identity, first)
    assert 100 == len(sessions_of(identity, newest.user).ListSessions(sessions_pb2.ListSessionsRequest()).sessions)


def test_an_unknown_session_cannot_be_ended(identity: Instance) -> None:
    browser = identity.member()
    request = sessions_pb2.EndSessionRequest(name=f"sessions/{uuid4()}")
    assert "NOT_FOUND" == reason_of(lambda: sessions_of(identity, browser.user).EndSession(request))
