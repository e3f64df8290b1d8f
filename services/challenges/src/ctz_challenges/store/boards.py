"""Boards of members, from the projections: a page costs the rows that it shows, however long the board is."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_challenges.domain.board import BoardChoice, BoardRow, Days, Place
from ctz_challenges.domain.challenge import Challenge
from ctz_challenges.store.tables import member, member_total, member_week, team


class MemberBoard:
    """One board of members within one transaction."""

    def __init__(self, connection: sa.Connection, challenge: Challenge, choice: BoardChoice, days: Days) -> None:
        self._connection = connection
        self._challenge_id = challenge.challenge_id
        self._choice = choice
        self._days = days

    def page(self, after: Place | None, limit: int) -> Sequence[BoardRow]:
        """Rows behind a place, best first.

        Yesterday's ranks come from a count of equals among those who have at least the least of yesterday's points on
        the page: whoever had as many yesterday has them still.
        """
        source = self._source("source")
        query = sa.select(source).order_by(source.c.points.desc(), source.c.reached_at, source.c.user_id).limit(limit)
        if after is not None:
            query = query.where(_is_behind(source, after))
        page = query.cte("page")
        others = self._source("others")
        least = sa.select(sa.func.min(page.c.yesterday_points)).scalar_subquery()
        equals = (
            sa.select(others.c.yesterday_points.label("points"), sa.func.count().label("count"))
            .where(others.c.points >= least, others.c.yesterday_points > 0)
            .group_by(others.c.yesterday_points)
            .cte("equals")
        )
        above = sa.func.sum(equals.c.count).over(order_by=equals.c.points.desc()) - equals.c.count
        ranks = sa.select(equals.c.points, (above + 1).label("rank")).cte("ranks")
        rows = (
            sa.select(page, ranks.c.rank.label("yesterday_rank"), member.c.team_id, team.c.title.label("team_title"))
            .select_from(
                page.join(member, _is_member(member, page, self._challenge_id))
                .outerjoin(team, team.c.team_id == member.c.team_id)
                .outerjoin(ranks, ranks.c.points == page.c.yesterday_points)
            )
            .order_by(page.c.points.desc(), page.c.reached_at, page.c.user_id)
        )
        found = self._connection.execute(rows.add_columns(*self._before(page, after))).all()
        return _ranked(found)

    def own_and_size(self, user_id: UUID) -> tuple[BoardRow | None, int]:
        """The row of one member, None for who does not stand on this board, and how many rows there are."""
        size = sa.select(sa.func.count().label("total_size")).select_from(self._source("counted")).subquery("size")
        own = self._own(user_id)
        row = self._connection.execute(sa.select(size, own).select_from(size.outerjoin(own, sa.true()))).one()
        return None if row.user_id is None else _row(row, row.rank), row.total_size

    def _own(self, user_id: UUID) -> Any:
        own = self._source("found")
        others, earlier = self._source("others"), self._source("earlier")
        rank = sa.select(sa.func.count() + 1).select_from(others).where(others.c.points > own.c.points)
        yesterday = (
            sa.select(sa.func.count() + 1)
            .select_from(earlier)
            .where(earlier.c.points > own.c.yesterday_points, earlier.c.yesterday_points > own.c.yesterday_points)
        )
        return (
            sa.select(
                own,
                rank.scalar_subquery().label("rank"),
                sa.case((own.c.yesterday_points > 0, yesterday.scalar_subquery())).label("yesterday_rank"),
                member.c.team_id,
                team.c.title.label("team_title"),
            )
            .select_from(
                own.join(member, _is_member(member, own, self._challenge_id)).outerjoin(
                    team, team.c.team_id == member.c.team_id
                )
            )
            .where(own.c.user_id == user_id)
            .subquery("own")
        )

    def _source(self, name: str) -> Any:
        """Members with their points, and those of the days before today."""
        total, week = member_total, self._choice.week
        today: Any = sa.case((total.c.latest_date == self._days.today, total.c.latest_points), else_=Decimal(0))
        own = total.c.challenge_id == self._challenge_id
        origin: Any
        if not week:
            points, reached_at, origin = total.c.points, total.c.reached_at, total
        else:
            points, reached_at = member_week.c.points, member_week.c.reached_at
            of_week = sa.and_(
                member_week.c.challenge_id == self._challenge_id,
                member_week.c.user_id == total.c.user_id,
                member_week.c.week == week,
            )
            origin, own = total.join(member_week, of_week), sa.and_(own, of_week)
        if week and week != self._days.current_week:
            today = sa.literal(Decimal(0))
        query = (
            sa.select(
                total.c.user_id,
                points.label("points"),
                reached_at.label("reached_at"),
                (points - today).label("yesterday_points"),
            )
            .select_from(origin)
            .where(own)
        )
        if self._choice.team_id is not None:
            mates = sa.select(member.c.user_id).where(
                member.c.challenge_id == self._challenge_id,
                member.c.team_id == self._choice.team_id,
                member.c.left_at.is_(None),
            )
            query = query.where(total.c.user_id.in_(mates))
        return query.subquery(name)

    def _before(self, page: Any, after: Place | None) -> Sequence[Any]:
        """How many rows have more points than the first of the page, and how many stand before it."""
        if after is None:
            return [sa.literal(0).label("above"), sa.literal(0).label("before")]
        top = sa.select(sa.func.max(page.c.points)).scalar_subquery()
        higher, ahead = self._source("higher"), self._source("ahead")
        above = sa.select(sa.func.count()).select_from(higher).where(higher.c.points > top)
        before = sa.select(sa.func.count()).select_from(ahead).where(sa.not_(_is_behind(ahead, after)))
        return [above.scalar_subquery().label("above"), before.scalar_subquery().label("before")]


def calendar_of(challenges: Mapping[UUID, Days]) -> Any:
    """The calendar of challenges as a table, by arrays: a statement with VALUES is put together anew each time."""
    arrays = (
        sa.literal(list(challenges), pg.ARRAY(pg.UUID(as_uuid=True))),
        sa.literal([days.today for days in challenges.values()], pg.ARRAY(sa.Date)),
        sa.literal([days.current_week for days in challenges.values()], pg.ARRAY(sa.Integer)),
    )
    columns = (
        sa.column("challenge_id", pg.UUID(as_uuid=True)),
        sa.column("today", sa.Date),
        sa.column("week", sa.Integer),
    )
    return sa.func.unnest(*arrays).table_valued(*columns, name="calendar").render_derived()


def _is_behind(rows: Any, place: Place) -> sa.ColumnElement[bool]:
    """Whether rows stand behind a place; the first half is what the index goes by."""
    later = sa.tuple_(rows.c.reached_at, rows.c.user_id) > sa.tuple_(
        sa.literal(place.reached_at), sa.literal(place.row_id)
    )
    return sa.and_(rows.c.points <= place.points, sa.or_(rows.c.points < place.points, later))


def _is_member(members: sa.Table, rows: Any, challenge_id: UUID) -> sa.ColumnElement[bool]:
    return sa.and_(members.c.challenge_id == challenge_id, members.c.user_id == rows.c.user_id)


def _ranked(found: Sequence[Any]) -> list[BoardRow]:
    """Rows of a page with their ranks: equals share the first place of theirs."""
    rows: list[BoardRow] = []
    for index, row in enumerate(found):
        if rows and rows[-1].points == row.points:
            rank = rows[-1].rank
        else:
            rank = 1 + (row.before + index if index else row.above)
        rows.append(_row(row, rank))
    return rows


def _row(row: Any, rank: int) -> BoardRow:
    return BoardRow(
        rank=rank,
        points=row.points,
        reached_at=row.reached_at,
        user_id=row.user_id,
        team_id=row.team_id,
        team_title=row.team_title or "",
        yesterday_rank=row.yesterday_rank and int(row.yesterday_rank),
    )
