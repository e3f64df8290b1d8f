"""What the page of one class reads, and what recommendations rest on; every query names the person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store.library_filters import is_taken
from ctz_workouts.store.library_tables import class_mark, library_class
from ctz_workouts.store.orders import DURATION, WORK_KILOJOULES
from ctz_workouts.store.tables import ridden_class, workout

MOST_ATTEMPTS: Final = 50
MOST_RIDES: Final = 500
"""Rides that a taste is made of, newest first."""
MOST_CANDIDATES: Final = 400


@dataclass(frozen=True, slots=True)
class StoredClass:
    """A class as published, and the recorded targets that the person chose for it."""

    published: bytes
    chosen_id: UUID | None
    chosen_blocks: bytes | None


class ClassViews:
    """Reads within one transaction, for one person."""

    def __init__(self, connection: sa.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id
        self._own = sa.and_(workout.c.user_id == user_id, workout.c.is_listed, workout.c.class_id != sa.text("''"))

    def stored(self, class_id: str) -> StoredClass | None:
        """One class; none if there is no such one."""
        mark = sa.and_(class_mark.c.class_id == ridden_class.c.class_id, class_mark.c.user_id == self._user_id)
        query = (
            sa.select(ridden_class.c.published, class_mark.c.chosen_id, class_mark.c.chosen_blocks)
            .select_from(ridden_class.outerjoin(class_mark, mark))
            .where(ridden_class.c.class_id == class_id)
        )
        row = self._connection.execute(query).first()
        return None if row is None else StoredClass(*row)

    def attempts(self, class_id: str) -> Sequence[Any]:
        """The person's workouts of a class, newest first; the one with most work is marked."""
        best = sa.func.max(WORK_KILOJOULES).over()
        query = (
            sa.select(
                workout.c.workout_id,
                workout.c.local_date,
                DURATION.label("duration_seconds"),
                WORK_KILOJOULES.label("work_kilojoules"),
                workout.c.mean_power_watts,
                workout.c.training_stress_score,
                workout.c.target_share,
                workout.c.mean_heart_rate_bpm,
                workout.c.load,
                sa.func.coalesce(best == WORK_KILOJOULES, sa.false()).label("is_best"),
            )
            .where(self._own, workout.c.class_id == class_id)
            .order_by(workout.c.start_time.desc(), workout.c.workout_id.desc())
            .limit(MOST_ATTEMPTS)
        )
        return self._connection.execute(query).all()

    def rides(self, discipline: str) -> Sequence[Any]:
        """The person's newest workouts of classes with what is known and thought of the class."""
        mark = sa.and_(class_mark.c.class_id == workout.c.class_id, class_mark.c.user_id == self._user_id)
        query = (
            sa.select(
                workout.c.start_time,
                library_class.c.discipline,
                library_class.c.instructor,
                library_class.c.class_type,
                library_class.c.duration_seconds,
                library_class.c.expected_stress,
                class_mark.c.rating,
                class_mark.c.favourite_at.is_not(None).label("is_favourite"),
            )
            .select_from(
                workout.join(library_class, library_class.c.class_id == workout.c.class_id).outerjoin(class_mark, mark)
            )
            .where(self._own)
            .order_by(workout.c.local_date.desc(), workout.c.start_time.desc(), workout.c.workout_id.desc())
            .limit(MOST_RIDES)
        )
        if discipline:
            query = query.where(library_class.c.discipline == discipline)
        return self._connection.execute(query).all()

    def candidates(
        self, disciplines: Sequence[str], instructors: Sequence[str], class_types: Sequence[str], now: datetime
    ) -> Sequence[Any]:
        """Offered classes that the person did not take, of these instructors or types, newest first."""
        t = library_class.c
        query = (
            sa.select(
                t.class_id,
                t.discipline,
                t.instructor,
                t.class_type,
                t.duration_seconds,
                t.expected_stress,
                t.air_time,
                t.liked_share,
            )
            .where(
                t.discipline == _any(disciplines),
                sa.or_(t.instructor == _any(instructors), t.class_type == _any(class_types)),
            )
            .where(t.newest_order <= now + timedelta(days=1), sa.not_(t.is_retired), sa.not_(is_taken(self._user_id)))
            .order_by(t.newest_order.desc(), t.class_id.desc())
            .limit(MOST_CANDIDATES)
        )
        return self._connection.execute(query).all()

    def untaken(self, instructors: Sequence[str]) -> dict[str, int]:
        """How many offered classes of each instructor the person did not take."""
        query = (
            sa.select(library_class.c.instructor, sa.func.count())
            .where(library_class.c.instructor == _any(instructors), sa.not_(library_class.c.is_retired))
            .where(sa.not_(is_taken(self._user_id)))
            .group_by(library_class.c.instructor)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}


def _any(values: Sequence[str]) -> sa.ColumnElement[Any]:
    return sa.any_(sa.literal(list(values), pg.ARRAY(sa.Text)))
