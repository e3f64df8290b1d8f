"""Sealed tokens; what is inside only `app.tokens` sees."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_peloton_sync.store.tables import token as t

# A refresh holds the row while Peloton answers, so others wait longer for it than for any other lock.
REFRESH_LOCK_TIMEOUT = "25s"


@dataclass(frozen=True, slots=True)
class SealedToken:
    """A grant as it lies in the database; `version` counts its renewals."""

    user_id: UUID
    connection_id: UUID
    sealed: bytes
    key_id: str
    version: int
    access_expires_at: datetime


_COLUMNS = tuple(t.c[name] for name in SealedToken.__slots__)


class TokenStore:
    """Reads and writes sealed tokens."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, user_id: UUID) -> SealedToken | None:
        """The rider's token."""
        row = self._connection.execute(sa.select(*_COLUMNS).where(t.c.user_id == user_id)).one_or_none()
        return None if row is None else SealedToken(*row)

    def lock_for_refresh(self, user_id: UUID) -> SealedToken | None:
        """The rider's token, held by this transaction alone; whoever comes later waits for the outcome."""
        wait = REFRESH_LOCK_TIMEOUT
        local = [sa.func.set_config(name, wait, True) for name in ("lock_timeout", "statement_timeout")]  # noqa: FBT003
        self._connection.execute(sa.select(*local))
        query = sa.select(*_COLUMNS).where(t.c.user_id == user_id).with_for_update()
        row = self._connection.execute(query).one_or_none()
        return None if row is None else SealedToken(*row)

    def put(self, token: SealedToken) -> None:
        """Store a token over an older one."""
        values = {name: getattr(token, name) for name in SealedToken.__slots__}
        upsert = pg.insert(t).values(values)
        self._connection.execute(
            upsert.on_conflict_do_update(
                index_elements=[t.c.user_id], set_={name: upsert.excluded[name] for name in values if name != "user_id"}
            )
        )

    def forget(self, user_id: UUID) -> None:
        """Remove the rider's token."""
        self._connection.execute(sa.delete(t).where(t.c.user_id == user_id))

    def keys_in_use(self) -> dict[str, int]:
        """Rows by the key that sealed them."""
        query = sa.select(t.c.key_id, sa.func.count()).group_by(t.c.key_id)
        return {key: rows for key, rows in self._connection.execute(query)}  # noqa: C416 rows are not pairs to mypy

    def not_under(self, key_id: str, limit: int) -> list[SealedToken]:
        """Tokens that another key sealed, held for re-sealing."""
        query = (
            sa.select(*_COLUMNS)
            .where(t.c.key_id != key_id)
            .order_by(t.c.user_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [SealedToken(*row) for row in self._connection.execute(query)]
