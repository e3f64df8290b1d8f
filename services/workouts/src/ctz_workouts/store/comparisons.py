"""Attempts at one class, and workouts of one kind, of one rider."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.domain.distance import METERS_PER_UNIT
from ctz_workouts.store.listing import ROW_COLUMNS
from ctz_workouts.store.orders import WORK_KILOJOULES
from ctz_workouts.store.tables import performance, ridden_class, workout

MOST_ATTEMPTS = 100
_METERS = workout.c.distance * sa.case(
    {unit: sa.text(str(meters)) for unit, meters in METERS_PER_UNIT.items()},
    value=sa.func.lower(sa.func.btrim(workout.c.distance_unit)),
)
"""Distance in metres; none in a unit that nobody can convert, as `meters_of` has it."""
_ROW = [workout.c[name] for name in (*ROW_COLUMNS, "class_id")]


def _attempts() -> sa.Select[Any]:
    """Listed attempts at the class of `:workout_id`, and that workout itself, be it hidden or without a class."""
    asked = sa.select(workout.c.class_id).where(
        workout.c.workout_id == sa.bindparam("workout_id"),
        workout.c.user_id == sa.bindparam("user_id"),
        workout.c.summary_revision > 0,
        sa.not_(workout.c.is_deleted),
    )
    class_id = asked.scalar_subquery()
    ranked = (
        sa.select(
            *_ROW,
            sa.func.rank().over(order_by=WORK_KILOJOULES.desc().nulls_last()).label("work_rank"),
            sa.func.rank().over(order_by=_METERS.desc().nulls_last()).label("distance_rank"),
            sa.func.count().over().label("attempts"),
            WORK_KILOJOULES.label("work"),
            _METERS.label("meters"),
        )
        .where(
            workout.c.user_id == sa.bindparam("user_id"),
            asked.exists(),
            sa.or_(
                # Said of the column, not of the value, the last of them is what the index of attempts is limited to.
                sa.and_(workout.c.class_id == class_id, workout.c.is_listed, workout.c.class_id != sa.text("''")),
                workout.c.workout_id == sa.bindparam("workout_id"),
            ),
        )
        .subquery()
    )
    newest = (ranked.c.local_date.desc(), ranked.c.start_time.desc(), ranked.c.workout_id.desc())
    # The asked one and the one beside it are always among them, however old.
    other_id = sa.bindparam("other_id", type_=pg.UUID(as_uuid=True))
    kept = (ranked.c.workout_id != sa.bindparam("workout_id"), ranked.c.workout_id.is_distinct_from(other_id))
    return sa.select(ranked).order_by(*kept, *newest).limit(MOST_ATTEMPTS)


def _similar() -> sa.Select[Any]:
    """Listed workouts of the kind of `:workout_id`: its discipline, class type, instructor and whole minutes."""
    asked = workout.alias("asked")
    length, asked_length = (sa.func.round(each.c.reported_seconds / sa.text("60.0")) for each in (workout, asked))
    kind = ("user_id", "discipline", "class_type", "instructor")
    return (
        sa.select(*_ROW)
        .select_from(asked)
        .outerjoin(
            workout,
            sa.and_(*(workout.c[name] == asked.c[name] for name in kind), workout.c.is_listed, length == asked_length),
        )
        .where(
            asked.c.workout_id == sa.bindparam("workout_id"),
            asked.c.user_id == sa.bindparam("user_id"),
            asked.c.summary_revision > 0,
            sa.not_(asked.c.is_deleted),
        )
        .order_by(workout.c.local_date.desc(), workout.c.start_time.desc(), workout.c.workout_id.desc())
        .limit(sa.bindparam("most"))
    )


_ATTEMPTS = _attempts()
_SIMILAR = _similar()
_SERIES = (
    sa.select(workout.c.workout_id, performance.c.series, ridden_class.c.published)
    .select_from(workout)
    .outerjoin(performance, performance.c.workout_id == workout.c.workout_id)
    .outerjoin(ridden_class, ridden_class.c.class_id == workout.c.class_id)
    .where(
        workout.c.user_id == sa.bindparam("user_id"), workout.c.workout_id.in_(sa.bindparam("chosen", expanding=True))
    )
)


def attempts_of(connection: sa.Connection, user_id: UUID, workout_id: UUID, other_id: UUID | None) -> Sequence[Any]:
    """Rows of all attempts at the class of a workout, that workout first, then `other_id`, then the newest.

    At most 100; `attempts` counts all. Ranks are over all of them. Empty when the rider has no such workout.
    """
    values = {"user_id": user_id, "workout_id": workout_id, "other_id": other_id}
    return connection.execute(_ATTEMPTS, values).all()


def series_of(connection: sa.Connection, user_id: UUID, workout_ids: Sequence[UUID]) -> dict[UUID, Any]:
    """Stored series, and what the source says of the class, of some workouts of a rider."""
    found = connection.execute(_SERIES, {"user_id": user_id, "chosen": list(workout_ids)})
    return {row.workout_id: row for row in found}


def similar_to(connection: sa.Connection, user_id: UUID, workout_id: UUID, most: int) -> Sequence[Any] | None:
    """Rows of listed workouts of the kind of a workout, itself among them while it is listed, newest first.

    None when the rider has no such workout.
    """
    found = connection.execute(_SIMILAR, {"user_id": user_id, "workout_id": workout_id, "most": most}).all()
    return [row for row in found if row.workout_id is not None] if found else None
