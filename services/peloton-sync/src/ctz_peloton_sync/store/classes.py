"""Fetch state of classes: each is fetched once for the whole instance."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_peloton_sync.store.tables import ride_class as t


class ClassStore:
    """Reads and writes the fetch state of classes."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def claim_new(self, titles: Mapping[str, str]) -> set[str]:
        """Note classes whose detail is wanted; returns those that nobody wanted before."""
        if not titles:
            return set()
        rows = [{"id": class_id, "title": titles[class_id], "state": "due"} for class_id in sorted(titles)]
        insert = pg.insert(t).on_conflict_do_nothing(index_elements=[t.c.id]).returning(t.c.id)
        return set(self._connection.execute(insert, rows).scalars())

    def note_fetched(self, class_id: str, content_hash: bytes, title: str, now: datetime) -> int | None:
        """Store that a class was fetched; returns its revision, or none when nothing changed."""
        changed = (
            sa.update(t)
            .where(t.c.id == class_id, t.c.content_hash.is_distinct_from(content_hash))
            .values(content_hash=content_hash, title=title, state="fetched", revision=t.c.revision + 1, fetched_at=now)
            .returning(t.c.revision)
        )
        return self._connection.execute(changed).scalar_one_or_none()

    def note_missing(self, class_id: str, now: datetime) -> None:
        """Store that Peloton no longer has a class."""
        self._connection.execute(sa.update(t).where(t.c.id == class_id).values(state="missing", fetched_at=now))
