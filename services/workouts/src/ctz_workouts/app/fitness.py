"""Load over days and weeks, from the kept sums."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum
from typing import Any
from uuid import UUID

import numpy as np
import sqlalchemy as sa

from ctz_workouts.domain.amounts import MILLI, REMEMBERED_MONTHS, Span, form_after
from ctz_workouts.domain.load import DayLoad, load_curve, monotony, strain
from ctz_workouts.store.aggregate_rows import SESSIONS, WORKOUTS
from ctz_workouts.store.periods import WEEK_DAYS, first_of_week
from ctz_workouts.store.profiles import timelines_of
from ctz_workouts.store.riders import Timelines
from ctz_workouts.store.sums import LOADS, Sums, SumStore

STEEP_RAMP = 8
"""Points of fitness in seven days beyond which a rise is steep (Friel's advice is 5 to 8)."""
HIGH_MONOTONY = 2
"""Foster 1998: illness follows weeks above it."""
LOW_FORM = -30
"""Form below which fatigue is deep (Coggan's ranges)."""
_DAY = timedelta(days=1)


class Caution(IntEnum):
    """What is worth a warning; numbers of the contract's FitnessWarning."""

    STEEP_RAMP = 1
    MONOTONY = 2
    LOW_FORM = 3


@dataclass(frozen=True, slots=True)
class Day:
    """A day's load by source, and what follows from it; no monotony where seven loads are equal."""

    day: date
    sums: Sums
    curve: DayLoad
    monotony: float | None
    strain: float | None
    is_projected: bool


@dataclass(slots=True)
class Week:
    """A whole week, with its disciplines."""

    start: date
    session_count: int = 0
    sums: Sums = field(default_factory=Sums)
    disciplines: dict[str, Sums] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fitness:
    """Load of a span of days."""

    days: Sequence[Day]
    weeks: Sequence[Week]
    cautions: Sequence[Caution]
    workout_count: int
    unscored_count: int
    timelines: Timelines


def fitness(
    connection: sa.Connection, user_id: UUID, span: tuple[date, date], week_start: int, planned: Mapping[date, float]
) -> Fitness:
    """Load from the first to the last day of a span, and projected to the last planned day; three statements."""
    first, last = span
    sums = SumStore(connection, user_id)
    base = Span.MONTH.start(first - WEEK_DAYS * _DAY)
    end_of_weeks = first_of_week(last, week_start) + (WEEK_DAYS - 1) * _DAY
    rows = sums.days(base, end_of_weeks)
    carries = sums.carries(_months_before(base, REMEMBERED_MONTHS), base)
    by_day: dict[date, Sums] = {}
    for row in rows:
        by_day.setdefault(row["start_date"], Sums()).take(row)
    last_day = max(planned, default=last)
    every_day = [base + offset * _DAY for offset in range((last_day - base).days + 1)]
    loads = [planned.get(day, 0.0) if day > last else by_day.get(day, Sums()).load for day in every_day]
    curve = load_curve(loads, form_after(carries, base - _DAY))
    days = _days(every_day, loads, curve, by_day, last)[(first - base).days :]
    today = days[(last - first).days]
    told = [row for row in rows if row["origin"] == WORKOUTS and first <= row["start_date"] <= last]
    count = sum(row["workout_count"] for row in told)
    return Fitness(
        days=days,
        weeks=_weeks(rows, first, last, week_start),
        cautions=_cautions(today),
        workout_count=count,
        unscored_count=count - sum(row["scored_count"] for row in told),
        timelines=timelines_of(connection, user_id),
    )


def _months_before(month: date, months: int) -> date:
    years, left = divmod(month.year * 12 + month.month - 1 - months, 12)
    return date(years, left + 1, 1)


def _days(
    every_day: Sequence[date], loads: Sequence[float], curve: Sequence[DayLoad], by_day: Mapping[date, Sums], last: date
) -> list[Day]:
    values = np.array(loads)
    same, strained = monotony(values).tolist(), strain(values).tolist()
    return [
        Day(
            day,
            Sums() if day > last else by_day.get(day, Sums()),
            curve[at],
            _known(same[at]),
            _known(strained[at]),
            day > last,
        )
        for at, day in enumerate(every_day)
    ]


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _weeks(rows: Sequence[Any], first: date, last: date, week_start: int) -> list[Week]:
    weeks: dict[date, Week] = {}
    start = first_of_week(first, week_start)
    while start <= last:
        weeks[start] = Week(start)
        start += WEEK_DAYS * _DAY
    for row in rows:
        week = weeks.get(first_of_week(row["start_date"], week_start))
        if week is not None:
            week.sums.take(row)
            week.session_count += row["workout_count"] if row["origin"] == SESSIONS else 0
            week.disciplines.setdefault(row["discipline"], Sums()).take(row)
    return list(weeks.values())


def _cautions(today: Day) -> list[Caution]:
    found = (
        (today.curve.ramp > STEEP_RAMP, Caution.STEEP_RAMP),
        ((today.monotony or 0) > HIGH_MONOTONY, Caution.MONOTONY),
        (today.curve.form < LOW_FORM, Caution.LOW_FORM),
    )
    return [caution for holds, caution in found if holds]


def load_by_source(sums: Sums) -> tuple[float, float, float]:
    """Loads from power, heart rate and perceived exertion."""
    power, heart_rate, effort = (sums[name] / MILLI for name in LOADS)
    return power, heart_rate, effort
