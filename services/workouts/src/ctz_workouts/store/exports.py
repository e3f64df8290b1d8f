"""Rows of exports: claims of workers, the bytes of the zip, and the digest of what opens it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store.file_bytes import drop_of_exports
from ctz_workouts.store.imports import DONE, FAILED, RUNNING, WAITING
from ctz_workouts.store.tables import performance, rider_note, workout
from ctz_workouts.store.transfer_tables import export, export_chunk
from ctz_workouts.store.workouts import COLUMNS, StoredWorkout

MOST_CLAIMS = 5
MOST_KEPT = 5
"""Exports of one rider; the oldest go when another is asked for."""
_SWEPT_ROWS = 100


@dataclass(frozen=True, slots=True)
class ExportClaim:
    """An export in the hands of one worker; `fence` tells the claim from earlier and later ones."""

    export_id: UUID
    user_id: UUID
    formats: Sequence[int]
    fence: int


@dataclass(frozen=True, slots=True)
class ExportPlace:
    """The workout behind which a page of an export begins."""

    local_date: date
    start_time: datetime
    workout_id: UUID


@dataclass(frozen=True, slots=True)
class ExportedWorkout:
    """One workout with what it takes to write it; bytes are as stored."""

    workout: StoredWorkout
    notes: str
    tags: Sequence[str]
    perceived_exertion: int | None
    reported: bytes | None
    series: bytes | None


class ExportStore:
    """A rider's exports within one transaction."""

    def __init__(self, connection: sa.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    def begin(self, export_id: UUID, formats: Sequence[int]) -> UUID:
        """Begin an export; answer the one under way where there is one."""
        insert = pg.insert(export).values(export_id=export_id, user_id=self._user_id, formats=list(formats))
        once = insert.on_conflict_do_nothing(
            index_elements=[export.c.user_id], index_where=export.c.state < sa.text("3")
        )
        if self._connection.execute(once.returning(export.c.export_id)).first() is not None:
            self._keep_newest()
            return export_id
        under_way = sa.select(export.c.export_id).where(export.c.user_id == self._user_id, export.c.state < DONE)
        found: UUID = self._connection.execute(under_way).scalar_one()
        return found

    def one(self, export_id: UUID) -> Any | None:
        """An export; none if there is no such one."""
        return self._connection.execute(self._own().where(export.c.export_id == export_id)).first()

    def newest(self, limit: int) -> Sequence[Any]:
        """Exports, newest first."""
        return self._connection.execute(self._own().order_by(export.c.export_id.desc()).limit(limit)).all()

    def delete(self, export_id: UUID) -> bool:
        """End an export at once, and let its file go; False if there is no such one."""
        return self._let_go(export.c.export_id == export_id) == 1

    def give_secret(self, export_id: UUID, digest: bytes, seconds: float) -> datetime | None:
        """Let a secret open a ready export; none unless it is ready. An earlier secret opens it no more."""
        until = sa.func.least(sa.func.now() + _seconds(seconds), export.c.expires_at)
        given = (
            sa.update(export)
            .where(export.c.export_id == export_id, export.c.user_id == self._user_id, export.c.state == DONE)
            .values(secret_digest=digest, secret_expires_at=until)
            .returning(export.c.secret_expires_at)
        )
        found: datetime | None = self._connection.execute(given).scalar()
        return found

    def opened(self, export_id: UUID, digest: bytes) -> Any | None:
        """The ready export that a secret opens now; none otherwise."""
        is_open = sa.and_(
            export.c.state == DONE,
            export.c.secret_digest == digest,
            export.c.secret_expires_at > sa.func.now(),
            export.c.expires_at > sa.func.now(),
        )
        return self._connection.execute(self._own().where(export.c.export_id == export_id, is_open)).first()

    def chunk(self, export_id: UUID, place: int) -> bytes | None:
        """Bytes of the zip at a place; none behind its end."""
        query = sa.select(export_chunk.c.data).where(
            export_chunk.c.export_id == export_id,
            export_chunk.c.user_id == self._user_id,
            export_chunk.c.place == place,
        )
        found: bytes | None = self._connection.execute(query).scalar()
        return found

    def workout(self, workout_id: UUID) -> ExportedWorkout | None:
        """One workout of this rider, hidden or not, with what it takes to write it; none if there is no such one."""
        query = _written(self._user_id).where(
            workout.c.workout_id == workout_id, workout.c.summary_revision > 0, sa.not_(workout.c.is_deleted)
        )
        row = self._connection.execute(query).mappings().first()
        return _exported(row) if row is not None else None

    def _own(self) -> sa.Select[Any]:
        return sa.select(export).where(self._is_own)

    @property
    def _is_own(self) -> sa.ColumnElement[bool]:
        is_kept = sa.or_(export.c.expires_at.is_(None), export.c.expires_at > sa.func.now())
        return sa.and_(export.c.user_id == self._user_id, is_kept)

    def _keep_newest(self) -> None:
        newest = sa.select(export.c.export_id).where(self._is_own).order_by(export.c.export_id.desc()).limit(MOST_KEPT)
        self._let_go(export.c.export_id.not_in(newest))

    def _let_go(self, which: sa.ColumnElement[bool]) -> int:
        """Let the time of exports be over; `sweep_exports` deletes their bytes."""
        ended = sa.case((export.c.state < DONE, FAILED), else_=export.c.state)
        over = sa.update(export).where(self._is_own, which).values(expires_at=sa.func.now(), state=ended)
        return self._connection.execute(over).rowcount


class ExportQueue:
    """Exports that wait to be made, within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def claim(self, lease_seconds: float) -> ExportClaim | None:
        """Take the oldest export that nobody has; what an earlier claim wrote of it is to go (`drop_some`)."""
        free = (
            sa.select(export.c.export_id)
            .where(export.c.state < DONE, export.c.due_at <= sa.func.now(), export.c.fence < MOST_CLAIMS)
            .order_by(export.c.export_id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        taken = (
            sa.update(export)
            .where(export.c.export_id == free)
            .values(
                fence=export.c.fence + 1,
                state=RUNNING,
                due_at=sa.func.now() + _seconds(lease_seconds),
                finished_count=0,
                size_bytes=0,
            )
            .returning(export.c.export_id, export.c.user_id, export.c.formats, export.c.fence)
        )
        row = self._connection.execute(taken).first()
        return ExportClaim(*row) if row is not None else None

    def drop_some(self, claim: ExportClaim, lease_seconds: float) -> bool:
        """Delete some bytes of an earlier claim; False when none are left, or the export is not ours any more."""
        is_ours = self.note(claim, lease_seconds)
        return is_ours and drop_of_exports(self._connection, export_chunk.c.export_id == claim.export_id) > 0

    def give_up(self, problem: str) -> None:
        """Fail the exports that no worker could make."""
        lost = sa.and_(export.c.state < DONE, export.c.due_at <= sa.func.now(), export.c.fence >= MOST_CLAIMS)
        self._connection.execute(
            sa.update(export)
            .where(lost)
            .values(state=FAILED, problem=problem, expires_at=sa.func.now() + _seconds(86_400))
        )

    def count(self, claim: ExportClaim) -> int:
        """How many workouts the rider has listed."""
        query = sa.select(sa.func.count()).where(workout.c.user_id == claim.user_id, workout.c.is_listed)
        return self._connection.execute(query).scalar_one()

    def page(self, claim: ExportClaim, after: ExportPlace | None, limit: int) -> Sequence[ExportedWorkout]:
        """Listed workouts, oldest first."""
        keys = (workout.c.local_date, workout.c.start_time, workout.c.workout_id)
        query = _written(claim.user_id).where(workout.c.is_listed).order_by(*keys).limit(limit)
        if after is not None:
            query = query.where(sa.tuple_(*keys) > sa.tuple_(after.local_date, after.start_time, after.workout_id))
        return [_exported(row) for row in self._connection.execute(query).mappings()]

    def add_chunk(self, claim: ExportClaim, place: int, data: bytes, lease_seconds: float) -> bool:
        """Keep bytes of the zip; False, with nothing kept, when the export is not ours any more."""
        values = {"size_bytes": export.c.size_bytes + len(data), "due_at": sa.func.now() + _seconds(lease_seconds)}
        if not self._ours(claim, values):
            return False
        row = {"export_id": claim.export_id, "place": place, "user_id": claim.user_id, "data": data}
        self._connection.execute(sa.insert(export_chunk).values(row))
        return True

    def note(self, claim: ExportClaim, lease_seconds: float, **values: int) -> bool:
        """Change the row of a claimed export and keep the claim; False when it is not ours any more."""
        return self._ours(claim, {**values, "due_at": sa.func.now() + _seconds(lease_seconds)})

    def end(self, claim: ExportClaim, keep_hours: float) -> bool:
        """The zip is whole; it is kept so long."""
        return self._ours(claim, {"state": DONE, "expires_at": sa.func.now() + _seconds(keep_hours * 3600)})

    def put_back(self, claim: ExportClaim) -> None:
        """Let another worker take the export at once; this claim does not count."""
        self._ours(claim, {"due_at": sa.func.now(), "fence": export.c.fence - 1, "state": WAITING})

    def _ours(self, claim: ExportClaim, values: dict[str, Any]) -> bool:
        changed = (
            sa.update(export)
            .where(export.c.export_id == claim.export_id, export.c.fence == claim.fence, export.c.state == RUNNING)
            .values(values)
        )
        return self._connection.execute(changed).rowcount == 1


def sweep_exports(connection: sa.Connection) -> int:
    """Delete some bytes of exports whose time is over, and those exports that have none left; 0 when nothing is."""
    over = export.c.expires_at <= sa.func.now()
    of_those = sa.select(export.c.export_id).where(over)
    dropped = drop_of_exports(connection, export_chunk.c.export_id.in_(of_those))
    if dropped:
        return dropped
    is_empty = ~sa.exists().where(export_chunk.c.export_id == export.c.export_id)
    some = sa.select(export.c.export_id).where(over, is_empty).limit(_SWEPT_ROWS).with_for_update(skip_locked=True)
    return connection.execute(sa.delete(export).where(export.c.export_id.in_(some))).rowcount


def _seconds(seconds: float) -> sa.ColumnElement[Any]:
    return sa.func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def _written(user_id: UUID) -> sa.Select[Any]:
    return (
        sa.select(
            *(workout.c[name] for name in COLUMNS),
            rider_note.c.notes,
            rider_note.c.tags.label("told_tags"),
            rider_note.c.perceived_exertion,
            performance.c.reported,
            performance.c.series,
        )
        .select_from(workout)
        .outerjoin(rider_note, rider_note.c.workout_id == workout.c.workout_id)
        .outerjoin(performance, performance.c.workout_id == workout.c.workout_id)
        .where(workout.c.user_id == user_id)
    )


def _exported(row: Any) -> ExportedWorkout:
    return ExportedWorkout(
        StoredWorkout(**{name: row[name] for name in COLUMNS}),
        row["notes"] or "",
        row["told_tags"] or (),
        row["perceived_exertion"],
        row["reported"],
        row["series"],
    )
