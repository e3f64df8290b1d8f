"""The queue: claimed fairly, leased, fenced, deduplicated."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.ids import uuid7
from ctz_peloton_sync.domain.limits import Gate
from ctz_peloton_sync.domain.runs import Lease, NewTask, TaskKind
from ctz_peloton_sync.store.tables import sync_task as t

# Accounts are looked at in the order of their turns; a few, because others may be taking from the first ones.
_CLAIM = sa.text("""
    WITH account AS MATERIALIZED (
        SELECT c.user_id, c.connection_id, c.peloton_user_id, c.refusals FROM peloton_sync.connection c
         WHERE c.state = 'active' AND (c.resume_at IS NULL OR c.resume_at <= :now)
           AND EXISTS (SELECT 1 FROM peloton_sync.sync_task p
                        WHERE p.user_id = c.user_id AND p.state = 'pending' AND p.not_before <= :now)
           AND (SELECT count(*) FROM peloton_sync.sync_task l
                 WHERE l.user_id = c.user_id AND l.state = 'leased') < :window
         ORDER BY c.served_at NULLS FIRST, c.user_id
         LIMIT 16
    ), chosen AS MATERIALIZED (
        SELECT task.id, task.user_id, account.connection_id, account.peloton_user_id, account.refusals FROM account
         CROSS JOIN LATERAL (
            SELECT s.id, s.user_id FROM peloton_sync.sync_task s
             WHERE s.user_id = account.user_id AND s.state = 'pending' AND s.not_before <= :now
             ORDER BY s.priority, s.sort_time DESC
             LIMIT 1
               FOR UPDATE SKIP LOCKED
         ) task
         LIMIT 1
    ), turn AS (
        UPDATE peloton_sync.connection SET served_at = :now
         WHERE user_id IN (SELECT c.user_id FROM peloton_sync.connection c JOIN chosen USING (user_id)
                              FOR UPDATE OF c SKIP LOCKED)
    )
    UPDATE peloton_sync.sync_task task
       SET state = 'leased', lease_until = :lease_until, fence = task.fence + 1, attempts = task.attempts + 1
      FROM chosen WHERE task.id = chosen.id
    RETURNING task.id, task.fence, task.user_id, task.run_id, task.kind, task.target, task.workout_id, task.attempts,
              chosen.connection_id, chosen.peloton_user_id, chosen.refusals
""").bindparams(
    sa.bindparam("now", type_=sa.DateTime(timezone=True)), sa.bindparam("lease_until", type_=sa.DateTime(timezone=True))
)

LONGEST_PAUSE_SECONDS = 60

_EXTEND = sa.text("""
    UPDATE peloton_sync.sync_task task SET lease_until = :lease_until
      FROM unnest(CAST(:ids AS uuid[]), CAST(:fences AS bigint[])) AS held(id, fence)
     WHERE task.id = held.id AND task.fence = held.fence AND task.state = 'leased'
