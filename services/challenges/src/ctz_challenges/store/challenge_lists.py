"""Challenges as a person sees them: counted, filtered by where they stand, with the person's own membership."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_challenges.domain.challenge import State
from ctz_challenges.domain.challenge_view import Listed, ListFilter, Progress, Standing
from ctz_challenges.domain.facts import DoneKind
from ctz_challenges.domain.membership import Membership, Viewer
from ctz_challenges.store.challenges import challenge_of, is_joined_by, visible_to
from ctz_challenges.store.tables import challenge, item_decision, member, member_total, member_week, team

_OWN = "own_"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: start and id of its last challenge."""

    start_date: date
    challenge_id: UUID


class ChallengeLists:
    """What pages read, inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def find(self, challenge_id: UUID, viewer: Viewer) -> Listed | None:
        """Return a challenge that the person may know of, without its schedule."""
        return self._one(viewer, challenge.c.challenge_id == challenge_id, visible_to(viewer))

    def find_by_code(self, code: str, viewer: Viewer) -> Listed | None:
        """Return the published challenge that a code opens, without its schedule."""
        return self._one(viewer, challenge.c.join_code == code, challenge.c.published_at.is_not(None))

    def page(
        self, viewer: Viewer, kept: ListFilter, *, after: Place | None, limit: int, instant: datetime
    ) -> list[Listed]:
        """Return challenges that the person may know of, by start, latest first, behind a place."""
        query = (
            _listed(viewer)
            .where(visible_to(viewer))
            .order_by(challenge.c.start_date.desc(), challenge.c.challenge_id.desc())
            .limit(limit)
        )
        if kept.is_mine:
            query = query.where(is_joined_by(viewer))
        if kept.states:
            query = query.where(sa.or_(*(_stands(state, instant) for state in kept.states)))
        if after is not None:
            place = sa.tuple_(challenge.c.start_date, challenge.c.challenge_id)
            query = query.where(place < sa.tuple_(sa.literal(after.start_date), sa.literal(after.challenge_id)))
        return [_listed_of(row) for row in self._connection.execute(query)]

    def standing(self, challenge_id: UUID, user_id: UUID) -> Standing:
        """Return how far a member has come, as the ledger's projections tell."""
        return Standing(
            progress=[_progress_of(row) for row in self._own(item_decision, challenge_id, user_id)],
            week_points=[(row.week, row.points) for row in self._own(member_week, challenge_id, user_id)],
            points=sum(row.points for row in self._own(member_total, challenge_id, user_id)),
        )

    def _one(self, viewer: Viewer, *conditions: sa.ColumnElement[bool]) -> Listed | None:
        found = self._connection.execute(_listed(viewer).where(*conditions)).one_or_none()
        return None if found is None else _listed_of(found)

    def _own(self, table: sa.Table, challenge_id: UUID, user_id: UUID) -> Sequence[Any]:
        own = sa.and_(table.c.challenge_id == challenge_id, table.c.user_id == user_id)
        return self._connection.execute(sa.select(table).where(own)).all()


def _listed(viewer: Viewer) -> sa.Select[Any]:
    now = sa.select(sa.func.count()).where(
        member.c.challenge_id == challenge.c.challenge_id, member.c.left_at.is_(None)
    )
    teams = sa.select(sa.func.count()).where(team.c.challenge_id == challenge.c.challenge_id)
    own = member.alias("own")
    is_own = sa.and_(own.c.challenge_id == challenge.c.challenge_id, own.c.user_id == viewer.user_id)
    return sa.select(
        challenge,
        now.scalar_subquery().label("member_count"),
        teams.scalar_subquery().label("team_count"),
        *(column.label(_OWN + column.name) for column in own.c),
    ).select_from(challenge.outerjoin(own, is_own))


def _stands(state: State, instant: datetime) -> sa.ColumnElement[bool]:
    today = sa.cast(sa.func.timezone(challenge.c.time_zone, sa.literal(instant)), sa.Date)
    is_published = challenge.c.published_at.is_not(None)
    match state:
        case State.DRAFT:
            return sa.not_(is_published)
        case State.OPEN:
            return sa.and_(is_published, today < challenge.c.start_date)
        case State.RUNNING:
            return sa.and_(is_published, today.between(challenge.c.start_date, challenge.c.end_date))
        case State.ENDED:
            return sa.and_(is_published, today > challenge.c.end_date)


def _listed_of(row: Any) -> Listed:
    return Listed(challenge_of(row), row.member_count, row.team_count, _membership_of(row))


def _membership_of(row: Any) -> Membership | None:
    if row.own_user_id is None:
        return None
    return Membership(
        challenge_id=row.own_challenge_id,
        user_id=row.own_user_id,
        team_id=row.own_team_id,
        join_date=row.own_join_date,
        is_captain=row.own_is_captain,
        has_left=row.own_left_at is not None,
        revision=row.own_revision,
    )


def _progress_of(row: Any) -> Progress:
    return Progress(
        item_id=row.item_id,
        is_done=row.is_done,
        done_kind=DoneKind(row.done_kind) if row.done_kind else None,
        done_id=row.done_id,
        done_date=row.done_date,
        points=row.points,
    )
