"""Everything of one workout, for its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_workouts.domain.power import BEST_EFFORT_SECONDS
from ctz_workouts.store.library_tables import class_mark, recorded_targets
from ctz_workouts.store.riders import Timelines
from ctz_workouts.store.tables import performance, ridden_class, rider, rider_note, workout
from ctz_workouts.store.workouts import COLUMNS, StoredWorkout


@dataclass(frozen=True, slots=True)
class ChosenTargets:
    """Recorded targets that the rider chose for a class; none of them is known once the rider may not see them."""

    recorded_id: UUID | None
    title: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Lender:
    """The workout beneath this one whose heart rate it shows."""

    workout_id: UUID
    title: str
    source: str
    device_type: str


@dataclass(frozen=True, slots=True)
class WorkoutView:
    """One workout with what the rider wrote, its class, and how often the class was taken. Bytes are as stored."""

    workout: StoredWorkout
    notes: str
    tags: Sequence[str]
    revision: int
    perceived_exertion: int | None
    feel: int | None
    is_hidden: bool
    reported: bytes | None
    analysis: bytes | None
    class_published: bytes | None
    class_attempts: int
    timelines: Timelines
    chosen: ChosenTargets | None
    lender: Lender | None


_LENDER = workout.alias("lender")
# One workout of one rider; what its source took back is gone for the rider too.
_OWN = sa.and_(
    workout.c.workout_id == sa.bindparam("workout_id"),
    workout.c.user_id == sa.bindparam("user_id"),
    workout.c.summary_revision > 0,
    sa.not_(workout.c.is_deleted),
)


def _view() -> sa.Select[Any]:
    other = workout.alias("other")
    attempts = (
        sa.select(sa.func.count())
        .where(
            other.c.class_id == workout.c.class_id,
            other.c.class_id != sa.text("''"),
            other.c.user_id == sa.bindparam("user_id"),
            other.c.is_listed,
        )
        .scalar_subquery()
    )
    marked = sa.and_(class_mark.c.user_id == workout.c.user_id, class_mark.c.class_id == workout.c.class_id)
    is_visible = sa.or_(recorded_targets.c.is_shared, recorded_targets.c.user_id == workout.c.user_id)
    seen = sa.and_(recorded_targets.c.recorded_id == class_mark.c.chosen_id, is_visible)
    return (
        sa.select(
            *(workout.c[name] for name in COLUMNS),
            sa.func.coalesce(rider_note.c.notes, sa.text("''")).label("notes"),
            rider_note.c.tags.label("told_tags"),
            sa.func.coalesce(rider_note.c.revision, 0).label("revision"),
            rider_note.c.perceived_exertion,
            rider_note.c.feel,
            rider_note.c.hidden_at.is_not(None).label("is_hidden"),
            performance.c.reported,
            performance.c.analysis,
            ridden_class.c.published,
            attempts.label("attempts"),
            rider.c.timelines,
            class_mark.c.chosen_blocks.is_not(None).label("has_chosen"),
            recorded_targets.c.recorded_id,
            recorded_targets.c.title.label("recorded_title"),
            (recorded_targets.c.user_id == workout.c.user_id).label("is_recorded_own"),
            *(_LENDER.c[name].label(f"lender_{name}") for name in ("workout_id", "title", "source", "device_type")),
        )
        .select_from(workout)
        .outerjoin(rider_note, rider_note.c.workout_id == workout.c.workout_id)
        .outerjoin(performance, performance.c.workout_id == workout.c.workout_id)
        .outerjoin(ridden_class, ridden_class.c.class_id == workout.c.class_id)
        .outerjoin(rider, rider.c.user_id == workout.c.user_id)
        .outerjoin(class_mark, marked)
        .outerjoin(recorded_targets, seen)
        .outerjoin(_LENDER, _LENDER.c.workout_id == workout.c.heart_rate_from)
        .where(_OWN)
    )


_VIEW = _view()
_LENT = performance.alias("lent")
_OF_RIDE = ("workout_id", "user_id", "start_time", "end_time", "detail", "reported_seconds", "local_date")
_SERIES = (
    sa.select(
        *(workout.c[name] for name in (*_OF_RIDE, "best_watts", "uses_ftp")),
        performance.c.series,
        performance.c.reported,
        *(_LENDER.c[name].label(f"lender_{name}") for name in ("workout_id", "start_time", "end_time", "detail")),
        _LENT.c.series.label("lender_series"),
    )
    .select_from(workout)
    .outerjoin(performance, performance.c.workout_id == workout.c.workout_id)
    .outerjoin(_LENDER, _LENDER.c.workout_id == workout.c.heart_rate_from)
    .outerjoin(_LENT, _LENT.c.workout_id == _LENDER.c.workout_id)
    .where(_OWN)
)


# The day is what the index knows; it may differ from the instant's by a day.
_RECENT_BESTS = sa.select(
    *(sa.func.max(workout.c.best_watts[at]) for at in range(1, len(BEST_EFFORT_SECONDS) + 1))
).where(
    workout.c.user_id == sa.bindparam("user_id"),
    workout.c.is_listed,
    workout.c.local_date.between(sa.bindparam("first"), sa.bindparam("last")),
    workout.c.start_time >= sa.bindparam("after"),
    workout.c.start_time < sa.bindparam("before"),
)


def view_of(connection: sa.Connection, workout_id: UUID, user_id: UUID) -> WorkoutView | None:
    """One workout of this rider, hidden or not, in one statement; none if there is no such one."""
    row = connection.execute(_VIEW, {"workout_id": workout_id, "user_id": user_id}).mappings().first()
    if row is None:
        return None
    return WorkoutView(
        workout=StoredWorkout(**{name: row[name] for name in COLUMNS}),
        notes=row["notes"],
        tags=row["told_tags"] or (),
        revision=row["revision"],
        perceived_exertion=row["perceived_exertion"],
        feel=row["feel"],
        is_hidden=row["is_hidden"],
        reported=row["reported"],
        analysis=row["analysis"],
        class_published=row["published"],
        class_attempts=row["attempts"],
        timelines=Timelines(row["timelines"] or {}),
        chosen=ChosenTargets(row["recorded_id"], row["recorded_title"] or "", bool(row["is_recorded_own"]))
        if row["has_chosen"]
        else None,
        lender=Lender(row["lender_workout_id"], row["lender_title"], row["lender_source"], row["lender_device_type"])
        if row["lender_workout_id"] is not None
        else None,
    )


def series_of(connection: sa.Connection, workout_id: UUID, user_id: UUID) -> Any | None:
    """What a chart needs of a workout of this rider, as stored; none if there is no such workout."""
    return connection.execute(_SERIES, {"workout_id": workout_id, "user_id": user_id}).first()


def recent_bests(connection: sa.Connection, before: StoredWorkout | sa.Row[Any], days: int) -> dict[int, float]:
    """Best mean power by duration in seconds, over the listed workouts of the days before one."""
    if before.start_time is None or before.local_date is None:
        return {}
    values = {"user_id": before.user_id, "before": before.start_time, "last": before.local_date}
    since = {"after": before.start_time - timedelta(days=days), "first": before.local_date - timedelta(days=days + 1)}
    found = connection.execute(_RECENT_BESTS, values | since).one()
    pairs = zip(BEST_EFFORT_SECONDS, found, strict=True)
    return {duration: float(watts) for duration, watts in pairs if watts is not None}
