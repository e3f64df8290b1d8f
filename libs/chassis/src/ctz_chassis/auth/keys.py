"""Ed25519 keys of the services and the file with their public halves."""

import base64
import binascii
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

USER_KEY_ID = "identity-user"
"""Key id of the key with which identity signs for people; every other key id is the name of a service."""

PUBLIC_KEY_BYTES = 32


class KeyFileError(Exception):
    """A key file cannot be read or does not hold what it should; never shows its content."""

    def __init__(self, path: Path | str, problem: str) -> None:
        super().__init__(f"{path} {problem}")


def new_private_key_pem() -> bytes:
    """Make a new Ed25519 private key, as PKCS #8 in PEM without a password."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def parse_private_key(pem: bytes, *, source: Path | str = "key") -> Ed25519PrivateKey:
    """Read an Ed25519 private key from PEM."""
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFileError(source, "holds no readable private key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(source, "holds a key that is not Ed25519")
    return key


def load_private_key(path: Path) -> Ed25519PrivateKey:
    """Read an Ed25519 private key from a PEM file."""
    try:
        return parse_private_key(path.read_bytes(), source=path)
    except OSError as error:
        raise KeyFileError(path, "cannot be read") from error


def jwks_document(keys: Mapping[str, Ed25519PublicKey]) -> dict[str, Any]:
    """Return the JSON Web Key Set (RFC 7517, RFC 8037) of public keys by key id."""
    return {"keys": [_jwk(key_id, key) for key_id, key in sorted(keys.items())]}


def _jwk(key_id: str, key: Ed25519PublicKey) -> dict[str, str]:
    x = base64.urlsafe_b64encode(key.public_bytes_raw()).rstrip(b"=").decode("ascii")
    return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key_id, "x": x}


def parse_jwks(document: Any, *, source: Path | str = "key set") -> dict[str, Ed25519PublicKey]:
    """Read a key set; anything but Ed25519 signing keys with distinct key ids is refused."""
    keys: dict[str, Ed25519PublicKey] = {}
    try:
        for entry in document["keys"]:
            kind = (entry["kty"], entry["crv"], entry["use"], entry["alg"])
            if kind != ("OKP", "Ed25519", "sig", "EdDSA") or entry["kid"] in keys:
                raise KeyFileError(source, "holds a key of another kind or a key id twice")
            keys[entry["kid"]] = Ed25519PublicKey.from_public_bytes(_raw(entry["x"]))
    except (KeyError, TypeError, ValueError) as error:
        raise KeyFileError(source, "is not a key set") from error
    return keys


def _raw(text: str) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if len(raw) != PUBLIC_KEY_BYTES:
        raise ValueError("not 32 bytes")
    return raw


def load_jwks(path: Path) -> dict[str, Ed25519PublicKey]:
    """Read a key set from a JSON file."""
    try:
        return parse_jwks(json.loads(path.read_text(encoding="utf-8")), source=path)
    except OSError as error:
        raise KeyFileError(path, "cannot be read") from error
    except json.JSONDecodeError as error:
        raise KeyFileError(path, "is not JSON") from error
