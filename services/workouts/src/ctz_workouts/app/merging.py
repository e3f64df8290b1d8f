"""Making one workout of several, and several of one again. Everything stays as it was recorded beneath."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from ctz.workouts.events.v1 import events_pb2

from ctz_chassis import outbox
from ctz_chassis.errors import NotFound
from ctz_chassis.events import new_event
from ctz_workouts.app.publishing import SOURCE
from ctz_workouts.domain.transfer_errors import MergeRefusedError
from ctz_workouts.store import tables
from ctz_workouts.store.duplicates import DuplicateStore, keep_pairs
from ctz_workouts.store.merges import MergeStore
from ctz_workouts.store.riders import RiderStore
from ctz_workouts.store.workouts import Standing, WorkoutStore
from ctz_workouts.store.writing import write

ABSORBED = "workouts.workout.absorbed.v1"


def merge(connection: sa.Connection, user_id: UUID, primary_id: UUID, absorbed_ids: Sequence[UUID]) -> None:
    """Put workouts beneath another, with what lies beneath them; merging twice is merging once."""
    RiderStore(connection).take_turn(user_id)
    if primary_id in absorbed_ids:
        raise MergeRefusedError("A workout cannot lie beneath itself.")
    _known(connection, user_id, [primary_id, *absorbed_ids])
    store = MergeStore(connection, user_id)
    if primary_id in store.above([primary_id]):
        raise MergeRefusedError("The workout that is to stay lies beneath another. Choose that one instead.")
    moved = [beneath for group in store.beneath(absorbed_ids).values() for beneath in group]
    _place(connection, user_id, dict.fromkeys([*absorbed_ids, *moved], primary_id))


def unmerge(connection: sa.Connection, user_id: UUID, workout_id: UUID) -> UUID:
    """List a workout on its own again; answer the one that it lay beneath, itself where it lay beneath none."""
    RiderStore(connection).take_turn(user_id)
    _known(connection, user_id, [workout_id])
    above = MergeStore(connection, user_id).above([workout_id])
    _place(connection, user_id, dict.fromkeys(above, None))
    return above.get(workout_id, workout_id)


def release(connection: sa.Connection, user_id: UUID, primary_id: UUID) -> None:
    """List what lies beneath a workout that is gone, in the rider's turn."""
    beneath = MergeStore(connection, user_id).beneath([primary_id]).get(primary_id, [])
    _place(connection, user_id, dict.fromkeys(beneath, None))


def dismiss(connection: sa.Connection, user_id: UUID, workout_id: UUID, other_id: UUID) -> None:
    """Keep that a pair is two workouts."""
    if workout_id == other_id:
        raise MergeRefusedError("These are one workout already.")
    RiderStore(connection).take_turn(user_id)
    starts = [one.workout.start_time for one in _known(connection, user_id, [workout_id, other_id])]
    DuplicateStore(connection, user_id).dismiss(workout_id, other_id, max(each for each in starts if each))


def _known(connection: sa.Connection, user_id: UUID, workout_ids: Sequence[UUID]) -> list[Standing]:
    """The workouts, all of them this rider's; `NotFound` otherwise."""
    wanted = set(workout_ids)
    found = WorkoutStore(connection).standings(sorted(wanted))
    own = [one for one in found if one.workout.user_id == user_id and one.workout.has_summary]
    if len(own) != len(wanted):
        raise NotFound
    return own


def _place(connection: sa.Connection, user_id: UUID, into: Mapping[UUID, UUID | None]) -> None:
    """Change what lies beneath what, what lists show of it, and tell it."""
    changed = MergeStore(connection, user_id).place(into)
    store = WorkoutStore(connection)
    # Each is read after the ones before were written: they may share a day.
    for one in changed:
        standing = store.standing(one.absorbed_id, user_id)
        after = standing.settled(standing.workout)
        write(connection, standing, after)
        keep_pairs(connection, after)
    for one in changed:
        message = events_pb2.WorkoutAbsorbed(
            workout_id=str(one.absorbed_id),
            user_id=str(user_id),
            revision=one.revision,
            into_workout_id=str(one.into_id) if one.into_id is not None else "",
        )
        event = new_event(ABSORBED, source=SOURCE, user_id=user_id, message=message)
        outbox.add(connection, tables.outbox, event)
