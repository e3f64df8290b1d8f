"""What a year's review reads from the workouts of that year, and the public links to years."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store.aggregate_tables import year_share
from ctz_workouts.store.orders import DURATION
from ctz_workouts.store.tables import workout

MOST_FAVOURITES = 10
FEWEST_OF_A_CLASS = 2
"""A class taken once is nobody's favourite."""


@dataclass(frozen=True, slots=True)
class Favourite:
    """An instructor or a class with the workouts of a year; the class id is empty for an instructor."""

    title: str
    class_id: str
    workout_count: int
    duration_seconds: int


def favourites(connection: sa.Connection, user_id: UUID, year: int) -> tuple[list[Favourite], list[Favourite]]:
    """Instructors and classes of a year, most workouts first, then most time."""
    query = (
        sa.select(
            workout.c.instructor,
            workout.c.class_id,
            sa.func.max(workout.c.title).label("title"),
            sa.func.count().label("workouts"),
            sa.func.coalesce(sa.func.sum(DURATION), 0).label("seconds"),
            sa.func.grouping(workout.c.instructor).label("is_class"),
        )
        .where(
            workout.c.user_id == user_id,
            workout.c.is_listed,
            workout.c.local_date.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .group_by(sa.func.grouping_sets(sa.tuple_(workout.c.instructor), sa.tuple_(workout.c.class_id)))
        .order_by(sa.text("workouts DESC"), sa.text("seconds DESC"), sa.text("title"))
    )
    rows = connection.execute(query).all()
    instructors = [Favourite(row.instructor, "", row.workouts, row.seconds) for row in rows if row.instructor]
    classes = [
        Favourite(row.title, row.class_id, row.workouts, row.seconds)
        for row in rows
        if row.is_class and row.class_id and row.workouts >= FEWEST_OF_A_CLASS
    ]
    return instructors[:MOST_FAVOURITES], classes[:MOST_FAVOURITES]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a public page shows as its rider chose it: a name, empty for nobody's, and miles or kilometres."""

    shown_name: str
    is_imperial: bool


class ShareStore:
    """Public links to years, within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def put(self, user_id: UUID, year: int, secret_hash: bytes, shown: Shown, now: datetime) -> None:
        """Keep a link; an earlier one to the same year ends."""
        values = {"secret_hash": secret_hash, "created_at": now, **asdict(shown)}
        insert = pg.insert(year_share).values(user_id=user_id, year=year, **values)
        keys = [year_share.c.user_id, year_share.c.year]
        self._connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=values))

    def drop(self, user_id: UUID, year: int) -> None:
        """End the link to a year."""
        self._connection.execute(sa.delete(year_share).where(*_own(user_id, year)))

    def created_at(self, user_id: UUID, year: int) -> datetime | None:
        """Since when there is a link; none without one."""
        return self._connection.execute(sa.select(year_share.c.created_at).where(*_own(user_id, year))).scalar()

    def behind(self, secret_hash: bytes) -> Any | None:
        """`user_id`, `year` and what is shown behind a link; none if there is no such link."""
        query = sa.select(year_share.c.user_id, year_share.c.year, year_share.c.shown_name, year_share.c.is_imperial)
        return self._connection.execute(query.where(year_share.c.secret_hash == secret_hash)).first()


def _own(user_id: UUID, year: int) -> Sequence[sa.ColumnElement[bool]]:
    return (year_share.c.user_id == user_id, year_share.c.year == year)
