"""Queries on members and on the stays in teams that they had."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_challenges.domain.membership import Membership
from ctz_challenges.store.tables import (
    item_decision,
    ledger_line,
    member,
    member_total,
    member_week,
    team_contribution,
    team_stay,
)

OF_MEMBERSHIP = (ledger_line, item_decision, member_week, member_total, team_contribution, team_stay)
"""What is kept of a member by challenge and rider; nothing is there without the membership."""


class Members:
    """Members inside one transaction. Whoever changes them holds the lock of the challenge."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def find(self, challenge_id: UUID, user_id: UUID) -> Membership | None:
        """Return a membership, also of somebody who left."""
        row = self._connection.execute(sa.select(member).where(_own(challenge_id, user_id))).one_or_none()
        return None if row is None else membership_of(row)

    def count(self, challenge_id: UUID) -> int:
        """Return how many take part now."""
        query = sa.select(sa.func.count()).where(member.c.challenge_id == challenge_id, member.c.left_at.is_(None))
        return int(self._connection.execute(query).scalar_one())

    def ever_joined(self, challenge_id: UUID) -> bool:
        """Say whether anybody takes part, or did."""
        query = sa.select(member.c.user_id).where(member.c.challenge_id == challenge_id).limit(1)
        return self._connection.execute(query).first() is not None

    def behind(self, challenge_id: UUID, user_id: UUID | None, limit: int) -> list[UUID]:
        """Return who takes part, by id, behind somebody."""
        query = (
            sa.select(member.c.user_id)
            .where(member.c.challenge_id == challenge_id, member.c.left_at.is_(None))
            .order_by(member.c.user_id)
            .limit(limit)
        )
        if user_id is not None:
            query = query.where(member.c.user_id > user_id)
        return list(self._connection.execute(query).scalars())

    def add(self, challenge_id: UUID, user_id: UUID, join_date: date) -> Membership:
        """Store a new member."""
        insert = sa.insert(member).values(challenge_id=challenge_id, user_id=user_id, join_date=join_date)
        return membership_of(self._connection.execute(insert.returning(member)).one())

    def change(self, challenge_id: UUID, user_id: UUID, **values: Any) -> Membership:
        """Change a membership, one revision later."""
        update = (
            sa.update(member)
            .where(_own(challenge_id, user_id))
            .values(revision=member.c.revision + 1, **values)
            .returning(member)
        )
        return membership_of(self._connection.execute(update).one())

    def leave(self, challenge_id: UUID, user_id: UUID, left_at: datetime) -> Membership:
        """Take a member out; team and days stay known in case the rider comes back."""
        return self.change(challenge_id, user_id, left_at=left_at, is_captain=False)

    def remove(self, challenge_id: UUID, user_id: UUID) -> None:
        """Delete a membership with everything that hangs on it."""
        for table in (*OF_MEMBERSHIP, member):
            own = sa.and_(table.c.challenge_id == challenge_id, table.c.user_id == user_id)
            self._connection.execute(sa.delete(table).where(own))

    def challenges_of(self, user_id: UUID) -> list[UUID]:
        """Return the challenges in which somebody takes part, or did."""
        query = sa.select(member.c.challenge_id).where(member.c.user_id == user_id)
        return list(self._connection.execute(query.order_by(member.c.challenge_id)).scalars())

    def teams_of(self, challenge_id: UUID, user_id: UUID) -> set[UUID]:
        """Return every team that a member is or was in."""
        query = sa.select(team_stay.c.team_id).where(
            team_stay.c.challenge_id == challenge_id, team_stay.c.user_id == user_id
        )
        return set(self._connection.execute(query).scalars())

    def put_into_team(
        self, challenge_id: UUID, user_id: UUID, team_id: UUID, from_date: date, *, is_captain: bool
    ) -> Membership:
        """Put a member into a team from a day on; whatever was to follow that day is forgotten."""
        own = sa.and_(team_stay.c.challenge_id == challenge_id, team_stay.c.user_id == user_id)
        self._connection.execute(sa.delete(team_stay).where(own, team_stay.c.from_date >= from_date))
        stay = {"challenge_id": challenge_id, "user_id": user_id, "team_id": team_id, "from_date": from_date}
        self._connection.execute(sa.insert(team_stay).values(stay))
        return self.change(challenge_id, user_id, team_id=team_id, is_captain=is_captain)

    def forget_teams(self, challenge_id: UUID, user_id: UUID) -> Membership:
        """Take a member out of every team that there ever was."""
        own = sa.and_(team_stay.c.challenge_id == challenge_id, team_stay.c.user_id == user_id)
        self._connection.execute(sa.delete(team_stay).where(own))
        return self.change(challenge_id, user_id, team_id=None, is_captain=False)

    def shift_start(self, challenge_id: UUID, start_date: date) -> Sequence[Membership]:
        """Let everybody count from a new first day of a challenge that has not begun; return all of them."""
        self._connection.execute(
            sa.update(team_stay).where(team_stay.c.challenge_id == challenge_id).values(from_date=start_date)
        )
        update = (
            sa.update(member)
            .where(member.c.challenge_id == challenge_id)
            .values(join_date=start_date, revision=member.c.revision + 1)
            .returning(member)
        )
        return [membership_of(row) for row in self._connection.execute(update)]


def membership_of(row: Any) -> Membership:
    """Return a membership from its row."""
    return Membership(
        challenge_id=row.challenge_id,
        user_id=row.user_id,
        team_id=row.team_id,
        join_date=row.join_date,
        is_captain=row.is_captain,
        has_left=row.left_at is not None,
        revision=row.revision,
    )


def _own(challenge_id: UUID, user_id: UUID) -> sa.ColumnElement[bool]:
    return sa.and_(member.c.challenge_id == challenge_id, member.c.user_id == user_id)
