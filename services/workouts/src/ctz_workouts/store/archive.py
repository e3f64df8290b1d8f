"""The head of the archive: counts by month and by what can be filtered by, and what is still under way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_workouts.store import terms
from ctz_workouts.store.tables import tally, workout
from ctz_workouts.store.tallies import MONTH
from ctz_workouts.store.tasks import waiting

_TOLD_KINDS = (MONTH, terms.DISCIPLINE, terms.INSTRUCTOR, terms.TAG, terms.CLASS_TYPE, terms.SOURCE)


@dataclass(frozen=True, slots=True)
class ArchiveHead:
    """Tallies with at least one workout, as rows; `oldest` is none without any workout."""

    tallies: Sequence[Any]
    oldest: date | None
    recomputing_count: int


def archive_head(connection: sa.Connection, user_id: UUID) -> ArchiveHead:
    """Read the head in two statements whose cost does not grow with the archive."""
    of_user = sa.select(tally).where(
        tally.c.user_id == user_id, tally.c.kind.in_(_TOLD_KINDS), tally.c.workout_count > 0
    )
    tallies = connection.execute(of_user).all()
    oldest = (
        sa.select(workout.c.local_date)
        .where(workout.c.user_id == user_id, workout.c.is_listed)
        .order_by(workout.c.local_date, workout.c.start_time, workout.c.workout_id)
        .limit(1)
        .scalar_subquery()
    )
    rest = connection.execute(sa.select(oldest.label("oldest"), waiting(sa.literal(user_id)).label("waiting"))).one()
    return ArchiveHead(tallies, rest.oldest, rest.waiting)
