"""Rows of imports: files that came, claims of workers, and what came of every item."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store.file_bytes import CHUNKS_AT_ONCE, let_go
from ctz_workouts.store.tables import workout
from ctz_workouts.store.transfer_tables import import_chunk, import_file, import_job

WAITING, RUNNING, DONE, FAILED = 1, 2, 3, 4
"""States, by their numbers in the contract."""
MOST_CLAIMS = 5
"""A file that was claimed this often without an end is given up."""
MOST_PROBLEMS, MOST_WORKOUTS = 100, 20
_SWEPT_JOBS = 20
_COUNTS = ("item_count", "finished_count", "created_count", "known_count", "problem_count")

_UUIDS = pg.ARRAY(pg.UUID(as_uuid=True))
_TOLD = (
    sa.func.unnest(import_file.c.workout_ids).table_valued("id", with_ordinality="place", name="told").render_derived()
)
_STILL_THERE = sa.func.array(
    sa.select(_TOLD.c.id)
    .where(sa.exists().where(workout.c.workout_id == _TOLD.c.id, sa.not_(workout.c.is_deleted)))
    .order_by(_TOLD.c.place)
    .correlate(import_file)
    .scalar_subquery(),
    type_=_UUIDS,
)


@dataclass(frozen=True, slots=True)
class FileClaim:
    """A file in the hands of one worker; `fence` tells the claim from earlier and later ones."""

    file_id: UUID
    import_id: UUID
    user_id: UUID
    time_zone: str
    finished_count: int
    fence: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one item; exactly one of the three is there."""

    created: UUID | None = None
    known: UUID | None = None
    problem: tuple[str, str, str] | None = None
    """Reason, message, place."""


class ImportStore:
    """A rider's imports within one transaction."""

    def __init__(self, connection: sa.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    def create(self, import_id: UUID, time_zone: str) -> None:
        """Begin an import."""
        row = {"import_id": import_id, "user_id": self._user_id, "time_zone": time_zone}
        self._connection.execute(sa.insert(import_job).values(row))

    def page(self, before: UUID | None, limit: int) -> Sequence[Any]:
        """Imports with their sums, newest first; one more than asked for."""
        query = self._jobs().order_by(import_job.c.import_id.desc()).limit(limit + 1)
        if before is not None:
            query = query.where(import_job.c.import_id < before)
        return self._connection.execute(query).all()

    def one(self, import_id: UUID) -> Any | None:
        """An import with its sums; none if there is no such one."""
        return self._connection.execute(self._jobs().where(import_job.c.import_id == import_id)).first()

    def files(self, import_id: UUID, after: UUID | None, limit: int) -> Sequence[Any]:
        """Files of an import, in the order in which they came, with those of their workouts that are still there.

        One more than asked for.
        """
        columns = [column for column in import_file.c if column is not import_file.c.workout_ids]
        query = (
            sa.select(*columns, _STILL_THERE.label("workout_ids"))
            .where(import_file.c.import_id == import_id, import_file.c.user_id == self._user_id)
            .order_by(import_file.c.file_id)
            .limit(limit + 1)
        )
        if after is not None:
            query = query.where(import_file.c.file_id > after)
        return self._connection.execute(query).all()

    def delete(self, import_id: UUID) -> bool:
        """Delete an import with its files, and let their bytes go; False if there is no such one."""
        own = sa.select(import_file.c.file_id).where(
            import_file.c.import_id == import_id, import_file.c.user_id == self._user_id
        )
        let_go(self._connection, import_chunk.c.file_id.in_(own))
        gone = sa.delete(import_job).where(import_job.c.import_id == import_id, import_job.c.user_id == self._user_id)
        return self._connection.execute(gone).rowcount == 1

    def add_chunk(self, file_id: UUID, place: int, data: bytes, quota_bytes: int) -> bool:
        """Keep bytes of a file that is coming; False, with nothing kept, where the rider has no room for them.

        Uploads of one rider wait for each other here, so that together they cannot have more.
        """
        self._connection.execute(
            sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(str(self._user_id), 1)))
        )
        waiting = sa.select(sa.func.coalesce(sa.func.sum(import_chunk.c.size_bytes), 0)).where(
            import_chunk.c.user_id == self._user_id
        )
        if self._connection.execute(waiting).scalar_one() + len(data) > quota_bytes:
            return False
        row = {"file_id": file_id, "place": place, "user_id": self._user_id, "size_bytes": len(data), "data": data}
        self._connection.execute(sa.insert(import_chunk).values(row))
        return True

    def drop(self, file_id: UUID) -> None:
        """Keep the bytes of a file no longer."""
        let_go(self._connection, import_chunk.c.file_id == file_id, import_chunk.c.user_id == self._user_id)

    def add_file(self, file_id: UUID, import_id: UUID, file_name: str, size_bytes: int, digest: bytes) -> UUID:
        """Keep a file that came whole; answer the one of the same content where the import has it already."""
        insert = pg.insert(import_file).values(
            file_id=file_id,
            import_id=import_id,
            user_id=self._user_id,
            file_name=file_name,
            size_bytes=size_bytes,
            digest=digest,
        )
        once = insert.on_conflict_do_nothing(index_elements=[import_file.c.import_id, import_file.c.digest])
        if self._connection.execute(once.returning(import_file.c.file_id)).first() is not None:
            return file_id
        self.drop(file_id)
        same = sa.select(import_file.c.file_id).where(
            import_file.c.import_id == import_id, import_file.c.digest == digest
        )
        known: UUID = self._connection.execute(same).scalar_one()
        return known

    def _jobs(self) -> sa.Select[Any]:
        is_open = import_file.c.state < DONE
        sums = [sa.func.coalesce(sa.func.sum(import_file.c[name]), 0).label(name) for name in _COUNTS]
        return (
            sa.select(
                import_job.c.import_id,
                import_job.c.created_at,
                sa.func.count(import_file.c.file_id).label("file_count"),
                sa.func.count(import_file.c.file_id).filter(sa.not_(is_open)).label("finished_file_count"),
                sa.func.count(import_file.c.file_id).filter(import_file.c.state == FAILED).label("failed_file_count"),
                sa.func.count(import_file.c.file_id).filter(import_file.c.fence > 0).label("begun_file_count"),
                *sums,
            )
            .outerjoin(import_file, import_file.c.import_id == import_job.c.import_id)
            .where(import_job.c.user_id == self._user_id)
            .group_by(import_job.c.import_id)
        )


