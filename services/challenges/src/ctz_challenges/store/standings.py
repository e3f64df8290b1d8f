"""How one person stands in the challenges that run: the same few statements for one challenge and for ten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_challenges.domain.board import BoardRow, Days
from ctz_challenges.domain.challenge import Challenge, Item
from ctz_challenges.store.boards import calendar_of
from ctz_challenges.store.challenges import challenge_of
from ctz_challenges.store.schedule import item_of
from ctz_challenges.store.tables import challenge, challenge_item, member, member_total, member_week, team

MOST_CHALLENGES = 10


@dataclass(frozen=True, slots=True)
class Running:
    """A challenge that runs, with the person's points of the running week."""

    challenge: Challenge
    week_points: Decimal


def running_of(connection: sa.Connection, user_id: UUID, instant: datetime) -> list[Running]:
    """Challenges of a member that run by their own zones, the one that ends first at the top."""
    today = sa.cast(sa.func.timezone(challenge.c.time_zone, instant), sa.Date)
    # The division may have decimals, and a cast would round them.
    week = sa.cast(sa.func.floor((today - challenge.c.start_date) / 7), sa.SmallInteger) + 1
    points = sa.select(member_week.c.points).where(
        member_week.c.challenge_id == challenge.c.challenge_id,
        member_week.c.user_id == user_id,
        member_week.c.week == week,
    )
    query = (
        sa.select(challenge, points.scalar_subquery().label("week_points"))
        .join(member, member.c.challenge_id == challenge.c.challenge_id)
        .where(
            member.c.user_id == user_id,
            member.c.left_at.is_(None),
            challenge.c.published_at.is_not(None),
            sa.between(today, challenge.c.start_date, challenge.c.end_date),
        )
        .order_by(challenge.c.end_date, challenge.c.challenge_id)
        .limit(MOST_CHALLENGES)
    )
    rows = connection.execute(query).all()
    return [Running(challenge_of(row), row.week_points or Decimal(0)) for row in rows]


def items_of_weeks(connection: sa.Connection, weeks: Mapping[UUID, int]) -> dict[UUID, list[Item]]:
    """Items of one week of each challenge."""
    wanted = sa.tuple_(challenge_item.c.challenge_id, challenge_item.c.week).in_(list(weeks.items()))
    found: dict[UUID, list[Item]] = {}
    for row in connection.execute(sa.select(challenge_item).where(wanted)):
        found.setdefault(row.challenge_id, []).append(item_of(row))
    return found


def best_members(
    connection: sa.Connection, calendar: Mapping[UUID, Days], user_id: UUID, most: int
) -> dict[UUID, list[tuple[BoardRow, bool, int]]]:
    """By challenge the best rows and the own one of its members, which is the own, and how many there are."""
    days = calendar_of(calendar)
    best = _members(days).order_by(*_order()).limit(most).lateral("best")
    own = _members(days).where(member_total.c.user_id == user_id).lateral("own")
    chosen = sa.union(
        sa.select(days.c.today, best).select_from(days.join(best, sa.true())),
        sa.select(days.c.today, own).select_from(days.join(own, sa.true())),
    ).subquery("chosen")
    query = (
        sa.select(
            chosen,
            _above(chosen).label("rank"),
            sa.case((chosen.c.yesterday_points > 0, _above_yesterday(chosen))).label("yesterday_rank"),
            _count(chosen).label("total_size"),
            member.c.team_id,
            team.c.title.label("team_title"),
        )
        .select_from(
            chosen.join(
                member,
                sa.and_(member.c.challenge_id == chosen.c.challenge_id, member.c.user_id == chosen.c.user_id),
            ).outerjoin(team, team.c.team_id == member.c.team_id)
        )
        .order_by(chosen.c.challenge_id, chosen.c.points.desc(), chosen.c.reached_at, chosen.c.user_id)
    )
    found: dict[UUID, list[tuple[BoardRow, bool, int]]] = {}
    for row in connection.execute(query):
        found.setdefault(row.challenge_id, []).append((_row(row), row.user_id == user_id, row.total_size))
    return found


def _members(days: Any) -> sa.Select[Any]:
    today = sa.case((member_total.c.latest_date == days.c.today, member_total.c.latest_points), else_=Decimal(0))
    return sa.select(
        member_total.c.challenge_id,
        member_total.c.user_id,
        member_total.c.points,
        member_total.c.reached_at,
        (member_total.c.points - today).label("yesterday_points"),
    ).where(member_total.c.challenge_id == days.c.challenge_id)


def _order() -> Sequence[sa.ColumnElement[Any]]:
    return member_total.c.points.desc(), member_total.c.reached_at, member_total.c.user_id


def _above(chosen: Any) -> Any:
    other = member_total.alias()
    return (
        sa.select(sa.func.count() + 1)
        .where(other.c.challenge_id == chosen.c.challenge_id, other.c.points > chosen.c.points)
        .scalar_subquery()
    )


def _above_yesterday(chosen: Any) -> Any:
    other = member_total.alias()
    today = sa.case((other.c.latest_date == chosen.c.today, other.c.latest_points), else_=Decimal(0))
    return (
        sa.select(sa.func.count() + 1)
        .where(
            other.c.challenge_id == chosen.c.challenge_id,
            other.c.points > chosen.c.yesterday_points,
            other.c.points - today > chosen.c.yesterday_points,
        )
        .scalar_subquery()
    )


def _count(chosen: Any) -> Any:
    other = member_total.alias()
    return sa.select(sa.func.count()).where(other.c.challenge_id == chosen.c.challenge_id).scalar_subquery()


def _row(row: Any) -> BoardRow:
    return BoardRow(
        rank=row.rank,
        points=row.points,
        reached_at=row.reached_at,
        user_id=row.user_id,
        team_id=row.team_id,
        team_title=row.team_title or "",
        yesterday_rank=row.yesterday_rank,
    )
