"""Pages of the library, and what it can be filtered by; every query names the person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.domain.words import errors_forgiven, nearest
from ctz_workouts.store.library import CLASS, WORD
from ctz_workouts.store.library_filters import LibraryFilter, Order, Words, conditions
from ctz_workouts.store.library_tables import class_mark, library_class, library_tally, recorded_targets
from ctz_workouts.store.tables import workout

COUNTED_AT_MOST: Final = 1_000
_SHORTLIST: Final = 40
_COLUMNS: Final = (
    "class_id",
    "title",
    "instructor",
    "discipline",
    "class_type",
    "language",
    "duration_seconds",
    "air_time",
    "difficulty",
    "liked_share",
    "taken_count",
    "is_power_zone",
    "is_ftp_test",
    "has_targets",
    "is_retired",
    "zone_seconds",
    "expected_intensity",
    "expected_stress",
    "thumbnail_zones",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: the order's value and the id of its last class."""

    value: Any
    class_id: str


@dataclass(frozen=True, slots=True)
class ClassPage:
    """Classes as rows; `order_value` of each is what the next page begins behind."""

    rows: Sequence[Any]
    has_more: bool
    total: int | None


class LibraryListing:
    """Reads the library within one transaction, for one person."""

    def __init__(self, connection: sa.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    def page(self, kept: LibraryFilter, words: Words, order: Order, *, after: Place | None, limit: int) -> ClassPage:
        """Classes behind a place; how many there are in all is counted on the first page only."""
        kept_rows = conditions(kept, words, self._user_id)
        found = sa.select(*(library_class.c[name] for name in _COLUMNS), order.column.label("order_value"))
        found = found.where(*kept_rows)
        if after is None:
            found = found.add_columns(self._total(kept, kept_rows).label("total"))
        else:
            found = found.where(order.behind(after.value, after.class_id))
        rows = self._connection.execute(self._personal(found.order_by(*order.keys).limit(limit + 1), order)).all()
        total = None
        if after is None:
            total = rows[0].total if rows else 0
        return ClassPage(rows[:limit], len(rows) > limit, total)

    def rows_of(self, class_ids: Sequence[str]) -> dict[str, Any]:
        """Some classes as rows, by id."""
        wanted = library_class.c.class_id == sa.any_(sa.literal(list(class_ids), pg.ARRAY(sa.Text)))
        columns = (library_class.c[name] for name in _COLUMNS)
        rows = self._connection.execute(self._personal(sa.select(*columns).where(wanted), None))
        return {row.class_id: row for row in rows}

    def corrected(self, words: Sequence[str]) -> Words:
        """For each word the words of the library that it may be a mistyped beginning of, and the word itself."""
        forgiven = [word for word in words if errors_forgiven(word)]
        near: dict[str, list[str]] = {word: [] for word in words}
        if forgiven:
            for row in self._connection.execute(_ALIKE, {"words": forgiven}):
                near[row.typed].append(row.value)
        return Words([[word, *(each for each in nearest(word, near[word]) if each != word)] for word in words])

    def tallies(self) -> Sequence[Any]:
        """How many classes have a value, by kind and discipline; words apart."""
        query = sa.select(library_tally).where(library_tally.c.kind != WORD, library_tally.c.class_count > 0)
        return self._connection.execute(query).all()

    def _personal(self, found: sa.Select[Any], order: Order | None) -> sa.Select[Any]:
        """The rows with what the person did and thinks of each."""
        page = found.subquery("page")
        attempts = sa.select(sa.func.count()).where(
            workout.c.user_id == self._user_id, workout.c.class_id == page.c.class_id, workout.c.is_listed
        )
        # Spelled out, so that the index over classes that were taken serves.
        attempts = attempts.where(workout.c.class_id != sa.text("''"))
        shared = sa.exists().where(recorded_targets.c.class_id == page.c.class_id, recorded_targets.c.is_shared)
        mark = sa.and_(class_mark.c.class_id == page.c.class_id, class_mark.c.user_id == self._user_id)
        query = sa.select(
            page,
            attempts.scalar_subquery().label("attempt_count"),
            shared.label("has_recorded_targets"),
            class_mark.c.favourite_at.is_not(None).label("is_favourite"),
            class_mark.c.rating,
        ).select_from(page.outerjoin(class_mark, mark))
        if order is None:
            return query
        keys = (page.c.order_value, page.c.class_id)
        return query.order_by(*(keys if order.is_rising else (key.desc() for key in keys)))

    def _total(self, kept: LibraryFilter, kept_rows: Sequence[sa.ColumnElement[bool]]) -> sa.ScalarSelect[int]:
        if kept.is_empty:
            total = sa.select(sa.func.coalesce(sa.func.sum(library_tally.c.class_count), 0))
            return total.where(library_tally.c.kind == CLASS).scalar_subquery()
        some = sa.select(library_class.c.class_id).where(*kept_rows).limit(COUNTED_AT_MOST).subquery()
        return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def totals(tallies: Sequence[Any], kind: str, disciplines: Sequence[str]) -> Mapping[str, int]:
    """Counts by value of one kind, within one discipline where exactly one is asked; disciplines always of all."""
    counts: dict[str, int] = {}
    for row in tallies:
        if row.kind != kind or (kind != CLASS and len(disciplines) == 1 and row.discipline != disciplines[0]):
            continue
        value = row.discipline if kind == CLASS else row.value
        counts[value] = counts.get(value, 0) + row.class_count
    return counts


_TYPED: Final = (
    sa.func.unnest(sa.bindparam("words", type_=pg.ARRAY(sa.Text)))
    .table_valued(sa.column("word", sa.Text), name="typed")
    .render_derived()
)


def _alike() -> sa.Select[Any]:
    """For each of `:words` a shortlist of the library's words, by their triples of letters."""
    word, value = _TYPED.c.word, library_tally.c.value
    chosen = (
        sa.select(value)
        .where(library_tally.c.kind == WORD, library_tally.c.class_count > 0)
        .where(sa.func.length(value) >= sa.func.length(word) - 2)
        .order_by(
            sa.func.similarity(sa.func.left(value, sa.func.length(word) + 1), word).desc(),
            library_tally.c.class_count.desc(),
            value,
        )
        .limit(_SHORTLIST)
        .correlate(_TYPED)
        .lateral("chosen")
    )
    return sa.select(word.label("typed"), chosen.c.value).select_from(_TYPED).join(chosen, sa.true())


_ALIKE: Final = _alike()
