"""Sealing of tokens at rest: Fernet keys with ids, and an owner inside what is sealed (S16)."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken

from ctz_peloton_sync.clients.tokens import Grant
from ctz_peloton_sync.domain.errors import PelotonSyncError
from ctz_peloton_sync.store.tokens import SealedToken

# First byte of every sealed value; another scheme gets another one.
VERSION = b"\x01"
PURPOSE = "peloton-token"
KEY_ID_LENGTH = 12


class NoUsableKey(Exception):
    """There is no key to seal with: the process must not start."""


class TokenUnreadable(PelotonSyncError):
    """A sealed token was moved, cut or changed, or its key is gone."""

    reason = "TOKEN_UNREADABLE"


@dataclass(frozen=True, slots=True)
class _Key:
    key_id: str
    fernet: Fernet


class Sealer:
    """Seals with the first key, opens with any."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._keys = [_Key(_id_of(key), Fernet(key)) for key in keys]
        except (ValueError, TypeError):
            raise NoUsableKey("a line of the key file is no Fernet key") from None
        if not self._keys:
            raise NoUsableKey("the key file has no key")

    @classmethod
    def from_file(cls, path: Path | None) -> "Sealer":
        """Read the keys, one a line, the first seals; raises NoUsableKey."""
        if path is None:
            raise NoUsableKey("CTZ_PELOTON_SYNC_FERNET_KEYS_FILE is not set")
        try:
            lines = path.read_text(encoding="ascii").splitlines()
        except (OSError, ValueError) as error:
            raise NoUsableKey(f"{path.name} cannot be read") from error
        return cls([line.strip() for line in lines if line.strip() and not line.startswith("#")])

    @property
    def key_id(self) -> str:
        """Id of the key that seals."""
        return self._keys[0].key_id

    @property
    def key_ids(self) -> frozenset[str]:
        """Ids of all keys that open."""
        return frozenset(key.key_id for key in self._keys)

    def seal(self, grant: Grant, *, user_id: UUID, connection_id: UUID, version: int) -> SealedToken:
        """Seal a grant for one connection of one rider."""
        plain = {
            "user": str(user_id),
            "connection": str(connection_id),
            "purpose": PURPOSE,
            "access": grant.access_token,
            "refresh": grant.refresh_token,
            "expires": grant.expires.isoformat(),
        }
        sealed = VERSION + self._keys[0].fernet.encrypt(json.dumps(plain).encode())
        return SealedToken(user_id, connection_id, sealed, self.key_id, version, grant.expires)

    def open(self, token: SealedToken) -> Grant:
        """Open a sealed grant; raises TokenUnreadable unless it belongs to this very row."""
        fernet = next((key.fernet for key in self._keys if key.key_id == token.key_id), None)
        if fernet is None or not token.sealed.startswith(VERSION):
            raise TokenUnreadable
        try:
            plain = json.loads(fernet.decrypt(bytes(token.sealed[1:])))
        except (InvalidToken, ValueError):
            raise TokenUnreadable from None
        owner = (plain["user"], plain["connection"], plain["purpose"])
        if owner != (str(token.user_id), str(token.connection_id), PURPOSE):
            raise TokenUnreadable
        return Grant(plain["access"], plain["refresh"], datetime.fromisoformat(plain["expires"]))

    def reseal(self, token: SealedToken) -> SealedToken:
        """Seal the same grant, unchanged, with the first key."""
        return self.seal(
            self.open(token), user_id=token.user_id, connection_id=token.connection_id, version=token.version
        )


def _id_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:KEY_ID_LENGTH]
