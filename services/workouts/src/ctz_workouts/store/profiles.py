"""Reading records and power curves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.domain.amounts import Span
from ctz_workouts.domain.marks import Mark, Peak
from ctz_workouts.domain.power import BEST_EFFORT_SECONDS
from ctz_workouts.domain.records import RecordKey, RecordKind
from ctz_workouts.store.aggregate_rows import WORKOUTS
from ctz_workouts.store.aggregate_tables import best, total
from ctz_workouts.store.peaks import peak_from
from ctz_workouts.store.riders import Timelines
from ctz_workouts.store.tables import rider, workout

ON_A_BIKE = ("cycling", "bike_bootcamp")
Curve = Mapping[int, Mark]
"""Best mark by length in seconds."""


@dataclass(frozen=True, slots=True)
class Bests:
    """Curves of all time and of one season, and every season with a ride."""

    ever: Curve
    season: Curve
    seasons: Sequence[int]


def timelines_of(connection: sa.Connection, user_id: UUID) -> Timelines:
    """The dated metrics of a rider."""
    query = sa.select(rider.c.timelines).where(rider.c.user_id == user_id)
    return Timelines(connection.execute(query).scalar() or {})


def bests_of(connection: sa.Connection, user_id: UUID, season: int) -> Bests:
    """Kept power curves; of other seasons than the asked one only that they are there."""
    is_asked = sa.or_(best.c.span == Span.EVER.value, best.c.start_date == date(season, 1, 1))
    marks = sa.case((is_asked, best.c.marks), else_=sa.null()).label("marks")
    query = sa.select(best.c.span, best.c.start_date, marks).where(
        best.c.user_id == user_id,
        best.c.span.in_([Span.YEAR.value, Span.EVER.value]),
        best.c.discipline.in_(ON_A_BIKE),
    )
    curves: dict[int, dict[int, Mark]] = {Span.YEAR: {}, Span.EVER: {}}
    years: set[int] = set()
    for row in connection.execute(query):
        _join(curves[row.span], row.marks or {})
        years |= {row.start_date.year} if row.span == Span.YEAR else set()
    return Bests(curves[Span.EVER], curves[Span.YEAR], sorted(years, reverse=True))


def _join(curve: dict[int, Mark], stored: Mapping[str, Sequence[Any]]) -> None:
    for text, form in stored.items():
        key, mark = RecordKey.parse(text), peak_from(form).best
        if key.kind is RecordKind.POWER and mark.beats(curve.get(key.length)):
            curve[key.length] = mark


def best_between(connection: sa.Connection, user_id: UUID, first: date, last: date) -> Curve:
    """The power curve of the rides of some days."""
    efforts = (
        sa.func.unnest(workout.c.best_watts)
        .table_valued(sa.column("watts", sa.Double), with_ordinality="place", name="effort")
        .render_derived()
    )
    query = (
        sa.select(efforts.c.place, efforts.c.watts, *_PLACE)
        .ext(pg.distinct_on(efforts.c.place))
        .select_from(workout.join(efforts, sa.true()))
        .where(
            workout.c.user_id == user_id,
            workout.c.is_listed,
            workout.c.local_date.between(first, last),
            efforts.c.watts.is_not(None),
        )
        .order_by(efforts.c.place, efforts.c.watts.desc(), workout.c.local_date, workout.c.start_time)
    )
    return {BEST_EFFORT_SECONDS[row.place - 1]: _mark(row.watts, row) for row in connection.execute(query)}


_MICROSECONDS = sa.cast(sa.extract("epoch", workout.c.start_time) * 1_000_000, sa.BigInteger).label("microseconds")
_PLACE = (workout.c.local_date, workout.c.workout_id, _MICROSECONDS)


def curve_of(connection: sa.Connection, user_id: UUID, workout_id: UUID) -> Curve | None:
    """The power curve of one ride; none if there is no such ride."""
    query = sa.select(workout.c.best_watts, *_PLACE).where(
        workout.c.user_id == user_id,
        workout.c.workout_id == workout_id,
        workout.c.summary_revision > 0,
        sa.not_(workout.c.is_deleted),
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    watts = zip(BEST_EFFORT_SECONDS, row.best_watts, strict=False)
    return {duration: _mark(each, row) for duration, each in watts if each is not None}


def _mark(watts: float, row: Any) -> Mark:
    return Mark(watts, row.local_date.isoformat(), int(row.microseconds), str(row.workout_id))


@dataclass(frozen=True, slots=True)
class DisciplineRecords:
    """Records of one discipline, in order."""

    discipline: str
    workout_count: int
    records: Sequence[tuple[RecordKey, Peak]]


def records_of(connection: sa.Connection, user_id: UUID, year: int | None) -> list[DisciplineRecords]:
    """Records of all time, or of one year; disciplines with most workouts first."""
    span, start = (Span.EVER, Span.EVER.start(date.min)) if year is None else (Span.YEAR, date(year, 1, 1))
    same = sa.and_(
        total.c.user_id == best.c.user_id,
        total.c.origin == WORKOUTS,
        total.c.span == best.c.span,
        total.c.start_date == best.c.start_date,
        total.c.discipline == best.c.discipline,
    )
    query = (
        sa.select(best.c.discipline, best.c.marks, total.c.workout_count)
        .select_from(best.join(total, same))
        .where(best.c.user_id == user_id, best.c.span == span.value, best.c.start_date == start)
        .order_by(total.c.workout_count.desc(), best.c.discipline)
    )
    found = []
    for row in connection.execute(query):
        parsed = {RecordKey.parse(key): peak_from(form) for key, form in row.marks.items()}
        records = sorted(parsed.items(), key=lambda each: each[0])
        if records:
            found.append(DisciplineRecords(row.discipline, row.workout_count, records))
    return found
