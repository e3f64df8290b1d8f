"""What a new password must be: long, in one normal form, and not the first thing a guesser tries.

NIST SP 800-63B rev 4, 3.1.1.2: any character counts, no rules of composition, a list of refused ones, the reason told.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from ctz_identity.domain.errors import PasswordRefused

MIN_LENGTH = 12
MAX_LENGTH = 128
_MAX_RAW_LENGTH = 1024  # normalising is not tried on more: one code point can become eighteen
_MIN_WORD = 4
_MIN_RUN = 3
_MAX_PERIOD = 4
_PRODUCT_WORDS = ("chasethezones", "powerzones", "powerzone", "peloton", "chase", "zones", "cycling", "bike")
_LEET = str.maketrans("013457$@!+", "oieastsait")
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "q1w2e3r4t5y6u7i8o9p0",
)
_RUNS = _ROWS + tuple(row[::-1] for row in _ROWS)


class Refusal(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_COMMON = "too_common"
    TOO_PERSONAL = "too_personal"

    @property
    def sentence(self) -> str:
        """What to do about it."""
        return _SENTENCES[self]


_SENTENCES = {
    Refusal.TOO_SHORT: f"Use at least {MIN_LENGTH} characters. A few unrelated words work well.",
    Refusal.TOO_LONG: f"Use at most {MAX_LENGTH} characters.",
    Refusal.TOO_COMMON: "This is among the first passwords that a guesser tries. A few unrelated words work well.",
    Refusal.TOO_PERSONAL: "This is built from your name, your address or the name of this site. Use unrelated words.",
}


def normalise(password: str) -> str:
    """Return the one form (NFKC) in which a password is hashed, so that it works from every keyboard."""
    return unicodedata.normalize("NFKC", password)


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """Judges new passwords against a list of common ones (lower case) and the person's own words."""

    common: frozenset[str]

    def accept(self, given: str, *, personal: Collection[str], field: str = "password") -> str:
        """Return the password in normal form, or refuse it and say why."""
        password = normalise(given[: _MAX_RAW_LENGTH + 1])
        refusal = self._refusal(password, personal)
        if refusal:
            raise PasswordRefused(field, refusal.value, refusal.sentence)
        return password

    def _refusal(self, password: str, personal: Collection[str]) -> Refusal | None:
        if len(password) < MIN_LENGTH:
            return Refusal.TOO_SHORT
        if len(password) > MAX_LENGTH:
            return Refusal.TOO_LONG
        lowered = password.casefold()
        if self._is_common(lowered):
            return Refusal.TOO_COMMON
        if self._is_personal(lowered, (*personal, *_PRODUCT_WORDS)):
            return Refusal.TOO_PERSONAL
        return None

    def _is_common(self, lowered: str) -> bool:
        core = _core(lowered)
        unit = _unit(core)
        return (
            lowered in self.common
            or len(_unit(lowered)) <= _MAX_PERIOD
            or any(len(word) >= _MIN_WORD and word in self.common for word in (core, unit))
            or _is_made_of_runs(lowered)
        )

    def _is_personal(self, lowered: str, words: Collection[str]) -> bool:
        letters = re.sub(r"[^a-z]", "", _core(lowered))
        rest = letters
        for word in sorted({word for word in words if len(word) >= _MIN_WORD}, key=len, reverse=True):
            rest = rest.replace(word, "")
        return rest != letters and (len(rest) < _MIN_WORD or rest in self.common)


def personal_words(display_name: str) -> tuple[str, ...]:
    """Return the words of a name that a password must not be built from."""
    return tuple(word for word in re.split(r"[^a-z]+", display_name.casefold()) if len(word) >= _MIN_WORD)


def _plain(text: str) -> str:
    return text.translate(_LEET)


def _core(lowered: str) -> str:
    """Return the word between leading and trailing digits and signs, with the usual swaps undone."""
    return _plain(re.sub(r"^[\W\d_]+|[\W\d_]+$", "", lowered))


def _unit(text: str) -> str:
    """Return the shortest text that, repeated, gives the whole (its last repeat may be cut)."""
    for period in range(1, len(text) // 2 + 1):
        if text[period:] == text[:-period]:
            return text[:period]
    return text


def _is_made_of_runs(lowered: str) -> bool:
    """Say whether the whole is keyboard rows, alphabet, digits in order or repeats, three characters or more each."""
    start = 0
    while start < len(lowered):
        length = _run_length(lowered, start)
        if length < _MIN_RUN:
            return False
        start += length
    return True


def _run_length(lowered: str, start: int) -> int:
    end = start + 1
    while end < len(lowered) and _is_run(lowered[start : end + 1]):
        end += 1
    return end - start


def _is_run(piece: str) -> bool:
    return piece == piece[0] * len(piece) or any(piece in run for run in _RUNS)
