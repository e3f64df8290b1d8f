"""Rows of batches of merges: their pairs, claims of workers, and how far they are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store.imports import DONE, FAILED, RUNNING, WAITING
from ctz_workouts.store.transfer_tables import merge_batch, merge_batch_pair

MOST_ATTEMPTS = 5
"""A batch that was claimed this often without getting further is given up."""


@dataclass(frozen=True, slots=True)
class BatchClaim:
    """A batch in the hands of one worker; `fence` tells the claim from earlier and later ones."""

    batch_id: UUID
    user_id: UUID
    is_undone: bool
    pair_count: int
    finished_count: int
    fence: int


@dataclass(frozen=True, slots=True)
class BatchPair:
    """A pair of a batch: the one that stays, the one that goes, and whether the batch merged them."""

    place: int
    primary_id: UUID
    absorbed_id: UUID
    is_merged: bool


class MergeBatchStore:
    """A rider's batches within one transaction."""

    def __init__(self, connection: sa.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    def under_way(self) -> UUID | None:
        """The batch that is under way; none without one."""
        query = sa.select(merge_batch.c.batch_id).where(
            merge_batch.c.user_id == self._user_id, merge_batch.c.state < DONE
        )
        found: UUID | None = self._connection.execute(query).scalar()
        return found

    def begin(self, batch_id: UUID, pairs: Sequence[tuple[UUID, UUID]]) -> None:
        """Begin a batch of pairs, the one that stays first; in the rider's turn, and with none under way."""
        state = WAITING if pairs else DONE
        row = {"batch_id": batch_id, "user_id": self._user_id, "pair_count": len(pairs), "state": state}
        self._connection.execute(sa.insert(merge_batch).values(row))
        if pairs:
            of_batch = {"batch_id": batch_id, "user_id": self._user_id}
            rows = [
                {**of_batch, "place": place, "primary_id": primary_id, "absorbed_id": absorbed_id}
                for place, (primary_id, absorbed_id) in enumerate(pairs)
            ]
            self._connection.execute(sa.insert(merge_batch_pair), rows)

    def one(self, batch_id: UUID) -> Any | None:
        """A batch; none if there is no such one."""
        return self._connection.execute(self._own().where(merge_batch.c.batch_id == batch_id)).first()

    def newest(self) -> Any | None:
        """The newest batch; none without any."""
        return self._connection.execute(self._own().order_by(merge_batch.c.batch_id.desc()).limit(1)).first()

    def undo(self, batch_id: UUID) -> None:
        """Let a batch be taken apart again, unless that is so already."""
        turned = (
            sa.update(merge_batch)
            .where(
                merge_batch.c.batch_id == batch_id,
                merge_batch.c.user_id == self._user_id,
                sa.not_(merge_batch.c.is_undone),
            )
            .values(
                is_undone=True,
                finished_count=0,
                state=WAITING,
                due_at=sa.func.now(),
                attempts=0,
                fence=merge_batch.c.fence + 1,
            )
        )
        self._connection.execute(turned)

    def _own(self) -> sa.Select[Any]:
        return sa.select(merge_batch).where(merge_batch.c.user_id == self._user_id)


class MergeBatchQueue:
    """Batches that wait to be worked at, within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def claim(self, lease_seconds: float) -> BatchClaim | None:
        """Take the oldest batch that nobody has."""
        free = (
            sa.select(merge_batch.c.batch_id)
            .where(
                merge_batch.c.state < DONE,
                merge_batch.c.due_at <= sa.func.now(),
                merge_batch.c.attempts < MOST_ATTEMPTS,
            )
            .order_by(merge_batch.c.due_at, merge_batch.c.batch_id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        columns = ("batch_id", "user_id", "is_undone", "pair_count", "finished_count", "fence")
        taken = (
            sa.update(merge_batch)
            .where(merge_batch.c.batch_id == free)
            .values(
                fence=merge_batch.c.fence + 1,
                attempts=merge_batch.c.attempts + 1,
                state=RUNNING,
                due_at=_until(lease_seconds),
            )
            .returning(*(merge_batch.c[name] for name in columns))
        )
        row = self._connection.execute(taken).first()
        return BatchClaim(*row) if row is not None else None

    def give_up(self) -> None:
        """Fail the batches that no worker could go on with; what they merged stays, and can be undone."""
        lost = sa.and_(
            merge_batch.c.state < DONE,
            merge_batch.c.due_at <= sa.func.now(),
            merge_batch.c.attempts >= MOST_ATTEMPTS,
        )
        self._connection.execute(sa.update(merge_batch).where(lost).values(state=FAILED))

    def pairs(self, claim: BatchClaim, first: int, limit: int) -> list[BatchPair]:
        """Pairs from a place on."""
        of = merge_batch_pair.c
        query = (
            sa.select(of.place, of.primary_id, of.absorbed_id, of.is_merged)
            .where(of.batch_id == claim.batch_id, of.place >= first)
            .order_by(of.place)
            .limit(limit)
        )
        return [BatchPair(*row) for row in self._connection.execute(query)]

    def note(self, claim: BatchClaim, finished_count: int, changed: Collection[int], lease_seconds: float) -> bool:
        """Keep that pairs are dealt with, and which of them changed; False when the batch is not ours any more."""
        sign = -1 if claim.is_undone else 1
        values = {
            "finished_count": finished_count,
            "merged_count": merge_batch.c.merged_count + sign * len(changed),
            "due_at": _until(lease_seconds),
            "attempts": 0,
            "state": DONE if finished_count >= claim.pair_count else RUNNING,
        }
        if not self._ours(claim, values):
            return False
        marked = (
            sa.update(merge_batch_pair)
            .where(
                merge_batch_pair.c.batch_id == claim.batch_id,
                merge_batch_pair.c.place == sa.any_(sa.literal(list(changed), pg.ARRAY(sa.Integer))),
            )
            .values(is_merged=not claim.is_undone)
        )
        self._connection.execute(marked)
        return True

    def put_back(self, claim: BatchClaim) -> None:
        """Let another worker take the batch at once; this claim does not count."""
        self._ours(claim, {"due_at": sa.func.now(), "attempts": merge_batch.c.attempts - 1, "state": WAITING})

    def _ours(self, claim: BatchClaim, values: dict[str, Any]) -> bool:
        changed = (
            sa.update(merge_batch)
            .where(
                merge_batch.c.batch_id == claim.batch_id,
                merge_batch.c.fence == claim.fence,
                merge_batch.c.state == RUNNING,
            )
            .values(values)
        )
        return self._connection.execute(changed).rowcount == 1


def sweep_batches(connection: sa.Connection, *, keep_days: int) -> int:
    """Forget a batch that began long ago, and 0 when there is none left; what it merged stays merged."""
    old = merge_batch.c.created_at < sa.func.now() - sa.func.make_interval(0, 0, 0, keep_days)
    one = sa.select(merge_batch.c.batch_id).where(old, merge_batch.c.state >= DONE).limit(1)
    return connection.execute(sa.delete(merge_batch).where(merge_batch.c.batch_id.in_(one))).rowcount


def _until(lease_seconds: float) -> sa.ColumnElement[Any]:
    return sa.func.now() + sa.func.make_interval(0, 0, 0, 0, 0, 0, lease_seconds)
