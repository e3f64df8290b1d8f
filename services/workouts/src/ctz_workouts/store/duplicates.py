"""Pairs of workouts that overlap in time: kept when a workout comes or moves, looked at again when they are read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from ctz.workouts.v1 import workouts_pb2 as pb
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.domain.discipline import discipline_of
from ctz_workouts.domain.distance import meters_of
from ctz_workouts.domain.duplicates import Candidate, Recording
from ctz_workouts.store.tables import workout
from ctz_workouts.store.transfer_tables import duplicate
from ctz_workouts.store.workouts import StoredWorkout

LEAST_SHARE = 0.5
"""Of the longer of two workouts, so much lies within the other: a class within a day's hike is no duplicate of it."""
MOST_COUNTED = 1_000
MOST_SIFTED = 50_000
"""Of more suggestions the oldest ones wait until the others are dealt with."""
_DAYS_AROUND = timedelta(days=2)
_ID = pg.UUID(as_uuid=True)
_FIRST, _SECOND = workout.alias("first"), workout.alias("second")
_FACTS = (
    "workout_id",
    "source",
    "start_time",
    "reported_seconds",
    "discipline",
    "series_state",
    "total_work_joules",
    "graph_work_kilojoules",
    "mean_power_watts",
    "mean_heart_rate_bpm",
    "distance",
    "distance_unit",
)
_JOULES_PER_KILOJOULE = 1000


@dataclass(frozen=True, slots=True)
class Pair:
    """Two workouts that overlap; the share is that of the shorter one within the longer one."""

    workout_id: UUID
    other_id: UUID
    start_time: datetime
    overlap_share: float


@dataclass(frozen=True, slots=True, order=True)
class PairPlace:
    """Where a page of pairs ends."""

    start_time: datetime
    workout_id: UUID
    other_id: UUID

    @property
    def ids(self) -> tuple[UUID, UUID]:
        """The pair, the lower id first."""
        return (self.workout_id, self.other_id)


def end_of(row: StoredWorkout) -> datetime | None:
    """When a workout ended: as told, else after the seconds that it lasted; none without its start."""
    seconds = row.ridden_seconds if row.ridden_seconds is not None else row.reported_seconds
    return row.end_time or (row.start_time + timedelta(seconds=seconds or 0) if row.start_time else None)


def _end(row: Any) -> sa.ColumnElement[datetime]:
    seconds = sa.func.coalesce(row.c.ridden_seconds, row.c.reported_seconds, 0)
    return sa.func.coalesce(row.c.end_time, row.c.start_time + sa.func.make_interval(0, 0, 0, 0, 0, 0, seconds))


