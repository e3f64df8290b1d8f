"""Signing in, its limits, and what a wrong guess learns (S1-S3)."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from ctz.identity.v1 import accounts_pb2, sessions_pb2

from ctz_chassis.db import count_statements
from ctz_chassis.errors import RemoteError
from ctz_chassis.testing import Keys
from ctz_identity.app.password_hasher import Cost
from ctz_identity.domain.security_events import Client
from ctz_local.testing.databases import ServiceDatabase

from .harness import PASSWORD, Instance, SettableClock, hashes, running_instance
from .test_sign_up import reason_of

pytestmark = pytest.mark.component

WRONG = "not the right password"


def fail(identity: Instance, email: str, *, address: str = "192.0.2.1", device_secret: str = "") -> str:
    return reason_of(lambda: identity.sign_in(email, WRONG, address=address, device_secret=device_secret))


def test_t107_a_wrong_address_does_the_work_of_a_wrong_password(identity: Instance) -> None:
    """Both paths send the same statements, verify one hash, and answer with the same words."""
    identity.member("anna@example.org")
    seen = []
    for email in ("anna@example.org", "nobody@example.org"):
        verified = hashes("verify")
        with count_statements(identity.base.engine) as count, pytest.raises(RemoteError) as refused:
            identity.sign_in(email, WRONG)
        answer = (refused.value.code, refused.value.reason, refused.value.message, refused.value.field_violations)
        seen.append((count.statements, hashes("verify") - verified, answer))
    assert seen[0] == seen[1]
    assert 1 == seen[0][1]


def test_t107_asking_for_a_reset_sends_the_same_statements_for_every_address(identity: Instance) -> None:
    identity.member("anna@example.org")
    seen = []
    for email in ("anna@example.org", "nobody@example.org"):
        with count_statements(identity.base.engine) as count:
            identity.accounts.RequestPasswordReset(
                accounts_pb2.RequestPasswordResetRequest(email=email, client_address="192.0.2.1")
            )
        seen.append(count.statements)
    assert seen[0] == seen[1]


@pytest.mark.parametrize("email", ["", "no address at all", "x" * 5000 + "@example.org", "a\0b@example.org"])
def test_nonsense_instead_of_an_address_is_a_wrong_address(identity: Instance, email: str) -> None:
    verified = hashes("verify")
    assert "INVALID_CREDENTIALS" == fail(identity, email)
    assert verified + 1 == hashes("verify")


def test_a_password_of_any_length_is_just_wrong(identity: Instance) -> None:
    identity.member("anna@example.org")
    assert "INVALID_CREDENTIALS" == reason_of(lambda: identity.sign_in("anna@example.org", "x" * 100_000))


def test_t106_one_address_gets_ten_tries_at_an_account_in_five_minutes(
    identity: Instance, clock: SettableClock
) -> None:
    identity.member("anna@example.org")
    for _ in range(10):
        assert "INVALID_CREDENTIALS" == fail(identity, "anna@example.org", address="198.51.100.7")
    with pytest.raises(RemoteError) as refused:
        identity.sign_in("anna@example.org", PASSWORD, address="198.51.100.7")
    assert "TOO_MANY_ATTEMPTS" == refused.value.reason
    assert "300" == refused.value.metadata["retry_after_seconds"]

    assert identity.sign_in("anna@example.org", address="203.0.113.5").user.user_id
    clock.advance(minutes=5)
    assert identity.sign_in("anna@example.org", address="198.51.100.7").user.user_id


def test_t106_all_addresses_of_an_ipv6_line_are_one_to_the_limits(identity: Instance) -> None:
    identity.member("anna@example.org")
    for number in range(10):
        assert "INVALID_CREDENTIALS" == fail(identity, "anna@example.org", address=f"2001:db8:1:2::{number:x}")
    assert "TOO_MANY_ATTEMPTS" == fail(identity, "anna@example.org", address="2001:db8:1:2:ffff::1")
    assert "INVALID_CREDENTIALS" == fail(identity, "anna@example.org", address="2001:db8:1:3::1")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:DB8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("", ""),
        ("no address", "no address"),
    ],
)
def test_t106_a_limit_counts_addresses_and_lines(address: str, network: str) -> None:
    assert network == Client(address=address).network


def test_t106_a_refused_try_costs_no_hash(identity: Instance) -> None:
    for _ in range(10):
        fail(identity, "anna@example.org")
    verified = hashes("verify")
    assert "TOO_MANY_ATTEMPTS" == fail(identity, "anna@example.org")
    assert verified == hashes("verify")


def test_t106_a_known_device_is_not_locked_out_by_guesses_from_many_addresses(
    make_instance: Callable[..., Instance],
) -> None:
    identity = make_instance(LIMIT_ACCOUNT_FAILURES="6")
    owner = identity.member("anna@example.org")
    for number in range(6):
        assert "INVALID_CREDENTIALS" == fail(identity, "anna@example.org", address=f"198.51.100.{number}")

    locked = lambda: identity.sign_in("anna@example.org", address="203.0.113.5")  # noqa: E731
    assert "ACCOUNT_LOCKED" == reason_of(locked)
    known = identity.sign_in("anna@example.org", address="203.0.113.5", device_secret=owner.device_secret)
    assert known.user.user_id == owner.user.user_id


def test_t106_strangers_cannot_fill_the_counter_of_a_known_device(identity: Instance) -> None:
    owner = identity.member("anna@example.org")
    for _ in range(11):
        fail(identity, "anna@example.org", address="192.0.2.1")
    assert identity.sign_in("anna@example.org", address="192.0.2.1", device_secret=owner.device_secret).user.user_id


def test_an_unknown_account_is_locked_like_a_known_one(make_instance: Callable[..., Instance]) -> None:
    identity = make_instance(LIMIT_ACCOUNT_FAILURES="2")
    identity.member("anna@example.org")
    for email in ("anna@example.org", "nobody@example.org"):
        assert ["INVALID_CREDENTIALS", "INVALID_CREDENTIALS", "ACCOUNT_LOCKED"] == [
            fail(identity, email, address=f"198.51.100.{number}") for number in range(3)
        ]


def test_a_new_password_by_mail_lifts_the_lock(make_instance: Callable[..., Instance]) -> None:
    identity = make_instance(LIMIT_ACCOUNT_FAILURES="1")
    identity.member("anna@example.org")
    fail(identity, "anna@example.org")
    identity.accounts.RequestPasswordReset(accounts_pb2.RequestPasswordResetRequest(email="anna@example.org"))
    secret = identity.mailed_secret("anna@example.org")
    identity.accounts.ResetPassword(accounts_pb2.ResetPasswordRequest(secret=secret, password="seven green kettles"))
    assert identity.sign_in("anna@example.org", "seven green kettles").user.user_id


def test_one_address_and_the_whole_instance_have_ceilings(make_instance: Callable[..., Instance]) -> None:
    identity = make_instance(LIMIT_ADDRESS="3", LIMIT_TOTAL="5")
    tries = [("198.51.100.1", f"a{number}@example.org") for number in range(4)]
    tries += [("198.51.100.2", f"b{number}@example.org") for number in range(2)]
    assert ["INVALID_CREDENTIALS"] * 3 + ["TOO_MANY_ATTEMPTS"] + ["INVALID_CREDENTIALS", "TOO_MANY_ATTEMPTS"] == [
        fail(identity, email, address=address) for address, email in tries
    ]


def test_the_right_password_sets_the_counters_back(identity: Instance) -> None:
    identity.member("anna@example.org")
    for _ in range(3):
        for _ in range(9):
            fail(identity, "anna@example.org")
        identity.sign_in("anna@example.org")


def test_t106_counters_are_shared_and_survive_a_restart(make_instance: Callable[..., Instance]) -> None:
    first, second = make_instance(), make_instance()
    for number in range(10):
        fail((first, second)[number % 2], "anna@example.org")
    assert "TOO_MANY_ATTEMPTS" == fail(make_instance(), "anna@example.org")


def test_the_operator_unlocks_an_account(make_instance: Callable[..., Instance]) -> None:
    identity = make_instance(LIMIT_ACCOUNT_FAILURES="1")
    identity.member("anna@example.org")
    fail(identity, "anna@example.org")
    assert 2 == identity.operations.reset_limits("Anna@example.org"), "wrong passwords, and mails"
    assert identity.sign_in("anna@example.org").user.user_id


def test_only_the_right_password_learns_that_an_account_is_inactive(identity: Instance) -> None:
    administrator, member = identity.administrator(), identity.member("anna@example.org")
    identity.server.client(type(identity.accounts), user=administrator.user).SetAccountActive(
        accounts_pb2.SetAccountActiveRequest(name=f"users/{member.user.user_id}", is_active=False)
    )
    assert "INVALID_CREDENTIALS" == fail(identity, "anna@example.org")
    assert "ACCOUNT_INACTIVE" == reason_of(lambda: identity.sign_in("anna@example.org"))


def test_an_unproven_address_gets_its_link_again_after_the_right_password(identity: Instance) -> None:
    identity.sign_up("anna@example.org")
    identity.new_mails()
    assert "INVALID_CREDENTIALS" == fail(identity, "anna@example.org")
    assert not identity.new_mails()
    assert "EMAIL_NOT_VERIFIED" == reason_of(lambda: identity.sign_in("anna@example.org"))
    identity.verify(identity.mailed_secret("anna@example.org"))
    assert identity.sign_in("anna@example.org").user.user_id


def test_t110_a_hash_is_made_anew_at_sign_in_when_the_cost_has_risen(
    identity: Instance, database: ServiceDatabase, clock: SettableClock, keys: Keys, tmp_path: Path
) -> None:
    identity.member("anna@example.org")
    with running_instance(
        database,
        clock=clock,
        keys=keys,
        folder=tmp_path,
        pepper=identity.base.settings.pepper_file,
        cost=Cost(memory_kib=128),
    ) as dearer:
        dearer.sign_in("anna@example.org")
    with psycopg.connect(database.superuser_dsn()) as connection:
        (stored,) = connection.execute("SELECT password_hash FROM identity.account").fetchone() or ("",)
    assert stored.startswith("$argon2id$v=19$m=128,")
    assert identity.sign_in("anna@example.org").user.user_id


def test_under_another_pepper_no_password_is_right(
    identity: Instance, make_instance: Callable[..., Instance], tmp_path: Path
) -> None:
    identity.member("anna@example.org")
    other = tmp_path / "other-pepper"
    other.write_text("x" * 32)
    stranger = make_instance(PEPPER_FILE=str(other))
    assert "INVALID_CREDENTIALS" == reason_of(lambda: stranger.sign_in("anna@example.org"))


def test_a_device_secret_is_new_at_each_sign_in_and_the_shown_one_ends(
    make_instance: Callable[..., Instance],
) -> None:
    identity = make_instance(LIMIT_ACCOUNT_FAILURES="1")
    first = identity.member("anna@example.org")
    second = identity.sign_in("anna@example.org", device_secret=first.device_secret)
    fail(identity, "anna@example.org", address="198.51.100.1")
    old = lambda: identity.sign_in("anna@example.org", device_secret=first.device_secret)  # noqa: E731
    assert "ACCOUNT_LOCKED" == reason_of(old)
    assert identity.sign_in("anna@example.org", device_secret=second.device_secret).user.user_id


def test_nobody_signs_in_with_an_empty_password(identity: Instance) -> None:
    identity.member("anna@example.org")
    request = sessions_pb2.SignInRequest(email="anna@example.org")
    assert "INVALID_CREDENTIALS" == reason_of(lambda: identity.sessions.SignIn(request))
