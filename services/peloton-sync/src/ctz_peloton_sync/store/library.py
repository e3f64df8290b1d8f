"""How far the class library was read, by browse category, and which whole reading listed each class last."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_peloton_sync.store.tables import library_category as t
from ctz_peloton_sync.store.tables import library_listing as listed


@dataclass(frozen=True, slots=True)
class Category:
    """One browse category: the page to ask next, and whether and when it was read to its end."""

    slug: str
    next_page: int = 0
    is_whole: bool = False
    """Whether it was ever read to its end."""
    readings: int = 0
    """How often it was."""
    is_reading_whole: bool = False
    """Whether the present pass goes to the end, whatever is known."""
    whole_at: datetime | None = None
    """When a pass went to the end last."""

    @property
    def reading(self) -> int:
        """The whole reading under way, else the last one."""
        return self.readings + 1 if self.is_reading_whole else self.readings


class LibraryStore:
    """Reads and writes how far the library was read."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def due(self, slugs: Sequence[str], now: datetime, limit: int) -> list[Category]:
        """Categories of which a page may be asked now, in the given order."""
        query = sa.select(t).where(t.c.slug.in_(slugs))
        known = {row.slug: row for row in self._connection.execute(query)}
        due = [slug for slug in slugs if slug not in known or known[slug].due_at <= now]
        return [self._category(slug, known.get(slug)) for slug in due[:limit]]

    def get(self, slug: str) -> Category:
        """One category, held until the transaction ends."""
        row = self._connection.execute(sa.select(t).where(t.c.slug == slug).with_for_update()).first()
        return self._category(slug, row)

    def go_on(self, category: Category, now: datetime) -> None:
        """Its next page may be asked at once."""
        self._put(category, due_at=now, is_under_way=True)

    def finish(self, category: Category, now: datetime, next_time: datetime) -> None:
        """It was read as far as is needed; it is due again later."""
        self._put(category, due_at=next_time, is_under_way=False, read_at=now)

    def put_off(self, slug: str, until: datetime) -> None:
        """A page of it could not be read: try the same page again later."""
        self._put(self.get(slug), due_at=until)

    def note_listed(self, slug: str, class_ids: Collection[str], reading: int) -> None:
        """Note that a reading lists these classes."""
        rows = [{"slug": slug, "class_id": class_id, "reading": reading} for class_id in sorted(class_ids)]
        if rows:
            insert = pg.insert(listed)
            newest = sa.func.greatest(listed.c.reading, insert.excluded.reading)
            keys = [listed.c.slug, listed.c.class_id]
            self._connection.execute(insert.on_conflict_do_update(index_elements=keys, set_={"reading": newest}), rows)

    def counts(self, slug: str, reading: int) -> tuple[int, int]:
        """How many classes a reading of a category lists, and how many it ever listed that were not given up."""
        by_it = sa.func.count().filter(listed.c.reading >= reading)
        row = self._connection.execute(sa.select(by_it, sa.func.count()).where(listed.c.slug == slug)).one()
        return row[0], row[1]

    def unlisted(self, slug: str, since: int, limit: int) -> list[str]:
        """Classes that no reading of a category lists since one; they leave the category."""
        old = sa.select(listed.c.class_id).where(listed.c.slug == slug, listed.c.reading < since)
        chosen = old.order_by(listed.c.class_id).limit(limit)
        gone = sa.delete(listed).where(listed.c.slug == slug, listed.c.class_id.in_(chosen))
        return sorted(self._connection.execute(gone.returning(listed.c.class_id)).scalars())

    def listed_elsewhere(self, class_ids: Sequence[str]) -> set[str]:
        """Those that some category lists still."""
        query = sa.select(listed.c.class_id).distinct().where(listed.c.class_id.in_(class_ids))
        return set(self._connection.execute(query).scalars())

    def _put(self, category: Category, **values: object) -> None:
        values |= asdict(category)
        insert = pg.insert(t).values(**values)
        self._connection.execute(insert.on_conflict_do_update(index_elements=[t.c.slug], set_=values))

    @staticmethod
    def _category(slug: str, row: sa.Row[tuple[object, ...]] | None) -> Category:
        if row is None:
            return Category(slug)
        return Category(slug, row.next_page, row.is_whole, row.readings, row.is_reading_whole, row.whole_at)
