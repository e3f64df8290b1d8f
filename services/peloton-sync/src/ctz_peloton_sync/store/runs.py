"""Runs and their counters."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_peloton_sync.domain.runs import PHASE_OF, Phase, PhaseCount, RunState, TaskKind, Trigger
from ctz_peloton_sync.store.tables import connection
from ctz_peloton_sync.store.tables import sync_run as t

OPEN = (RunState.RUNNING.value, RunState.PARKED.value)


@dataclass(frozen=True, slots=True)
class Run:
    """One run with its counters."""

    id: UUID
    user_id: UUID
    trigger: Trigger
    state: RunState
    state_reason: str
    started_at: datetime
    ended_at: datetime | None
    scope: str
    rescan_since: datetime | None
    pass_number: int
    pages_known: int
    is_listed: bool
    workouts_total: int | None
    months: Mapping[str, int]
    unreadable: int
    phases: Mapping[Phase, PhaseCount]

    @property
    def pass_key(self) -> str:
        """Marks the workouts that this pass over the list has seen."""
        return f"{self.id}:{self.pass_number}"

    @property
    def open(self) -> int:
        """Items neither done nor failed, over all phases."""
        return sum(count.open for count in self.phases.values())

    @property
    def calls(self) -> int:
        """Calls spent."""
        return sum(count.calls for count in self.phases.values())


@dataclass(frozen=True, slots=True)
class Progress:
    """What one task adds to its run."""

    phase: Phase
    done: int = 0
    failed: int = 0
    calls: int = 0
    queued: Sequence[TaskKind] = ()


def _run(row: sa.Row[tuple[object, ...]]) -> Run:
    values = row._mapping  # noqa: SLF001 the documented accessor
    phases = {
        phase: PhaseCount(*(values[f"{phase.value}_{figure}"] for figure in ("done", "total", "failed", "calls")))
        for phase in Phase
    }
    plain = {name: values[name] for name in Run.__slots__ if name != "phases"}
    return Run(**{**plain, "trigger": Trigger(plain["trigger"]), "state": RunState(plain["state"])}, phases=phases)


@cache
def _growing(names: tuple[str, ...]) -> sa.Executable:
    """Return the statement that adds to counters once for each set of them: building it costs more than running it."""
    sums = {name: t.c[name] + sa.bindparam(f"by_{name}", type_=sa.Integer) for name in names}
    return sa.update(t).where(t.c.id == sa.bindparam("of_run")).values(sums).returning(t)


class RunStore:
    """Reads and writes runs."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def start(
        self, *, run_id: UUID, user_id: UUID, trigger: Trigger, scope: str, rescan_since: datetime | None, now: datetime
    ) -> Run | None:
        """Begin a run; none when one is open already."""
        insert = (
            pg.insert(t)
            .values(
                id=run_id,
                user_id=user_id,
                trigger=trigger.value,
                state=RunState.RUNNING.value,
                started_at=now,
                scope=scope,
                rescan_since=rescan_since,
            )
            .on_conflict_do_nothing(index_elements=[t.c.user_id], index_where=t.c.state.in_(OPEN))
            .returning(t)
        )
        row = self._connection.execute(insert).one_or_none()
        return None if row is None else _run(row)

    def get(self, run_id: UUID, *, lock: bool = False) -> Run | None:
        """One run."""
        query = sa.select(t).where(t.c.id == run_id)
        row = self._connection.execute(query.with_for_update() if lock else query).one_or_none()
        return None if row is None else _run(row)

    def open_run(self, user_id: UUID) -> Run | None:
        """The run under way or parked."""
        query = sa.select(t).where(t.c.user_id == user_id, t.c.state.in_(OPEN))
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _run(row)

    def recent(self, user_id: UUID, limit: int) -> list[Run]:
        """Runs, newest first."""
        query = sa.select(t).where(t.c.user_id == user_id).order_by(t.c.started_at.desc()).limit(limit)
        return [_run(row) for row in self._connection.execute(query)]

    def last_complete_start(self, user_id: UUID) -> datetime | None:
        """When the last run began that read its part of the list: what was created before it is known."""
        ended = (RunState.DONE.value, RunState.DONE_WITH_FAILURES.value)
        query = sa.select(sa.func.max(t.c.started_at)).where(
            t.c.user_id == user_id, t.c.state.in_(ended), t.c.is_listed, t.c.list_failed == 0
        )
        return self._connection.execute(query).scalar()

    def last_good_end(self, user_id: UUID) -> datetime | None:
        """When the last run that ended well ended."""
        query = sa.select(sa.func.max(t.c.ended_at)).where(t.c.user_id == user_id, t.c.state == RunState.DONE.value)
        return self._connection.execute(query).scalar()

    def add(self, run_id: UUID, progress: Progress) -> Run | None:
        """Count what a task did; holds the run's row until the end of the transaction."""
        queued = Counter(PHASE_OF[kind] for kind in progress.queued)
        grows: dict[str, int] = {
            f"{progress.phase.value}_done": progress.done,
            f"{progress.phase.value}_failed": progress.failed,
            f"{progress.phase.value}_calls": progress.calls,
        }
        for phase, count in queued.items():
            grows[f"{phase.value}_total"] = count
        grown = {name: by for name, by in grows.items() if by}
        if not grown:
            return self.get(run_id)
        values = {"of_run": run_id, **{f"by_{name}": by for name, by in grown.items()}}
        row = self._connection.execute(_growing(tuple(grown)), values).one_or_none()
        return None if row is None else _run(row)

    def note_page(
        self, run: Run, *, total: int | None, months: Mapping[str, int] | None, unreadable: int, pages_known: int
    ) -> None:
        """Keep what a page says of the whole list."""
        values: dict[str, object] = {"pages_known": sa.func.greatest(t.c.pages_known, pages_known)}
        if total is not None:
            values["workouts_total"] = total
        if months is not None:
            values["months"] = dict(months)
        if unreadable:
            values["unreadable"] = t.c.unreadable + unreadable
        self._connection.execute(sa.update(t).where(t.c.id == run.id).values(values))

    def begin_pass(self, run: Run, scope: str) -> Run:
        """Read the list, or a part of it, once more."""
        again = (
            sa.update(t)
            .where(t.c.id == run.id)
            .values(scope=scope, pass_number=t.c.pass_number + 1, pages_known=0, unreadable=0)
            .returning(t)
        )
        return _run(self._connection.execute(again).one())

    def set_listed(self, run_id: UUID) -> None:
        """The list is read; what remains is graphs, classes, details."""
        self._connection.execute(sa.update(t).where(t.c.id == run_id).values(is_listed=True))

    def end(self, run_id: UUID, state: RunState, now: datetime) -> None:
        """End a run."""
        self._connection.execute(
            sa.update(t).where(t.c.id == run_id).values(state=state.value, state_reason="", ended_at=now)
        )

    def park(self, user_id: UUID, reason: str) -> None:
        """Stop the open run until the rider acts or the time comes."""
        self._connection.execute(
            sa.update(t)
            .where(t.c.user_id == user_id, t.c.state.in_(OPEN))
            .values(state=RunState.PARKED.value, state_reason=reason)
        )

    def resume(self, user_id: UUID) -> Run | None:
        """Go on with a parked run."""
        row = self._connection.execute(
            sa.update(t)
            .where(t.c.user_id == user_id, t.c.state == RunState.PARKED.value)
            .values(state=RunState.RUNNING.value, state_reason="")
            .returning(t)
        ).one_or_none()
        return None if row is None else _run(row)

    def unpark_refused(self) -> None:
        """Go on with runs of accounts whose pause after a refusal is over."""
        ready = sa.select(connection.c.user_id).where(
            connection.c.state == "active",
            sa.or_(connection.c.resume_at.is_(None), connection.c.resume_at <= sa.func.now()),
        )
        self._connection.execute(
            sa.update(t)
            .where(t.c.state == RunState.PARKED.value, t.c.user_id.in_(ready.scalar_subquery()))
            .values(state=RunState.RUNNING.value, state_reason="")
        )

    def abandon(self, user_id: UUID, now: datetime) -> bool:
        """End the open run, because the rider took the connection away; say whether there was one."""
        end = (
            sa.update(t)
            .where(t.c.user_id == user_id, t.c.state.in_(OPEN))
            .values(state=RunState.DONE_WITH_FAILURES.value, state_reason="disconnected", ended_at=now)
        )
        return self._connection.execute(end).rowcount > 0

    def latest(self, limit: int) -> list[Run]:
        """Runs of all riders, newest first, for the console."""
        query = sa.select(t).order_by(t.c.started_at.desc()).limit(limit)
        return [_run(row) for row in self._connection.execute(query)]
