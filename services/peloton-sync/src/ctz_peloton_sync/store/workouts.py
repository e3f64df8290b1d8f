"""The mirror of what Peloton has: one row per workout of a rider, with what was published of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_peloton_sync.domain.ftp import Candidate
from ctz_peloton_sync.store.tables import sync_task
from ctz_peloton_sync.store.tables import workout_ref as t

SOURCE = "peloton"
LIVE = ("live", "in_progress")
_TOLD = ("live", "missing", "set_aside")
_ROWS_AT_ONCE = 2_000
"""Of a rider's, that one statement changes: decades of workouts must not run into the statement time-out."""


@dataclass(frozen=True, slots=True)
class WorkoutRef:
    """One workout of the mirror. `summary` and `detail` are as published, without revision."""

    id: UUID
    user_id: UUID
    source_id: str
    state: str
    created_time: datetime
    start_time: datetime
    end_time: datetime
    local_date: date
    title: str
    is_ftp_candidate: bool
    summary_revision: int
    summary: bytes | None
    detail: bytes | None
    lost_class: bytes | None
    performance_state: str
    performance_revision: int
    performance_hash: bytes | None
    seen_pass: str


_COLUMNS = tuple(t.c[name] for name in WorkoutRef.__slots__)
_KEPT_ON_UPDATE = {"id", "user_id", "source_id"}

_NEW_HASH = sa.bindparam("new_hash", type_=sa.LargeBinary)
_NOTE_PERFORMANCE = (
    sa.update(t)
    .where(
        t.c.id == sa.bindparam("of_workout"),
        t.c.user_id == sa.bindparam("of_user"),
        t.c.performance_hash.is_distinct_from(_NEW_HASH),
    )
    .values(
        performance_hash=_NEW_HASH,
        performance_state="fetched",
        performance_revision=t.c.performance_revision + 1,
    )
    .returning(t.c.performance_revision)
)


