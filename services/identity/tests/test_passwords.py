"""The password rules as a table (T108, S1): pure, no I/O."""

import unicodedata

import pytest

from ctz_identity.app.common_passwords import load_common_passwords
from ctz_identity.app.password_hasher import Cost, PasswordHasher
from ctz_identity.domain import email_address
from ctz_identity.domain.errors import PasswordRefused, SignInBusy
from ctz_identity.domain.passwords import PasswordPolicy, personal_words

POLICY = PasswordPolicy(load_common_passwords())
PERSONAL = email_address.parts("anna.miller-stone@riverbank.example") + personal_words("Anna Penelope")
PEPPER = b"p" * 32
CHEAP = Cost(memory_kib=64)


def judged(password: str) -> str:
    """Return why a password is refused, or nothing."""
    try:
        POLICY.accept(password, personal=PERSONAL)
    except PasswordRefused as refused:
        ((field, sentence),) = refused.field_violations
        assert field == "password"
        assert sentence
        return refused.metadata["why"]
    return ""


@pytest.mark.parametrize(
    "password",
    [
        "xq7!mtr4pl0w",  # 12
        "correct horse battery staple",
        " leading and trailing blanks ",
        "👟🚲🏔️🥾🛶⛺🧭🗺️🎒🔥🌲🌊",
        "пароль из нескольких слов",
        "zcjkdhnw fpvq\0bmxu",
        "v" + "kq8x" * 16,  # 65, past 64
        "kq8x vm2z " * 12 + "tail end",  # 128
        "a purple peloton of geese",  # an own word among others
        "annabel sings at midnight",
    ],
)
def test_t108_long_and_unguessable_is_enough(password: str) -> None:
    assert judged(password) == ""


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "too_short"),
        ("xq7!mtr4plw", "too_short"),  # 11
        ("k" * 129, "too_long"),
        ("x" * 100_000, "too_long"),
        ("ﷺ" * 64, "too_long"),  # one code point becomes eighteen under NFKC
        ("password1234", "too_common"),
        ("P@ssw0rd1234!", "too_common"),
        ("passwordpassword", "too_common"),
        ("Qwertyuiop12", "too_common"),
        ("1qaz2wsx3edc", "too_common"),
        ("iloveyou!!!!!", "too_common"),
        ("2024christopher", "too_common"),
        ("DRAGONDRAGON99", "too_common"),
        ("123456789012", "too_common"),
        ("abcdefghijklm", "too_common"),
        ("aaaaaaaaaaaa", "too_common"),
        ("abcabcabcabc", "too_common"),
        ("aaabbbcccddd", "too_common"),
        ("98765qwertyasdfg", "too_common"),
        ("chasethezones", "too_personal"),
        ("ChaseTheZones2026!", "too_personal"),
        ("peloton-peloton-1", "too_personal"),
        ("annamiller1985", "too_personal"),
        ("m1ller-st0ne!!!", "too_personal"),
        ("riverbank12345", "too_personal"),
        ("Penelope.Anna.7", "too_personal"),
    ],
)
def test_t108_what_a_guesser_tries_first_is_refused_and_the_reason_told(password: str, why: str) -> None:
    assert judged(password) == why


def test_t108_every_common_password_that_is_long_enough_is_refused() -> None:
    """The offline list of common and breached passwords, upper and lower case, and with a year behind them."""
    long_ones = [word for word in POLICY.common if 12 <= len(word) <= 128]
    assert len(long_ones) > 200
    assert not [word for word in long_ones if judged(word) == "" or judged(word.upper()) == ""]


def test_t108_each_of_the_three_thousand_most_common_words_needs_more_than_digits_around_it() -> None:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]  # noqa: PLC0415

    top = [word for word in FREQUENCY_LISTS["passwords"][:3000] if len(word) >= 4 and word.isalpha()]
    padded = [f"1{word}20262026!" for word in top]
    assert not [word for word in padded if judged(word) == ""]


def test_t108_the_73rd_byte_matters_and_so_does_every_other() -> None:
    hasher = PasswordHasher(PEPPER, CHEAP)
    long = "k" * 100
    stored = hasher.hash(long)
    assert hasher.verify(stored, long)
    assert not [n for n in (0, 72, 73, 99) if hasher.verify(stored, long[:n] + "x" + long[n + 1 :])]
    assert not hasher.verify(stored, long + "k")


def test_t108_composed_and_decomposed_letters_are_the_same_password() -> None:
    hasher = PasswordHasher(PEPPER, CHEAP)
    composed = unicodedata.normalize("NFC", "Åse går på café i kväll")
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    assert hasher.verify(hasher.hash(composed), decomposed)


def test_a_nul_character_does_not_end_a_password() -> None:
    hasher = PasswordHasher(PEPPER, CHEAP)
    assert not hasher.verify(hasher.hash("first half\0second half"), "first half\0another half")


def test_a_hash_is_useless_without_the_pepper() -> None:
    stored = PasswordHasher(PEPPER, CHEAP).hash("meadow lantern 7 orbit")
    assert not PasswordHasher(b"q" * 32, CHEAP).verify(stored, "meadow lantern 7 orbit")


def test_an_absent_hash_is_never_right_whatever_is_guessed() -> None:
    assert not PasswordHasher(PEPPER, CHEAP).verify(None, "nobody has this password")


def test_the_default_cost_is_what_owasp_asks_for() -> None:
    stored = PasswordHasher(PEPPER, Cost()).hash("meadow lantern 7 orbit")
    assert stored.startswith("$argon2id$v=19$m=47104,t=1,p=1$")


def test_who_finds_every_place_taken_is_told_to_come_back() -> None:
    """T070's rule in small: no more hashes at once than there are places."""
    hasher = PasswordHasher(PEPPER, Cost(memory_kib=64, at_once=1, wait_seconds=0))
    with hasher._place("hash"), pytest.raises(SignInBusy):
        hasher.hash("meadow lantern 7 orbit")
    assert hasher.hash("meadow lantern 7 orbit")


def test_a_short_pepper_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        PasswordHasher(b"short", CHEAP)
