"""Queries on teams: their members now, their captains, and what their members did in a week."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_challenges.domain.team import MemberWeek, Team
from ctz_challenges.store.members import membership_of
from ctz_challenges.store.tables import challenge_item, item_decision, member, member_total, member_week, team


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: title and id of its last team."""

    title: str
    team_id: UUID


class Teams:
    """Teams inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def find(self, team_id: UUID) -> Team | None:
        """Return a team, whoever asks."""
        row = self._connection.execute(_counted().where(team.c.team_id == team_id)).one_or_none()
        return None if row is None else _team_of(row)

    def has_title(self, challenge_id: UUID, title: str) -> bool:
        """Say whether a team of the challenge has a title, in whatever case."""
        query = sa.select(team.c.team_id).where(
            team.c.challenge_id == challenge_id, sa.func.lower(team.c.title) == sa.func.lower(title)
        )
        return self._connection.execute(query).first() is not None

    def all_of(self, challenge_id: UUID) -> list[Team]:
        """Return every team of a challenge."""
        return [
            _team_of(row) for row in self._connection.execute(_counted().where(team.c.challenge_id == challenge_id))
        ]

    def page(self, challenge_id: UUID, *, after: Place | None, limit: int) -> list[Team]:
        """Return teams by title, behind a place."""
        title = sa.func.lower(team.c.title)
        query = _counted().where(team.c.challenge_id == challenge_id).order_by(title, team.c.team_id).limit(limit)
        if after is not None:
            place = sa.tuple_(sa.func.lower(after.title), sa.literal(after.team_id))
            query = query.where(sa.tuple_(title, team.c.team_id) > place)
        return [_team_of(row) for row in self._connection.execute(query)]

    def add(self, new: Team) -> None:
        """Store an empty team."""
        values = {"team_id": new.team_id, "challenge_id": new.challenge_id, "title": new.title}
        self._connection.execute(sa.insert(team).values(values))

    def member_weeks(self, challenge_id: UUID, team_id: UUID, week: int) -> list[MemberWeek]:
        """Return what each member of a team did in a week, fewest points first."""
        points = sa.func.coalesce(member_week.c.points, 0)
        done = (
            sa.select(item_decision.c.item_id)
            .join(challenge_item, challenge_item.c.item_id == item_decision.c.item_id)
            .where(
                item_decision.c.challenge_id == challenge_id,
                item_decision.c.user_id == member.c.user_id,
                item_decision.c.is_done,
                challenge_item.c.week == week,
            )
            .order_by(challenge_item.c.position)
        )
        query = (
            sa.select(
                member,
                points.label("points"),
                sa.func.coalesce(member_total.c.points, 0).label("total_points"),
                member_total.c.latest_date,
                sa.func.array(done.scalar_subquery()).label("done_items"),
            )
            .select_from(
                member.outerjoin(member_week, sa.and_(_same_member(member_week), member_week.c.week == week)).outerjoin(
                    member_total, _same_member(member_total)
                )
            )
            .where(member.c.challenge_id == challenge_id, member.c.team_id == team_id, member.c.left_at.is_(None))
            .order_by(points, member.c.user_id)
        )
        return [_member_week_of(row) for row in self._connection.execute(query)]


def _same_member(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.challenge_id == member.c.challenge_id, table.c.user_id == member.c.user_id)


def _member_week_of(row: Any) -> MemberWeek:
    return MemberWeek(membership_of(row), row.points, row.total_points, tuple(row.done_items), row.latest_date)


def _counted() -> sa.Select[Any]:
    now = sa.and_(
        member.c.challenge_id == team.c.challenge_id, member.c.team_id == team.c.team_id, member.c.left_at.is_(None)
    )
    count = sa.select(sa.func.count()).where(now).scalar_subquery()
    captains = sa.select(member.c.user_id).where(now, member.c.is_captain).order_by(member.c.user_id)
    return sa.select(team, count.label("member_count"), sa.func.array(captains.scalar_subquery()).label("captain_ids"))


def _team_of(row: Any) -> Team:
    return Team(row.team_id, row.challenge_id, row.title, row.member_count, tuple(row.captain_ids))
