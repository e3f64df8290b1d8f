"""Pages of the history in several orders, both ways. Every query names the rider and sees what is listed.

What a page costs does not grow with the archive. A filter that at most a few thousand workouts can match (the rider's
counts tell) is answered by the index of terms, and what it finds is put in order. Any other one is looked for in the
order of the list, among a bounded number of workouts; only when these do not fill the page, the index is asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from ctz_workouts.store.filters import Search
from ctz_workouts.store.orders import Order
from ctz_workouts.store.tables import rider_note, workout

SPARSE_AT_MOST: Final = 2_000
"""Up to so many possible matches are all found before they are put in order."""
LOOKED_AT: Final = 2_000
"""So many workouts are looked at in the order of the list before the index is asked."""
COUNTED_AT_MOST: Final = 500
"""Where the rider's counts do not tell how many match, counting ends here."""
EXCERPT_LETTERS: Final = 160
ROW_COLUMNS = (
    "workout_id",
    "start_time",
    "utc_offset_seconds",
    "local_date",
    "discipline",
    "workout_type",
    "class_type",
    "source",
    "title",
    "instructor",
    "tags",
    "reported_seconds",
    "total_work_joules",
    "effort_points",
    "is_total_work_record",
    "is_power_zone",
    "graph_work_kilojoules",
    "graph_effort_points",
    "mean_power_watts",
    "mean_heart_rate_bpm",
    "distance",
    "distance_unit",
    "distance_name",
    "series_state",
    "ridden_seconds",
    "normalized_power_watts",
    "training_stress_score",
    "target_share",
    "zone_seconds",
    "thumbnail_heights",
    "thumbnail_zones",
    "power_absent_reason",
    "load",
    "load_source",
    "load_absent_reason",
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place between two workouts of an order: the keys of the one that it lies at, and which way a page goes on."""

    keys: Sequence[Any]
    is_backward: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How many match: exactly, or at least."""

    total: int
    is_minimum: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Workouts of a page as rows, where the pages before and behind begin, and how many match in all, if counted."""

    rows: Sequence[Any] = ()
    previous: Place | None = None
    following: Place | None = None
    count: Count = Count(0)


class Listing:
    """Reads lists within one transaction."""

    def __init__(self, connection: sa.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._own = sa.and_(workout.c.user_id == user_id, workout.c.is_listed)

    def page(self, search: Search, order: Order, *, at: Place | None, limit: int, is_counted: bool = True) -> Page:
        """Workouts from a place on, or from the beginning."""
        if not search.bound:
            return Page()
        is_backward = at is not None and at.is_backward
        total = self._total(search) if is_counted and not search.is_bound_exact else None
        found = self._found(search, _Walk(order, at, limit + 1, total))
        rows, is_cut = found[:limit], len(found) > limit
        if not rows:
            return Page(count=_count(search, None))
        first, last = (rows[-1], rows[0]) if is_backward else (rows[0], rows[-1])
        return Page(
            rows[::-1] if is_backward else rows,
            Place(_keys(first, order), is_backward=True) if (is_cut if is_backward else at is not None) else None,
            Place(_keys(last, order)) if is_backward or is_cut else None,
            _count(search, first.total),
        )

    def _total(self, search: Search) -> sa.ScalarSelect[int]:
        """How many match, counted in the index of terms up to a bound."""
        some = sa.select(workout.c.workout_id).where(self._own, *search.by_index()).limit(COUNTED_AT_MOST + 1)
        return sa.select(sa.func.count()).select_from(some.subquery("some")).scalar_subquery()

    def _found(self, search: Search, walk: "_Walk") -> Sequence[Any]:
        if search.is_everything:
            return self._rows(walk, walk.ordered(walk.keyed(self._own), walk.limit))
        if search.bound > SPARSE_AT_MOST:
            holds = sa.and_(*search.by_row()).label("holds")
            near = walk.ordered(walk.keyed(self._own, *search.days, also=[holds]), LOOKED_AT).subquery("near")
            rows = self._rows(walk, walk.ordered(sa.select(near).where(near.c.holds), walk.limit, of=near.c))
            if len(rows) == walk.limit:
                return rows
        kept = walk.keyed(self._own, *search.by_index()).cte("kept").prefix_with("MATERIALIZED")
        return self._rows(walk, walk.ordered(sa.select(kept), walk.limit, of=kept.c))

    def _rows(self, walk: "_Walk", chosen: sa.Select[Any]) -> Sequence[Any]:
        """What lists show of the chosen workouts, in their order."""
        place = chosen.subquery("chosen")
        excerpt = sa.func.left(sa.func.coalesce(rider_note.c.notes, sa.text("''")), EXCERPT_LETTERS)
        query = (
            sa.select(
                *(workout.c[name] for name in ROW_COLUMNS),
                excerpt.label("notes_excerpt"),
                sa.func.coalesce(rider_note.c.revision, 0).label("revision"),
                *(place.c[name] for name in walk.names),
                (walk.total if walk.total is not None else sa.null()).label("total"),
            )
            .select_from(place)
            .join(workout, workout.c.workout_id == place.c.workout_id)
            .outerjoin(rider_note, rider_note.c.workout_id == place.c.workout_id)
        )
        return self._connection.execute(query.order_by(*walk.directed(place.c))).all()


@dataclass(frozen=True, slots=True)
class _Walk:
    """A walk along an order from a place on, one way or the other, over so many workouts, with what counts them."""

    order: Order
    at: Place | None
    limit: int
    total: sa.ScalarSelect[int] | None

    @property
    def names(self) -> Sequence[str]:
        return [f"key_{number}" for number in range(len(self.order.keys))]

    @property
    def _is_descending(self) -> bool:
        return self.order.is_descending != (self.at is not None and self.at.is_backward)

    def keyed(self, *conditions: sa.ColumnElement[bool], also: Sequence[sa.ColumnElement[Any]] = ()) -> sa.Select[Any]:
        """Workouts behind the place, with the keys of the order."""
        keys = [key.label(name) for key, name in zip(self.order.keys, self.names, strict=True)]
        query = sa.select(workout.c.workout_id, *keys, *also).where(*conditions)
        if self.at is None:
            return query
        pairs = zip(self.order.keys, self.at.keys, strict=True)
        here, there = sa.tuple_(*self.order.keys), sa.tuple_(*(sa.literal(value, key.type) for key, value in pairs))
        return query.where(here < there if self._is_descending else here > there)

    def ordered(self, query: sa.Select[Any], limit: int, *, of: Any = None) -> sa.Select[Any]:
        """The first of them in this walk."""
        keys = self.order.keys if of is None else [of[name] for name in self.names]
        return query.order_by(*(key.desc() if self._is_descending else key for key in keys)).limit(limit)

    def directed(self, columns: Any) -> Iterator[sa.ColumnElement[Any]]:
        """The keys of a subquery in the direction of the walk."""
        for name in self.names:
            yield columns[name].desc() if self._is_descending else columns[name]


def _count(search: Search, total: int | None) -> Count:
    """How many match: as the rider's counts tell, else as was counted."""
    if search.is_bound_exact:
        return Count(search.bound)
    return Count(min(total or 0, COUNTED_AT_MOST), is_minimum=(total or 0) > COUNTED_AT_MOST)


def _keys(row: Any, order: Order) -> Sequence[Any]:
    return [getattr(row, f"key_{number}") for number in range(len(order.keys))]
