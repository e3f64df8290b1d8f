"""Rows of `rider`: the turn of whoever changes anything of a rider, and the rider's dated metrics."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store.tables import rider

FTP_KIND = 1
"""`METRIC_KIND_FTP` of the contract."""
WEIGHT_KIND = 2
"""`METRIC_KIND_WEIGHT` of the contract."""
MAXIMUM_HEART_RATE_KIND = 3
"""`METRIC_KIND_MAX_HEART_RATE` of the contract."""
HEART_RATE_KINDS = (4, 5, MAXIMUM_HEART_RATE_KIND)
"""Kinds that a load from heart rate rests on, in the order of `heart_rate_bpm_used`: resting, threshold, maximum."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Dated:
    """A value and the instant from which it is in force; `source` is a number of the contract's MetricSource."""

    effective_time: datetime
    value: float
    source: int


@dataclass(frozen=True, slots=True)
class Timelines:
    """The dated metrics of one rider, by number of the contract's MetricKind; entries are oldest first."""

    stored: Mapping[str, Any]

    def revision(self, kind: int) -> int:
        """The newest revision that is known of a kind; 0 without any."""
        return int(self.stored.get(str(kind), {}).get("revision", 0))

    def entries(self, kind: int) -> Sequence[Dated]:
        """Every entry of a kind."""
        listed = self.stored.get(str(kind), {}).get("entries", [])
        return [_dated(entry) for entry in listed]

    def at(self, kind: int, instant: datetime) -> Dated | None:
        """The entry in force at an instant; none before the first."""
        listed, microseconds = self.stored.get(str(kind), {}).get("entries", []), _microseconds(instant)
        after = bisect_right(listed, microseconds, key=lambda entry: entry[0])
        return _dated(listed[after - 1]) if after else None

    def changed(self, kind: int, revision: int, entries: Sequence[Dated]) -> "Timelines":
        """The same with another timeline of one kind; of two entries from one instant the later given stands."""
        by_instant = {_microseconds(entry.effective_time): entry for entry in entries}
        listed = [[at, by_instant[at].value, by_instant[at].source] for at in sorted(by_instant)]
        return Timelines({**self.stored, str(kind): {"revision": revision, "entries": listed}})


def _microseconds(instant: datetime) -> int:
    """Since 1970; whole, so that an entry from the start of a workout is in force at that start."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def _dated(entry: Sequence[Any]) -> Dated:
    return Dated(_EPOCH + timedelta(microseconds=entry[0]), entry[1], entry[2])


_TURN = sa.select(rider.c.timelines).where(rider.c.user_id == sa.bindparam("user_id")).with_for_update()
_NEW = pg.insert(rider).values(user_id=sa.bindparam("user_id")).on_conflict_do_nothing()


class RiderStore:
    """Riders within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def take_turn(self, user_id: UUID) -> Timelines:
        """Wait until nobody else changes anything of this rider; hold it to the end of the transaction.

        It is the first lock of every transaction that writes, so that two of them never wait for each other.
        """
        row = self._connection.execute(_TURN, {"user_id": user_id}).first()
        if row is None:
            self._connection.execute(_NEW, {"user_id": user_id})
            row = self._connection.execute(_TURN, {"user_id": user_id}).one()
        return Timelines(row.timelines)

    def keep(self, user_id: UUID, timelines: Timelines) -> None:
        """Write the dated metrics."""
        self._connection.execute(
            sa.update(rider).where(rider.c.user_id == user_id).values(timelines=dict(timelines.stored))
        )
