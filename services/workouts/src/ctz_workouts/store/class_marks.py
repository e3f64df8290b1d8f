"""What one rider thinks of classes: favourites, ratings, and recorded targets chosen for the analysis."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store.library_tables import class_mark, library_class
from ctz_workouts.store.tables import workout


class MarkStore:
    """Marks of one rider within one transaction."""

    def __init__(self, connection: sa.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    def favour(self, class_id: str, at: datetime) -> bool:
        """Make a class a favourite; one that is stays so since when it was. False when there is no such class."""
        since = sa.func.coalesce(class_mark.c.favourite_at, at)
        return self._put(class_id, {"favourite_at": at}, {"favourite_at": since})

    def disfavour(self, class_id: str) -> bool:
        """Take that away again."""
        return self._put(class_id, {"favourite_at": None})

    def rate(self, class_id: str, rating: int | None) -> bool:
        """Keep a rating, 1 to 5, or none."""
        return self._put(class_id, {"rating": rating})

    def choose(self, class_id: str, recorded_id: UUID | None, blocks: bytes | None) -> bool:
        """Keep a copy of recorded targets for the analysis, or none."""
        return self._put(class_id, {"chosen_id": recorded_id, "chosen_blocks": blocks})

    def analysed_otherwise(self, class_id: str) -> list[UUID]:
        """Workouts of the class that chosen targets change: those with a chart that came without any, newest first."""
        query = (
            sa.select(workout.c.workout_id)
            .where(workout.c.user_id == self._user_id, workout.c.class_id == class_id)
            .where(workout.c.class_id != sa.text("''"), workout.c.performance_revision > 0)
            .where(sa.not_(workout.c.has_graph_targets))
            .order_by(workout.c.start_time.desc().nulls_last())
        )
        return list(self._connection.execute(query).scalars())

    def _put(self, class_id: str, values: Mapping[str, Any], changed: Mapping[str, Any] | None = None) -> bool:
        columns = (class_mark.c[name] for name in values)
        given = [sa.cast(sa.literal(values[column.name], column.type), column.type) for column in columns]
        owner = sa.literal(self._user_id, class_mark.c.user_id.type)
        names = ["user_id", "class_id", *values]
        known = sa.select(owner, library_class.c.class_id, *given).where(library_class.c.class_id == class_id)
        insert = pg.insert(class_mark).from_select(names, known)
        upsert = insert.on_conflict_do_update(
            index_elements=[class_mark.c.user_id, class_mark.c.class_id],
            set_=changed or {name: insert.excluded[name] for name in values},
        )
        return self._connection.execute(upsert.returning(class_mark.c.class_id)).first() is not None
