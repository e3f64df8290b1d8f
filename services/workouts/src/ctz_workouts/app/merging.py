"""Making one workout of several, and several of one again. Everything stays as it was recorded beneath."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from ctz.workouts.events.v1 import events_pb2
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_chassis import outbox
from ctz_chassis.errors import NotFound
from ctz_chassis.events import Event, new_event
from ctz_workouts.app.publishing import SOURCE
from ctz_workouts.app.recompute import compute_anew
from ctz_workouts.domain.duplicates import Candidate, certain_pairs
from ctz_workouts.domain.transfer_errors import MergeRefusedError
from ctz_workouts.store import tables
from ctz_workouts.store.duplicates import DuplicateStore, PairPlace
from ctz_workouts.store.merges import Absorption, MergeStore
from ctz_workouts.store.riders import RiderStore, Timelines
from ctz_workouts.store.workouts import Standing, StoredWorkout, WorkoutStore
from ctz_workouts.store.writing import Change, write

ABSORBED = "workouts.workout.absorbed.v1"
Placed = tuple[UUID, UUID]
"""Two workouts; where it matters, the one that stays and the one that goes beneath it."""


def merge(connection: sa.Connection, user_id: UUID, primary_id: UUID, absorbed_ids: Sequence[UUID]) -> None:
    """Put workouts beneath another, with what lies beneath them; merging twice is merging once."""
    timelines = RiderStore(connection).take_turn(user_id)
    if primary_id in absorbed_ids:
        raise MergeRefusedError("A workout cannot lie beneath itself.")
    _known(connection, user_id, [primary_id, *absorbed_ids])
    store = MergeStore(connection, user_id)
    if primary_id in store.above([primary_id]):
        raise MergeRefusedError("The workout that is to stay lies beneath another. Choose that one instead.")
    _merge(connection, user_id, timelines, dict.fromkeys(absorbed_ids, primary_id))


def merge_certain(
    connection: sa.Connection, user_id: UUID, timelines: Timelines, pairs: Sequence[Placed]
) -> list[Placed]:
    """Merge those of the pairs that are still certain, in the rider's turn; answer those."""
    still = {(each.staying_key, each.going_key) for each in certain_of(DuplicateStore(connection, user_id), pairs)}
    found = [pair for pair in pairs if pair in still]
    _merge(connection, user_id, timelines, {absorbed_id: primary_id for primary_id, absorbed_id in found})
    return found


def part_merged(
    connection: sa.Connection, user_id: UUID, timelines: Timelines, pairs: Sequence[Placed]
) -> list[Placed]:
    """List on their own again what still lies where these pairs put it, in the rider's turn; answer those."""
    above = MergeStore(connection, user_id).above([absorbed_id for _, absorbed_id in pairs])
    found = [(primary_id, absorbed_id) for primary_id, absorbed_id in pairs if above.get(absorbed_id) == primary_id]
    _place(connection, user_id, timelines, {absorbed_id: None for _, absorbed_id in found})
    return found


def certain_of(store: DuplicateStore, among: Sequence[Placed] | None = None) -> list[Candidate[UUID]]:
    """Pairs that are certainly one workout, newest first: of all that are suggested, or of some of them."""
    return sorted(certain_pairs(store.candidates(among)), key=place_of, reverse=True)


def place_of(pair: Candidate[UUID]) -> PairPlace:
    """Where a certain pair stands among the others: by its later start."""
    first, second = sorted((pair.staying_key, pair.going_key))
    return PairPlace(max(pair.staying.start_time, pair.going.start_time), first, second)


def unmerge(connection: sa.Connection, user_id: UUID, workout_id: UUID) -> UUID:
    """List a workout on its own again; answer the one that it lay beneath, itself where it lay beneath none."""
    timelines = RiderStore(connection).take_turn(user_id)
    _known(connection, user_id, [workout_id])
    above = MergeStore(connection, user_id).above([workout_id])
    _place(connection, user_id, timelines, dict.fromkeys(above, None))
    return above.get(workout_id, workout_id)


