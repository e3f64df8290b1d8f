"""Queries on secrets that were mailed or written: one use each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from ctz_identity.domain.secrets import Purpose
from ctz_identity.store.tables import account, secret


@dataclass(frozen=True, slots=True)
class SecretFacts:
    """What a valid secret stands for; the address is that of the person, or the one that was invited."""

    purpose: Purpose
    user_id: UUID | None
    email: str | None
    display_name: str


class Secrets:
    """Secrets inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(
        self,
        secret_hash: bytes,
        purpose: Purpose,
        *,
        now: datetime,
        user_id: UUID | None = None,
        email: str | None = None,
    ) -> None:
        """Store a secret; one without a person, for a purpose that needs one, opens nothing."""
        self._connection.execute(
            sa.insert(secret).values(
                secret_hash=secret_hash,
                purpose=purpose.value,
                user_id=user_id,
                email=email,
                created_at=now,
                expires_at=now + purpose.lifetime,
            )
        )

    def look_up(self, secret_hash: bytes, *purposes: Purpose, now: datetime) -> SecretFacts | None:
        """Return what a valid secret stands for, without using it."""
        row = self._connection.execute(
            sa.select(
                secret.c.purpose,
                secret.c.user_id,
                sa.func.coalesce(account.c.email, secret.c.email).label("email"),
                sa.func.coalesce(account.c.display_name, "").label("display_name"),
            )
            .select_from(secret.outerjoin(account, account.c.id == secret.c.user_id))
            .where(*_usable(secret_hash, purposes, now))
        ).one_or_none()
        if row is None:
            return None
        return SecretFacts(Purpose(row.purpose), row.user_id, row.email, row.display_name)

    def use(self, secret_hash: bytes, *purposes: Purpose, now: datetime) -> UUID | None:
        """Use a secret up and return its person; of parallel uses exactly one gets it. None when it is not valid."""
        return self._connection.execute(
            sa.delete(secret)
            .where(*_usable(secret_hash, purposes, now), secret.c.user_id.is_not(None))
            .returning(secret.c.user_id)
        ).scalar_one_or_none()

    def use_invitation(self, secret_hash: bytes, purpose: Purpose, *, now: datetime) -> bool:
        """Use an invitation up; of parallel uses exactly one is told True."""
        used = self._connection.execute(sa.delete(secret).where(*_usable(secret_hash, (purpose,), now)))
        return used.rowcount == 1

    def forget(self, user_id: UUID, *purposes: Purpose) -> None:
        """Make a person's secrets of these purposes useless."""
        self._connection.execute(
            sa.delete(secret).where(
                secret.c.user_id == user_id, secret.c.purpose.in_([each.value for each in purposes])
            )
        )

    def forget_address(self, email: str) -> None:
        """Make every secret that was made for an address useless."""
        self._connection.execute(sa.delete(secret).where(secret.c.email == email))

    def forget_all(self, purpose: Purpose) -> None:
        """Make every secret of a purpose useless."""
        self._connection.execute(sa.delete(secret).where(secret.c.purpose == purpose.value))

    def prune(self, *, now: datetime) -> int:
        """Delete what has expired; return how many rows."""
        return self._connection.execute(sa.delete(secret).where(secret.c.expires_at <= now)).rowcount


def _usable(secret_hash: bytes, purposes: tuple[Purpose, ...], now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        secret.c.secret_hash == secret_hash,
        secret.c.purpose.in_([each.value for each in purposes]),
        secret.c.expires_at > now,
    )