""")

_FINISH = sa.delete(t).where(
    t.c.id == sa.bindparam("done_id"), t.c.fence == sa.bindparam("done_fence"), t.c.state == "leased"
)


def _lease(row: sa.Row[Any]) -> Lease:
    """A lease without what only the claim knows."""
    return Lease(
        task_id=row.id,
        fence=row.fence,
        user_id=row.user_id,
        run_id=row.run_id,
        kind=TaskKind(row.kind),
        target=row.target,
        workout_id=row.workout_id,
        attempts=row.attempts,
        connection_id=None,
        peloton_user_id="",
        has_refusals=False,
        is_success_wanted=False,
        is_probe=False,
    )


class TaskStore:
    """Reads and writes tasks."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, user_id: UUID, run_id: UUID | None, tasks: Sequence[NewTask], now: datetime) -> list[TaskKind]:
        """Queue tasks; one that is open already is not doubled, one that failed is revived. Returns what was queued."""
        if not tasks:
            return []
        rows = [
            {
                "id": uuid7(),
                "user_id": user_id,
                "run_id": run_id,
                "kind": task.kind.value,
                "dedupe_key": task.dedupe_key,
                "target": task.target,
                "workout_id": task.workout_id,
                "priority": task.priority,
                "sort_time": task.sort_time,
                "not_before": now,
            }
            for task in sorted(tasks, key=lambda task: task.dedupe_key)
        ]
        insert = pg.insert(t)
        upsert = insert.on_conflict_do_update(
            index_elements=[t.c.dedupe_key],
            set_={
                "state": "pending",
                "attempts": 0,
                "not_before": now,
                "run_id": insert.excluded.run_id,
                "user_id": insert.excluded.user_id,
                "priority": insert.excluded.priority,
                "last_error": "",
                "failed_at": None,
            },
            where=t.c.state == "failed",
        ).returning(t.c.kind)
        return [TaskKind(kind) for kind in self._connection.execute(upsert, rows).scalars()]

    def add_quietly(self, user_id: UUID, task: NewTask, now: datetime) -> None:
        """Queue a task outside any run, or bring the waiting one forward, because the rider is looking."""
        self.add(user_id, None, [task], now)
        self._connection.execute(
            sa.update(t)
            .where(t.c.dedupe_key == task.dedupe_key, t.c.state == "pending", t.c.priority > task.priority)
            .values(priority=task.priority, not_before=now)
        )

    def claim(self, *, now: datetime, lease: timedelta, window: int, gate: Gate, is_probe: bool) -> Lease | None:
        """Take the next task: the least recently served account first, its most urgent and newest task."""
        row = self._connection.execute(_CLAIM, {"now": now, "lease_until": now + lease, "window": window}).one_or_none()
        if row is None:
            return None
        return replace(
            _lease(row),
            connection_id=row.connection_id,
            peloton_user_id=row.peloton_user_id,
            has_refusals=row.refusals > 0,
            is_success_wanted=gate.breaker.wants_success(now),
            is_probe=is_probe,
        )

    def extend(self, leases: Sequence[Lease], until: datetime) -> None:
        """Keep leases that are being worked on."""
        values = {
            "lease_until": until,
            "ids": [lease.task_id for lease in leases],
            "fences": [lease.fence for lease in leases],
        }
        self._connection.execute(_EXTEND, values)

    def finish(self, lease: Lease) -> bool:
        """Remove a done task; False when the lease was lost, and then nothing of this transaction may stand."""
        values = {"done_id": lease.task_id, "done_fence": lease.fence}
        return self._connection.execute(_FINISH, values).rowcount == 1

    def release(self, lease: Lease, *, not_before: datetime, error: str, is_attempt: bool) -> bool:
        """Give a task back for a later try; `is_attempt` is false when the fault was not the task's."""
        back = (
            sa.update(t)
            .where(t.c.id == lease.task_id, t.c.fence == lease.fence, t.c.state == "leased")
            .values(
                state="pending",
                not_before=not_before,
                lease_until=None,
                last_error=error,
                attempts=t.c.attempts if is_attempt else t.c.attempts - 1,
            )
        )
        return self._connection.execute(back).rowcount == 1

    def fail(self, lease: Lease, *, error: str, now: datetime) -> bool:
        """Mark a task as failed for good."""
        failed = (
            sa.update(t)
            .where(t.c.id == lease.task_id, t.c.fence == lease.fence, t.c.state == "leased")
            .values(state="failed", lease_until=None, last_error=error, failed_at=now)
        )
        return self._connection.execute(failed).rowcount == 1

    def sweep(self, now: datetime, maximum_deaths: int) -> list[Lease]:
        """Take back what dead workers held; returns those that died too often, still leased under a new fence.

        The others come back after a pause that grows with each death: whichever of them killed the worker, it does
        not take the same neighbours along every time.
        """
        is_hopeless = t.c.attempts >= maximum_deaths
        pause = sa.func.least(LONGEST_PAUSE_SECONDS, sa.func.power(2, t.c.attempts)) * sa.func.random()
        lost = (
            sa.select(t.c.id)
            .where(t.c.state == "leased", t.c.lease_until < now)
            .limit(500)
            .with_for_update(skip_locked=True)
        )
        back = (
            sa.update(t)
            .where(t.c.id.in_(lost.scalar_subquery()))
            .values(
                fence=t.c.fence + 1,
                state=sa.case((is_hopeless, "leased"), else_="pending"),
                lease_until=sa.case((is_hopeless, now), else_=None),
                not_before=sa.literal(now, sa.DateTime(timezone=True)) + sa.text("interval '1 second'") * pause,
                last_error="worker_died",
            )
            .returning(t)
        )
        rows = self._connection.execute(back).all()
        return [_lease(row) for row in rows if row.state == "leased"]

    def next_due(self) -> datetime | None:
        """When the earliest waiting task may be tried."""
        return self._connection.execute(sa.select(sa.func.min(t.c.not_before)).where(t.c.state == "pending")).scalar()

    def open_of_kind(self, user_id: UUID, kind: TaskKind) -> int:
        """How many tasks of a kind are waiting or under way."""
        query = (
            sa.select(sa.func.count())
            .select_from(t)
            .where(t.c.user_id == user_id, t.c.kind == kind.value, t.c.state != "failed")
        )
        return self._connection.execute(query).scalar_one()

    def drop_open(self, user_id: UUID) -> None:
        """Remove everything that waits; what is under way finds its lease gone."""
        self._connection.execute(sa.delete(t).where(t.c.user_id == user_id))

    def counts_by_state(self) -> dict[str, int]:
        """Tasks by state, over all riders."""
        query = sa.select(t.c.state, sa.func.count()).group_by(t.c.state)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def due(self, now: datetime, limit: int) -> list[sa.Row[tuple[UUID, UUID, str, str, str, int, datetime]]]:
        """The next tasks of all riders, for the console."""
        query = (
            sa.select(t.c.id, t.c.user_id, t.c.kind, t.c.target, t.c.state, t.c.attempts, t.c.not_before)
            .where(t.c.state != "failed", t.c.not_before <= now)
            .order_by(t.c.priority, t.c.sort_time.desc())
            .limit(limit)
        )
        return list(self._connection.execute(query))
