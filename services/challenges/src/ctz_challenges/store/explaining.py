"""The ledger of one member, as it is told to who may know of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_challenges.domain.board_explanation import Correction, LinePlace, ToldLine
from ctz_challenges.domain.challenge import Challenge
from ctz_challenges.domain.facts import DoneKind
from ctz_challenges.domain.membership import Viewer
from ctz_challenges.domain.scoring_lines import UNCOUNTED, Reason
from ctz_challenges.store.challenges import challenge_of
from ctz_challenges.store.tables import challenge, member, member_total, member_week
from ctz_challenges.store.tables import ledger_line as line

MOST_CORRECTIONS = 50


@dataclass(frozen=True, slots=True)
class ToldMember:
    """Whose lines they are: the challenge, the team that the member is in, and the points as boards tell them."""

    challenge: Challenge
    team_id: UUID | None
    points: Decimal


class MemberLedger:
    """Lines of one member, of one week or of all (0), within one transaction."""

    def __init__(self, connection: sa.Connection, challenge_id: UUID, user_id: UUID, week: int) -> None:
        self._connection = connection
        self._challenge_id = challenge_id
        self._user_id = user_id
        self._week = week

    def told_to(self, viewer: Viewer) -> ToldMember | None:
        """The member, for who may know of these points: who takes part in the same challenge, and administrators."""
        other = member.alias()
        of_same = sa.exists().where(
            other.c.challenge_id == member.c.challenge_id,
            other.c.user_id == viewer.user_id,
            other.c.left_at.is_(None),
        )
        query = (
            sa.select(
                challenge,
                sa.case((member.c.left_at.is_(None), member.c.team_id)).label("own_team_id"),
                self._points().label("points"),
            )
            .join(member, member.c.challenge_id == challenge.c.challenge_id)
            .where(
                member.c.challenge_id == self._challenge_id,
                member.c.user_id == self._user_id,
                sa.true() if viewer.is_administrator else sa.and_(of_same, member.c.left_at.is_(None)),
            )
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else ToldMember(challenge_of(row), row.own_team_id, row.points or Decimal(0))

    def lines(self, after: LinePlace | None, limit: int, *, with_uncounted: bool) -> Sequence[ToldLine]:
        """Lines that hold, newest first, behind a place."""
        query = (
            sa.select(line)
            .where(self._own(), line.c.withdrawn_at.is_(None))
            .order_by(line.c.local_date.desc(), line.c.line_id.desc())
            .limit(limit)
        )
        if not with_uncounted:
            query = query.where(line.c.reason.not_in([reason.value for reason in UNCOUNTED]))
        if after is not None:
            place = sa.tuple_(sa.literal(after.day), sa.literal(after.line_id))
            query = query.where(sa.tuple_(line.c.local_date, line.c.line_id) < place)
        return [_told(row) for row in self._connection.execute(query)]

    def corrections(self) -> Sequence[Correction]:
        """Lines that gave points once, those taken back last at the top."""
        query = (
            sa.select(line)
            .where(self._own(), line.c.withdrawn_at.is_not(None), line.c.points != 0)
            .order_by(line.c.withdrawn_at.desc(), line.c.local_date.desc(), line.c.line_id.desc())
            .limit(MOST_CORRECTIONS)
        )
        return [
            Correction(_told(row), row.withdrawn_at, row.withdrawn_cause) for row in self._connection.execute(query)
        ]

    def _points(self) -> sa.ScalarSelect[Any]:
        table = member_week if self._week else member_total
        query = sa.select(table.c.points).where(
            table.c.challenge_id == self._challenge_id, table.c.user_id == self._user_id
        )
        if self._week:
            query = query.where(member_week.c.week == self._week)
        return query.scalar_subquery()

    def _own(self) -> sa.ColumnElement[bool]:
        own = sa.and_(line.c.challenge_id == self._challenge_id, line.c.user_id == self._user_id)
        return sa.and_(own, line.c.week == self._week) if self._week else own


def _told(row: Any) -> ToldLine:
    return ToldLine(
        line_id=row.line_id,
        week=row.week,
        day=row.local_date,
        done_kind=DoneKind(row.done_kind) if row.done_kind else None,
        done_id=row.done_id,
        title=row.title,
        item_id=row.item_id,
        reason=Reason(row.reason),
        amount=row.amount,
        points_per_unit=row.points_per_unit,
        points=row.points,
        team_id=row.team_id,
    )
