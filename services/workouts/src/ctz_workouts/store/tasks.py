"""Workouts whose figures are to be computed anew: chunks that workers claim, newest workouts first."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.ids import uuid7
from ctz_workouts.store.tables import SCHEMA, task

CHUNK = 40
"""Workouts of one task: about a tenth of a second of work, during which the rider's other changes wait."""
MOST_CLAIMS = 5
"""A task that was claimed this often without an end is given up: it stays, and is counted no more."""
CHANNEL = f"{SCHEMA}.task"


@dataclass(frozen=True, slots=True)
class Claim:
    """A task in the hands of one worker; `fence` is what tells it from an earlier and a later claim."""

    task_id: UUID
    user_id: UUID
    workout_ids: Sequence[UUID]
    fence: int


_is_alive = task.c.fence < MOST_CLAIMS


class TaskStore:
    """Tasks within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def put_first(self, user_id: UUID, workout_ids: Sequence[UUID]) -> None:
        """Let these workouts wait, each once, before those of the rider that waited already."""
        withdrawn = sa.delete(task).where(task.c.user_id == user_id, _is_alive).returning(task.c.workout_ids)
        waiting = [workout_id for chunk in self._connection.execute(withdrawn).scalars() for workout_id in chunk]
        self.add(user_id, list(dict.fromkeys([*workout_ids, *waiting])))

    def add(self, user_id: UUID, workout_ids: Sequence[UUID]) -> None:
        """Let these workouts wait too."""
        chunks = (workout_ids[at : at + CHUNK] for at in range(0, len(workout_ids), CHUNK))
        rows = [
            {"task_id": uuid7(), "user_id": user_id, "workout_ids": list(chunk), "place": place}
            for place, chunk in zip(count(), chunks, strict=False)
        ]
        if rows:
            self._connection.execute(sa.insert(task), rows)

    def add_others(self, user_id: UUID, workout_ids: Sequence[UUID]) -> None:
        """Let those of these workouts wait too that do not wait yet."""
        alive = sa.select(sa.func.unnest(task.c.workout_ids)).where(task.c.user_id == user_id, _is_alive)
        waiting = set(self._connection.execute(alive).scalars())
        self.add(user_id, [workout_id for workout_id in workout_ids if workout_id not in waiting])

    def claim(self, lease_seconds: float) -> Claim | None:
        """Take the next task that nobody has; every rider's newest chunk comes before anybody's second one."""
        free = (
            sa.select(task.c.task_id)
            .where(task.c.due_at <= sa.func.now(), _is_alive)
            .order_by(task.c.place, task.c.created_at)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        until = sa.func.now() + sa.func.make_interval(0, 0, 0, 0, 0, 0, lease_seconds)
        taken = (
            sa.update(task)
            .where(task.c.task_id == free)
            .values(fence=task.c.fence + 1, due_at=until)
            .returning(task.c.task_id, task.c.user_id, task.c.workout_ids, task.c.fence)
        )
        row = self._connection.execute(taken).first()
        return Claim(row.task_id, row.user_id, row.workout_ids, row.fence) if row else None

    def finish(self, claim: Claim) -> bool:
        """End a task, unless it was claimed again or withdrawn meanwhile: then nothing may be written for it."""
        ended = sa.delete(task).where(task.c.task_id == claim.task_id, task.c.fence == claim.fence)
        return self._connection.execute(ended).rowcount == 1


def waiting(user_id: sa.ColumnElement[UUID]) -> sa.ScalarSelect[int]:
    """How many workouts of a rider wait."""
    total = sa.func.coalesce(sa.func.sum(sa.func.cardinality(task.c.workout_ids)), 0)
    return sa.select(total).where(task.c.user_id == user_id, _is_alive).scalar_subquery()
