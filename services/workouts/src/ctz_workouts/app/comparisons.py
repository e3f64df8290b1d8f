"""One workout beside another attempt at its class."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton

from ctz_chassis.errors import NotFound
from ctz_workouts.domain.codec import decode_series
from ctz_workouts.domain.comparing import Compared, Overlay, overlay
from ctz_workouts.domain.figures import Absent, AbsentReason
from ctz_workouts.domain.series import series_of
from ctz_workouts.store import comparisons as store

LISTED_ATTEMPTS = 25


@dataclass(frozen=True, slots=True)
class Comparison:
    """Attempts as rows, newest first, with their ranks; the overlay with the other one, or why there is none.

    Of many attempts there are the two that are compared and the newest.
    """

    workout: Any
    other: Any | None
    attempts: Sequence[tuple[Any, int]]
    attempt_count: int
    overlay: Overlay | Absent
    published_class: peloton.ClassUpdated


def compare(
    connection: sa.Connection, user_id: UUID, workout_id: UUID, other_id: UUID | None, most_points: int
) -> Comparison:
    """Compare a workout with a chosen attempt, else with the best earlier one, else with the best other; 2 statements.

    The workout's own id is no choice. `NotFound` when the rider has no such workout, or the chosen one is no attempt at
    its class.
    """
    other_id = other_id if other_id != workout_id else None
    rows = store.attempts_of(connection, user_id, workout_id, other_id)
    if not rows:
        raise NotFound
    asked, others = rows[0], rows[1:]
    beside = _beside(asked, others, other_id)
    chosen = [row.workout_id for row in (asked, beside) if row is not None]
    stored = store.series_of(connection, user_id, chosen)
    found = _overlay(stored, chosen, most_points)
    by_distance = isinstance(found, Overlay) and found.metric is Compared.SPEED
    newest = sorted(rows, key=lambda row: (row.local_date, row.start_time, row.workout_id), reverse=True)
    listed = {*chosen, *[row.workout_id for row in newest if row.workout_id not in chosen][: LISTED_ATTEMPTS - 2]}
    published = stored[workout_id].published
    return Comparison(
        asked,
        beside,
        [(row, _rank(row, by_distance=by_distance)) for row in newest if row.workout_id in listed],
        asked.attempts,
        found,
        peloton.ClassUpdated.FromString(published or b""),
    )


def _beside(asked: Any, others: Sequence[Any], other_id: UUID | None) -> Any | None:
    if other_id is not None:
        if not others or others[0].workout_id != other_id:
            raise NotFound
        return others[0]
    earlier = [row for row in others if row.start_time < asked.start_time]
    return min(earlier or others, key=lambda row: (row.work_rank, row.distance_rank), default=None)


def _overlay(stored: dict[UUID, Any], chosen: Sequence[UUID], most_points: int) -> Overlay | Absent:
    packed = [stored[workout_id].series for workout_id in chosen]
    series = [decode_series(each) if each is not None else series_of([], ()) for each in packed]
    return overlay(series[0], series[1], most_points) if len(series) > 1 else Absent(AbsentReason.NO_SERIES)


def _rank(row: Any, *, by_distance: bool) -> int:
    if by_distance:
        return row.distance_rank if row.meters is not None else 0
    return row.work_rank if row.work is not None else 0
