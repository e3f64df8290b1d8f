"""Setting a new password by mail (S5)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from ctz.identity.v1 import accounts_pb2, accounts_pb2_grpc

from ctz_chassis.errors import RemoteError

from .harness import PASSWORD, Instance, SettableClock
from .test_sessions import is_valid
from .test_sign_up import reason_of

pytestmark = pytest.mark.component

NEW = "seven green kettles"


def ask(identity: Instance, email: str) -> None:
    identity.accounts.RequestPasswordReset(
        accounts_pb2.RequestPasswordResetRequest(email=email, client_address="192.0.2.1")
    )


def reset(identity: Instance, secret: str, password: str = NEW) -> None:
    identity.accounts.ResetPassword(accounts_pb2.ResetPasswordRequest(secret=secret, password=password))


def test_t109_a_reset_sets_the_password_ends_all_sessions_and_tells_the_owner(identity: Instance) -> None:
    browser = identity.member("anna@example.org")
    ask(identity, "Anna@example.org")
    reset(identity, identity.mailed_secret("anna@example.org"))
    assert not is_valid(identity, browser)
    assert ["Your password was changed"] == [mail["Subject"] for mail in identity.new_mails()]
    assert "INVALID_CREDENTIALS" == reason_of(lambda: identity.sign_in("anna@example.org", PASSWORD))
    assert identity.sign_in("anna@example.org", NEW).user.user_id


def test_t109_a_reset_works_once_and_one_of_parallel_uses_wins(identity: Instance) -> None:
    identity.member("anna@example.org")
    ask(identity, "anna@example.org")
    secret = identity.mailed_secret("anna@example.org")

    def attempt(number: int) -> str:
        try:
            reset(identity, secret, f"{NEW} number {number}")
        except RemoteError as error:
            return error.reason
        return "reset"

    with ThreadPoolExecutor(6) as pool:
        assert ["SECRET_INVALID"] * 5 + ["reset"] == sorted(pool.map(attempt, range(6)))


def test_t109_a_reset_is_dead_after_an_hour(identity: Instance, clock: SettableClock) -> None:
    identity.member("anna@example.org")
    ask(identity, "anna@example.org")
    secret = identity.mailed_secret("anna@example.org")
    clock.advance(hours=1)
    assert "SECRET_INVALID" == reason_of(lambda: reset(identity, secret))


def test_t109_a_reset_is_dead_after_a_change_of_the_password(identity: Instance) -> None:
    browser = identity.member("anna@example.org")
    ask(identity, "anna@example.org")
    secret = identity.mailed_secret("anna@example.org")
    identity.server.client(accounts_pb2_grpc.AccountServiceStub, user=browser.user).ChangePassword(
        accounts_pb2.ChangePasswordRequest(current_password=PASSWORD, new_password=NEW)
    )
    assert "SECRET_INVALID" == reason_of(lambda: reset(identity, secret, "yet another sentence"))


def test_a_refused_password_does_not_use_the_secret_up(identity: Instance) -> None:
    identity.member("anna@example.org")
    ask(identity, "anna@example.org")
    secret = identity.mailed_secret("anna@example.org")
    assert "PASSWORD_REFUSED" == reason_of(lambda: reset(identity, secret, "short"))
    reset(identity, secret)


def test_a_secret_for_one_purpose_opens_nothing_else(identity: Instance) -> None:
    identity.sign_up("anna@example.org")
    verification = identity.mailed_secret("anna@example.org")
    assert "SECRET_INVALID" == reason_of(lambda: reset(identity, verification))
    ask(identity, "anna@example.org")
    by_mail = identity.mailed_secret("anna@example.org")
    assert "SECRET_INVALID" == reason_of(lambda: identity.verify(by_mail))
    assert "INVITATION_INVALID" == reason_of(lambda: identity.sign_up("eve@example.org", invitation=by_mail))


def test_a_reset_proves_the_address(identity: Instance) -> None:
    identity.sign_up("anna@example.org")
    ask(identity, "anna@example.org")
    reset(identity, identity.mailed_secret("anna@example.org"))
    assert identity.sign_in("anna@example.org", NEW).user.user_id


def test_an_unknown_address_is_told_the_truth_by_mail(identity: Instance) -> None:
    ask(identity, "nobody@example.org")
    assert [("nobody@example.org", "There is no account with this address")] == [
        (mail["To"], mail["Subject"]) for mail in identity.new_mails()
    ]