def release(connection: sa.Connection, user_id: UUID, timelines: Timelines, primary_id: UUID) -> None:
    """List what lies beneath a workout that is gone, in the rider's turn."""
    beneath = MergeStore(connection, user_id).beneath([primary_id]).get(primary_id, [])
    _place(connection, user_id, timelines, dict.fromkeys(beneath, None))


def dismiss(connection: sa.Connection, user_id: UUID, pairs: Sequence[Placed]) -> None:
    """Keep that each of these pairs is two workouts."""
    if any(workout_id == other_id for workout_id, other_id in pairs):
        raise MergeRefusedError("These are one workout already.")
    RiderStore(connection).take_turn(user_id)
    known = _known(connection, user_id, [one for pair in pairs for one in pair])
    starts = {one.workout.workout_id: one.workout.start_time for one in known if one.workout.start_time is not None}
    later = {pair: max(starts[one] for one in pair) for pair in pairs}
    DuplicateStore(connection, user_id).dismiss(later)


def _merge(connection: sa.Connection, user_id: UUID, timelines: Timelines, into: Mapping[UUID, UUID]) -> None:
    """Put workouts beneath others, with what lies beneath them."""
    beneath = MergeStore(connection, user_id).beneath(into)
    moved = {one: into[absorbed_id] for absorbed_id, group in beneath.items() for one in group}
    _place(connection, user_id, timelines, {**into, **moved})


def _known(connection: sa.Connection, user_id: UUID, workout_ids: Sequence[UUID]) -> list[Standing]:
    """The workouts, all of them this rider's; `NotFound` otherwise."""
    wanted = set(workout_ids)
    found = WorkoutStore(connection).standings(sorted(wanted))
    own = [one for one in found if one.workout.user_id == user_id and one.workout.has_summary]
    if len(own) != len(wanted):
        raise NotFound
    return own


def _place(
    connection: sa.Connection, user_id: UUID, timelines: Timelines, into: Mapping[UUID, UUID | None]
) -> list[Absorption]:
    """Change what lies beneath what, what lists and figures show of it, and tell it; answer what changed."""
    merges = MergeStore(connection, user_id)
    above = merges.above(into)
    changed = merges.place(into)
    if not changed:
        return []
    standings = WorkoutStore(connection).standings([one.absorbed_id for one in changed])
    after = [standing.settled(standing.workout) for standing in standings]
    write(connection, user_id, [Change(*pair) for pair in zip(standings, after, strict=True)])
    placed = [*above.items(), *((one.absorbed_id, one.into_id) for one in changed)]
    _compute_borrowers(connection, user_id, timelines, placed, after)
    outbox.add_all(connection, tables.outbox, [_absorbed(user_id, one) for one in changed])
    return changed


def _compute_borrowers(
    connection: sa.Connection,
    user_id: UUID,
    timelines: Timelines,
    placed: Iterable[tuple[UUID, UUID | None]],
    rows: Sequence[StoredWorkout],
) -> None:
    """Compute anew what lies, or lay, above a recording with samples: it may show its heart rate, or no more."""
    with_samples = {row.workout_id for row in rows if row.series_state == pb.SERIES_STATE_STORED}
    borrowers = {into_id for absorbed_id, into_id in placed if into_id is not None and absorbed_id in with_samples}
    if borrowers:
        compute_anew(connection, user_id, timelines, sorted(borrowers))


def _absorbed(user_id: UUID, one: Absorption) -> Event:
    message = events_pb2.WorkoutAbsorbed(
        workout_id=str(one.absorbed_id),
        user_id=str(user_id),
        revision=one.revision,
        into_workout_id=str(one.into_id) if one.into_id is not None else "",
    )
    return new_event(ABSORBED, source=SOURCE, user_id=user_id, message=message)
