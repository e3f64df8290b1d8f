"""What was recorded: upserts that an older revision cannot undo, and facts for points."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_challenges.domain.facts import Done, DoneKind
from ctz_challenges.domain.recorded import Absorption, Load, Session, Summary
from ctz_challenges.store.tables import recorded_session, recorded_workout
from ctz_chassis.upserts import keep_newer, keep_newest

_ZONES_APART = timedelta(days=2)
"""The rider's day of an instant is at most this far from its day in another zone; the index goes by the rider's."""
_METERS_OF_KILOMETRE = 1000
_JOULES_OF_KILOJOULE = 1000
_NO_SUMMARY = {
    "local_date": None,
    "start_time": None,
    "discipline": "",
    "class_id": "",
    "class_type": "",
    "title": "",
    "duration_seconds": None,
    "work_joules": None,
}
_NO_SESSION = {
    "local_date": None,
    "start_time": None,
    "category": "",
    "practice": "",
    "title": "",
    "done_seconds": None,
    "load": None,
}


_TURN = sa.select(
    sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(sa.bindparam("turn", type_=sa.Text), sa.literal(0)))
)
_IDS = sa.any_(sa.bindparam("ids", type_=pg.ARRAY(pg.UUID(as_uuid=True))))
_STARTS = sa.select(recorded_workout.c.start_time).where(
    sa.or_(recorded_workout.c.workout_id == _IDS, recorded_workout.c.absorbed_into == _IDS),
    recorded_workout.c.start_time.is_not(None),
)


class RecordedStore:
    """Recorded workouts and sessions within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def take_turn(self, user_id: UUID) -> None:
        """Let what changes one rider's facts, or where they count, go one after the other.

        An event sees where the one before left a workout, and nobody joins between a fact and its points.
        """
        self._connection.execute(_TURN, {"turn": f"challenges rider {user_id}"})

    def keep_summaries(self, summaries: Sequence[Summary]) -> None:
        """Keep what `recorded` tells, unless something newer is known; a higher revision lifts a deletion."""
        self._keep_workouts([_row_of(summary) for summary in summaries], "summary_revision")

    def keep_deletion(self, workout_id: UUID, user_id: UUID, revision: int) -> bool:
        """Keep that a workout is gone, without its facts, as a row that only a higher `recorded` lifts.

        Says whether it was kept.
        """
        values = {"user_id": user_id, "summary_revision": revision, "is_deleted": True, **_NO_SUMMARY}
        return self._keep_workout(workout_id, values, "summary_revision")

    def keep_loads(self, loads: Sequence[Load]) -> None:
        """Keep what `analyzed` tells, unless something newer is known."""
        rows = [
            {
                "workout_id": load.workout_id,
                "user_id": load.user_id,
                "analyzed_revision": load.revision,
                "training_stress_score": load.training_stress_score,
                "distance_meters": load.distance_meters,
            }
            for load in loads
        ]
        self._keep_workouts(rows, "analyzed_revision")

    def keep_absorption(self, absorption: Absorption) -> bool:
        """Keep beneath which workout this one lies, or that it lies beneath none, unless something newer is known."""
        values = {
            "user_id": absorption.user_id,
            "absorbed_revision": absorption.revision,
            "absorbed_into": absorption.into_id,
        }
        return self._keep_workout(absorption.workout_id, values, "absorbed_revision")

    def keep_session(self, session: Session) -> bool:
        """Keep a session that may count, unless something newer is known."""
        told = {name: getattr(session, name) for name in _NO_SESSION}
        values = {"user_id": session.user_id, "revision": session.revision, "is_gone": False, **told}
        return self._keep_session(session.session_id, values)

    def keep_session_gone(self, session_id: UUID, user_id: UUID, revision: int) -> bool:
        """Keep nothing of a session that was deleted, or is nobody's business, but that it is gone."""
        values = {"user_id": user_id, "revision": revision, "is_gone": True, **_NO_SESSION}
        return self._keep_session(session_id, values)

    def workout_starts(self, workout_ids: Sequence[UUID]) -> list[datetime]:
        """When workouts that are there began, and those beneath them; nothing of one that is not known or gone."""
        return list(self._connection.execute(_STARTS, {"ids": list(workout_ids)}).scalars())

    def session_start(self, session_id: UUID) -> datetime | None:
        """When a session that is there began; None for one that is not known or gone."""
        query = sa.select(recorded_session.c.start_time).where(recorded_session.c.session_id == session_id)
        return self._connection.execute(query).scalar_one_or_none()

    def facts(self, user_id: UUID, first: datetime, end: datetime) -> list[Done]:
        """What a rider did from one instant on and before another."""

        def within(table: sa.Table) -> sa.ColumnElement[bool]:
            days = table.c.local_date.between(first.date() - _ZONES_APART, end.date() + _ZONES_APART)
            return sa.and_(table.c.user_id == user_id, days, table.c.start_time >= first, table.c.start_time < end)

        workouts = sa.select(recorded_workout).where(
            within(recorded_workout),
            recorded_workout.c.summary_revision > 0,
            sa.not_(recorded_workout.c.is_deleted),
            ~_lies_beneath(),
        )
        sessions = sa.select(recorded_session).where(within(recorded_session), sa.not_(recorded_session.c.is_gone))
        return [
            *(_workout_done(row) for row in self._connection.execute(workouts)),
            *(_session_done(row) for row in self._connection.execute(sessions)),
        ]

    def _keep_workout(self, workout_id: UUID, values: dict[str, Any], revision: str) -> bool:
        key = {"workout_id": workout_id}
        return keep_newer(self._connection, recorded_workout, key, values, revision=revision, fixed=["user_id"])

    def _keep_workouts(self, rows: Sequence[Mapping[str, Any]], revision: str) -> None:
        keep_newest(self._connection, recorded_workout, ["workout_id"], rows, revision=revision, fixed=["user_id"])

    def _keep_session(self, session_id: UUID, values: dict[str, Any]) -> bool:
        key = {"session_id": session_id}
        return keep_newer(self._connection, recorded_session, key, values, fixed=["user_id"])


def _row_of(summary: Summary) -> Mapping[str, Any]:
    ids = {"workout_id": summary.workout_id, "user_id": summary.user_id}
    told = {name: getattr(summary, name) for name in _NO_SUMMARY}
    return {**ids, "summary_revision": summary.revision, "is_deleted": False, **told}


def _lies_beneath() -> sa.ColumnElement[bool]:
    """Whether a workout counts as another one. That one must count itself: what a rider entered does not."""
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


def _workout_done(row: Any) -> Done:
    return Done(
        kind=DoneKind.WORKOUT,
        done_id=row.workout_id,
        start_time=row.start_time,
        discipline=row.discipline,
        title=row.title,
        class_id=row.class_id,
        class_type=row.class_type,
        duration_seconds=row.duration_seconds,
        kilojoules=_decimal(row.work_joules, _JOULES_OF_KILOJOULE),
        kilometres=_decimal(row.distance_meters, _METERS_OF_KILOMETRE),
        training_stress_score=_decimal(row.training_stress_score),
    )


def _session_done(row: Any) -> Done:
    return Done(
        kind=DoneKind.SESSION,
        done_id=row.session_id,
        start_time=row.start_time,
        discipline=row.category,
        title=row.title,
        practice=row.practice,
        duration_seconds=row.done_seconds,
    )


def _decimal(figure: float | None, unit: int = 1) -> Decimal | None:
    """The figure as it is written, not as binary keeps it: 64.1 is 64.1."""
    return None if figure is None else Decimal(repr(figure)) / unit
