"""Reading the kept sums: statements whose cost does not grow with the history."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_workouts.domain.amounts import MILLI, Span
from ctz_workouts.domain.eddington import Activity, Unit
from ctz_workouts.domain.streaks import Streak
from ctz_workouts.store.aggregate_rows import SESSIONS, WORKOUTS
from ctz_workouts.store.aggregate_tables import AMOUNTS, distance_day, streak, total

SUMMED = AMOUNTS[: AMOUNTS.index("fitness_carry")]
LOADS = ("power_load", "heart_rate_load", "effort_load")
ZONES = tuple(f"zone_{zone}" for zone in range(1, 8))
# Named, so that the index of the sums finds days and months of either.
_ORIGINS = (WORKOUTS, SESSIONS)
Carries = Mapping[date, tuple[int, int]]


class Sums(Counter[str]):
    """Amounts by their column names, added up over days and disciplines."""

    def take(self, row: Any) -> None:
        """Add a row of `total`."""
        for name in SUMMED:
            if row[name]:
                self[name] += row[name]

    @property
    def load(self) -> float:
        """Load of every source."""
        return sum(self[name] for name in LOADS) / MILLI

    @property
    def zone_seconds(self) -> list[int]:
        """Seconds in power zones 1 to 7; empty without any."""
        seconds = [self[name] for name in ZONES]
        return seconds if any(seconds) else []


class SumStore:
    """The kept sums of one rider, within one transaction."""

    def __init__(self, connection: sa.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    def days(self, first: date, last: date) -> list[Any]:
        """Sums of workouts and guided sessions by day and discipline, in order of time."""
        query = (
            sa.select(total.c.origin, total.c.start_date, total.c.discipline, *(total.c[name] for name in SUMMED))
            .where(
                total.c.user_id == self._user_id,
                total.c.origin.in_(_ORIGINS),
                total.c.span == Span.DAY.value,
                total.c.start_date.between(first, last),
                total.c.workout_count > 0,
            )
            .order_by(total.c.start_date)
        )
        return list(self._connection.execute(query).mappings())

    def carries(self, first: date, before: date) -> Carries:
        """What each month from one up to another leaves of fitness and fatigue."""
        query = (
            sa.select(total.c.start_date, sa.func.sum(total.c.fitness_carry), sa.func.sum(total.c.fatigue_carry))
            .where(
                total.c.user_id == self._user_id,
                total.c.origin.in_(_ORIGINS),
                total.c.span == Span.MONTH.value,
                total.c.start_date >= first,
                total.c.start_date < before,
            )
            .group_by(total.c.start_date)
        )
        return {start: (int(fitness), int(fatigue)) for start, fitness, fatigue in self._connection.execute(query)}

    def months(self, first: date, last: date) -> list[Any]:
        """Sums of workouts by month and discipline, in order of time."""
        query = sa.select(total.c.start_date, total.c.discipline, *(total.c[name] for name in SUMMED))
        query = query.where(*self._own(Span.MONTH), total.c.start_date.between(first, last))
        return list(self._connection.execute(query.order_by(total.c.start_date)).mappings())

    def seconds_by_day(self, first: date, last: date) -> list[tuple[date, str, int]]:
        """Day, discipline and seconds of every day with a workout."""
        query = sa.select(total.c.start_date, total.c.discipline, total.c.duration_seconds)
        query = query.where(*self._own(Span.DAY), total.c.start_date.between(first, last))
        return [(day, discipline, seconds) for day, discipline, seconds in self._connection.execute(query)]

    def progress(self, span: Span, names: Iterable[str], parts: Iterable[tuple[date, date]]) -> list[Any]:
        """Some amounts of all workouts by span, in order of time; of spans that begin within any part of time."""
        within = (total.c.start_date.between(first, last) for first, last in parts)
        query = (
            sa.select(total.c.start_date, *(sa.func.sum(total.c[name]).label(name) for name in names))
            .where(*self._own(span), sa.or_(sa.false(), *within))
            .group_by(total.c.start_date)
            .order_by(total.c.start_date)
        )
        return list(self._connection.execute(query).mappings())

    def years(self) -> list[int]:
        """Years with a workout, newest first."""
        query = sa.select(total.c.start_date).distinct().where(*self._own(Span.YEAR))
        return sorted((start.year for start in self._connection.execute(query).scalars()), reverse=True)

    def first_day(self) -> date | None:
        """Day of the first workout; none without one."""
        query = sa.select(total.c.start_date).where(*self._own(Span.DAY)).order_by(total.c.start_date).limit(1)
        return self._connection.execute(query).scalar()

    def active_days(self, first: date, last: date) -> set[date]:
        """Days with a workout."""
        query = sa.select(total.c.start_date).where(*self._own(Span.DAY), total.c.start_date.between(first, last))
        return set(self._connection.execute(query).scalars())

    def _own(self, span: Span) -> tuple[sa.ColumnElement[bool], ...]:
        of_workouts = (total.c.user_id == self._user_id, total.c.origin == WORKOUTS, total.c.span == span.value)
        return (*of_workouts, total.c.workout_count > 0)

    def distances(self) -> dict[tuple[Activity, Unit], dict[int, int]]:
        """Days by whole units, for each activity and unit."""
        query = sa.select(distance_day).where(distance_day.c.user_id == self._user_id, distance_day.c.day_count > 0)
        found: dict[tuple[Activity, Unit], dict[int, int]] = {}
        for row in self._connection.execute(query):
            found.setdefault((Activity(row.activity), Unit(row.unit)), {})[row.reached] = row.day_count
        return found

    def last_and_longest_streak(self) -> tuple[Streak, Streak] | None:
        """The streak that ended last, and the longest; none without a workout."""
        own = sa.select(*_STREAK).where(streak.c.user_id == self._user_id)
        last = own.order_by(streak.c.end_date.desc()).limit(1)
        longest = own.order_by(streak.c.active_days.desc(), streak.c.end_date.desc()).limit(1)
        rows = self._connection.execute(sa.union_all(last.subquery().select(), longest.subquery().select())).all()
        return (Streak(*rows[0]), Streak(*rows[1])) if rows else None

    def streaks(self, first: date, last: date) -> list[Streak]:
        """Streaks that touch a span."""
        query = sa.select(*_STREAK).where(
            streak.c.user_id == self._user_id, streak.c.start_date <= last, streak.c.end_date >= first
        )
        return [Streak(*row) for row in self._connection.execute(query.order_by(streak.c.start_date))]


_STREAK = (streak.c.start_date, streak.c.end_date, streak.c.active_days)
