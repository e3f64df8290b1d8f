"""What a list of classes keeps, and in which order it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from ctz.workouts.v1 import classes_pb2 as pb
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store.library_tables import class_mark, library_class, recorded_targets
from ctz_workouts.store.tables import workout

Range = tuple[float | None, float | None]
"""Least and most, both inclusive; none is open."""
OPEN: Final[Range] = (None, None)
_YES = pb.TAKEN_YES


@dataclass(frozen=True, slots=True)
class LibraryFilter:
    """What a list keeps; an empty field keeps everything."""

    words: tuple[str, ...] = ()
    disciplines: tuple[str, ...] = ()
    class_types: tuple[str, ...] = ()
    instructors: tuple[str, ...] = ()
    seconds: Range = OPEN
    years: Range = OPEN
    zones: int = 0
    without_zones: int = 0
    stress: Range = OPEN
    intensity: Range = OPEN
    difficulty: Range = OPEN
    taken: int = 0
    is_favourite: bool = False
    has_targets: bool = False
    is_offered: bool = False
    class_ids: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether everything is kept."""
        return self == LibraryFilter()


@dataclass(frozen=True, slots=True)
class Order:
    """An order of classes: a column that is never null, and the id where that is equal."""

    column: sa.Column[Any]
    is_rising: bool = False

    @property
    def keys(self) -> tuple[sa.ColumnElement[Any], ...]:
        """What to sort by."""
        pair = (self.column, library_class.c.class_id)
        return pair if self.is_rising else tuple(each.desc() for each in pair)

    def behind(self, value: Any, class_id: str) -> sa.ColumnElement[bool]:
        """Classes behind a place."""
        at = sa.tuple_(self.column, library_class.c.class_id)
        place = sa.tuple_(sa.literal(value, self.column.type), sa.literal(class_id))
        return at > place if self.is_rising else at < place


ORDERS: Final[Mapping[int, Order]] = {
    pb.CLASS_ORDER_UNSPECIFIED: Order(library_class.c.newest_order),
    pb.CLASS_ORDER_NEWEST: Order(library_class.c.newest_order),
    pb.CLASS_ORDER_EXPECTED_LOAD: Order(library_class.c.load_order),
    pb.CLASS_ORDER_SHORTEST: Order(library_class.c.length_order, is_rising=True),
    pb.CLASS_ORDER_MOST_TAKEN: Order(library_class.c.taken_order),
    pb.CLASS_ORDER_BEST_LIKED: Order(library_class.c.liked_order),
}


@dataclass(frozen=True, slots=True)
class Words:
    """For each word of a query what a class may have instead; itself, unless it was corrected."""

    alternatives: Sequence[Sequence[str]] = field(default_factory=tuple)


def conditions(kept: LibraryFilter, words: Words, user_id: UUID) -> list[sa.ColumnElement[bool]]:
    """What a kept class fulfils."""
    t = library_class.c
    found: list[sa.ColumnElement[bool]] = [
        sa.or_(*(t.search_text.contains(each, autoescape=True) for each in one)) for one in words.alternatives
    ]
    lists = (
        (kept.disciplines, t.discipline),
        (kept.class_types, t.class_type),
        (kept.instructors, t.instructor),
        (kept.class_ids, t.class_id),
    )
    found += [column == sa.any_(sa.literal(list(values), pg.ARRAY(sa.Text))) for values, column in lists if values]
    ranges = (
        (kept.seconds, t.duration_seconds),
        (kept.years, t.air_year),
        (kept.stress, t.expected_stress),
        (kept.intensity, t.expected_intensity),
        (kept.difficulty, t.difficulty),
    )
    for (least, most), column in ranges:
        found += [column >= least] if least is not None else []
        found += [column <= most] if most is not None else []
    if kept.zones:
        found.append(t.zones.bitwise_and(kept.zones) == kept.zones)
    if kept.without_zones:
        found += [t.zones != 0, t.zones.bitwise_and(kept.without_zones) == 0]
    if kept.is_offered:
        found.append(sa.not_(t.is_retired))
    return [*found, *_personal(kept, user_id)]


def _personal(kept: LibraryFilter, user_id: UUID) -> list[sa.ColumnElement[bool]]:
    """What depends on the person."""
    found: list[sa.ColumnElement[bool]] = []
    if kept.taken:
        found.append(is_taken(user_id) if kept.taken == _YES else sa.not_(is_taken(user_id)))
    if kept.is_favourite:
        marked = sa.select(class_mark.c.class_id).where(
            class_mark.c.user_id == user_id, class_mark.c.favourite_at.is_not(None)
        )
        found.append(library_class.c.class_id.in_(marked))
    if kept.has_targets:
        found.append(sa.or_(library_class.c.has_targets, has_shared()))
    return found


def is_taken(user_id: UUID) -> sa.ColumnElement[bool]:
    """Whether the person took the class: one look into an index for each class that a page comes by."""
    return sa.exists().where(
        workout.c.user_id == user_id,
        workout.c.class_id == library_class.c.class_id,
        workout.c.is_listed,
        # Spelled out, so that the index over classes that were taken serves.
        workout.c.class_id != sa.text("''"),
    )


def has_shared() -> sa.ColumnElement[bool]:
    """Whether riders share targets for the class."""
    shared = sa.select(recorded_targets.c.class_id).where(recorded_targets.c.is_shared)
    return library_class.c.class_id.in_(shared)
