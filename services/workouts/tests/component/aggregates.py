"""The kept aggregates of a rider, and the same made from scratch: slowly, from the rows of the workouts."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.db import Database
from ctz_workouts.domain.discipline import discipline_of
from ctz_workouts.domain.distance import meters_of
from ctz_workouts.domain.power import BEST_EFFORT_SECONDS
from ctz_workouts.domain.records import CLASS_MINUTES
from ctz_workouts.store import tables
from ctz_workouts.store.aggregate_tables import AMOUNTS, best, distance_day, streak, total

LOADS = {1: "power_load", 2: "heart_rate_load", 3: "effort_load"}
EVER = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Aggregates:
    """Everything that is kept of a rider's workouts, without rows that say nothing."""

    totals: Mapping[tuple[int, date, str], Mapping[str, int]]
    records: Mapping[tuple[int, date, str], Mapping[str, tuple[Any, Any]]]
    distances: Mapping[tuple[int, int, int], int]
    streaks: Mapping[date, tuple[date, int]]


def kept(database: Database, user: UUID) -> Aggregates:
    """What stands in the tables."""
    with database.read() as connection:

        def rows(table: sa.Table) -> list[Any]:
            return list(connection.execute(sa.select(table).where(table.c.user_id == user)).mappings())

        totals = {
            (row["span"], row["start_date"], row["discipline"]): {name: row[name] for name in AMOUNTS if row[name]}
            for row in rows(total)
            if row["origin"] == 1
        }
        records = {
            (row["span"], row["start_date"], row["discipline"]): {
                key: (_mark(stored[1]), _mark(stored[2])) for key, stored in row["marks"].items()
            }
            for row in rows(best)
        }
        days = {(row["activity"], row["unit"], row["reached"]): row["day_count"] for row in rows(distance_day)}
        streaks = {row["start_date"]: (row["end_date"], row["active_days"]) for row in rows(streak)}
    return Aggregates(
        {key: amounts for key, amounts in totals.items() if amounts},
        {key: marks for key, marks in records.items() if marks},
        {key: count for key, count in days.items() if count},
        streaks,
    )


def _mark(stored: list[Any] | None) -> tuple[float, str, str] | None:
    return (stored[0], stored[1], stored[3]) if stored is not None else None


def from_scratch(database: Database, user: UUID) -> Aggregates:
    """What the listed workouts say."""
    listed = sa.select(tables.workout).where(tables.workout.c.user_id == user, tables.workout.c.is_listed)
    with database.read() as connection:
        rows = list(connection.execute(listed))
    return Aggregates(
        _totals(rows), _records(rows), _distances(rows), streaks_by_hand({row.local_date for row in rows})
    )


def spans_of(day: date) -> list[tuple[int, date]]:
    """The spans that a day lies in."""
    return [(1, day), (2, day.replace(day=1)), (3, day.replace(month=1, day=1)), (4, EVER)]


def _joules(row: Any) -> float:
    if row.total_work_joules:
        return float(row.total_work_joules)
    return float((row.graph_work_kilojoules or 0) * 1000)


def _seconds(row: Any) -> int:
    return int((row.ridden_seconds if row.ridden_seconds is not None else row.reported_seconds) or 0)


def _totals(rows: Iterable[Any]) -> dict[tuple[int, date, str], dict[str, int]]:
    totals: dict[tuple[int, date, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        amounts = Counter(
            workout_count=1,
            duration_seconds=_seconds(row),
            work_joules=round(_joules(row)),
            distance_meters=round(meters_of(row.distance, row.distance_unit) or 0),
        )
        amounts.update({f"zone_{zone}": seconds for zone, seconds in enumerate(row.zone_seconds, 1)})
        if row.load_source:
            amounts.update({"scored_count": 1, LOADS[row.load_source]: round(row.load * 1000)})
        for span, start in spans_of(row.local_date):
            place = totals[(span, start, discipline_of(row.discipline).slug)]
            place.update(amounts)
            if span == 2 and row.load_source:
                last = (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)
                faded = round(row.load * 1000) / 1000, (last - row.local_date).days
                place.update(fitness_carry=_carry(*faded, 42), fatigue_carry=_carry(*faded, 7))
    return {key: {name: amount for name, amount in amounts.items() if amount} for key, amounts in totals.items()}


def _carry(load: float, days: int, tau: int) -> int:
    return round(load * (1 - math.exp(-1 / tau)) * math.exp(-1 / tau) ** days * 1_000_000_000)


def _records(rows: Iterable[Any]) -> dict[tuple[int, date, str], dict[str, tuple[Any, Any]]]:
    found: dict[tuple[int, date, str], dict[str, tuple[Any, Any]]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: (row.local_date, row.start_time, str(row.workout_id))):
        for key, value in _reached(row):
            mark = (value, row.local_date.isoformat(), str(row.workout_id))
            for place in spans_of(row.local_date)[1:]:
                peaks = found[(*place, discipline_of(row.discipline).slug)]
                standing = peaks.get(key)
                # In order of time, what stood before a new best is the best until then.
                if standing is None or value > standing[0][0]:
                    peaks[key] = (mark, standing[0] if standing is not None else None)
    return dict(found)


def _reached(row: Any) -> Iterable[tuple[str, float]]:
    for duration, watts in zip(BEST_EFFORT_SECONDS, row.best_watts, strict=False):
        if watts is not None:
            yield f"1:{duration}", watts
    near = [minutes for minutes in CLASS_MINUTES if abs((row.reported_seconds or 0) - 60 * minutes) <= 30]
    for kind, value in ((2, _joules(row)), (3, meters_of(row.distance, row.distance_unit) or 0)):
        if value > 0:
            yield from ((f"{kind}:{length}", value) for length in (0, *(near if row.class_id else ())))
    if _seconds(row):
        yield "4:0", _seconds(row)
    if row.training_stress_score is not None:
        yield "5:0", row.training_stress_score


def _distances(rows: Iterable[Any]) -> dict[tuple[int, int, int], int]:
    meters: Counter[tuple[date, int]] = Counter()
    activities = {"cycling": 1, "bike_bootcamp": 1, "running": 2, "circuit": 2}
    for row in rows:
        activity = activities.get(discipline_of(row.discipline).slug)
        if activity is not None:
            meters[(row.local_date, activity)] += round(meters_of(row.distance, row.distance_unit) or 0)
    days: Counter[tuple[int, int, int]] = Counter()
    for (_, activity), distance in meters.items():
        for unit, length in ((1, 1000), (2, 1609.344)):
            # Half a metre is what rounding may have taken.
            if reached := min(int((distance + 0.5) / length), 400):
                days[(activity, unit, reached)] += 1
    return dict(days)


def streaks_by_hand(active: set[date]) -> dict[date, tuple[date, int]]:
    """Streaks day by day: a missed day is frozen when it is the first of its week from Monday on."""
    streaks: dict[date, tuple[date, int]] = {}
    if not active:
        return streaks
    day, first, frozen_week = min(active), None, None
    monday = day - timedelta(days=day.weekday())
    if day != monday:
        frozen_week = monday
    while day <= max(active):
        monday = day - timedelta(days=day.weekday())
        if day in active:
            first = first or day
            streaks[first] = (day, streaks.get(first, (day, 0))[1] + 1)
        elif frozen_week == monday:
            first = None
        else:
            frozen_week = monday
        day += timedelta(days=1)
    return streaks
