"""Large archives: the rider's workouts once more and again, each time as an older part of the same history.

The newest part stays what was fed, so pages that show it are alike at every size. Copies lie one span of it back and
further, a fifth of a span apart: years in the middle are up to five times as dense, as of a rider who does that much.
What follows from workouts (counts and other kept figures) is then made anew from all of them.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final
from uuid import UUID

import psycopg
import sqlalchemy as sa
from psycopg import sql

from ctz_chassis.db import Database, make_engine
from ctz_local.testing import ServiceDatabase
from ctz_simulator.rider import GeneratedRider
from ctz_workouts.store import aggregates, tables, tallies
from ctz_workouts.store.aggregate_tables import best, distance_day, streak, total
from ctz_workouts.store.workouts import StoredWorkout, WorkoutStore

_OVERLAP: Final = 5
_WEEK_DAYS: Final = 7
_YEAR_DAYS: Final = 365.25
_DAYS: Final = "make_interval(days => made.days)"
_KEY: Final = {"workout_id": "made.new_id"}
_TIMES: Final = {
    "start_time": f"old.start_time + {_DAYS}",
    "end_time": f"old.end_time + {_DAYS}",
    "local_date": "old.local_date + made.days",
}
_SOURCE: Final = {"source_id": "replace(made.new_id::text, '-', '')"}
# Every table with a row a workout, its key first, and what a copy has otherwise than its pattern.
_TABLES: Final[Mapping[tuple[str, str], Mapping[str, str]]] = {
    ("workouts", "workout"): _KEY | _SOURCE | _TIMES,
    ("workouts", "performance"): _KEY,
    ("workouts", "rider_note"): _KEY,
    ("plans", "recorded_workout"): _KEY | _TIMES,
    ("peloton_sync", "workout_ref"): {"id": "made.new_id", "created_time": f"old.created_time + {_DAYS}"}
    | _SOURCE
    | _TIMES,
}
_CHUNK: Final = 2_000
_KEPT: Final = (tables.tally, total, best, distance_day, streak)
_MADE: Final = """
    CREATE TEMPORARY TABLE made AS
    SELECT old_id, md5(old_id::text || ':' || copy)::uuid AS new_id,
        -{week} * ceil({span} * (1 + (copy - 1) / {overlap}::float8) / {week})::integer AS days
    FROM (
        SELECT workout_id AS old_id, row_number() OVER (ORDER BY start_time DESC, workout_id) AS place,
            count(*) OVER () AS pattern
        FROM workouts.workout
        WHERE user_id = {user} AND is_listed AND local_date > (
            SELECT max(local_date) - {span} FROM workouts.workout WHERE user_id = {user} AND is_listed
        )
    ) AS fed
    CROSS JOIN generate_series(1, {stop} / 1000) AS copy
    WHERE copy * pattern + place BETWEEN {start} + 1 AND {stop}
"""


def multiply(database: ServiceDatabase, rider: GeneratedRider, places: range) -> None:
    """Add the workouts of these places of the history, counted from the newest; those before are there."""
    span = -(-round(rider.spec.span_years * _YEAR_DAYS) // _WEEK_DAYS) * _WEEK_DAYS
    with psycopg.connect(database.superuser_dsn(), autocommit=True) as connection:
        user_id = _rider(connection)
        values = {"span": span, "user": user_id, "start": places.start, "stop": places.stop}
        values |= {"week": _WEEK_DAYS, "overlap": _OVERLAP}
        connection.execute(sql.SQL(_MADE).format(**{name: sql.Literal(value) for name, value in values.items()}))
        for (schema, table), changed in _TABLES.items():
            _copy(connection, sql.Identifier(schema, table), changed)
    _count_again(database, user_id)


def _rider(connection: psycopg.Connection[tuple[object, ...]]) -> UUID:
    row = connection.execute("SELECT user_id FROM workouts.workout LIMIT 1").fetchone()
    if row is None or not isinstance(row[0], UUID):
        raise LookupError(row)
    return row[0]


def _copy(
    connection: psycopg.Connection[tuple[object, ...]], table: sql.Identifier, changed: Mapping[str, str]
) -> None:
    found = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(table)).description or ()
    names = [column.name for column in found]
    values = [sql.SQL(changed[name]) if name in changed else sql.Identifier("old", name) for name in names]
    statement = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} AS old JOIN made ON made.old_id = old.{}").format(
        table,
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(values),
        table,
        sql.Identifier(next(iter(changed))),
    )
    connection.execute(statement)


def _count_again(database: ServiceDatabase, user_id: UUID) -> None:
    """Make the counts, sums, records and streaks of the archive anew, as they follow from every workout."""
    opened = Database(make_engine(database.app_url("workouts"), application_name="bench"))
    with opened.begin() as connection:
        for kept in _KEPT:
            connection.execute(sa.delete(kept).where(kept.c.user_id == user_id))
        oldest_first = sa.select(tables.workout.c.workout_id).order_by(tables.workout.c.start_time)
        ids = connection.execute(oldest_first).scalars().all()
        store, change = WorkoutStore(connection), Counter[tallies.Key]()
        for start in range(0, len(ids), _CHUNK):
            rows = [each.workout for each in store.standings(ids[start : start + _CHUNK])]
            change.update(tallies.difference([], rows))
            aggregates.change(connection, user_id, [StoredWorkout(row.workout_id, user_id) for row in rows], rows)
        tallies.add(connection, user_id, change)
    opened.close()
