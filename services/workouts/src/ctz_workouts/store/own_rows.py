"""Rows of workouts that were entered or imported, beyond what all workouts have."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from ctz_workouts.store.tables import performance, rider_note, workout
from ctz_workouts.store.transfer_tables import absorption, duplicate

_DAY = timedelta(days=1)


def forget(connection: sa.Connection, user_id: UUID, workout_id: UUID) -> None:
    """Delete the series of a deleted workout, what the rider wrote, and with what it was one or two."""
    connection.execute(sa.delete(performance).where(performance.c.workout_id == workout_id))
    owned = (
        (rider_note, rider_note.c.workout_id == workout_id),
        (absorption, absorption.c.absorbed_id == workout_id),
        (duplicate, sa.or_(duplicate.c.workout_id == workout_id, duplicate.c.other_id == workout_id)),
    )
    for table, about in owned:
        connection.execute(sa.delete(table).where(table.c.user_id == user_id, about))


def imported(connection: sa.Connection, user_id: UUID, source_id: str) -> UUID | None:
    """The workout that was made from an item before, and is still here; none without one."""
    query = sa.select(workout.c.workout_id).where(
        workout.c.user_id == user_id,
        workout.c.source_id == source_id,
        workout.c.source == sa.text("'import'"),
        sa.not_(workout.c.is_deleted),
    )
    found: UUID | None = connection.execute(query).scalar()
    return found


def is_here(connection: sa.Connection, user_id: UUID, workout_id: UUID) -> bool:
    """Whether this rider has a workout of that id."""
    query = sa.select(workout.c.workout_id).where(
        workout.c.workout_id == workout_id,
        workout.c.user_id == user_id,
        workout.c.summary_revision > 0,
        sa.not_(workout.c.is_deleted),
    )
    return connection.execute(query).first() is not None


def synced_alike(
    connection: sa.Connection, user_id: UUID, title: str, starts: Sequence[tuple[datetime, datetime]]
) -> UUID | None:
    """A synced workout of that title that started within one of these spans; none without one."""
    spans = [workout.c.start_time.between(first, last) for first, last in starts]
    days = [first.date() for first, _ in starts]
    query = (
        sa.select(workout.c.workout_id)
        .where(
            workout.c.user_id == user_id,
            workout.c.is_listed,
            workout.c.local_date.between(min(days) - _DAY, max(days) + _DAY),
            workout.c.source == "peloton",
            sa.func.lower(workout.c.title) == title.lower(),
            sa.or_(*spans),
        )
        .limit(1)
    )
    found: UUID | None = connection.execute(query).scalar()
    return found
