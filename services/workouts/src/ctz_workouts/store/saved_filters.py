"""Filters of the history that riders keep under a title, in their own order."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.errors import NotFound
from ctz_chassis.ids import uuid7
from ctz_workouts.domain.errors import SavedFilterLimitError, SavedFilterTitleTakenError
from ctz_workouts.domain.words import search_form
from ctz_workouts.store.riders import RiderStore
from ctz_workouts.store.tables import saved_filter

MOST_FILTERS: Final = 50


class SavedFilterStore:
    """Saved filters of one rider within one transaction; whoever writes takes the rider's turn first."""

    def __init__(self, connection: sa.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id
        self._own = saved_filter.c.user_id == user_id

    def all(self) -> Sequence[Any]:
        """All of them as rows, in the rider's order."""
        return self._connection.execute(sa.select(saved_filter).where(self._own).order_by(saved_filter.c.place)).all()

    def add(self, title: str, kept: bytes, in_order: int) -> Any:
        """Keep one more, after the others; its row."""
        RiderStore(self._connection).take_turn(self._user_id)
        standing = self.all()
        if len(standing) >= MOST_FILTERS:
            raise SavedFilterLimitError(MOST_FILTERS)
        values = {"title": title, "kept": kept, "in_order": in_order, "place": len(standing) + 1}
        insert = sa.insert(saved_filter).values(
            saved_filter_id=uuid7(), user_id=self._user_id, title_form=_form(standing, None, title), **values
        )
        return self._connection.execute(insert.returning(saved_filter)).one()

    def change(self, saved_filter_id: UUID, *, place: int | None, **values: Any) -> Any:
        """Change `title`, `kept` or `in_order`, move it to a place among the others, or both; its row."""
        RiderStore(self._connection).take_turn(self._user_id)
        standing = self.all()
        if all(row.saved_filter_id != saved_filter_id for row in standing):
            raise NotFound
        if "title" in values:
            values["title_form"] = _form(standing, saved_filter_id, values["title"])
        if values:
            self._update(saved_filter_id, values)
        if place is not None:
            others = [row.saved_filter_id for row in standing if row.saved_filter_id != saved_filter_id]
            others.insert(min(max(place, 1), len(standing)) - 1, saved_filter_id)
            self._place(others)
        return next(row for row in self.all() if row.saved_filter_id == saved_filter_id)

    def remove(self, saved_filter_id: UUID) -> None:
        """Take one away, and close the gap that it leaves."""
        RiderStore(self._connection).take_turn(self._user_id)
        own = sa.and_(self._own, saved_filter.c.saved_filter_id == saved_filter_id)
        if not self._connection.execute(sa.delete(saved_filter).where(own)).rowcount:
            raise NotFound
        self._place([row.saved_filter_id for row in self.all()])

    def _place(self, ids: Sequence[UUID]) -> None:
        for place, saved_filter_id in enumerate(ids, start=1):
            self._update(saved_filter_id, {"place": place})

    def _update(self, saved_filter_id: UUID, values: dict[str, Any]) -> None:
        own = sa.and_(self._own, saved_filter.c.saved_filter_id == saved_filter_id)
        self._connection.execute(sa.update(saved_filter).where(own).values(values))


def _form(standing: Sequence[Any], itself: UUID | None, title: str) -> str:
    """The title as it is compared; refused where another filter of the rider has it."""
    form = search_form(title)
    if any(row.title_form == form and row.saved_filter_id != itself for row in standing):
        raise SavedFilterTitleTakenError(title)
    return form