class WorkoutStore:
    """Reads and writes the mirror."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def by_source(self, user_id: UUID, source_ids: Collection[str]) -> dict[str, WorkoutRef]:
        """The rider's workouts by their id at Peloton, held in a fixed order so that two pages cannot deadlock."""
        query = (
            sa.select(*_COLUMNS)
            .where(t.c.user_id == user_id, t.c.source == SOURCE, t.c.source_id.in_(source_ids))
            .order_by(t.c.source_id)
            .with_for_update()
        )
        return {ref.source_id: ref for row in self._connection.execute(query) if (ref := WorkoutRef(*row))}

    def owned(self, user_id: UUID, workout_id: UUID, *, lock: bool = False) -> WorkoutRef | None:
        """One workout of this rider."""
        query = sa.select(*_COLUMNS).where(t.c.id == workout_id, t.c.user_id == user_id)
        row = self._connection.execute(query.with_for_update() if lock else query).one_or_none()
        return None if row is None else WorkoutRef(*row)

    def told_before(self, limit: int) -> list[WorkoutRef]:
        """Workouts that an older version told and that were not taken back, held; see `note_told_anew`."""
        query = (
            sa.select(*_COLUMNS)
            .where(sa.not_(t.c.is_told_anew), t.c.summary.is_not(None), t.c.state.in_(_TOLD))
            .order_by(t.c.user_id, t.c.source_id)
            .limit(limit)
            .with_for_update()
        )
        return [WorkoutRef(*row) for row in self._connection.execute(query)]

    def note_told_anew(self, refs: Sequence[WorkoutRef]) -> None:
        """Store that this version has told workouts of an older one, by their next revision."""
        told = sa.update(t).where(t.c.id.in_([ref.id for ref in refs]))
        self._connection.execute(told.values(summary_revision=t.c.summary_revision + 1, is_told_anew=True))

    def insert(self, refs: Sequence[WorkoutRef]) -> set[UUID]:
        """Add new workouts; returns those that were new, a parallel page may have been first."""
        if not refs:
            return set()
        rows = [asdict(ref) for ref in sorted(refs, key=lambda ref: ref.source_id)]
        insert = (
            pg.insert(t)
            .on_conflict_do_nothing(index_elements=[t.c.user_id, t.c.source, t.c.source_id])
            .returning(t.c.id)
        )
        return set(self._connection.execute(insert, rows).scalars())

    def update(self, refs: Sequence[WorkoutRef]) -> None:
        """Store changed workouts, which the caller holds."""
        if not refs:
            return
        columns = [name for name in WorkoutRef.__slots__ if name not in _KEPT_ON_UPDATE]
        change = (
            sa.update(t)
            .where(t.c.id == sa.bindparam("ref_id"))
            .values({name: sa.bindparam(f"new_{name}") for name in columns})
        )
        rows = [
            {"ref_id": ref.id, **{f"new_{name}": getattr(ref, name) for name in columns}}
            for ref in sorted(refs, key=lambda ref: ref.source_id)
        ]
        self._connection.execute(change, rows)

    def mark_seen(self, ids: Sequence[UUID], pass_key: str) -> None:
        """Note that this pass over the list has these workouts."""
        if ids:
            self._connection.execute(sa.update(t).where(t.c.id.in_(ids)).values(seen_pass=pass_key))

    def note_performance(self, user_id: UUID, workout_id: UUID, content_hash: bytes) -> int | None:
        """Store that a graph was fetched; returns its revision, or none when nothing changed."""
        values = {"of_workout": workout_id, "of_user": user_id, "new_hash": content_hash}
        return self._connection.execute(_NOTE_PERFORMANCE, values).scalar_one_or_none()

    def unseen_in_span(
        self, user_id: UUID, pass_key: str, *, is_first: bool, is_last: bool
    ) -> tuple[list[WorkoutRef], list[WorkoutRef]]:
        """Workouts that a pass should have met and did not: those unmissed so far, and those missed before."""
        seen = sa.select(sa.func.min(t.c.created_time), sa.func.max(t.c.created_time)).where(
            t.c.user_id == user_id, t.c.seen_pass == pass_key
        )
        oldest, newest = self._connection.execute(seen).one()
        if oldest is None and not (is_first and is_last):
            return [], []
        query = sa.select(*_COLUMNS).where(
            t.c.user_id == user_id, t.c.seen_pass != pass_key, t.c.state.in_([*LIVE, "missing"])
        )
        if not is_last:
            query = query.where(t.c.created_time > oldest)
        if not is_first:
            query = query.where(t.c.created_time < newest)
        refs = [WorkoutRef(*row) for row in self._connection.execute(query.order_by(t.c.source_id).with_for_update())]
        return [ref for ref in refs if ref.state != "missing"], [ref for ref in refs if ref.state == "missing"]

    def without_graph_task(self, user_id: UUID) -> list[WorkoutRef]:
        """Workouts whose graph is due while nothing asks for it: the rider took the connection away meanwhile."""
        asked = sa.exists().where(sync_task.c.dedupe_key == sa.literal("performance:") + sa.cast(t.c.id, sa.Text))
        query = sa.select(*_COLUMNS).where(
            t.c.user_id == user_id, t.c.state == "live", t.c.performance_state == "due", sa.not_(asked)
        )
        return [WorkoutRef(*row) for row in self._connection.execute(query)]

    def count(self, user_id: UUID) -> int:
        """How many workouts the mirror holds as existing."""
        query = sa.select(sa.func.count()).select_from(t).where(t.c.user_id == user_id, t.c.state.in_(LIVE))
        return self._connection.execute(query).scalar_one()

    def has_in_progress(self, user_id: UUID) -> bool:
        """Whether a workout of the rider is still going on."""
        query = sa.select(sa.exists().where(t.c.user_id == user_id, t.c.state == "in_progress"))
        return bool(self._connection.execute(query).scalar_one())

    def months(self, user_id: UUID) -> Mapping[str, int]:
        """Workouts by month of their day, as `YYYY-MM`."""
        month = sa.func.to_char(t.c.local_date, "YYYY-MM")
        query = sa.select(month, sa.func.count()).where(t.c.user_id == user_id, t.c.state.in_(LIVE)).group_by(month)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def ftp_candidates(self, user_id: UUID) -> list[Candidate]:
        """Rides with power, oldest first."""
        query = (
            sa.select(t.c.source_id, t.c.start_time, t.c.end_time, t.c.title)
            .where(t.c.user_id == user_id, t.c.is_ftp_candidate, t.c.state == "live")
            .order_by(t.c.start_time)
        )
        return [Candidate(*row) for row in self._connection.execute(query)]

    def set_aside(self, user_id: UUID) -> None:
        """Keep the workouts of an account that is no longer the connected one out of every comparison."""
        some = sa.select(t.c.id).where(t.c.user_id == user_id, t.c.state.in_([*LIVE, "missing"])).limit(_ROWS_AT_ONCE)
        change = sa.update(t).where(t.c.id.in_(some)).values(state="set_aside")
        while self._connection.execute(change).rowcount:
            pass
