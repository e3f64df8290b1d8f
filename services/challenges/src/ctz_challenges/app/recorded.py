"""Listing what a rider recorded."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from ctz_challenges.domain.recorded import DaySpan, RecordedWorkout

Position = tuple[date, datetime, UUID]


class RecordedReader(Protocol):
    """Where recorded workouts are read from."""

    def list_days(
        self, user_id: UUID, span: DaySpan, *, after: Position | None, limit: int
    ) -> Sequence[RecordedWorkout]:
        """Workouts of a rider on these days, oldest first, behind a position."""


class Reading(Protocol):
    """Opens a transaction that only reads."""

    def __call__(self) -> AbstractContextManager[RecordedReader]:
        """Give the reader for one transaction."""


def list_recorded_workouts(
    reading: Reading, *, user_id: UUID, span: DaySpan, after: Position | None, page_size: int
) -> tuple[Sequence[RecordedWorkout], Position | None]:
    """One page of a rider's workouts, and where it ends unless it is the last."""
    with reading() as reader:
        found = reader.list_days(user_id, span, after=after, limit=page_size + 1)
    page = found[:page_size]
    last = page[-1] if len(found) > page_size else None
    return page, (last.local_date, last.start_time, last.workout_id) if last else None
