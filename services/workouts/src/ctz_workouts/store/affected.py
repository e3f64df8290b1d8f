"""Workouts that were computed with another dated value than the one now in force at their start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store.riders import FTP_KIND, HEART_RATE_KINDS, Dated
from ctz_workouts.store.tables import workout


@dataclass(frozen=True, slots=True)
class AffectedRide:
    """A ride that a changed FTP timeline would change; watts are none where no FTP was or would be in force."""

    workout_id: UUID
    title: str
    local_date: date
    watts_used: float | None
    watts_after: float | None
    normalized_power_watts: float | None
    power_seconds: int | None
    training_stress_score: float | None


@dataclass(frozen=True, slots=True)
class Affected:
    """How many rides would change, on which days, and the newest of them."""

    count: int
    first_date: date | None
    last_date: date | None
    rides: Sequence[AffectedRide]


def _by_value(kind: int, user_id: UUID, entries: Sequence[Dated]) -> sa.Select[Any]:
    """Workouts whose used value differs from the entry in force at their start, newest first."""
    starts = sa.literal([entry.effective_time for entry in entries], pg.ARRAY(sa.DateTime(timezone=True)))
    values = sa.literal([entry.value for entry in entries], pg.ARRAY(sa.Double))
    listed = (
        sa.func.unnest(starts, values)
        .table_valued(sa.column("since", sa.DateTime(timezone=True)), sa.column("value", sa.Double), name="listed")
        .render_derived()
    )
    until = sa.func.lead(listed.c.since).over(order_by=listed.c.since).label("until")
    spans = sa.select(listed.c.since, listed.c.value, until).subquery("spans")
    in_force = sa.and_(
        workout.c.start_time >= spans.c.since,
        sa.or_(spans.c.until.is_(None), workout.c.start_time < spans.c.until),
    )
    used, depends = _used(kind)
    return (
        sa.select(spans.c.value.label("after"))
        .select_from(workout)
        .outerjoin(spans, in_force)
        .where(workout.c.user_id == user_id, depends, used.is_distinct_from(spans.c.value))
        .order_by(workout.c.local_date.desc(), workout.c.start_time.desc(), workout.c.workout_id.desc())
    )


def _used(kind: int) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[bool]]:
    """The value of a kind that a workout was computed with, and whether it depends on that kind at all."""
    if kind == FTP_KIND:
        return workout.c.ftp_watts_used, workout.c.uses_ftp.is_(True)
    if kind in HEART_RATE_KINDS:
        return workout.c.heart_rate_bpm_used[HEART_RATE_KINDS.index(kind) + 1], workout.c.uses_heart_rate.is_(True)
    return workout.c.pace_level_used, workout.c.uses_pace_level == kind


def affected_ids(connection: sa.Connection, kind: int, user_id: UUID, entries: Sequence[Dated]) -> list[UUID]:
    """Exactly the workouts that a timeline changes, newest first; hidden ones too, since they may be shown again."""
    query = _by_value(kind, user_id, entries).with_only_columns(workout.c.workout_id)
    return list(connection.execute(query).scalars())


def affected_by_ftp(connection: sa.Connection, user_id: UUID, entries: Sequence[Dated], limit: int) -> Affected:
    """What an FTP timeline would change among the workouts that lists show; one statement."""
    query = _by_value(FTP_KIND, user_id, entries).where(workout.c.is_listed)
    query = query.add_columns(
        workout.c.workout_id,
        workout.c.title,
        workout.c.local_date,
        workout.c.ftp_watts_used,
        workout.c.normalized_power_watts,
        workout.c.power_seconds,
        workout.c.training_stress_score,
        sa.func.count().over().label("total"),
        sa.func.min(workout.c.local_date).over().label("first"),
        sa.func.max(workout.c.local_date).over().label("last"),
    )
    rows = connection.execute(query.limit(limit)).all()
    rides = [
        AffectedRide(
            row.workout_id,
            row.title,
            row.local_date,
            row.ftp_watts_used,
            row.after,
            row.normalized_power_watts,
            row.power_seconds,
            row.training_stress_score,
        )
        for row in rows
    ]
    return Affected(rows[0].total, rows[0].first, rows[0].last, rides) if rows else Affected(0, None, None, ())
