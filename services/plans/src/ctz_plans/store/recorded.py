"""The projection of recorded workouts: upserts that an older revision cannot undo, and the list by day."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_plans.domain.recorded import DaySpan, Load, RecordedWorkout, Summary
from ctz_plans.store.tables import recorded_workout as table

Position = tuple[date, datetime, UUID]
"""Where a page ends: day, start and id of its last workout."""


class RecordedStore:
    """Recorded workouts within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def keep_summary(self, summary: Summary) -> None:
        """Keep what `recorded` tells, unless something newer is known; a higher revision lifts a deletion."""
        values = {
            "user_id": summary.user_id,
            "summary_revision": summary.revision,
            "is_deleted": False,
            "local_date": summary.local_date,
            "start_time": summary.start_time,
            "discipline": summary.discipline,
            "class_id": summary.class_id,
            "title": summary.title,
            "duration_seconds": summary.duration_seconds,
            "work_joules": summary.work_joules,
            "class_type": summary.class_type,
            "elapsed_seconds": summary.elapsed_seconds,
        }
        self._upsert(summary.workout_id, summary.user_id, values, "summary_revision")

    def keep_deletion(self, workout_id: UUID, user_id: UUID, revision: int) -> None:
        """Keep that a workout is gone, without its facts, as a row that only a higher `recorded` lifts."""
        values = {
            "user_id": user_id,
            "summary_revision": revision,
            "is_deleted": True,
            "local_date": None,
            "start_time": None,
            "discipline": "",
            "class_id": "",
            "title": "",
            "duration_seconds": None,
            "work_joules": None,
            "class_type": "",
            "elapsed_seconds": None,
        }
        self._upsert(workout_id, user_id, values, "summary_revision")

    def keep_load(self, load: Load) -> None:
        """Keep what `analyzed` tells, unless something newer is known."""
        values = {
            "user_id": load.user_id,
            "analyzed_revision": load.revision,
            "training_stress_score": load.training_stress_score,
            "zone_seconds": list(load.zone_seconds),
        }
        self._upsert(load.workout_id, load.user_id, values, "analyzed_revision")

    def list_days(
        self, user_id: UUID, span: DaySpan, *, after: Position | None, limit: int
    ) -> Sequence[RecordedWorkout]:
        """Workouts of a rider on these days, oldest first, behind a position."""
        query = (
            sa.select(table)
            .where(
                table.c.user_id == user_id,
                table.c.local_date.between(span.first, span.last),
                table.c.summary_revision > 0,
                sa.not_(table.c.is_deleted),
            )
            .order_by(table.c.local_date, table.c.start_time, table.c.workout_id)
            .limit(limit)
        )
        if after is not None:
            place = sa.tuple_(table.c.local_date, table.c.start_time, table.c.workout_id)
            query = query.where(place > sa.tuple_(*(sa.literal(part) for part in after)))
        return [_workout(row) for row in self._connection.execute(query).mappings()]

    def _upsert(self, workout_id: UUID, user_id: UUID, values: dict[str, Any], revision: str) -> None:
        insert = pg.insert(table).values(workout_id=workout_id, **values)
        update = insert.on_conflict_do_update(
            index_elements=[table.c.workout_id],
            set_=values,
            where=sa.and_(table.c.user_id == user_id, table.c[revision] < values[revision]),
        )
        self._connection.execute(update)


def _workout(row: Any) -> RecordedWorkout:
    return RecordedWorkout(
        workout_id=row["workout_id"],
        user_id=row["user_id"],
        local_date=row["local_date"],
        start_time=row["start_time"],
        discipline=row["discipline"],
        class_id=row["class_id"],
        title=row["title"],
        duration_seconds=row["duration_seconds"],
        work_joules=row["work_joules"],
        training_stress_score=row["training_stress_score"],
        zone_seconds=tuple(row["zone_seconds"]),
    )
