"""Totals of weeks and other periods of a rider's listed workouts."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from ctz.workouts.v1 import workouts_pb2 as pb
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store.orders import DURATION, WORK_KILOJOULES
from ctz_workouts.store.tables import workout

POWER_ZONES = 7
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class PeriodTotals:
    """Totals of the days from `start` to `end`, both inclusive."""

    start: date
    end: date
    workout_count: int
    duration_seconds: int
    work_kilojoules: float
    training_stress_score: float
    scored_count: int
    zone_seconds: tuple[int, ...]


class Periods:
    """Reads totals within one transaction."""

    def __init__(self, connection: sa.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    def weeks(self, days: Sequence[date], week_start: int) -> list[PeriodTotals]:
        """Whole totals of the weeks that these days lie in, newest first."""
        firsts = sorted({first_of_week(day, week_start) for day in days}, reverse=True)
        wanted = [first + timedelta(days=offset) for first in firsts for offset in range(WEEK_DAYS)]
        totals = self._totals(_totals_by(pb.PERIOD_SIZE_WEEK, week_start, of_days=True), days=wanted)
        return [_period(row, row.start, row.start + timedelta(days=WEEK_DAYS - 1)) for row in reversed(totals)]

    def periods(self, first: date, last: date, size: int, week_start: int) -> list[PeriodTotals]:
        """Totals by day, week or month within a span, oldest first; only periods with a workout."""
        rows = self._totals(_totals_by(size, week_start, of_days=False), first=first, last=last)
        return [_period(row, row.start, _end(row.start, size)) for row in rows]

    def _totals(self, query: sa.Select[Any], **values: Any) -> Sequence[Any]:
        return self._connection.execute(query, {"user_id": self._user_id, **values}).all()


@functools.cache
def _totals_by(size: int, week_start: int, *, of_days: bool) -> sa.Select[Any]:
    """Totals of `:user_id` by period, on `:days` or from `:first` to `:last`.

    Kept, because to put the query together took longer than to run it.
    """

    def total(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        return sa.func.coalesce(sa.func.sum(column), 0)

    starts: dict[int, sa.ColumnElement[date]] = {
        pb.PERIOD_SIZE_DAY: workout.c.local_date,
        pb.PERIOD_SIZE_MONTH: sa.cast(sa.func.date_trunc("month", workout.c.local_date), sa.Date),
    }
    days = sa.bindparam("days", type_=pg.ARRAY(sa.Date))
    span = workout.c.local_date.between(sa.bindparam("first"), sa.bindparam("last"))
    return (
        sa.select(
            starts.get(size, week_of(week_start)).label("start"),
            sa.func.count().label("workouts"),
            total(DURATION).label("seconds"),
            total(WORK_KILOJOULES).label("work"),
            total(workout.c.training_stress_score).label("stress"),
            sa.func.count(workout.c.training_stress_score).label("scored"),
            *(total(workout.c.zone_seconds[zone]).label(f"zone_{zone}") for zone in range(1, POWER_ZONES + 1)),
        )
        .where(workout.c.user_id == sa.bindparam("user_id"), workout.c.is_listed)
        .where(workout.c.local_date == sa.any_(days) if of_days else span)
        .group_by(sa.text("1"))
        .order_by(sa.text("1"))
    )


def first_of_week(day: date, week_start: int) -> date:
    """The first day of the week that a day lies in; weeks begin on 0 Monday to 6 Sunday."""
    return day - timedelta(days=(day.weekday() - week_start) % WEEK_DAYS)


def week_of(week_start: int) -> sa.ColumnElement[date]:
    """The same for the day of a workout, in SQL."""
    weekday = sa.cast(sa.extract("isodow", workout.c.local_date), sa.Integer) - 1
    return sa.type_coerce(workout.c.local_date - (weekday - week_start + WEEK_DAYS) % WEEK_DAYS, sa.Date)


def _end(start: date, size: int) -> date:
    if size == pb.PERIOD_SIZE_DAY:
        return start
    if size == pb.PERIOD_SIZE_MONTH:
        return (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return start + timedelta(days=WEEK_DAYS - 1)


def _period(row: Any, start: date, end: date) -> PeriodTotals:
    zones = tuple(int(row._mapping[f"zone_{zone}"]) for zone in range(1, POWER_ZONES + 1))  # noqa: SLF001 - public name
    return PeriodTotals(start, end, row.workouts, int(row.seconds), row.work, row.stress, row.scored, zones)
