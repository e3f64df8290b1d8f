"""Targets that riders recorded, and the votes on them. Whose they are is never read by anybody else."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store.library_tables import recorded_targets, recorded_vote

MOST_LISTED: Final = 50


class RecordedStore:
    """Recorded targets as one rider sees them, within one transaction."""

    def __init__(self, connection: sa.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    def of_class(self, class_id: str) -> Sequence[Any]:
        """The rider's own and the shared ones of a class, best voted first."""
        query = self._visible().where(recorded_targets.c.class_id == class_id)
        ordered = sa.select(found := query.subquery()).order_by(
            (found.c.votes_for - found.c.votes_against).desc(),
            found.c.votes_for.desc(),
            found.c.created_at,
            found.c.recorded_id,
        )
        return self._connection.execute(ordered.limit(MOST_LISTED)).all()

    def one(self, recorded_id: UUID) -> Any | None:
        """One of them; none when there is no such, or it is not for this rider to see."""
        return self._connection.execute(self._visible().where(recorded_targets.c.recorded_id == recorded_id)).first()

    def counts(self, class_id: str) -> tuple[int, int]:
        """How many the rider recorded: for this class, and in all. The rider's rows are held meanwhile."""
        own = sa.select(recorded_targets.c.class_id).where(recorded_targets.c.user_id == self._user_id)
        lock = sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(str(self._user_id), 0))
        self._connection.execute(sa.select(lock))
        classes = self._connection.execute(own).scalars().all()
        return sum(each == class_id for each in classes), len(classes)

    def add(self, values: Mapping[str, Any], now: datetime) -> None:
        """Keep new ones of this rider."""
        row = {**values, "user_id": self._user_id, "created_at": now, "updated_at": now}
        self._connection.execute(sa.insert(recorded_targets).values(row))

    def change(self, recorded_id: UUID, revision: int, values: Mapping[str, Any], now: datetime) -> bool:
        """Change the rider's own, if they have that revision; False when they have another one by now."""
        changed = (
            sa.update(recorded_targets)
            .where(recorded_targets.c.recorded_id == recorded_id, recorded_targets.c.user_id == self._user_id)
            .where(recorded_targets.c.revision == revision)
            .values(**values, revision=revision + 1, updated_at=now)
        )
        return self._connection.execute(changed).rowcount == 1

    def remove(self, recorded_id: UUID) -> bool:
        """Take the rider's own away, with the votes on them."""
        gone = sa.delete(recorded_targets).where(
            recorded_targets.c.recorded_id == recorded_id, recorded_targets.c.user_id == self._user_id
        )
        return self._connection.execute(gone).rowcount == 1

    def vote(self, recorded_id: UUID, vote: int) -> None:
        """Keep the rider's vote, 1 or -1; 0 takes it away."""
        if not vote:
            self._connection.execute(
                sa.delete(recorded_vote).where(
                    recorded_vote.c.recorded_id == recorded_id, recorded_vote.c.user_id == self._user_id
                )
            )
            return
        insert = pg.insert(recorded_vote).values(recorded_id=recorded_id, user_id=self._user_id, vote=vote)
        keys = [recorded_vote.c.recorded_id, recorded_vote.c.user_id]
        self._connection.execute(insert.on_conflict_do_update(index_elements=keys, set_={"vote": vote}))

    def _visible(self) -> sa.Select[Any]:
        """What the rider may see, with votes as counts and the rider's own vote."""
        voted = recorded_vote.c.vote
        votes = (
            sa.select(
                sa.func.count().filter(voted == 1).label("votes_for"),
                sa.func.count().filter(voted == -1).label("votes_against"),
                sa.func.coalesce(sa.func.max(voted).filter(recorded_vote.c.user_id == self._user_id), 0).label(
                    "own_vote"
                ),
            )
            .where(recorded_vote.c.recorded_id == recorded_targets.c.recorded_id)
            .lateral("votes")
        )
        is_own = recorded_targets.c.user_id == self._user_id
        columns = [column for column in recorded_targets.c if column is not recorded_targets.c.user_id]
        return (
            sa.select(*columns, is_own.label("is_own"), votes.c.votes_for, votes.c.votes_against, votes.c.own_vote)
            .select_from(recorded_targets.join(votes, sa.true()))
            .where(sa.or_(is_own, recorded_targets.c.is_shared))
        )
