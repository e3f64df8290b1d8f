"""E-mail addresses in one normal form, so that one address is one account."""

import re
import unicodedata

from ctz_identity.domain.errors import InvalidField

MAX_LENGTH = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
_MAX_GIVEN = 1024  # normalising is not tried on more
_EXAMPLE = "Enter an e-mail address such as name@example.org."
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")  # RFC 5322 dot-atom
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


def normalise(given: str, *, field: str = "email") -> str:
    """Return the address in lower case, its domain in ASCII; refuse what no mail server takes."""
    if len(given) > _MAX_GIVEN:
        raise InvalidField(field, _EXAMPLE)
    text = unicodedata.normalize("NFKC", given).strip().lower()
    local, at, domain = text.rpartition("@")
    ascii_domain = _to_ascii(domain)
    address = f"{local}@{ascii_domain}"
    if not at or len(local) > 64 or len(address) > MAX_LENGTH or not _LOCAL.fullmatch(local):  # noqa: PLR2004 RFC 5321
        raise InvalidField(field, _EXAMPLE)
    if not ascii_domain or not all(_LABEL.fullmatch(label) for label in ascii_domain.split(".")):
        raise InvalidField(field, _EXAMPLE)
    return address


def parts(address: str) -> tuple[str, ...]:
    """Return the words of an address that a password must not be built from."""
    local, _, domain = address.partition("@")
    words = re.split(r"[^a-z]+", local) + domain.split(".")[:-1]
    return tuple(word for word in (*words, re.sub(r"[^a-z]", "", local)) if len(word) >= 4)  # noqa: PLR2004 shorter words stand in anything


def _to_ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
