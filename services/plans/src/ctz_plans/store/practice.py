"""Queries of routines, sessions and pelvic-floor settings; each takes the rider, so that nobody reaches another's."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_plans.domain.library import Library
from ctz_plans.domain.practice import Category, Pattern, Routine, Step
from ctz_plans.domain.practice_session import DaySpan, PelvicFloorDay, PelvicFloorSettings, Session
from ctz_plans.store.practice_tables import pelvic_floor, routine, session

SessionPosition = tuple[date, datetime, UUID]
"""Where a page of sessions ends: day, start and id of its last one."""

_ONE_DAY = timedelta(days=1)
_ALIVE = session.c.deleted_at.is_(None)
_SESSION_COLUMNS = [session.c[name] for name in Session.__dataclass_fields__]


def lock_rider(connection: sa.Connection, user_id: UUID) -> None:
    """Let transactions about one rider's practice follow each other: limits and privacy are read, then relied on."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"practice:{user_id}", 0))))


class RoutineStore:
    """A rider's own routines within one transaction."""

    def __init__(self, connection: sa.Connection, library: Library) -> None:
        self._connection = connection
        self._library = library

    def of(self, user_id: UUID) -> list[Routine]:
        """All of them; a rider has few."""
        rows = self._connection.execute(sa.select(routine).where(routine.c.user_id == user_id)).mappings()
        return [self._routine(row) for row in rows]

    def count(self, user_id: UUID) -> int:
        """How many there are."""
        counting = sa.select(sa.func.count()).select_from(routine).where(routine.c.user_id == user_id)
        return self._connection.execute(counting).scalar_one()

    def find_owned(self, user_id: UUID, routine_id: UUID) -> Routine | None:
        """The rider's routine of that id."""
        query = sa.select(routine).where(routine.c.user_id == user_id, routine.c.routine_id == routine_id)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else self._routine(row)

    def add(self, user_id: UUID, made: Routine, *, now: datetime) -> None:
        """Keep a new routine."""
        values = _routine_values(made) | {"routine_id": UUID(made.key), "created_at": now, "updated_at": now}
        self._connection.execute(sa.insert(routine).values(user_id=user_id, **values))

    def replace_owned(self, user_id: UUID, changed: Routine, *, now: datetime) -> bool:
        """Replace the routine where the stored revision is the one before; False when it is not."""
        update = (
            sa.update(routine)
            .where(
                routine.c.user_id == user_id,
                routine.c.routine_id == UUID(changed.key),
                routine.c.revision == changed.revision - 1,
            )
            .values(**_routine_values(changed), updated_at=now)
        )
        return self._connection.execute(update).rowcount == 1

    def delete_owned(self, user_id: UUID, routine_id: UUID) -> bool:
        """Delete the rider's routine of that id; False when there is none."""
        deletion = sa.delete(routine).where(routine.c.user_id == user_id, routine.c.routine_id == routine_id)
        return self._connection.execute(deletion).rowcount == 1

    def _routine(self, row: Any) -> Routine:
        return Routine(
            key=str(row["routine_id"]),
            title=row["title"],
            description=row["description"],
            steps=tuple(
                Step(self._library.exercise(step["exercise"]), Pattern(**step["pattern"]) if step["pattern"] else None)
                for step in row["steps"]
            ),
            is_built_in=False,
            revision=row["revision"],
        )


def owned_routines(connection: sa.Connection, user_id: UUID, routine_ids: Collection[UUID]) -> set[UUID]:
    """Which of these routines are the rider's."""
    own = sa.select(routine.c.routine_id).where(routine.c.user_id == user_id, routine.c.routine_id.in_(routine_ids))
    return set(connection.execute(own).scalars())


