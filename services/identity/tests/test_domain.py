"""Rules without I/O: addresses, secrets, metrics, limits, mails."""

import string
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_identity.domain import email_address, mails, metrics, secrets
from ctz_identity.domain.errors import InvalidField
from ctz_identity.domain.limits import Limits, Scope, Tally, subject
from ctz_identity.domain.metrics import MetricKind, MetricSource
from ctz_identity.domain.security_events import Client

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given_address", "normal"),
    [
        ("Anna@Example.ORG", "anna@example.org"),
        ("  anna@example.org\n", "anna@example.org"),
        ("anna@EXAMPLE.org", "anna@example.org"),
        ("anna+zones@example.org", "anna+zones@example.org"),
        ("anna@bücher.example", "anna@xn--bcher-kva.example"),
        ("anna@localhost", "anna@localhost"),
    ],
)
def test_t104_one_address_has_one_normal_form(given_address: str, normal: str) -> None:
    assert normal == email_address.normalise(given_address)


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "@",
        "a@",
        "@b.c",
        "a b@c.d",
        "a@b@c.d",
        "a@-b.c",
        "a@b..c",
        ".a@b.c",
        "a..b@c.d",
        "\u0430@b.c",
        "a@b.c\r\nBcc: x@y.z",
        "x" * 65 + "@b.c",
        "a@" + "b" * 64 + ".c",
        "a@" + "b." * 130 + "c",
        '"a b"@c.d',
        "a@[127.0.0.1]",
    ],
)
def test_what_no_mail_server_takes_is_refused(nonsense: str) -> None:
    with pytest.raises(InvalidField):
        email_address.normalise(nonsense)


@given(st.text(max_size=300))
def test_an_accepted_address_is_plain_ascii_and_stays_what_it_is(text: str) -> None:
    try:
        normal = email_address.normalise(text)
    except InvalidField:
        return
    assert normal.isascii()
    assert not set(normal) & set(' \r\n\0<>(),;:\\"[]')
    assert normal == email_address.normalise(normal)


@given(st.binary(min_size=32, max_size=32))
def test_t115_a_token_has_a_fixed_form_and_its_checksum_fits(random_bytes: bytes) -> None:
    token = secrets.encode_token(random_bytes)
    assert 57 == len(token)
    assert token.startswith("ctz_pat_")
    assert set(token.removeprefix("ctz_pat_")) <= set(string.ascii_letters + string.digits)
    assert secrets.is_well_formed_token(token)


@given(st.binary(min_size=32, max_size=32), st.integers(8, 56), st.sampled_from(string.ascii_letters + string.digits))
def test_t115_one_wrong_character_is_noticed(random_bytes: bytes, position: int, letter: str) -> None:
    token = secrets.encode_token(random_bytes)
    changed = token[:position] + letter + token[position + 1 :]
    assert (changed == token) == secrets.is_well_formed_token(changed)


@given(st.binary(min_size=32, max_size=32))
def test_a_secret_is_recognised_and_safe_in_links(random_bytes: bytes) -> None:
    secret = secrets.encode_secret(random_bytes)
    assert 43 == len(secret)
    assert set(secret) <= set(string.ascii_letters + string.digits + "-_")
    assert secrets.is_encoded_secret(secret)


def test_t109_a_reset_lives_an_hour_and_the_rest_a_day() -> None:
    assert {
        "verify": timedelta(hours=24),
        "reset": timedelta(hours=1),
        "invitation": timedelta(hours=24),
        "first-administrator": timedelta(hours=24),
    } == {purpose.value: purpose.lifetime for purpose in secrets.Purpose}


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        (MetricKind.FTP, 209.5, Decimal(210)),
        (MetricKind.FTP, 209.49, Decimal(209)),
        (MetricKind.FTP, 30, Decimal(30)),
        (MetricKind.FTP, 650, Decimal(650)),
        (MetricKind.WEIGHT, 70.305, Decimal("70.31")),
        (MetricKind.RUNNING_PACE_LEVEL, 10, Decimal(10)),
    ],
)
def test_a_value_has_the_precision_of_its_kind(kind: MetricKind, value: float, kept: Decimal) -> None:
    assert kept == metrics.draft(kind, NOW, value, MetricSource.MANUAL, now=NOW).value


@given(st.sampled_from(MetricKind), st.floats())
def test_no_value_outside_its_range_is_kept(kind: MetricKind, value: float) -> None:
    try:
        kept = metrics.draft(kind, NOW, value, MetricSource.MANUAL, now=NOW).value
    except InvalidField:
        return
    assert 1 <= kept <= 650


def test_the_numbers_of_kinds_and_sources_are_those_of_the_contract() -> None:
    from ctz.common.v1 import training_pb2  # noqa: PLC0415

    assert {f"METRIC_KIND_{kind.name}": kind.value for kind in MetricKind} == {
        name: number for name, number in training_pb2.MetricKind.items() if number
    }
    assert {f"METRIC_SOURCE_{source.name}": source.value for source in MetricSource} == {
        name: number for name, number in training_pb2.MetricSource.items() if number
    }


def test_a_limit_tells_when_to_come_back() -> None:
    limit = Limits().of(Scope.SIGN_IN_ACCOUNT_ADDRESS)
    tally = Tally(limit, limit.amount + 1, NOW + timedelta(seconds=90))
    assert (True, True, 90) == (tally.is_over, tally.is_first_over, tally.retry_after_seconds(NOW))
    assert 1 == tally.retry_after_seconds(NOW + timedelta(hours=1))
    assert not Tally(limit, limit.amount, NOW).is_over


def test_every_scope_has_a_limit_and_subjects_hold_no_address() -> None:
    assert list(Scope) == [Limits().of(scope).scope for scope in Scope]
    assert "anna" not in subject("anna@example.org")
    assert subject("a", "bc") != subject("ab", "c")


def test_texts_from_outside_are_cut_and_stripped_of_control_characters() -> None:
    client = Client(address="192.0.2.1\r\nX: y" + "z" * 100, user_agent="a\0b" * 200)
    assert client.address.startswith("192.0.2.1X: yz")
    assert (64, 200) == (len(client.address), len(client.user_agent))


def test_mails_are_plain_short_and_have_a_recipient() -> None:
    writer = mails.Mails("https://zones.example/")
    written = [
        writer.verify("a@b.c", "s" * 43),
        writer.ready("a@b.c"),
        writer.already_known("a@b.c"),
        writer.nothing_known("a@b.c"),
        writer.reset("a@b.c", "s" * 43),
        writer.password_changed("a@b.c"),
        writer.token_created("a@b.c", "laptop"),
        writer.invitation("a@b.c", "s" * 43),
    ]
    assert {"a@b.c"} == {mail.recipient for mail in written}
    assert len(written) == len({mail.subject for mail in written})
    for mail in written:
        assert len(mail.text) < 600
        assert "zones.example" in mail.text
        assert "//" not in mail.text.replace("https://", "")
