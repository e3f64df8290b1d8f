"""Pages of the history, newest first, and totals of periods. Every query names the rider and sees what is listed."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from ctz.workouts.v1 import workouts_pb2 as pb
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store.tables import tally, workout
from ctz_workouts.store.tallies import MONTH

POWER_ZONES = 7
WEEK_DAYS = 7
COUNTED_AT_MOST = 10_000
ROW_COLUMNS = (
    "workout_id",
    "start_time",
    "utc_offset_seconds",
    "local_date",
    "discipline",
    "workout_type",
    "title",
    "instructor",
    "reported_seconds",
    "total_work_joules",
    "effort_points",
    "is_total_work_record",
    "is_power_zone",
    "graph_work_kilojoules",
    "graph_effort_points",
    "mean_power_watts",
    "mean_heart_rate_bpm",
    "distance",
    "distance_unit",
    "distance_name",
    "series_state",
    "ridden_seconds",
    "normalized_power_watts",
    "training_stress_score",
    "target_share",
    "zone_seconds",
    "thumbnail_heights",
    "thumbnail_zones",
    "power_absent_reason",
)
DURATION = sa.func.coalesce(workout.c.ridden_seconds, workout.c.reported_seconds)
"""Seconds ridden where the series tells, else the length as reported."""
WORK_KILOJOULES = sa.func.coalesce(
    sa.func.nullif(workout.c.total_work_joules, 0) / 1000, workout.c.graph_work_kilojoules, workout.c.total_work_joules
)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list keeps; an empty field keeps everything."""

    words: tuple[str, ...] = ()
    disciplines: tuple[str, ...] = ()
    instructors: tuple[str, ...] = ()
    from_date: date | None = None
    to_date: date | None = None
    min_duration_seconds: int | None = None
    max_duration_seconds: int | None = None
    has_series: bool = False
    is_power_zone: bool = False
    is_record: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether everything is kept."""
        return self == Filter()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: day, start and id of its last workout."""

    local_date: date
    start_time: datetime
    workout_id: UUID


@dataclass(frozen=True, slots=True)
class Page:
    """Workouts of a page as rows; `has_more` tells whether older ones follow."""

    rows: Sequence[Any]
    has_more: bool
    total: int | None


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


class Listing:
    """Reads lists within one transaction."""

    def __init__(self, connection: sa.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._own = sa.and_(workout.c.user_id == user_id, workout.c.is_listed)
        self._user_id = user_id

    def page(self, kept: Filter, *, after: Place | None, limit: int) -> Page:
        """Workouts behind a place; how many there are in all is counted on the first page only."""
        conditions = [self._own, *_conditions(kept)]
        query = sa.select(*(workout.c[name] for name in ROW_COLUMNS)).where(*conditions)
        if after is None:
            query = query.add_columns(self._total(kept, conditions).label("total"))
        else:
            place = sa.tuple_(workout.c.local_date, workout.c.start_time, workout.c.workout_id)
            query = query.where(place < sa.tuple_(after.local_date, after.start_time, after.workout_id))
        newest = (workout.c.local_date.desc(), workout.c.start_time.desc(), workout.c.workout_id.desc())
        found = self._connection.execute(query.order_by(*newest).limit(limit + 1)).all()
        total = None
        if after is None:
            total = found[0].total if found else 0
        return Page(found[:limit], len(found) > limit, total)

    def _total(self, kept: Filter, conditions: Sequence[sa.ColumnElement[bool]]) -> sa.ScalarSelect[int]:
        if kept.is_empty:
            months = sa.select(sa.func.coalesce(sa.func.sum(tally.c.workout_count), 0))
            return months.where(tally.c.user_id == self._user_id, tally.c.kind == MONTH).scalar_subquery()
        some = sa.select(workout.c.workout_id).where(*conditions).limit(COUNTED_AT_MOST).subquery()
        return sa.select(sa.func.count()).select_from(some).scalar_subquery()

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


def _conditions(kept: Filter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [
        workout.c.search_text.contains(word, autoescape=True) for word in kept.words
    ]
    for values, column in ((kept.disciplines, workout.c.discipline), (kept.instructors, workout.c.instructor)):
        if values:
            conditions.append(column == sa.any_(sa.literal(list(values), pg.ARRAY(sa.Text))))
    if kept.from_date is not None:
        conditions.append(workout.c.local_date >= kept.from_date)
    if kept.to_date is not None:
        conditions.append(workout.c.local_date <= kept.to_date)
    if kept.min_duration_seconds is not None:
        conditions.append(kept.min_duration_seconds <= DURATION)
    if kept.max_duration_seconds is not None:
        conditions.append(kept.max_duration_seconds >= DURATION)
    if kept.has_series:
        conditions.append(workout.c.series_state == pb.SERIES_STATE_STORED)
    flags = ((kept.is_power_zone, workout.c.is_power_zone), (kept.is_record, workout.c.is_total_work_record))
    return [*conditions, *(column for wanted, column in flags if wanted)]
