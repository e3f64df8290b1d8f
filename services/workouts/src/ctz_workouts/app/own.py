"""What the rider does to a workout: notes, tags, effort, feel, hiding and showing."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis import outbox
from ctz_chassis.errors import NotFound
from ctz_workouts.app.publishing import published_again
from ctz_workouts.store import tables
from ctz_workouts.store.notes import NoteStore
from ctz_workouts.store.riders import RiderStore
from ctz_workouts.store.workouts import Standing, WorkoutStore
from ctz_workouts.store.writing import Change, write


def write_note(
    connection: sa.Connection, workout_id: UUID, user_id: UUID, values: dict[str, Any], revision: int | None = None
) -> None:
    """Change notes, tags, effort or feel of the rider's workout, and what follows from them."""
    standing = _own(connection, workout_id, user_id)
    if values:
        NoteStore(connection, user_id).write(workout_id, revision=revision, **values)
        _list_again(connection, standing, user_id)


def hide(connection: sa.Connection, workout_id: UUID, user_id: UUID, now: datetime) -> None:
    """Take a workout out of lists and totals; hiding twice is hiding once."""
    standing = _own(connection, workout_id, user_id)
    if not standing.is_hidden:
        NoteStore(connection, user_id).hide(workout_id, now)
        _list_again(connection, standing, user_id)


def show(connection: sa.Connection, workout_id: UUID, user_id: UUID) -> None:
    """Bring a hidden workout back."""
    standing = _own(connection, workout_id, user_id)
    if standing.is_hidden:
        NoteStore(connection, user_id).show(workout_id)
        _list_again(connection, standing, user_id)


def _own(connection: sa.Connection, workout_id: UUID, user_id: UUID) -> Standing:
    RiderStore(connection).take_turn(user_id)
    standing = WorkoutStore(connection).own_standing(workout_id, user_id)
    if standing is None or not standing.workout.has_summary:
        raise NotFound
    return standing


def _list_again(connection: sa.Connection, before: Standing, user_id: UUID) -> None:
    standing = WorkoutStore(connection).standing(before.workout.workout_id, user_id)
    after, event = published_again(connection, standing.workout, standing.settled(standing.workout))
    write(connection, user_id, [Change(standing, after)])
    if event is not None:
        outbox.add(connection, tables.outbox, event)
