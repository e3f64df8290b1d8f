"""Days of a calendar: what a filter keeps of each, and the first workouts of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_workouts.store.filters import Search
from ctz_workouts.store.orders import DURATION
from ctz_workouts.store.tables import workout


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day: how many workouts there are in all, their totals, and the first of them as rows."""

    date: date
    workout_count: int
    duration_seconds: int
    load: float
    rows: Sequence[Any]


def days_of(
    connection: sa.Connection, user_id: UUID, search: Search, span: tuple[date, date], most_of_a_day: int
) -> Sequence[CalendarDay]:
    """Days of a span with at least one workout that the search keeps, oldest first, in one statement."""
    if not search.bound:
        return []
    day = sa.over(sa.func.count(), partition_by=workout.c.local_date).label("of_day")
    total = [
        sa.over(sa.func.sum(column), partition_by=workout.c.local_date).label(name)
        for name, column in (("day_seconds", DURATION), ("day_load", workout.c.load))
    ]
    by_start = [workout.c.start_time, workout.c.workout_id]
    place = sa.over(sa.func.row_number(), partition_by=workout.c.local_date, order_by=by_start).label("place")
    shown = ("workout_id", "local_date", "start_time", "title", "discipline", "is_power_zone")
    numbered = (
        sa.select(*(workout.c[name] for name in shown), DURATION.label("seconds"), day, *total, place)
        .where(workout.c.user_id == user_id, workout.c.is_listed, workout.c.local_date.between(*span))
        .where(*search.by_row())
        .subquery("numbered")
    )
    query = (
        sa.select(numbered)
        .where(numbered.c.place <= most_of_a_day)
        .order_by(numbered.c.local_date, numbered.c.start_time, numbered.c.workout_id)
    )
    found = connection.execute(query).all()
    return [_day(on, list(rows)) for on, rows in groupby(found, key=lambda row: row.local_date)]


def _day(on: date, rows: Sequence[Any]) -> CalendarDay:
    return CalendarDay(on, rows[0].of_day, int(rows[0].day_seconds or 0), rows[0].day_load or 0, rows)