class FileQueue:
    """Files that wait to be read, within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def claim(self, lease_seconds: float) -> FileClaim | None:
        """Take a file that nobody has; riders with files have equal chances, however many files they have."""
        is_free = sa.and_(
            import_file.c.state < DONE, import_file.c.due_at <= sa.func.now(), import_file.c.fence < MOST_CLAIMS
        )
        oldest = (
            sa.select(import_file.c.file_id)
            .where(is_free)
            .ext(pg.distinct_on(import_file.c.user_id))
            .order_by(import_file.c.user_id, import_file.c.file_id)
            .subquery()
        )
        drawn = sa.select(oldest.c.file_id).order_by(sa.func.random()).limit(1).scalar_subquery()
        locked = (
            sa.select(import_file.c.file_id)
            .where(import_file.c.file_id == drawn, is_free)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        taken = (
            sa.update(import_file)
            .where(import_file.c.file_id == locked, import_job.c.import_id == import_file.c.import_id)
            .values(fence=import_file.c.fence + 1, state=RUNNING, due_at=_until(lease_seconds))
            .returning(
                import_file.c.file_id,
                import_file.c.import_id,
                import_file.c.user_id,
                import_job.c.time_zone,
                import_file.c.finished_count,
                import_file.c.fence,
            )
        )
        row = self._connection.execute(taken).first()
        return FileClaim(*row) if row is not None else None

    def give_up(self, problem: tuple[str, str, str]) -> int:
        """Fail the files that killed every worker that took them."""
        lost = sa.and_(
            import_file.c.state < DONE, import_file.c.due_at <= sa.func.now(), import_file.c.fence >= MOST_CLAIMS
        )
        failed = (
            sa.update(import_file)
            .where(lost)
            .values(state=FAILED, problem_count=import_file.c.problem_count + 1, problems=_with(problem))
            .returning(import_file.c.file_id)
        )
        ids = list(self._connection.execute(failed).scalars())
        if ids:
            let_go(self._connection, import_chunk.c.file_id.in_(ids))
        return len(ids)

    def chunks(self, claim: FileClaim, first: int) -> list[bytes]:
        """The next bytes of a file, from a place on; nothing behind its end."""
        query = (
            sa.select(import_chunk.c.data)
            .where(import_chunk.c.file_id == claim.file_id, import_chunk.c.place >= first)
            .order_by(import_chunk.c.place)
            .limit(CHUNKS_AT_ONCE)
        )
        return list(self._connection.execute(query).scalars())

    def note(self, claim: FileClaim, lease_seconds: float, **values: Any) -> bool:
        """Change the row of a claimed file and keep the claim; False when the file is not ours any more."""
        return self._ours(claim, values | {"due_at": _until(lease_seconds)})

    def keep(self, claim: FileClaim, outcome: Outcome, lease_seconds: float, still_expected: int) -> bool:
        """Count what came of an item; False when the file is not ours any more."""
        values: dict[str, Any] = {
            "finished_count": import_file.c.finished_count + 1,
            "item_count": import_file.c.finished_count + 1 + still_expected,
            "due_at": _until(lease_seconds),
        }
        if outcome.problem is not None:
            values |= {"problem_count": import_file.c.problem_count + 1, "problems": _with(outcome.problem)}
        else:
            name = "created_count" if outcome.created is not None else "known_count"
            values |= {name: import_file.c[name] + 1, "workout_ids": _noted(outcome.created or outcome.known)}
        return self._ours(claim, values)

    def end(self, claim: FileClaim) -> bool:
        """Close a file that was read to its end; its bytes can go."""
        nothing = sa.and_(import_file.c.created_count + import_file.c.known_count == 0, import_file.c.problem_count > 0)
        state = sa.case((nothing, FAILED), else_=DONE)
        is_ours = self._ours(claim, {"state": state, "item_count": import_file.c.finished_count})
        if is_ours:
            let_go(self._connection, import_chunk.c.file_id == claim.file_id)
        return is_ours

    def put_back(self, claim: FileClaim) -> None:
        """Let another worker take the file at once; this claim does not count."""
        self._ours(claim, {"due_at": sa.func.now(), "fence": import_file.c.fence - 1, "state": WAITING})

    def _ours(self, claim: FileClaim, values: dict[str, Any]) -> bool:
        changed = (
            sa.update(import_file)
            .where(
                import_file.c.file_id == claim.file_id,
                import_file.c.fence == claim.fence,
                import_file.c.state == RUNNING,
            )
            .values(values)
        )
        return self._connection.execute(changed).rowcount == 1


def sweep_imports(connection: sa.Connection, *, keep_days: int) -> int:
    """Forget imports that began long ago, at most 20 in a call; their workouts stay."""
    old = import_job.c.created_at < sa.func.now() - sa.func.make_interval(0, 0, 0, keep_days)
    is_open = sa.exists().where(import_file.c.import_id == import_job.c.import_id, import_file.c.state < DONE)
    some = sa.select(import_job.c.import_id).where(old, ~is_open).limit(_SWEPT_JOBS)
    return connection.execute(sa.delete(import_job).where(import_job.c.import_id.in_(some))).rowcount


def _until(lease_seconds: float) -> sa.ColumnElement[Any]:
    return sa.func.now() + sa.func.make_interval(0, 0, 0, 0, 0, 0, lease_seconds)


def _with(problem: tuple[str, str, str]) -> sa.ColumnElement[Any]:
    """The problems and one more, as long as they are few."""
    added = sa.literal([list(problem)], pg.JSONB)
    is_full = sa.func.jsonb_array_length(import_file.c.problems) >= MOST_PROBLEMS
    return sa.case((is_full, import_file.c.problems), else_=import_file.c.problems.op("||")(added))


def _noted(workout_id: UUID | None) -> sa.ColumnElement[Any]:
    is_full = sa.func.cardinality(import_file.c.workout_ids) >= MOST_WORKOUTS
    added = sa.func.array_append(import_file.c.workout_ids, sa.cast(workout_id, pg.UUID(as_uuid=True)))
    return sa.case((is_full, import_file.c.workout_ids), else_=added)
