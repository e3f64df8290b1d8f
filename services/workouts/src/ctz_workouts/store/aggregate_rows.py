"""The two statements of a change of aggregates: what stands where it touches, and what it writes."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.domain.amounts import Span
from ctz_workouts.domain.eddington import Activity, Unit
from ctz_workouts.domain.streaks import Streak
from ctz_workouts.store.aggregate_tables import AMOUNTS, best, distance_day, streak, total
from ctz_workouts.store.peaks import Document, Place

WORKOUTS, SESSIONS = 1, 2
"""Origins of sums."""
Window = tuple[date, date]
_DATES, _TEXTS, _SMALLS = pg.ARRAY(sa.Date), pg.ARRAY(sa.Text), pg.ARRAY(sa.SmallInteger)
_UUID = pg.UUID(as_uuid=True)


@dataclass(frozen=True, slots=True)
class Stood:
    """What stood before a change, where it touches."""

    days: Mapping[tuple[date, str], tuple[int, int]]
    """Workouts and metres, by day and discipline."""
    streaks: Sequence[Streak]
    records: dict[Place, Document]


@dataclass(frozen=True, slots=True)
class StreakChange:
    """Streaks by their first day: those that go, and those that stand then."""

    gone: Collection[date] = ()
    standing: Sequence[Streak] = ()


_USER = sa.bindparam("user_id", type_=_UUID)


def _days() -> sa.ScalarSelect[Any]:
    """Workouts and metres of some days, by discipline."""
    row = (total.c.start_date, total.c.discipline, total.c.workout_count, total.c.distance_meters)
    return (
        sa.select(sa.func.json_agg(sa.func.json_build_array(*row)))
        .where(
            total.c.user_id == _USER,
            total.c.origin == WORKOUTS,
            total.c.span == Span.DAY.value,
            total.c.start_date == sa.any_(sa.bindparam("days", type_=_DATES)),
            total.c.workout_count > 0,
        )
        .scalar_subquery()
    )


def _streaks() -> sa.ScalarSelect[Any]:
    """Streaks that touch some windows."""
    windows = _unnested("window", first=(sa.Date, _DATES), last=(sa.Date, _DATES))
    touches = sa.exists().where(streak.c.start_date <= windows.c.last, streak.c.end_date >= windows.c.first)
    row = (streak.c.start_date, streak.c.end_date, streak.c.active_days)
    told = sa.select(sa.func.json_agg(sa.func.json_build_array(*row)))
    return told.where(streak.c.user_id == _USER, touches).scalar_subquery()


def _records() -> sa.ScalarSelect[Any]:
    """Records at some places."""
    columns = {"span": (sa.SmallInteger, _SMALLS), "start_date": (sa.Date, _DATES), "discipline": (sa.Text, _TEXTS)}
    places = _unnested("place", **columns)
    same = sa.and_(best.c.user_id == _USER, *(best.c[name] == places.c[name] for name in columns))
    row = (best.c.span, best.c.start_date, best.c.discipline, best.c.marks)
    told = sa.select(sa.func.json_agg(sa.func.json_build_array(*row)))
    return told.select_from(places.join(best, same)).scalar_subquery()


def _unnested(name: str, **columns: tuple[Any, Any]) -> sa.TableValuedAlias:
    arrays = (sa.bindparam(f"{name}_{column}", type_=array) for column, (_, array) in columns.items())
    told = [sa.column(column, kind) for column, (kind, _) in columns.items()]
    return sa.func.unnest(*arrays).table_valued(*told, name=name).render_derived()


READ = sa.select(_days().label("days"), _streaks().label("streaks"), _records().label("records"))
LEFT_DAYS = sa.select(sa.func.count(sa.distinct(total.c.start_date))).where(
    total.c.user_id == sa.bindparam("user_id", type_=_UUID),
    total.c.origin == WORKOUTS,
    total.c.span == Span.DAY.value,
    total.c.workout_count > 0,
    total.c.start_date >= sa.bindparam("first", type_=sa.Date),
    total.c.start_date < sa.bindparam("before", type_=sa.Date),
)
"""Days with a workout in a part of a streak."""


def read(
    connection: sa.Connection, user_id: UUID, days: Iterable[date], windows: Sequence[Window], places: Iterable[Place]
) -> Stood:
    """What stands on these days, in streaks that touch these windows, and of records at these places."""
    wanted = sorted(places)
    row = connection.execute(
        READ,
        {
            "user_id": user_id,
            "days": sorted(days),
            "window_first": [first for first, _ in windows],
            "window_last": [last for _, last in windows],
            "place_span": [int(span) for span, _, _ in wanted],
            "place_start_date": [start for _, start, _ in wanted],
            "place_discipline": [discipline for _, _, discipline in wanted],
        },
    ).one()
    day = date.fromisoformat
    return Stood(
        {(day(at), discipline): (count, meters) for at, discipline, count, meters in row.days or ()},
        [Streak(day(first), day(last), active) for first, last, active in row.streaks or ()],
        {(span, day(start), discipline): marks for span, start, discipline, marks in row.records or ()},
    )


def _rows(name: str, *columns: sa.Column[Any]) -> sa.TableValuedAlias:
    told = [sa.column(column.name, column.type) for column in columns]
    given = sa.cast(sa.bindparam(name, type_=sa.Text), pg.JSON)
    return sa.func.json_to_recordset(given).table_valued(*told, name=name).render_derived(with_types=True)


def _insert(table: sa.Table, name: str) -> pg.Insert:
    """Insert rows of a JSON array under a rider."""
    columns = [column for column in table.c if column.name != "user_id"]
    rows = _rows(name, *columns)
    user_id = sa.bindparam("user_id", type_=_UUID)
    chosen = sa.select(user_id, *(rows.c[column.name] for column in columns))
    return pg.insert(table).from_select(["user_id", *(column.name for column in columns)], chosen)


def _write() -> pg.Insert:
    sums = _insert(total, "totals")
    sums = sums.on_conflict_do_update(
        index_elements=list(total.primary_key.columns),
        set_={name: total.c[name] + sums.excluded[name] for name in AMOUNTS},
    )
    records = _insert(best, "records")
    records = records.on_conflict_do_update(
        index_elements=list(best.primary_key.columns), set_={"marks": records.excluded.marks}
    )
    distances = _insert(distance_day, "distances")
    distances = distances.on_conflict_do_update(
        index_elements=list(distance_day.primary_key.columns),
        set_={"day_count": distance_day.c.day_count + distances.excluded.day_count},
    )
    gone = sa.delete(streak).where(
        streak.c.user_id == sa.bindparam("user_id", type_=_UUID),
        streak.c.start_date == sa.any_(sa.bindparam("gone", type_=_DATES)),
    )
    standing = _insert(streak, "streaks")
    standing = standing.on_conflict_do_update(
        index_elements=list(streak.primary_key.columns),
        set_={"end_date": standing.excluded.end_date, "active_days": standing.excluded.active_days},
    )
    return sums.add_cte(records.cte("record"), distances.cte("distance"), gone.cte("gone"), standing.cte("standing"))


WRITE = _write()
_NOTHING = dict.fromkeys(AMOUNTS, 0)


def write(
    connection: sa.Connection,
    user_id: UUID,
    origin: int,
    amounts: Mapping[tuple[Place, str], int],
    *,
    records: Mapping[Place, Document] | None = None,
    distances: Mapping[tuple[Activity, Unit, int], int] | None = None,
    streaks: StreakChange | None = None,
) -> None:
    """Add amounts and days, and put records and streaks in the place of what stood."""
    sums: dict[Place, dict[str, Any]] = {}
    for (place, name), amount in amounts.items():
        if amount:
            sums.setdefault(place, {**_NOTHING, **_keys(place), "origin": origin})[name] = amount
    told_distances = [
        {"activity": int(activity), "unit": int(unit), "reached": reached, "day_count": days}
        for (activity, unit, reached), days in (distances or {}).items()
    ]
    streaks = streaks or StreakChange()
    told_streaks = [
        {"start_date": one.first.isoformat(), "end_date": one.last.isoformat(), "active_days": one.active_days}
        for one in streaks.standing
    ]
    values = {
        "user_id": user_id,
        "totals": json.dumps(list(sums.values())),
        "records": json.dumps([{**_keys(place), "marks": marks} for place, marks in (records or {}).items()]),
        "distances": json.dumps(told_distances),
        "gone": list(streaks.gone),
        "streaks": json.dumps(told_streaks),
    }
    connection.execute(WRITE, values)


def _keys(place: Place) -> dict[str, Any]:
    span, start, discipline = place
    return {"span": int(span), "start_date": start.isoformat(), "discipline": discipline}
