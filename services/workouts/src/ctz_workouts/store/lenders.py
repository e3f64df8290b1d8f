"""Recordings that lie beneath others, as far as they can lend anything."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store.tables import performance, workout


@dataclass(frozen=True, slots=True)
class StoredLender:
    """A recording with its samples as stored, and what tells when they were."""

    workout_id: UUID
    start_time: datetime
    end_time: datetime | None
    detail: bytes | None
    series: bytes


_QUERY = (
    sa.select(workout.c.workout_id, workout.c.start_time, workout.c.end_time, workout.c.detail, performance.c.series)
    .join(performance, performance.c.workout_id == workout.c.workout_id)
    .where(
        workout.c.workout_id == sa.any_(sa.bindparam("ids", type_=pg.ARRAY(pg.UUID(as_uuid=True)))),
        workout.c.summary_revision > 0,
        sa.not_(workout.c.is_deleted),
        performance.c.series.is_not(None),
    )
)


def lenders(connection: sa.Connection, workout_ids: Collection[UUID]) -> dict[UUID, StoredLender]:
    """Those of the workouts that have samples; no statement where none are asked for."""
    if not workout_ids:
        return {}
    found = connection.execute(_QUERY, {"ids": list(workout_ids)})
    return {row.workout_id: StoredLender(*row) for row in found}
