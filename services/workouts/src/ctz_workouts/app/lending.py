"""The heart rate that a workout shows of another one, which was merged beneath it. Both stay whole."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton

from ctz_workouts.domain import lending
from ctz_workouts.domain.codec import decode_series
from ctz_workouts.domain.errors import SeriesUnreadableError
from ctz_workouts.domain.lending import ClassClock, Lent, PlacedPause
from ctz_workouts.domain.pause import WallClock, pause_of
from ctz_workouts.domain.series import Series
from ctz_workouts.store import lenders
from ctz_workouts.store.lenders import StoredLender
from ctz_workouts.store.workouts import Standing, StoredWorkout

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Loan:
    """What is lent, and by which workout."""

    lender_id: UUID
    lent: Lent


def lenders_of(connection: sa.Connection, standings: Sequence[Standing]) -> Mapping[UUID, Sequence[StoredLender]]:
    """By workout: those beneath it that have samples. One statement, and none where nothing lies beneath."""
    found = lenders.lenders(connection, [one for standing in standings for one in standing.beneath])
    return {
        standing.workout.workout_id: [found[one] for one in standing.beneath if one in found] for standing in standings
    }


def loan_to(workout: StoredWorkout, series: Series | None, among: Sequence[StoredLender]) -> Loan | None:
    """The heart rate that a workout without one of its own borrows; none where it has one, or nobody lends."""
    if not among or workout.start_time is None or not lending.lacks_heart_rate(series):
        return None
    own = clock_of(workout.start_time, workout.end_time, workout.detail, series)
    best = lending.best_of({one.workout_id: lent_by(one, own, series, workout.reported_seconds) for one in among})
    return Loan(*best) if best is not None else None


def lent_by(lender: StoredLender, own: ClassClock, series: Series | None, length_seconds: int | None) -> Lent | None:
    """What one recording lends; none where it is damaged."""
    try:
        recorded = decode_series(lender.series)
    except SeriesUnreadableError as error:
        logger.error("series_unreadable", extra={"workout_id": str(lender.workout_id), "cause": repr(error)})  # noqa: TRY400
        return None
    clock = clock_of(lender.start_time, lender.end_time, lender.detail, recorded)
    return lending.lend(own, series, length_seconds, clock, recorded)


def wall_clock(start_time: datetime | None, end_time: datetime | None, detail: bytes | None) -> WallClock:
    """What a row tells of a workout's pausing."""
    elapsed = None
    if start_time is not None and end_time is not None:
        elapsed = round((end_time - start_time).total_seconds())
    if detail is None:
        return WallClock(elapsed)
    told = peloton.WorkoutDetail.FromString(detail)
    return WallClock(elapsed, told.has_paused, told.pause_seconds if told.HasField("pause_seconds") else None)


def clock_of(
    start_time: datetime, end_time: datetime | None, detail: bytes | None, series: Series | None
) -> ClassClock:
    """How the seconds of a recording lie on the wall clock, as far as anybody told."""
    told = peloton.WorkoutDetail.FromString(detail or b"")
    placed = tuple(PlacedPause(pause.after_second, pause.seconds) for pause in told.pauses)
    last = int(series.seconds[-1]) if series is not None and series.seconds.size else None
    pause = pause_of(wall_clock(start_time, end_time, detail), last)
    unplaced = 0
    if pause is not None:
        length = pause.seconds if pause.seconds is not None else lending.UNTOLD_PAUSE_SECONDS
        unplaced = max(length - sum(one.seconds for one in placed), 0)
    return ClassClock(start_time, placed, unplaced)