def _seconds(interval: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.extract("epoch", interval)


def _keep() -> pg.Insert:
    """Pairs of one workout, whose times are given, with those listed around it."""
    mine, start, end = (
        sa.bindparam("pair_id", type_=_ID),
        sa.bindparam("pair_start", type_=sa.DateTime(timezone=True)),
        sa.bindparam("pair_end", type_=sa.DateTime(timezone=True)),
    )
    other_end = _end(workout)
    shared = _seconds(sa.func.least(end, other_end) - sa.func.greatest(start, workout.c.start_time))
    longer = sa.func.greatest(_seconds(end - start), _seconds(other_end - workout.c.start_time))
    found = sa.select(
        sa.func.least(mine, workout.c.workout_id),
        sa.func.greatest(mine, workout.c.workout_id),
        workout.c.user_id,
        sa.func.greatest(start, workout.c.start_time),
    ).where(
        workout.c.user_id == sa.bindparam("pair_user_id", type_=_ID),
        workout.c.is_listed,
        workout.c.local_date.between(
            sa.bindparam("pair_first", type_=sa.Date), sa.bindparam("pair_last", type_=sa.Date)
        ),
        workout.c.workout_id != mine,
        workout.c.start_time < end,
        other_end > start,
        shared >= LEAST_SHARE * longer,
    )
    insert = pg.insert(duplicate).from_select(["workout_id", "other_id", "user_id", "start_time"], found)
    return insert.on_conflict_do_nothing()


_KEEP = _keep()


def keep_pairs(connection: sa.Connection, rows: Iterable[StoredWorkout]) -> None:
    """Keep what workouts overlap with; in the rider's turn, since a pair is found by the later of the two."""
    placed = [parameters for row in rows if (parameters := _around(row)) is not None]
    if placed:
        connection.execute(_KEEP, placed if len(placed) > 1 else placed[0])


def _around(row: StoredWorkout) -> dict[str, Any] | None:
    """Parameters of `_KEEP`; none for a workout that overlaps with nothing."""
    end = end_of(row)
    if not row.is_listed or row.start_time is None or row.local_date is None or end is None or end <= row.start_time:
        return None
    return {
        "pair_id": row.workout_id,
        "pair_user_id": row.user_id,
        "pair_start": row.start_time,
        "pair_end": end,
        "pair_first": row.local_date - _DAYS_AROUND,
        "pair_last": row.local_date + _DAYS_AROUND,
    }


def may_overlap_otherwise(before: StoredWorkout, after: StoredWorkout) -> bool:
    """Whether a change of a workout can make a pair."""

    def seen(row: StoredWorkout) -> tuple[Any, ...]:
        return (row.is_listed, row.start_time, end_of(row))

    return after.is_listed and seen(before) != seen(after)


class DuplicateStore:
    """A rider's pairs within one transaction."""

    def __init__(self, connection: sa.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    def page(self, after: PairPlace | None, limit: int, of_workout: UUID | None = None) -> Sequence[Pair]:
        """Pairs that still overlap and were not dismissed, newest first; one more than asked for."""
        found = self._found(of_workout)
        keys = sa.tuple_(duplicate.c.start_time, duplicate.c.workout_id, duplicate.c.other_id)
        if after is not None:
            found = found.where(keys < sa.tuple_(after.start_time, after.workout_id, after.other_id))
        ordered = found.order_by(*(key.desc() for key in keys.clauses)).limit(limit + 1)
        return [Pair(*row) for row in self._connection.execute(ordered)]

    def count(self, of_workout: UUID | None = None) -> int:
        """How many there are, counted as far as `MOST_COUNTED`."""
        some = self._found(of_workout).limit(MOST_COUNTED).subquery()
        return self._connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()

    def some(self, among: Sequence[tuple[UUID, UUID]]) -> Sequence[Pair]:
        """Those of these pairs that still overlap and were not dismissed, in no order."""
        return [Pair(*row) for row in self._connection.execute(self._found(None).where(_is_among(among)))]

    def candidates(self, among: Sequence[tuple[UUID, UUID]] | None = None) -> list[Candidate[UUID]]:
        """What decides whether pairs are certain, newest first; of all pairs that are suggested, or of some of them.

        One statement of narrow rows; of more than `MOST_SIFTED` pairs the newest.
        """
        columns = [row.c[name] for row in (_FIRST, _SECOND) for name in _FACTS]
        found = self._found(None).with_only_columns(*columns)
        if among is not None:
            found = found.where(_is_among(among))
        keys = (duplicate.c.start_time, duplicate.c.workout_id, duplicate.c.other_id)
        rows = self._connection.execute(found.order_by(*(key.desc() for key in keys)).limit(MOST_SIFTED))
        width = len(_FACTS)
        return [_candidate(row[:width], row[width:]) for row in rows]

    def dismiss(self, later_starts: Mapping[tuple[UUID, UUID], datetime]) -> None:
        """Keep that each of these pairs is two workouts; given is when the later one started."""
        rows = [
            dict(zip(("workout_id", "other_id"), sorted(pair), strict=True))
            | {"user_id": self._user_id, "start_time": start, "dismissed_at": sa.func.now()}
            for pair, start in later_starts.items()
        ]
        insert = pg.insert(duplicate).values(rows)
        self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=[duplicate.c.workout_id, duplicate.c.other_id],
                set_={"dismissed_at": sa.func.now()},
                where=duplicate.c.user_id == self._user_id,
            )
        )

    def _found(self, of_workout: UUID | None) -> sa.Select[Any]:
        first, second = _FIRST, _SECOND
        begin = sa.func.greatest(first.c.start_time, second.c.start_time)
        shared = _seconds(sa.func.least(_end(first), _end(second)) - begin)
        lengths = [_seconds(_end(row) - row.c.start_time) for row in (first, second)]
        share = sa.func.least(shared / sa.func.nullif(sa.func.least(*lengths), 0), 1.0)
        query = (
            sa.select(duplicate.c.workout_id, duplicate.c.other_id, duplicate.c.start_time, sa.cast(share, sa.Double))
            .join(first, first.c.workout_id == duplicate.c.workout_id)
            .join(second, second.c.workout_id == duplicate.c.other_id)
            .where(
                duplicate.c.user_id == self._user_id,
                duplicate.c.dismissed_at.is_(None),
                first.c.is_listed,
                second.c.is_listed,
                shared >= LEAST_SHARE * sa.func.greatest(*lengths),
            )
        )
        if of_workout is None:
            return query
        return query.where(sa.or_(duplicate.c.workout_id == of_workout, duplicate.c.other_id == of_workout))


def _is_among(pairs: Sequence[tuple[UUID, UUID]]) -> sa.ColumnElement[bool]:
    return sa.tuple_(duplicate.c.workout_id, duplicate.c.other_id).in_([tuple(sorted(pair)) for pair in pairs])


def _candidate(first: Sequence[Any], second: Sequence[Any]) -> Candidate[UUID]:
    """A pair in the order in which it would be merged."""
    named = [dict(zip(_FACTS, row, strict=True)) for row in (first, second)]
    pair = [(_recording(row), row["workout_id"]) for row in named]
    going, staying = sorted(pair, key=lambda one: (one[0].standing, str(one[1])))
    return Candidate(staying[1], going[1], staying[0], going[0])


def _recording(row: Mapping[str, Any]) -> Recording:
    work = row["total_work_joules"]
    figures = {
        "work_kilojoules": work / _JOULES_PER_KILOJOULE if work else row["graph_work_kilojoules"],
        "mean_power_watts": row["mean_power_watts"],
        "mean_heart_rate_bpm": row["mean_heart_rate_bpm"],
        "distance_meters": meters_of(row["distance"], row["distance_unit"]),
    }
    return Recording(
        source=row["source"],
        start_time=row["start_time"],
        seconds=row["reported_seconds"],
        discipline=discipline_of(row["discipline"]),
        has_series=row["series_state"] == pb.SERIES_STATE_STORED,
        figures={name: value for name, value in figures.items() if value},
    )
