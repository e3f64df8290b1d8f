"""Computing figures anew: of the workouts of one task, from what is stored, in the rider's turn."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis import outbox
from ctz_chassis.db import Database
from ctz_chassis.events import Event
from ctz_workouts.app.analysing import Figures, analysed_again, described
from ctz_workouts.app.lending import lenders_of
from ctz_workouts.app.publishing import published, published_again
from ctz_workouts.domain.errors import SeriesUnreadableError
from ctz_workouts.store import tables
from ctz_workouts.store.lenders import StoredLender
from ctz_workouts.store.riders import RiderStore, Timelines
from ctz_workouts.store.tasks import Claim, TaskStore
from ctz_workouts.store.workouts import Standing, StoredPerformance, WorkoutStore
from ctz_workouts.store.writing import Change, write

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recomputing:
    """Takes tasks one by one. Any number may run at once, in any number of processes."""

    database: Database
    lease_seconds: float

    def claim(self) -> Claim | None:
        """Take the next task; none when nothing waits."""
        with self.database.begin() as connection:
            return TaskStore(connection).claim(self.lease_seconds)

    def carry_out(self, claim: Claim) -> bool:
        """Carry a task out in a transaction of its own."""
        return self.database.run(lambda connection: carry_out(connection, claim))

    def run_once(self) -> bool:
        """Take and carry out one task; False when nothing waits."""
        claim = self.claim()
        if claim is None:
            return False
        self.carry_out(claim)
        return True


def carry_out(connection: sa.Connection, claim: Claim) -> bool:
    """Compute the workouts of a task anew; False, with nothing written, when the task is not ours any more."""
    timelines = RiderStore(connection).take_turn(claim.user_id)
    if not TaskStore(connection).finish(claim):
        return False
    compute_anew(connection, claim.user_id, timelines, claim.workout_ids)
    return True


def compute_anew(connection: sa.Connection, user_id: UUID, timelines: Timelines, workout_ids: Sequence[UUID]) -> None:
    """Compute workouts anew from what is stored, in the rider's turn, and tell what came out differently."""
    store = WorkoutStore(connection)
    standings, performances = store.standings(workout_ids), store.performances(workout_ids)
    lenders = lenders_of(connection, standings)
    changes: list[Change] = []
    events: list[Event | None] = []
    for standing in standings:
        workout_id = standing.workout.workout_id
        figures = _anew(standing, performances.get(workout_id), timelines, lenders[workout_id])
        if figures is None:
            row = standing.settled(described(standing, standing.workout))
            row, event = published_again(connection, standing.workout, row)
            changes.append(Change(standing, row))
        else:
            row, event = published(Figures(standing.settled(figures.workout), figures.analysis))
            changes.append(Change(standing, row, analysis=figures.analysis.SerializeToString()))
        events.append(event)
    write(connection, user_id, changes)
    outbox.add_all(connection, tables.outbox, [event for event in events if event is not None])


def _anew(
    standing: Standing, told: StoredPerformance | None, timelines: Timelines, lenders: Sequence[StoredLender]
) -> Figures | None:
    """New figures; none where there is nothing to compute them from."""
    try:
        return analysed_again(standing, described(standing, standing.workout), told, timelines, lenders)
    except SeriesUnreadableError as error:
        # One damaged value must not keep the others of its chunk from their figures.
        logger.error("series_unreadable", extra={"workout_id": str(standing.workout.workout_id), "cause": repr(error)})  # noqa: TRY400
        return None
