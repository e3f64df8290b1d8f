"""Tasks that failed for good: shown to their rider, tried again when the rider says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from ctz_peloton_sync.domain.runs import TaskKind
from ctz_peloton_sync.store.tables import sync_task as t
from ctz_peloton_sync.store.tables import workout_ref


@dataclass(frozen=True, slots=True)
class FailedTask:
    """A task that failed for good."""

    task_id: UUID
    kind: TaskKind
    target: str
    workout_id: UUID | None
    title: str
    reason: str
    attempts: int
    failed_at: datetime


class FailedTaskStore:
    """Reads failed tasks and puts them back."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def newest(self, user_id: UUID, limit: int) -> list[FailedTask]:
        """What failed for good, newest first."""
        query = (
            sa.select(
                t.c.id,
                t.c.kind,
                t.c.target,
                t.c.workout_id,
                sa.func.coalesce(workout_ref.c.title, t.c.target),
                t.c.last_error,
                t.c.attempts,
                t.c.failed_at,
            )
            .select_from(t.outerjoin(workout_ref, workout_ref.c.id == t.c.workout_id))
            .where(t.c.user_id == user_id, t.c.state == "failed")
            .order_by(t.c.failed_at.desc())
            .limit(limit)
        )
        return [FailedTask(row[0], TaskKind(row[1]), *row[2:]) for row in self._connection.execute(query)]

    def forget(self, workout_ids: Sequence[UUID]) -> None:
        """Remove failures about workouts that are gone themselves."""
        if workout_ids:
            self._connection.execute(sa.delete(t).where(t.c.workout_id.in_(workout_ids), t.c.state == "failed"))

    def count(self, user_id: UUID) -> int:
        """How many failed for good."""
        query = sa.select(sa.func.count()).select_from(t).where(t.c.user_id == user_id, t.c.state == "failed")
        return self._connection.execute(query).scalar_one()

    def retry(self, user_id: UUID, run_id: UUID | None, task_id: UUID | None, now: datetime) -> list[TaskKind]:
        """Queue failures of a rider again: one, or all of them."""
        again = sa.update(t).where(t.c.user_id == user_id, t.c.state == "failed")
        if task_id is not None:
            again = again.where(t.c.id == task_id)
        again = again.values(state="pending", attempts=0, not_before=now, run_id=run_id, failed_at=None)
        return [TaskKind(kind) for kind in self._connection.execute(again.returning(t.c.kind)).scalars()]
