"""Fresh secrets: the text to tell once and the hash to keep."""

import secrets as randomness
from dataclasses import dataclass

from ctz_identity.domain import secrets


@dataclass(frozen=True, slots=True)
class Minted:
    """A new secret and what is stored of it."""

    secret: str
    digest: bytes


def mint_secret() -> Minted:
    """Return a new secret for a link, a session or a device: 256 random bits."""
    secret = secrets.encode_secret(randomness.token_bytes(secrets.SECRET_BYTES))
    return Minted(secret, secrets.digest(secret))


def mint_token() -> Minted:
    """Return the secret of a new personal access token."""
    secret = secrets.encode_token(randomness.token_bytes(secrets.SECRET_BYTES))
    return Minted(secret, secrets.digest(secret))
