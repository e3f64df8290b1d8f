"""What stays of deleted accounts."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_identity.domain.erasure import Erasure
from ctz_identity.store.tables import tombstone


class Tombstones:
    """Tombstones inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def put(self, user_id: UUID, secret_hash: bytes, *, now: datetime) -> None:
        """Bury an account; the secret lets its owner watch the others erase."""
        row = {"user_id": user_id, "deleted_at": now, "secret_hash": secret_hash, "erased": {}}
        self._connection.execute(sa.insert(tombstone).values(row))

    def put_again(self, user_id: UUID, *, now: datetime) -> datetime:
        """Bury an account whose tombstone a restored backup may not know; return when it was deleted."""
        row = {"user_id": user_id, "deleted_at": now, "secret_hash": None, "erased": {}}
        self._connection.execute(pg.insert(tombstone).values(row).on_conflict_do_nothing())
        query = sa.select(tombstone.c.deleted_at).where(tombstone.c.user_id == user_id)
        deleted_at: datetime = self._connection.execute(query).scalar_one()
        return deleted_at

    def note(self, user_id: UUID, service: str, *, at: datetime) -> None:
        """Keep when a service had erased what it held; its first word counts, and only while somebody can ask."""
        erased = tombstone.c.erased
        self._connection.execute(
            sa.update(tombstone)
            .where(tombstone.c.user_id == user_id, tombstone.c.secret_hash.is_not(None), ~erased.has_key(service))
            .values(erased=erased.op("||")(sa.literal({service: at.isoformat()}, pg.JSONB)))
        )

    def look_up(self, secret_hash: bytes, *, deleted_after: datetime) -> Erasure | None:
        """Return how far the erasing is, for the holder of the secret; none for everybody else."""
        row = self._connection.execute(
            sa.select(tombstone.c.deleted_at, tombstone.c.erased).where(
                tombstone.c.secret_hash == secret_hash, tombstone.c.deleted_at > deleted_after
            )
        ).one_or_none()
        if row is None:
            return None
        return Erasure(row.deleted_at, {service: datetime.fromisoformat(at) for service, at in row.erased.items()})

    def prune(self, *, deleted_before: datetime) -> int:
        """Leave id and time alone of accounts that nobody can watch any more; return how many rows changed."""
        over = sa.and_(tombstone.c.deleted_at <= deleted_before, tombstone.c.secret_hash.is_not(None))
        return self._connection.execute(sa.update(tombstone).where(over).values(secret_hash=None, erased={})).rowcount
