"""How far the class library was read, by browse category."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_peloton_sync.store.tables import library_category as t


@dataclass(frozen=True, slots=True)
class Category:
    """One browse category: the page to ask next, and whether it was ever read to its end."""

    slug: str
    next_page: int = 0
    is_whole: bool = False


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
        self._put(Category(category.slug, 0, category.is_whole), due_at=next_time, is_under_way=False, read_at=now)

    def put_off(self, slug: str, until: datetime) -> None:
        """A page of it could not be read: try the same page again later."""
        self._put(self.get(slug), due_at=until)

    def _put(self, category: Category, **values: object) -> None:
        values |= {"next_page": category.next_page, "is_whole": category.is_whole}
        insert = pg.insert(t).values(slug=category.slug, **values)
        self._connection.execute(insert.on_conflict_do_update(index_elements=[t.c.slug], set_=values))

    @staticmethod
    def _category(slug: str, row: sa.Row[tuple[object, ...]] | None) -> Category:
        return Category(slug) if row is None else Category(slug, row.next_page, row.is_whole)
