"""Which workouts lie beneath which, by the rider's word."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store.tables import performance, workout
from ctz_workouts.store.transfer_tables import absorption
from ctz_workouts.store.workouts import COLUMNS, StoredWorkout


@dataclass(frozen=True, slots=True)
class Absorption:
    """One workout and the one above it; `into_id` is none once that was undone."""

    absorbed_id: UUID
    into_id: UUID | None
    revision: int


@dataclass(frozen=True, slots=True)
class Member:
    """A workout as suggestions and merges show it; `reported` is the performance without its samples."""

    workout: StoredWorkout
    reported: bytes | None


@dataclass(frozen=True, slots=True)
class MergePlace:
    """Where a page of merges ends: by the newest change of a merge."""

    changed_at: datetime
    into_id: UUID


class MergeStore:
    """A rider's merges within one transaction; to change one, the rider's turn must be held."""

    def __init__(self, connection: sa.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    def above(self, workout_ids: Collection[UUID]) -> dict[UUID, UUID]:
        """By workout that lies beneath another: that other one."""
        query = self._now.where(absorption.c.absorbed_id.in_(workout_ids))
        return {row.absorbed_id: row.into_id for row in self._connection.execute(query)}

    def beneath(self, workout_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
        """By workout with others beneath it: those."""
        found: dict[UUID, list[UUID]] = {}
        query = self._now.where(absorption.c.into_id.in_(workout_ids)).order_by(absorption.c.absorbed_id)
        for row in self._connection.execute(query):
            found.setdefault(row.into_id, []).append(row.absorbed_id)
        return found

    def members(self, workout_ids: Collection[UUID]) -> dict[UUID, Member]:
        """Those of the workouts that this rider has."""
        query = (
            sa.select(*(workout.c[name] for name in COLUMNS), performance.c.reported)
            .select_from(workout)
            .outerjoin(performance, performance.c.workout_id == workout.c.workout_id)
            .where(
                workout.c.workout_id.in_(workout_ids),
                workout.c.user_id == self._user_id,
                workout.c.summary_revision > 0,
                sa.not_(workout.c.is_deleted),
            )
        )
        rows = self._connection.execute(query).mappings()
        return {
            row["workout_id"]: Member(StoredWorkout(**{name: row[name] for name in COLUMNS}), row["reported"])
            for row in rows
        }

    def place(self, into: Mapping[UUID, UUID | None]) -> list[Absorption]:
        """Put workouts beneath others, or beneath none; answer what changed."""
        if not into:
            return []
        given = pg.insert(absorption).values(
            [
                {"absorbed_id": absorbed, "user_id": self._user_id, "into_id": target, "revision": 1}
                for absorbed, target in into.items()
            ]
        )
        changed = given.on_conflict_do_update(
            index_elements=[absorption.c.absorbed_id],
            set_={
                "into_id": given.excluded.into_id,
                "revision": absorption.c.revision + 1,
                "changed_at": sa.func.now(),
            },
            where=sa.and_(
                absorption.c.user_id == self._user_id,
                absorption.c.into_id.is_distinct_from(given.excluded.into_id),
            ),
        ).returning(absorption.c.absorbed_id, absorption.c.into_id, absorption.c.revision)
        return [Absorption(*row) for row in self._connection.execute(changed)]

    def page(self, after: MergePlace | None, limit: int) -> Sequence[tuple[UUID, datetime]]:
        """Workouts with others beneath them, those merged last first, and when that was; one more than asked for."""
        newest = sa.func.max(absorption.c.changed_at)
        query = (
            sa.select(absorption.c.into_id, newest)
            .where(absorption.c.user_id == self._user_id, absorption.c.into_id.is_not(None))
            .group_by(absorption.c.into_id)
            .order_by(newest.desc(), absorption.c.into_id.desc())
            .limit(limit + 1)
        )
        if after is not None:
            query = query.having(sa.tuple_(newest, absorption.c.into_id) < sa.tuple_(after.changed_at, after.into_id))
        return [(row[0], row[1]) for row in self._connection.execute(query)]

    def merged_at(self, into_id: UUID) -> datetime | None:
        """When the newest workout was put beneath this one; none without any."""
        query = sa.select(sa.func.max(absorption.c.changed_at)).where(
            absorption.c.user_id == self._user_id, absorption.c.into_id == into_id
        )
        found: datetime | None = self._connection.execute(query).scalar()
        return found

    @property
    def _now(self) -> sa.Select[tuple[UUID, UUID, int]]:
        return sa.select(absorption.c.absorbed_id, absorption.c.into_id, absorption.c.revision).where(
            absorption.c.user_id == self._user_id, absorption.c.into_id.is_not(None)
        )
