"""Fetch state of classes: each is fetched once for the whole instance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_peloton_sync.store.tables import ride_class as t
from ctz_peloton_sync.store.tables import sync_task


@dataclass(frozen=True, slots=True)
class KnownClass:
    """A class as it was published last; `published` is none where only its detail is wanted so far."""

    revision: int
    content_hash: bytes | None
    published: bytes | None


@dataclass(frozen=True, slots=True)
class NewListing:
    """What the archive tells anew of a class."""

    class_id: str
    title: str
    revision: int
    content_hash: bytes
    published: bytes
    is_detail_due: bool
    air_time: datetime | None


class ClassStore:
    """Reads and writes the fetch state of classes."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def claim_new(self, titles: Mapping[str, str]) -> set[str]:
        """Note classes whose detail is wanted; returns those that nobody wanted before."""
        if not titles:
            return set()
        wanted = {"state": "due", "is_detail_due": True}
        rows = [{"id": class_id, "title": titles[class_id], **wanted} for class_id in sorted(titles)]
        insert = pg.insert(t).on_conflict_do_update(index_elements=[t.c.id], set_=wanted, where=t.c.state == "listed")
        return set(self._connection.execute(insert.returning(t.c.id), rows).scalars())

    def state_of(self, class_id: str) -> str | None:
        """`listed`, `due`, `fetched` or `missing`; none for a class that nobody told of."""
        return self._connection.execute(sa.select(t.c.state).where(t.c.id == class_id)).scalar()

    def note_fetched(
        self, class_id: str, content_hash: bytes, published: bytes, title: str, now: datetime
    ) -> int | None:
        """Store that a class was fetched; returns its revision, or none when nothing changed."""
        changed = (
            sa.update(t)
            .where(t.c.id == class_id, t.c.content_hash.is_distinct_from(content_hash))
            .values(
                content_hash=content_hash,
                published=published,
                title=title,
                state="fetched",
                is_detail_due=False,
                revision=t.c.revision + 1,
                fetched_at=now,
            )
            .returning(t.c.revision)
        )
        return self._connection.execute(changed).scalar_one_or_none()

    def known(self, class_ids: Sequence[str]) -> dict[str, KnownClass]:
        """Classes that are known already, held until the transaction ends."""
        query = (
            sa.select(t.c.id, t.c.revision, t.c.content_hash, t.c.published)
            .where(t.c.id.in_(class_ids))
            .order_by(t.c.id)
            .with_for_update()
        )
        return {row.id: KnownClass(*row[1:]) for row in self._connection.execute(query)}

    def note_listed(self, listings: Sequence[NewListing]) -> set[str]:
        """Store what the archive told anew; returns which of them were stored: another page may have told the same."""
        rows: list[dict[str, Any]] = [
            {
                "id": each.class_id,
                "title": each.title,
                "state": "listed",
                "revision": each.revision,
                "content_hash": each.content_hash,
                "published": each.published,
                "is_detail_due": each.is_detail_due,
                "air_time": each.air_time,
            }
            for each in sorted(listings, key=lambda each: each.class_id)
        ]
        if not rows:
            return set()
        insert = pg.insert(t)
        told = {name: insert.excluded[name] for name in ("title", "revision", "content_hash", "published", "air_time")}
        upsert = insert.on_conflict_do_update(
            index_elements=[t.c.id], set_=told, where=t.c.revision < insert.excluded.revision
        )
        return set(self._connection.execute(upsert.returning(t.c.id), rows).scalars())

    def details_due(self, limit: int) -> list[str]:
        """Classes whose detail is wanted and that no task asks for: first what riders took, then the newest."""
        asked = sa.exists().where(sync_task.c.dedupe_key == sa.literal("class:") + t.c.id)
        order = ((t.c.state == "listed"), t.c.air_time.desc().nulls_last(), t.c.id)
        query = sa.select(t.c.id).where(t.c.is_detail_due, sa.not_(asked)).order_by(*order).limit(limit)
        return list(self._connection.execute(query).scalars())

    def note_retired(self, told: NewListing) -> None:
        """Store that a class is no longer offered; its detail is asked for only if a rider's workout wants it."""
        self._connection.execute(
            sa.update(t)
            .where(t.c.id == told.class_id)
            .values(
                revision=told.revision,
                content_hash=told.content_hash,
                published=told.published,
                is_detail_due=sa.and_(t.c.is_detail_due, t.c.state != "listed"),
            )
        )

    def note_missing(self, class_id: str, now: datetime) -> None:
        """Store that Peloton no longer has a class."""
        self._connection.execute(
            sa.update(t).where(t.c.id == class_id).values(state="missing", is_detail_due=False, fetched_at=now)
        )

    def note_unread(self, class_id: str) -> None:
        """Store that the detail could not be had; it is asked for again only when somebody opens the class."""
        unread = sa.update(t).where(t.c.id == class_id, t.c.state.in_(("listed", "due")))
        state = sa.case((t.c.published.is_(None), "missing"), else_="listed")
        self._connection.execute(unread.values(state=state, is_detail_due=False))