class SessionStore:
    """A rider's sessions within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, user_id: UUID, done: Session) -> None:
        """Keep a session."""
        self._connection.execute(sa.insert(session).values(user_id=user_id, **asdict(done)))

    def find_owned(self, user_id: UUID, session_id: UUID) -> Session | None:
        """The rider's session of that id, unless it was deleted."""
        query = sa.select(*_SESSION_COLUMNS).where(
            session.c.user_id == user_id, session.c.session_id == session_id, _ALIVE
        )
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _session(row)

    def list_days(
        self, user_id: UUID, span: DaySpan, *, after: SessionPosition | None, limit: int
    ) -> Sequence[Session]:
        """Sessions of a rider on these days, newest first, behind a position."""
        place = sa.tuple_(session.c.local_date, session.c.start_time, session.c.session_id)
        query = (
            sa.select(*_SESSION_COLUMNS)
            .where(session.c.user_id == user_id, session.c.local_date.between(span.first, span.last), _ALIVE)
            .order_by(session.c.local_date.desc(), session.c.start_time.desc(), session.c.session_id.desc())
            .limit(limit)
        )
        if after is not None:
            query = query.where(place < sa.tuple_(*(sa.literal(part) for part in after)))
        return [_session(row) for row in self._connection.execute(query).mappings()]

    def delete_owned(self, user_id: UUID, session_id: UUID, *, now: datetime) -> int | None:
        """Delete the rider's session and what it tells; returns its new revision, None when it was not there."""
        deletion = (
            sa.update(session)
            .where(session.c.user_id == user_id, session.c.session_id == session_id, _ALIVE)
            .values(
                deleted_at=now,
                revision=session.c.revision + 1,
                practice="",
                title="",
                category="",
                perceived_exertion=None,
                load=None,
            )
            .returning(session.c.revision)
        )
        return self._connection.execute(deletion).scalar_one_or_none()

    def share_pelvic_floor(self, user_id: UUID, *, is_shared: bool) -> Sequence[Session]:
        """Open or close the rider's pelvic-floor sessions to others; returns those that changed."""
        update = (
            sa.update(session)
            .where(
                session.c.user_id == user_id,
                session.c.has_pelvic_floor,
                session.c.is_private == sa.literal(is_shared),
                _ALIVE,
            )
            .values(is_private=not is_shared, revision=session.c.revision + 1)
            .returning(*_SESSION_COLUMNS)
        )
        return [_session(row) for row in self._connection.execute(update).mappings()]


class PelvicFloorStore:
    """What riders chose about pelvic-floor work, and how it goes, within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def settings(self, user_id: UUID) -> PelvicFloorSettings:
        """The rider's choice, or what holds without one."""
        query = sa.select(pelvic_floor.c.daily_goal, pelvic_floor.c.is_shared).where(pelvic_floor.c.user_id == user_id)
        row = self._connection.execute(query).one_or_none()
        return PelvicFloorSettings() if row is None else PelvicFloorSettings(row.daily_goal, row.is_shared)

    def keep_settings(self, user_id: UUID, settings: PelvicFloorSettings) -> None:
        """Keep the rider's choice."""
        values = asdict(settings)
        insert = pg.insert(pelvic_floor).values(user_id=user_id, **values)
        self._connection.execute(
            insert.on_conflict_do_update(index_elements=[pelvic_floor.c.user_id], set_=values),
        )

    def day(self, user_id: UUID, day: date) -> PelvicFloorDay:
        """The day's sessions and the days in a row up to it; work grows with the streak, not with the history."""
        mine = sa.and_(session.c.user_id == user_id, session.c.has_pelvic_floor, _ALIVE)
        done = sa.select(sa.func.count()).select_from(session).where(mine, session.c.local_date == day)
        # The run begins on the day, or on the one before while the day is not over; then it goes back day by day.
        run = (
            sa.select(sa.func.max(session.c.local_date).label("day"))
            .where(mine, session.c.local_date.between(day - _ONE_DAY, day))
            .cte("run", recursive=True)
        )
        before = sa.cast(run.c.day - sa.literal(1), sa.Date)
        run = run.union_all(
            sa.select(before).where(sa.exists().where(mine, session.c.local_date == before)),
        )
        streak = sa.select(sa.func.count(run.c.day))
        row = self._connection.execute(
            sa.select(done.scalar_subquery().label("done"), streak.scalar_subquery().label("streak"))
        ).one()
        return PelvicFloorDay(row.done, self.settings(user_id), row.streak)


def _routine_values(made: Routine) -> dict[str, Any]:
    return {
        "title": made.title,
        "description": made.description,
        "revision": made.revision,
        "steps": [
            {"exercise": step.exercise.slug, "pattern": asdict(step.told) if step.told else None} for step in made.steps
        ],
    }


def _session(row: Any) -> Session:
    return Session(**{**row, "category": Category(row["category"])})
