"""Making an account and proving its address (A1, S2, S5)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from ctz.identity.v1 import accounts_pb2

from ctz_chassis.db import count_statements
from ctz_chassis.errors import RemoteError
from ctz_local.testing.databases import ServiceDatabase

from .harness import PASSWORD, PUBLIC_URL, Instance, SettableClock, hashes

pytestmark = pytest.mark.component


def reason_of(act: Callable[[], object]) -> str:
    with pytest.raises(RemoteError) as refused:
        act()
    return refused.value.reason


def test_a_person_signs_up_proves_the_address_and_signs_in(identity: Instance) -> None:
    identity.sign_up("Anna@Example.org", display_name="Anna", time_zone="Europe/London")
    (mail,) = identity.new_mails()
    assert "anna@example.org" == mail["To"]
    assert "Confirm your e-mail address" == mail["Subject"]

    assert "EMAIL_NOT_VERIFIED" == reason_of(lambda: identity.sign_in("anna@example.org"))
    identity.verify(identity.mailed_secret("anna@example.org"))

    answer = identity.exchange_answer(identity.sign_in("ANNA@example.org").session_secret)
    assert ("Anna", "Europe/London", "metric", False) == (
        answer.display_name,
        answer.time_zone,
        answer.units,
        answer.is_administrator,
    )


def test_links_lead_only_to_the_public_address(identity: Instance) -> None:
    identity.sign_up("anna@example.org")
    text = identity.new_mails()[0].get_content()
    assert [line for line in text.splitlines() if "://" in line] == [
        line for line in text.splitlines() if line.startswith(f"{PUBLIC_URL}/verify?token=")
    ]


def test_an_unknown_time_zone_of_a_browser_becomes_utc(identity: Instance) -> None:
    identity.sign_up("anna@example.org", time_zone="Mars/Olympus")
    identity.verify(identity.mailed_secret("anna@example.org"))
    assert "UTC" == identity.exchange_answer(identity.sign_in("anna@example.org").session_secret).time_zone


def test_t107_signing_up_with_a_known_address_answers_alike_and_the_mail_tells(identity: Instance) -> None:
    identity.member("anna@example.org")
    before = hashes("hash")
    with count_statements(identity.base.engine) as unknown:
        identity.sign_up("nobody@example.org")
    with count_statements(identity.base.engine) as known:
        identity.sign_up("anna@example.org", password="another secret of hers")

    assert unknown.statements == known.statements
    assert before + 2 == hashes("hash")
    subjects = {mail["To"]: mail["Subject"] for mail in identity.new_mails()}
    assert {
        "nobody@example.org": "Confirm your e-mail address",
        "anna@example.org": "You already have an account",
    } == subjects


def test_a_stranger_who_signs_up_first_does_not_get_the_account(identity: Instance) -> None:
    """Whoever signs up last before the proof sets the password; the secrets mailed earlier are dead."""
    identity.sign_up("anna@example.org", password="the stranger waits here")
    strangers = identity.mailed_secret("anna@example.org")
    identity.sign_up("anna@example.org", password=PASSWORD)

    assert "SECRET_INVALID" == reason_of(lambda: identity.verify(strangers))
    identity.verify(identity.mailed_secret("anna@example.org"))
    assert "INVALID_CREDENTIALS" == reason_of(lambda: identity.sign_in("anna@example.org", "the stranger waits here"))
    assert identity.sign_in("anna@example.org").user.user_id


def test_signing_up_again_changes_nothing_about_a_proven_account(identity: Instance) -> None:
    browser = identity.member("anna@example.org")
    identity.sign_up("anna@example.org", password="the stranger waits here", display_name="Stranger")

    assert "INVALID_CREDENTIALS" == reason_of(lambda: identity.sign_in("anna@example.org", "the stranger waits here"))
    assert "Rider" == identity.exchange_answer(browser.session_secret).display_name


def test_t109_a_verification_works_once_within_a_day_and_one_of_parallel_uses_wins(
    identity: Instance, clock: SettableClock
) -> None:
    identity.sign_up("anna@example.org")
    secret = identity.mailed_secret("anna@example.org")
    clock.advance(hours=23, minutes=59)

    def attempt(_: int) -> str:
        try:
            identity.verify(secret)
        except RemoteError as error:
            return error.reason
        return "verified"

    with ThreadPoolExecutor(8) as pool:
        assert ["SECRET_INVALID"] * 7 + ["verified"] == sorted(pool.map(attempt, range(8)))


def test_t109_a_verification_is_dead_after_a_day(identity: Instance, clock: SettableClock) -> None:
    identity.sign_up("anna@example.org")
    secret = identity.mailed_secret("anna@example.org")
    clock.advance(hours=24)
    assert "SECRET_INVALID" == reason_of(lambda: identity.verify(secret))


def test_t109_no_secret_stands_in_the_database(identity: Instance, database: ServiceDatabase) -> None:
    identity.sign_up("anna@example.org")
    with psycopg.connect(database.superuser_dsn()) as connection:
        waiting = connection.execute("SELECT sealed FROM identity.outgoing_mail").fetchall()
        stored = connection.execute("SELECT secret_hash FROM identity.secret").fetchall()
    secret = identity.mailed_secret("anna@example.org")
    assert not any(secret.encode() in bytes(row[0]) for row in waiting + stored)
    assert {32} == {len(row[0]) for row in stored}


def test_a_repeated_request_has_one_effect(identity: Instance) -> None:
    request_id = str(uuid4())
    identity.sign_up("anna@example.org", request_id=request_id)
    identity.sign_up("anna@example.org", request_id=request_id)
    assert 1 == len(identity.new_mails())
    assert "REQUEST_ID_REUSED" == reason_of(
        lambda: identity.sign_up("anna@example.org", display_name="Other", request_id=request_id)
    )


@pytest.mark.parametrize(
    "email", ["", "anna", "anna@", "@example.org", "a b@example.org", "anna@exa mple.org", "a\0@b.c"]
)
def test_nonsense_is_told_at_its_field(identity: Instance, email: str) -> None:
    with pytest.raises(RemoteError) as refused:
        identity.sign_up(email)
    assert "INVALID_FIELD" == refused.value.reason
    assert ["email"] == [field for field, _ in refused.value.field_violations]


def test_asking_again_for_the_verification_mail_answers_alike_for_every_address(identity: Instance) -> None:
    identity.member("proven@example.org")
    identity.sign_up("pending@example.org")
    identity.new_mails()
    seen = []
    for email in ("proven@example.org", "pending@example.org", "nobody@example.org"):
        with count_statements(identity.base.engine) as count:
            identity.accounts.RequestEmailVerification(
                accounts_pb2.RequestEmailVerificationRequest(email=email, client_address="192.0.2.9")
            )
        seen.append(count.statements)
    assert seen[0] == seen[1] == seen[2]
    assert {
        "proven@example.org": "You already have an account",
        "pending@example.org": "Confirm your e-mail address",
        "nobody@example.org": "There is no account with this address",
    } == {mail["To"]: mail["Subject"] for mail in identity.new_mails()}


def test_strangers_cannot_flood_a_mailbox(identity: Instance, clock: SettableClock) -> None:
    request = accounts_pb2.RequestPasswordResetRequest(email="anna@example.org", client_address="192.0.2.9")
    for _ in range(5):
        identity.accounts.RequestPasswordReset(request)
    assert "TOO_MANY_ATTEMPTS" == reason_of(lambda: identity.accounts.RequestPasswordReset(request))
    assert 5 == len(identity.new_mails())
    clock.advance(hours=1)
    identity.accounts.RequestPasswordReset(request)


def test_a_closed_instance_takes_nobody(make_instance: Callable[..., Instance]) -> None:
    instance = make_instance(SIGN_UP="closed")
    assert "SIGN_UP_CLOSED" == reason_of(lambda: instance.sign_up("anna@example.org"))
    policy = instance.accounts.GetSignUpPolicy(accounts_pb2.GetSignUpPolicyRequest())
    assert accounts_pb2.SIGN_UP_MODE_CLOSED == policy.mode


def test_an_invitation_admits_once_and_proves_its_address(make_instance: Callable[..., Instance]) -> None:
    instance = make_instance(SIGN_UP="invitation")
    assert "INVITATION_REQUIRED" == reason_of(lambda: instance.sign_up("anna@example.org"))
    invitation = instance.operations.invite("anna@example.org").rpartition("=")[2]
    assert invitation == instance.mailed_secret("anna@example.org")
    assert "INVITATION_INVALID" == reason_of(lambda: instance.sign_up("eve@example.org", invitation=invitation))

    instance.sign_up("anna@example.org", invitation=invitation)
    assert instance.sign_in("anna@example.org").user.user_id
    assert "INVITATION_INVALID" == reason_of(lambda: instance.sign_up("anna@example.org", invitation=invitation))


def test_an_invitation_for_anybody_still_needs_the_proof_of_the_address(make_instance: Callable[..., Instance]) -> None:
    instance = make_instance(SIGN_UP="invitation")
    instance.sign_up("anna@example.org", invitation=instance.operations.invite("").rpartition("=")[2])
    assert "EMAIL_NOT_VERIFIED" == reason_of(lambda: instance.sign_in("anna@example.org"))


def test_the_first_administrator_signs_up_by_the_link_in_the_file(
    make_instance: Callable[..., Instance], tmp_path: Path
) -> None:
    instance = make_instance(SIGN_UP="closed")
    link_file = tmp_path / "administrator-link"
    assert instance.operations.offer_first_administrator(link_file)
    assert 0o600 == link_file.stat().st_mode & 0o777
    link = link_file.read_text().strip()
    assert link.startswith(f"{PUBLIC_URL}/sign-up?invitation=")

    instance.sign_up("boss@example.org", invitation=link.rpartition("=")[2])
    assert instance.person(instance.sign_in("boss@example.org").user).is_administrator
    instance.operations.withdraw_link(link_file)
    assert not link_file.exists()
    assert not instance.operations.offer_first_administrator(link_file)


def test_where_mail_goes_out_the_first_administrator_proves_the_address_too(
    make_instance: Callable[..., Instance], tmp_path: Path
) -> None:
    instance = make_instance(SMTP_URL="smtp://127.0.0.1:9")
    instance.operations.offer_first_administrator(tmp_path / "link")
    invitation = (tmp_path / "link").read_text().strip().rpartition("=")[2]
    instance.sign_up("boss@example.org", invitation=invitation)
    assert "EMAIL_NOT_VERIFIED" == reason_of(lambda: instance.sign_in("boss@example.org"))


def test_a_later_stranger_does_not_inherit_a_pending_administration(
    make_instance: Callable[..., Instance], tmp_path: Path
) -> None:
    instance = make_instance(SMTP_URL="smtp://127.0.0.1:9")
    instance.operations.offer_first_administrator(tmp_path / "link")
    instance.sign_up("boss@example.org", invitation=(tmp_path / "link").read_text().strip().rpartition("=")[2])
    instance.sign_up("boss@example.org", password="the stranger waits here")
    with instance.base.engine.connect() as connection:
        flags = connection.exec_driver_sql("SELECT is_administrator FROM identity.account").scalars().all()
    assert [False] == list(flags)
