"""What challenges tells: upserts that an older revision cannot undo, and what it asks of a rider."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.upserts import keep_newer
from ctz_plans.domain.item import ChallengeItem
from ctz_plans.store.activities import document_of, read_document
from ctz_plans.store.tables import challenge, challenge_decision, challenge_item, challenge_membership


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether a rider takes part, and from which day on."""

    user_id: UUID
    challenge_id: UUID
    revision: int
    is_member: bool
    join_date: date | None


@dataclass(frozen=True, slots=True)
class ItemWord:
    """The word of challenges on an item for a rider."""

    user_id: UUID
    item_id: UUID
    revision: int
    is_done: bool
    done: str
    points: float


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An item of a challenge with what a calendar needs besides; `changed_at` is when the challenge last changed."""

    item: ChallengeItem
    challenge_title: str
    revision: int
    changed_at: datetime


class ChallengeStore:
    """The projections of challenges within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def keep_challenge(
        self,
        challenge_id: UUID,
        revision: int,
        *,
        title: str,
        is_deleted: bool,
        items: Iterable[ChallengeItem],
        changed_at: datetime,
    ) -> None:
        """Keep a challenge with its whole schedule, unless something newer is known; a deletion leaves its row."""
        values = {"revision": revision, "title": title, "is_deleted": is_deleted, "changed_at": changed_at}
        if not keep_newer(self._connection, challenge, {"challenge_id": challenge_id}, values):
            return
        self._connection.execute(sa.delete(challenge_item).where(challenge_item.c.challenge_id == challenge_id))
        rows = [_row(item) for item in items]
        if rows:
            # Row by row: a long schedule has more values than one statement may hold.
            self._connection.execute(sa.insert(challenge_item), rows)

    def keep_membership(self, told: Membership) -> None:
        """Keep whether a rider takes part, unless something newer is known."""
        key = {"user_id": told.user_id, "challenge_id": told.challenge_id}
        values = {"revision": told.revision, "is_member": told.is_member, "join_date": told.join_date}
        keep_newer(self._connection, challenge_membership, key, values)

    def keep_word(self, told: ItemWord) -> None:
        """Keep how an item stands for a rider, unless something newer is known."""
        key = {"user_id": told.user_id, "item_id": told.item_id}
        values = {"revision": told.revision, "is_done": told.is_done, "done": told.done, "points": told.points}
        keep_newer(self._connection, challenge_decision, key, values)

    def asked_of(self, user_id: UUID, first: date, last: date) -> list[ChallengeItem]:
        """What challenges ask of a rider on these days, from the rider's first day on."""
        query = _asked(user_id).where(challenge_item.c.day.between(first, last))
        return [_item(row) for row in self._connection.execute(query).mappings()]

    def feed_of(self, user_id: UUID, first: date, last: date) -> list[FeedEntry]:
        """The same for a calendar."""
        columns = (challenge.c.title.label("challenge_title"), challenge.c.revision, challenge.c.changed_at)
        query = _asked(user_id).add_columns(*columns).where(challenge_item.c.day.between(first, last))
        return [
            FeedEntry(_item(row), row["challenge_title"], row["revision"], row["changed_at"])
            for row in self._connection.execute(query).mappings()
        ]


def _asked(user_id: UUID) -> sa.Select[Any]:
    member, word = challenge_membership, challenge_decision
    mine = sa.and_(word.c.item_id == challenge_item.c.item_id, word.c.user_id == user_id)
    return (
        sa.select(challenge_item, word.c.is_done, word.c.done, word.c.points)
        .join(challenge, challenge.c.challenge_id == challenge_item.c.challenge_id)
        .join(member, member.c.challenge_id == challenge_item.c.challenge_id)
        .outerjoin(word, mine)
        .where(
            member.c.user_id == user_id,
            member.c.is_member,
            sa.not_(challenge.c.is_deleted),
            challenge_item.c.last_day >= sa.func.coalesce(member.c.join_date, challenge_item.c.last_day),
        )
        .order_by(challenge_item.c.day, challenge_item.c.challenge_id, challenge_item.c.place)
    )


def _row(item: ChallengeItem) -> dict[str, Any]:
    return {
        "item_id": item.item_id,
        "challenge_id": item.challenge_id,
        "day": item.day,
        "last_day": item.last_day,
        "place": item.place,
        "is_bonus": item.is_bonus,
        "activity": document_of(item.activity),
        "alternatives": [document_of(one) for one in item.alternatives],
    }


def _item(row: Any) -> ChallengeItem:
    points = row["points"]
    return ChallengeItem(
        item_id=row["item_id"],
        challenge_id=row["challenge_id"],
        day=row["day"],
        last_day=row["last_day"],
        place=row["place"],
        is_bonus=row["is_bonus"],
        activity=read_document(row["activity"]),
        alternatives=tuple(read_document(one) for one in row["alternatives"]),
        is_done=bool(row["is_done"]),
        done_ref=row["done"] or "",
        points=points if row["is_done"] or points else None,
    )
