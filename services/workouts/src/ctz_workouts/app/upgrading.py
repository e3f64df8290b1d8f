"""What a new version does once about workouts that an older one stored; nothing where there are none."""

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.db import Database
from ctz_workouts.domain.analysis import ANALYSIS_VERSION
from ctz_workouts.store import aggregates
from ctz_workouts.store.aggregate_rows import WORKOUTS
from ctz_workouts.store.aggregate_tables import total
from ctz_workouts.store.riders import RiderStore
from ctz_workouts.store.tables import rider_note, task, workout
from ctz_workouts.store.tasks import TaskStore
from ctz_workouts.store.workouts import StoredWorkout, WorkoutStore

_CHUNK = 2_000


def bring_up_to_date(database: Database) -> None:
    """Make aggregates where none were kept, and let workouts that an older rule analysed wait for recomputing."""
    with database.read() as connection:
        riders = _riders_without_sums(connection)
    for user_id in riders:
        with database.begin() as connection:
            _keep_sums(connection, user_id)
    with database.begin() as connection:
        _queue_outdated(connection)


def _riders_without_sums(connection: sa.Connection) -> Sequence[UUID]:
    kept = sa.exists().where(total.c.user_id == workout.c.user_id, total.c.origin == WORKOUTS)
    query = sa.select(workout.c.user_id).distinct().where(workout.c.is_listed, sa.not_(kept))
    return connection.execute(query).scalars().all()


def _keep_sums(connection: sa.Connection, user_id: UUID) -> None:
    """Add every listed workout, oldest first; a rider who has sums by now is left alone."""
    RiderStore(connection).take_turn(user_id)
    if user_id not in _riders_without_sums(connection):
        return
    listed = sa.select(workout.c.workout_id).where(workout.c.user_id == user_id, workout.c.is_listed)
    ids = connection.execute(listed.order_by(workout.c.start_time)).scalars().all()
    for start in range(0, len(ids), _CHUNK):
        rows = [each.workout for each in WorkoutStore(connection).standings(ids[start : start + _CHUNK])]
        aggregates.change(connection, user_id, [StoredWorkout(row.workout_id, user_id) for row in rows], rows)


def _queue_outdated(connection: sa.Connection) -> None:
    """Queue what an older rule analysed, and what has an effort but no load yet; riders who wait already wait on."""
    is_outdated = sa.and_(workout.c.analysis_version > 0, workout.c.analysis_version < ANALYSIS_VERSION)
    lacks_load = sa.and_(workout.c.load.is_(None), rider_note.c.perceived_exertion.is_not(None))
    waits = sa.exists().where(task.c.user_id == workout.c.user_id)
    query = (
        sa.select(workout.c.user_id, workout.c.workout_id)
        .select_from(workout.outerjoin(rider_note, rider_note.c.workout_id == workout.c.workout_id))
        .where(sa.or_(is_outdated, lacks_load), workout.c.summary_revision > 0, sa.not_(waits))
        .order_by(workout.c.user_id, workout.c.start_time.desc())
    )
    rows = connection.execute(query).all()
    for user_id, outdated in groupby(rows, key=lambda row: row.user_id):
        TaskStore(connection).add(user_id, [row.workout_id for row in outdated])
