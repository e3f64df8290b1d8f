"""Boards of teams: a week is the mean over who was active in it, and the total is the sum of the weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_challenges.domain.board import MOST_MEMBER_POINTS, BoardRow, Days, Place
from ctz_challenges.store.boards import calendar_of
from ctz_challenges.store.tables import member, member_total, team, team_contribution, team_week

DECIMALS = 6
"""Means are rounded to what points are kept with, so that equal means are equal ranks."""


class TeamBoard:
    """Boards of teams of some challenges, of one week or of all (0), within one transaction."""

    def __init__(self, connection: sa.Connection, challenges: Mapping[UUID, Days], week: int = 0) -> None:
        self._connection = connection
        self._challenges = challenges
        self._week = week

    def page(self, after: Place | None, limit: int, user_id: UUID) -> tuple[Sequence[BoardRow], BoardRow | None]:
        """Rows behind a place, best first, and the row of the team that a member is in now; ranked once for both."""
        ranked = self._ranked().cte("ranked")
        order = (ranked.c.points.desc(), ranked.c.reached_at, ranked.c.team_id)
        page = sa.select(ranked, sa.false().label("is_own")).order_by(*order).limit(limit)
        if after is not None:
            later = sa.tuple_(ranked.c.reached_at, ranked.c.team_id) > sa.tuple_(
                sa.literal(after.reached_at), sa.literal(after.row_id)
            )
            page = page.where(sa.or_(ranked.c.points < after.points, sa.and_(ranked.c.points == after.points, later)))
        mine = sa.select(member.c.team_id).where(
            member.c.challenge_id.in_(self._challenges), member.c.user_id == user_id, member.c.left_at.is_(None)
        )
        own = sa.select(ranked, sa.true().label("is_own")).where(ranked.c.team_id.in_(mine))
        both = sa.union_all(sa.select(page.subquery()), own).subquery("both")
        rows = self._connection.execute(sa.select(both).order_by(both.c.position)).all()
        return [_row(row) for row in rows if not row.is_own], next((_row(row) for row in rows if row.is_own), None)

    def best_and_own(self, user_id: UUID, most: int) -> dict[UUID, list[tuple[BoardRow, bool, int]]]:
        """By challenge the best rows and the own one, which of them is the own, and how many the board has."""
        ranked = self._ranked().subquery("ranked")
        is_own = sa.exists().where(
            member.c.challenge_id == ranked.c.challenge_id,
            member.c.user_id == user_id,
            member.c.team_id == ranked.c.team_id,
            member.c.left_at.is_(None),
        )
        query = (
            sa.select(ranked, is_own.label("is_own"))
            .where(sa.or_(ranked.c.position <= most, is_own))
            .order_by(ranked.c.challenge_id, ranked.c.position)
        )
        found: dict[UUID, list[tuple[BoardRow, bool, int]]] = {}
        for row in self._connection.execute(query):
            found.setdefault(row.challenge_id, []).append((_row(row), row.is_own, row.total_size))
        return found

    def with_members(self, rows: Sequence[BoardRow]) -> list[BoardRow]:
        """The rows with the points of their members, highest first; who is active without points has 0."""
        if not rows:
            return []
        part = team_contribution.c
        points = sa.func.sum(part.points).label("points")
        order = sa.func.row_number().over(partition_by=part.team_id, order_by=(points.desc(), part.user_id))
        summed = (
            sa.select(part.team_id, points, order.label("place"))
            .where(
                part.challenge_id.in_(self._challenges),
                part.team_id == sa.any_(sa.literal([row.team_id for row in rows], pg.ARRAY(pg.UUID(as_uuid=True)))),
                part.week == self._week if self._week else sa.true(),
            )
            .group_by(part.team_id, part.user_id)
            .subquery()
        )
        query = sa.select(summed).where(summed.c.place <= MOST_MEMBER_POINTS).order_by(summed.c.team_id, summed.c.place)
        by_team: dict[UUID, list[Decimal]] = {}
        for found in self._connection.execute(query):
            by_team.setdefault(found.team_id, []).append(found.points)
        return [replace(row, member_points=_filled(row, by_team)) for row in rows]

    def _ranked(self) -> sa.Select[Any]:
        """Every team with its points, ranks of now and of yesterday, and counts."""
        scored = self._scored()
        yesterday = sa.func.rank().over(partition_by=scored.c.challenge_id, order_by=scored.c.yesterday_points.desc())
        place = (scored.c.points.desc(), scored.c.reached_at, scored.c.team_id)
        return sa.select(
            scored,
            sa.func.rank().over(partition_by=scored.c.challenge_id, order_by=scored.c.points.desc()).label("rank"),
            sa.func.row_number().over(partition_by=scored.c.challenge_id, order_by=place).label("position"),
            sa.case((scored.c.yesterday_points > 0, yesterday)).label("yesterday_rank"),
            sa.func.count().over(partition_by=scored.c.challenge_id).label("total_size"),
        )

    def _scored(self) -> Any:
        calendar, today = self._calendar(), self._today_points()
        now = team_week.c.week == (self._week or calendar.c.week)
        is_running = team_week.c.week == calendar.c.week
        today_points = sa.func.coalesce(today.c.points, Decimal(0))
        earlier = sa.case((is_running, _mean(team_week.c.points - today_points)), else_=_mean(team_week.c.points))
        of_week = team_week.c.week == self._week if self._week else sa.true()
        members = sa.select(sa.func.count()).where(
            member.c.challenge_id == team.c.challenge_id, member.c.team_id == team.c.team_id, member.c.left_at.is_(None)
        )
        return (
            sa.select(
                team.c.challenge_id,
                team.c.team_id,
                team.c.title.label("team_title"),
                _sum(_mean(team_week.c.points)).label("points"),
                _sum(team_week.c.points).label("member_sum"),
                _sum(earlier).label("yesterday_points"),
                sa.func.coalesce(sa.func.max(team_week.c.reached_at), team.c.created_at).label("reached_at"),
                sa.func.coalesce(sa.func.max(team_week.c.active_count).filter(now), 0).label("active_count"),
                members.correlate(team).scalar_subquery().label("member_count"),
            )
            .select_from(
                team.join(calendar, calendar.c.challenge_id == team.c.challenge_id)
                .outerjoin(
                    team_week,
                    sa.and_(
                        team_week.c.challenge_id == team.c.challenge_id, team_week.c.team_id == team.c.team_id, of_week
                    ),
                )
                .outerjoin(today, today.c.team_id == team.c.team_id)
            )
            .group_by(team.c.challenge_id, team.c.team_id, team.c.title, team.c.created_at)
            .subquery("scored")
        )

    def _today_points(self) -> Any:
        """Points of today by team, of challenges that have a today."""
        calendar = self._calendar()
        return (
            sa.select(member.c.team_id, sa.func.sum(member_total.c.latest_points).label("points"))
            .select_from(
                calendar.join(member_total, member_total.c.challenge_id == calendar.c.challenge_id).join(
                    member,
                    sa.and_(
                        member.c.challenge_id == member_total.c.challenge_id,
                        member.c.user_id == member_total.c.user_id,
                    ),
                )
            )
            .where(member_total.c.latest_date == calendar.c.today)
            .group_by(member.c.team_id)
            .subquery("today")
        )

    def _calendar(self) -> Any:
        return calendar_of(self._challenges)


def _mean(points: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.round(points / sa.func.greatest(team_week.c.active_count, 1), DECIMALS)


def _sum(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sa.func.sum(column), Decimal(0))


def _filled(row: BoardRow, by_team: Mapping[UUID, Sequence[Decimal]]) -> tuple[Decimal, ...]:
    points = list(by_team.get(row.team_id, ())) if row.team_id else []
    return tuple([*points, *[Decimal(0)] * (row.active_count - len(points))][:MOST_MEMBER_POINTS])


def _row(row: Any) -> BoardRow:
    return BoardRow(
        rank=row.rank,
        points=row.points,
        reached_at=row.reached_at,
        user_id=None,
        team_id=row.team_id,
        team_title=row.team_title,
        yesterday_rank=row.yesterday_rank,
        active_count=row.active_count,
        member_count=row.member_count,
        member_sum=row.member_sum,
    )
