"""Challenges as a person sees them: counted, filtered by where they stand, with the person's own membership."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_challenges.domain.challenge import State
from ctz_challenges.domain.challenge_view import Head, Listed, ListFilter, Progress, Schedule
from ctz_challenges.domain.facts import DoneKind
from ctz_challenges.domain.membership import Membership, Viewer
from ctz_challenges.store.challenges import challenge_of, is_joined_by, visible_to
from ctz_challenges.store.schedule import item_of
from ctz_challenges.store.tables import (
    challenge,
    challenge_item,
    item_decision,
    member,
    member_total,
    member_week,
    team,
)

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

    def find(self, challenge_id: UUID, viewer: Viewer, *, team_id: UUID | None = None) -> Head | None:
        """Return a challenge that the person may know of; where a team is named, only if it is one of its teams."""
        wanted = sa.and_(challenge.c.challenge_id == challenge_id, visible_to(viewer))
        if team_id is not None:
            is_its_team = sa.exists().where(team.c.team_id == team_id, team.c.challenge_id == challenge.c.challenge_id)
            wanted = sa.and_(wanted, is_its_team)
        return self._one(viewer, wanted)

    def find_by_code(self, code: str, viewer: Viewer) -> Head | None:
        """Return the published challenge that a code opens."""
        return self._one(viewer, sa.and_(challenge.c.join_code == code, challenge.c.published_at.is_not(None)))

    def schedule(self, challenge_id: UUID, user_id: UUID) -> Schedule:
        """Return the whole schedule of a challenge, and how its items stand for a person."""
        own = sa.and_(item_decision.c.item_id == challenge_item.c.item_id, item_decision.c.user_id == user_id)
        decided = (item_decision.c[name] for name in ("is_done", "done_kind", "done_id", "done_date", "points"))
        query = (
            sa.select(challenge_item, *decided)
            .select_from(challenge_item.outerjoin(item_decision, own))
            .where(challenge_item.c.challenge_id == challenge_id)
            .order_by(challenge_item.c.week, challenge_item.c.position)
        )
        rows = self._connection.execute(query).all()
        progress = [_progress_of(row) for row in rows if row.is_done is not None]
        return Schedule(tuple(item_of(row) for row in rows), progress)

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

    def _one(self, viewer: Viewer, wanted: sa.ColumnElement[bool]) -> Head | None:
        query = _listed(viewer).add_columns(*_points(viewer)).where(wanted)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        weeks = {int(week): Decimal(points) for week, points in (row.week_points or {}).items()}
        return Head(_listed_of(row), row.points or Decimal(0), weeks, row.changed_at)


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


def _points(viewer: Viewer) -> tuple[sa.Label[Any], ...]:
    """What the ledger's projections tell of a challenge: the person's points, and when anybody's last changed."""
    total, week, changed = member_total.alias("own_total"), member_week.alias("own_week"), member_total.alias("changed")
    of_challenge = challenge.c.challenge_id
    points = sa.select(total.c.points).where(total.c.challenge_id == of_challenge, total.c.user_id == viewer.user_id)
    # Numbers as text, so that points stay exact.
    by_week = sa.func.jsonb_object_agg(sa.cast(week.c.week, sa.Text), sa.cast(week.c.points, sa.Text), type_=pg.JSONB)
    weeks = sa.select(by_week).where(week.c.challenge_id == of_challenge, week.c.user_id == viewer.user_id)
    changed_at = sa.select(sa.func.max(changed.c.changed_at)).where(changed.c.challenge_id == of_challenge)
    return (
        points.scalar_subquery().label("points"),
        weeks.scalar_subquery().label("week_points"),
        changed_at.scalar_subquery().label("changed_at"),
    )


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
