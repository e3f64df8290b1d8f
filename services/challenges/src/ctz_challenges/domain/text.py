"""What people type: lines and paragraphs without what no keyboard shows."""

import unicodedata

from ctz_challenges.domain.errors import InvalidField

# Controls, surrogates, separators of lines and paragraphs.
_REFUSED = frozenset({"Cc", "Cs", "Zl", "Zp"})


def checked_line(field: str, given: str, longest: int, *, shortest: int = 1) -> str:
    """Return one line of text, composed and without outer blanks."""
    text = _composed(given, longest)
    if not shortest <= len(text) <= longest or _has_refused(text):
        raise InvalidField(field, f"Enter {shortest} to {longest} characters on one line.")
    return text


def checked_paragraphs(field: str, given: str, longest: int) -> str:
    """Return a text that may have several lines."""
    text = _composed(given.replace("\r\n", "\n"), longest)
    if len(text) > longest or _has_refused(text.replace("\n", "").replace("\t", "")):
        raise InvalidField(field, f"Enter at most {longest} characters of plain text.")
    return text


def _composed(given: str, longest: int) -> str:
    # Composing costs time by length, so what is far too long is cut first and then refused.
    return unicodedata.normalize("NFC", given[: 4 * longest + 4]).strip()


def _has_refused(text: str) -> bool:
    return any(unicodedata.category(character) in _REFUSED for character in text)
