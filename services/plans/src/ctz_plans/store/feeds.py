"""Calendar feeds: one a rider, under the SHA-256 of its secret."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_plans.store.practice_tables import pelvic_floor
from ctz_plans.store.tables import calendar_feed as table


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, when it was made, and when a calendar last read it."""

    user_id: UUID
    created_at: datetime
    last_read_at: datetime | None


class FeedStore:
    """Calendar feeds within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of(self, user_id: UUID) -> Feed | None:
        """The feed of a rider."""
        return self._one(table.c.user_id == user_id)

    def under(self, secret_hash: bytes) -> Feed | None:
        """The feed whose secret has this hash."""
        return self._one(table.c.secret_hash == secret_hash)

    def keep(self, user_id: UUID, secret_hash: bytes, now: datetime) -> None:
        """Make the rider's feed, in place of the one before."""
        values = {"secret_hash": secret_hash, "created_at": now, "last_read_at": None}
        insert = pg.insert(table).values(user_id=user_id, **values)
        self._connection.execute(insert.on_conflict_do_update(index_elements=[table.c.user_id], set_=values))

    def delete(self, user_id: UUID) -> None:
        """Take the rider's feed away."""
        self._connection.execute(sa.delete(table).where(table.c.user_id == user_id))

    def mark_read(self, user_id: UUID, now: datetime) -> None:
        """Keep when a calendar last read it."""
        self._connection.execute(sa.update(table).where(table.c.user_id == user_id).values(last_read_at=now))

    def shares_pelvic_floor(self, user_id: UUID) -> bool:
        """Whether the rider wants pelvic-floor work to be told."""
        query = sa.select(pelvic_floor.c.is_shared).where(pelvic_floor.c.user_id == user_id)
        return bool(self._connection.execute(query).scalar_one_or_none())

    def _one(self, condition: sa.ColumnElement[bool]) -> Feed | None:
        columns = (table.c.user_id, table.c.created_at, table.c.last_read_at)
        row = self._connection.execute(sa.select(*columns).where(condition)).one_or_none()
        return None if row is None else Feed(*row)
