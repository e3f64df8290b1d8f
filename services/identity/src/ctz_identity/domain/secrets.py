"""Secrets that are told once and kept as hashes: links, sessions, devices, personal access tokens."""

import base64
import binascii
import hashlib
import zlib
from datetime import timedelta
from enum import StrEnum

SECRET_BYTES = 32
TOKEN_PREFIX = "ctz_pat_"  # noqa: S105 a public prefix, which lets scanners find leaked tokens
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BODY_LENGTH = 43  # 256 bits in base 62
_CHECKSUM_LENGTH = 6  # 32 bits in base 62


class Purpose(StrEnum):
    """What a mailed or written secret allows, once."""

    VERIFY = "verify"
    RESET = "reset"
    INVITATION = "invitation"
    FIRST_ADMINISTRATOR = "first-administrator"

    @property
    def lifetime(self) -> timedelta:
        """How long the secret works: an hour where it gives an account away, else a day."""
        return timedelta(hours=1) if self is Purpose.RESET else timedelta(hours=24)


def encode_secret(random_bytes: bytes) -> str:
    """Return 32 random bytes as text that is safe in links and cookies."""
    return base64.urlsafe_b64encode(random_bytes).rstrip(b"=").decode("ascii")


def digest(secret: str) -> bytes:
    """Return what is stored of a secret: SHA-256, enough for 256 random bits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def is_encoded_secret(text: str) -> bool:
    """Say whether a text can be one of ours, so that nonsense costs no query."""
    try:
        return len(base64.urlsafe_b64decode(text + "=")) == SECRET_BYTES
    except (binascii.Error, ValueError):
        return False


def encode_token(random_bytes: bytes) -> str:
    """Return a personal access token: prefix, 256 bits and a CRC-32, both in base 62."""
    body = _base62(int.from_bytes(random_bytes, "big"), _BODY_LENGTH)
    return f"{TOKEN_PREFIX}{body}{_checksum(body)}"


def is_well_formed_token(text: str) -> bool:
    """Check prefix, length, alphabet and checksum of a personal access token."""
    rest = text.removeprefix(TOKEN_PREFIX)
    if rest == text or len(rest) != _BODY_LENGTH + _CHECKSUM_LENGTH or not set(rest) <= set(_BASE62):
        return False
    return rest[_BODY_LENGTH:] == _checksum(rest[:_BODY_LENGTH])


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode("ascii")), _CHECKSUM_LENGTH)


def _base62(number: int, length: int) -> str:
    digits: list[str] = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_BASE62[digit])
    return "".join(reversed(digits))
