"""Totals of weeks and other periods of a rider: of listed workouts, and of guided sessions, which have a load too."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from ctz.workouts.v1 import workouts_pb2 as pb
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.domain.amounts import MILLI, Span
from ctz_workouts.store.aggregate_rows import SESSIONS
from ctz_workouts.store.aggregate_tables import total
from ctz_workouts.store.orders import DURATION, WORK_KILOJOULES
from ctz_workouts.store.sums import LOADS
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
    load: float
    loaded_count: int
    session_count: int
    session_seconds: int


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
        """Totals by day, week or month within a span, oldest first; only periods in which something was done."""
        rows = self._totals(_totals_by(size, week_start, of_days=False), first=first, last=last)
        return [_period(row, row.start, _end(row.start, size)) for row in rows]

    def _totals(self, query: sa.Select[Any], **values: Any) -> Sequence[Any]:
        return self._connection.execute(query, {"user_id": self._user_id, **values}).all()


@functools.cache
def _totals_by(size: int, week_start: int, *, of_days: bool) -> sa.Select[Any]:
    """Totals of `:user_id` by period, on `:days` or from `:first` to `:last`.

    Kept, because to put the query together took longer than to run it.
    """

    def is_asked(day: sa.ColumnElement[date]) -> sa.ColumnElement[bool]:
        if of_days:
            return day == sa.any_(sa.bindparam("days", type_=pg.ARRAY(sa.Date)))
        return day.between(sa.bindparam("first"), sa.bindparam("last"))

    done = sa.union_all(
        _workouts().where(is_asked(workout.c.local_date)), _sessions().where(is_asked(total.c.start_date))
    ).subquery("done")
    starts: dict[int, sa.ColumnElement[date]] = {
        pb.PERIOD_SIZE_DAY: done.c.day,
        pb.PERIOD_SIZE_MONTH: sa.cast(sa.func.date_trunc("month", done.c.day), sa.Date),
    }
    sums = (column for column in done.c if column.name != "day")
    return (
        sa.select(
            starts.get(size, week_of(done.c.day, week_start)).label("start"),
            *(sa.func.coalesce(sa.func.sum(column), 0).label(column.name) for column in sums),
        )
        .group_by(sa.text("1"))
        .order_by(sa.text("1"))
    )


def _workouts() -> sa.Select[Any]:
    """Every listed workout with what it adds."""
    has_load, has_stress = (column.is_not(None) for column in (workout.c.load, workout.c.training_stress_score))
    return sa.select(
        workout.c.local_date.label("day"),
        sa.literal(1).label("workouts"),
        DURATION.label("seconds"),
        WORK_KILOJOULES.label("work"),
        workout.c.training_stress_score.label("stress"),
        sa.cast(has_stress, sa.Integer).label("scored"),
        workout.c.load.label("load"),
        sa.cast(has_load, sa.Integer).label("loaded"),
        sa.literal(0).label("sessions"),
        sa.literal(0).label("session_seconds"),
        *(workout.c.zone_seconds[zone].label(f"zone_{zone}") for zone in range(1, POWER_ZONES + 1)),
    ).where(workout.c.user_id == sa.bindparam("user_id"), workout.c.is_listed)


def _sessions() -> sa.Select[Any]:
    """Guided sessions with what they add, from the kept sums of each day."""
    loads = sum((total.c[name] for name in LOADS), sa.literal(0.0))
    return sa.select(
        total.c.start_date,
        sa.literal(0),
        sa.literal(0),
        sa.literal(0.0),
        sa.literal(0.0),
        sa.literal(0),
        loads / MILLI,
        total.c.scored_count,
        total.c.workout_count,
        total.c.duration_seconds,
        *(sa.literal(0) for _ in range(POWER_ZONES)),
    ).where(
        total.c.user_id == sa.bindparam("user_id"),
        total.c.origin == SESSIONS,
        total.c.span == Span.DAY.value,
        total.c.workout_count > 0,
    )


def first_of_week(day: date, week_start: int) -> date:
    """The first day of the week that a day lies in; weeks begin on 0 Monday to 6 Sunday."""
    return day - timedelta(days=(day.weekday() - week_start) % WEEK_DAYS)


def week_of(day: sa.ColumnElement[date], week_start: int) -> sa.ColumnElement[date]:
    """The same in SQL."""
    weekday = sa.cast(sa.extract("isodow", day), sa.Integer) - 1
    return sa.type_coerce(day - (weekday - week_start + WEEK_DAYS) % WEEK_DAYS, sa.Date)


def _end(start: date, size: int) -> date:
    if size == pb.PERIOD_SIZE_DAY:
        return start
    if size == pb.PERIOD_SIZE_MONTH:
        return (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return start + timedelta(days=WEEK_DAYS - 1)


def _period(row: Any, start: date, end: date) -> PeriodTotals:
    zones = tuple(int(row._mapping[f"zone_{zone}"]) for zone in range(1, POWER_ZONES + 1))  # noqa: SLF001 - public name
    return PeriodTotals(
        start=start,
        end=end,
        workout_count=row.workouts,
        duration_seconds=int(row.seconds),
        work_kilojoules=row.work,
        training_stress_score=row.stress,
        scored_count=row.scored,
        zone_seconds=zones,
        load=row.load,
        loaded_count=int(row.loaded),
        session_count=int(row.sessions),
        session_seconds=int(row.session_seconds),
    )
