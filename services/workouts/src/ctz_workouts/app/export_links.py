"""Secrets that open ready exports; only their digests are kept."""

import secrets
from hashlib import sha256

SECRET_BYTES = 32
LINK_SECONDS = 900.0
"""How long a secret opens a file."""


def new_secret() -> str:
    """A secret of 256 bits."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest_of(secret: str) -> bytes:
    """What is kept of a secret."""
    return sha256(secret.encode()).digest()
