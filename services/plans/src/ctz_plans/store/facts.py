"""What a rider did, workouts and guided sessions alike, and what the like of it brings in load."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_plans.domain.activity import CLASS_TYPES, Fact
from ctz_plans.domain.weekly import SECONDS_PER_HOUR, TypicalLoads
from ctz_plans.store.practice_tables import session
from ctz_plans.store.tables import item, recorded_workout

LOADS_DAYS = 180
"""From how many days back the typical load is told."""

WORKOUTS, SESSIONS = "workouts", "sessions"

# A class tells its whole length also when the rider left early: the clock decides then. LEAST passes over what is null.
_DONE_SECONDS = sa.func.least(recorded_workout.c.duration_seconds, recorded_workout.c.elapsed_seconds)


class FactStore:
    """What one rider did, within one transaction."""

    def __init__(self, connection: sa.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    def of_days(self, first: date, last: date, refs: Iterable[str] = ()) -> list[Fact]:
        """What was done on these days, both inclusive, and the deeds named, in one statement; oldest first."""
        named = [ref.partition("/") for ref in refs]
        ids = {kind: [UUID(text) for found, _, text in named if found == kind] for kind in (WORKOUTS, SESSIONS)}
        workouts = self._workouts(recorded_workout.c.local_date.between(first, last), ids[WORKOUTS])
        sessions = self._sessions(session.c.local_date.between(first, last), ids[SESSIONS])
        query = sa.union_all(workouts, sessions).order_by("day", "start_time", "ref")
        return [Fact(**_filled(row)) for row in self._connection.execute(query).mappings()]

    def find(self, ref: str) -> Fact | None:
        """One deed of the rider, by its name."""
        return next(iter(self.of_days(date.max, date.min, [ref])), None)

    def typical_loads(self, today: date) -> TypicalLoads:
        """Median load per hour by discipline and type, from the last 180 days."""
        rows = self._connection.execute(self._loads_query(today)).all()
        return TypicalLoads(
            of_both={(discipline, kind): load for discipline, kind, load in rows if discipline and kind},
            of_discipline={discipline: load for discipline, kind, load in rows if discipline and kind is None},
            of_type={kind: load for discipline, kind, load in rows if kind and discipline is None},
        )

    def _workouts(self, on_days: sa.ColumnElement[bool], ids: Sequence[UUID]) -> sa.Select[Any]:
        of = recorded_workout.c
        ref = sa.literal(f"{WORKOUTS}/") + sa.cast(of.workout_id, sa.Text)
        return sa.select(
            ref.label("ref"),
            of.local_date.label("day"),
            of.start_time.label("start_time"),
            of.title.label("title"),
            of.discipline.label("discipline"),
            of.class_type.label("class_type"),
            of.class_id.label("class_id"),
            sa.literal("").label("practice"),
            _DONE_SECONDS.label("done_seconds"),
            of.duration_seconds.label("whole_seconds"),
            of.load.label("load"),
            of.zone_seconds.label("zone_seconds"),
            sa.false().label("is_private"),
            sa.false().label("is_pelvic_floor"),
            self._taken_by(ref).label("taken_by"),
        ).where(self._of_workouts(), sa.or_(on_days, of.workout_id.in_(ids)))

    def _sessions(self, on_days: sa.ColumnElement[bool], ids: Sequence[UUID]) -> sa.Select[Any]:
        of = session.c
        ref = sa.literal(f"{SESSIONS}/") + sa.cast(of.session_id, sa.Text)
        return sa.select(
            ref.label("ref"),
            of.local_date,
            of.start_time,
            of.title,
            of.category,
            _type_of_session(),
            sa.literal(""),
            of.practice,
            of.done_seconds,
            of.duration_seconds,
            of.load,
            sa.cast(sa.literal([], sa.ARRAY(sa.Integer)), sa.ARRAY(sa.Integer)),
            of.is_private,
            of.has_pelvic_floor,
            self._taken_by(ref),
        ).where(self._of_sessions(), sa.or_(on_days, of.session_id.in_(ids)))

    def _of_workouts(self) -> sa.ColumnElement[bool]:
        of = recorded_workout.c
        return sa.and_(of.user_id == self._user_id, of.summary_revision > 0, sa.not_(of.is_deleted), ~_lies_beneath())

    def _of_sessions(self) -> sa.ColumnElement[bool]:
        return sa.and_(session.c.user_id == self._user_id, session.c.deleted_at.is_(None))

    def _taken_by(self, ref: sa.ColumnElement[str]) -> sa.ScalarSelect[Any]:
        mine = sa.and_(item.c.user_id == self._user_id, item.c.deleted_at.is_(None))
        return sa.select(item.c.item_id).where(mine, item.c.decided_done == ref).scalar_subquery()

    def _loads_query(self, today: date) -> sa.Select[Any]:
        first = today - timedelta(days=LOADS_DAYS)
        of = recorded_workout.c
        workouts = sa.select(
            of.discipline,
            of.class_type,
            (of.load * SECONDS_PER_HOUR / _DONE_SECONDS).label("per_hour"),
        ).where(
            self._of_workouts(),
            of.local_date.between(first, today),
            of.load.is_not(None),
            _DONE_SECONDS > 0,
        )
        sessions = sa.select(
            session.c.category, _type_of_session(), session.c.load * SECONDS_PER_HOUR / session.c.done_seconds
        ).where(
            self._of_sessions(),
            session.c.local_date.between(first, today),
            session.c.load.is_not(None),
            session.c.done_seconds > 0,
        )
        done = sa.union_all(workouts, sessions).subquery()
        both = sa.tuple_(done.c.discipline, done.c.class_type)
        groups = sa.func.grouping_sets(both, sa.tuple_(done.c.discipline), sa.tuple_(done.c.class_type))
        median = sa.func.percentile_cont(0.5).within_group(done.c.per_hour)
        return sa.select(done.c.discipline, done.c.class_type, median).group_by(groups)


def _lies_beneath() -> sa.ColumnElement[bool]:
    """Whether a workout counts as another one, recorded twice."""
    above = recorded_workout.alias("above")
    return (
        sa.exists()
        .where(
            above.c.workout_id == recorded_workout.c.absorbed_into,
            above.c.user_id == recorded_workout.c.user_id,
            above.c.summary_revision > 0,
            sa.not_(above.c.is_deleted),
        )
        .correlate(recorded_workout)
    )


def _type_of_session() -> sa.ColumnElement[str]:
    """A category that is a type of class as well says so."""
    return sa.case((session.c.category.in_(sorted(CLASS_TYPES)), session.c.category), else_="")


def _filled(row: Any) -> dict[str, Any]:
    return dict(row) | {"zone_seconds": tuple(row["zone_seconds"])}
