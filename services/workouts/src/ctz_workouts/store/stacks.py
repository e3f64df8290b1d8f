"""Stacks that workouts of a page belong to."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.domain.stacks import Span, stacks_of
from ctz_workouts.store.tables import workout

_DAY = timedelta(days=1)
_SECONDS = sa.func.coalesce(workout.c.ridden_seconds, workout.c.reported_seconds)
_END = sa.func.coalesce(
    workout.c.end_time, workout.c.start_time + sa.func.make_interval(0, 0, 0, 0, 0, 0, _SECONDS), workout.c.start_time
)


def stacks_around(connection: sa.Connection, user_id: UUID, rows: Sequence[Any]) -> list[Sequence[Span]]:
    """Stacks with at least one of these rows in it, newest first: one statement over their days and the days beside."""
    ids = {row.workout_id for row in rows}
    days: set[date] = {row.local_date + step for row in rows for step in (-_DAY, timedelta(0), _DAY)}
    if not days:
        return []
    query = sa.select(workout.c.workout_id, workout.c.start_time, _END).where(
        workout.c.user_id == user_id,
        workout.c.is_listed,
        workout.c.local_date == sa.any_(sa.literal(sorted(days), pg.ARRAY(sa.Date))),
    )
    found = stacks_of(Span(*row) for row in connection.execute(query))
    return [stack for stack in reversed(found) if any(span.workout_id in ids for span in stack)]
