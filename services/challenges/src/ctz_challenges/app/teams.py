"""Teams: made, chosen, filled by lot, led, and looked over."""

import secrets
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from ctz_challenges.app.rescoring import Cause, recount_team_weeks, rescore_member
from ctz_challenges.domain.challenge import Challenge
from ctz_challenges.domain.errors import (
    AlreadyInTeam,
    InvalidField,
    MembershipRequired,
    NotFound,
    NotInTeam,
    TeamTitleTaken,
)
from ctz_challenges.domain.membership import Membership, Viewer, counting_from
from ctz_challenges.domain.team import (
    Draw,
    Team,
    TeamOverview,
    check_captains,
    check_has_teams,
    check_leads,
    check_may_choose,
    check_seat,
    checked_move_date,
    checked_title,
    smallest,
)
from ctz_challenges.store.tables import request_id
from ctz_challenges.store.teams import Place
from ctz_challenges.store.unit_of_work import Store, Transaction
from ctz_chassis import idempotency
from ctz_chassis.clock import Clock
from ctz_chassis.idempotency import RequestKey
from ctz_chassis.ids import uuid7


class TeamDesk:
    """Teams of challenges, for members, captains and administrators."""

    def __init__(self, store: Store, *, clock: Clock, draw: Draw = secrets.choice) -> None:
        self._store = store
        self._clock = clock
        self._draw = draw

    def page(
        self, viewer: Viewer, challenge_id: UUID, *, after: Place | None, size: int
    ) -> tuple[Sequence[Team], Place | None]:
        """Return one page by title, and where it ends unless it is the last."""

        def work(tx: Transaction) -> list[Team]:
            if tx.challenges.find_visible(challenge_id, viewer) is None:
                raise NotFound
            return tx.teams.page(challenge_id, after=after, limit=size + 1)

        found = self._store.read(work)
        page = found[:size]
        return page, Place(page[-1].title, page[-1].team_id) if len(found) > size else None

    def create(self, viewer: Viewer, challenge_id: UUID, title: str, key: RequestKey) -> Team:
        """Make a team with its maker as captain; an administrator's is empty. A repeated request gets the same one."""
        new = Team(uuid7(), challenge_id, checked_title(title))

        def work(tx: Transaction) -> Team:
            def add() -> bytes:
                self._add(tx, viewer, new)
                return new.team_id.bytes

            answer = idempotency.once(tx.connection, request_id, viewer.user_id, key, add)
            return _found(tx, UUID(bytes=answer.body))

        return self._store.run(work)

    def choose(self, viewer: Viewer, challenge_id: UUID, team_id: UUID | None) -> Membership:
        """Put the person into a team; without one named into the smallest, unless there is a team already."""

        def work(tx: Transaction) -> Membership:
            challenge = _locked(tx, challenge_id, viewer)
            membership = _member(tx, challenge_id, viewer.user_id)
            check_has_teams(challenge)
            if membership.team_id is not None and team_id in {None, membership.team_id}:
                return membership
            check_may_choose(challenge, self._clock(), has_team=membership.team_id is not None)
            if team_id is None:
                team = smallest(challenge, tx.teams.all_of(challenge_id), self._draw)
            else:
                team = _team_of(tx, challenge_id, team_id)
                check_seat(challenge, team)
            return self._put(tx, membership, team.team_id, counting_from(challenge, self._clock()))

        return self._store.run(work)

    def move(self, challenge_id: UUID, user_id: UUID, team_id: UUID, from_date: date) -> Membership:
        """Move a member to another team from a day on; days before stay with the team of that time."""

        def work(tx: Transaction) -> Membership:
            challenge = tx.challenges.lock(challenge_id)
            membership = tx.members.find(challenge_id, user_id)
            if challenge is None or membership is None or membership.has_left:
                raise NotFound
            check_has_teams(challenge)
            team = _team_of(tx, challenge_id, team_id)
            day = checked_move_date(challenge, membership, from_date, self._clock())
            if membership.team_id != team_id:
                check_seat(challenge, team)
            return self._put(tx, membership, team_id, day)

        return self._store.run(work)

    def set_captain(self, viewer: Viewer, challenge_id: UUID, user_id: UUID, *, is_captain: bool) -> Membership:
        """Make a member of the own team a captain, or a rider again."""

        def work(tx: Transaction) -> Membership:
            _locked(tx, challenge_id, viewer)
            membership = tx.members.find(challenge_id, user_id)
            own = tx.members.find(challenge_id, viewer.user_id)
            if membership is None or membership.has_left:
                raise NotFound
            if membership.team_id is None:
                raise NotInTeam
            check_leads(viewer, own, membership.team_id)
            if membership.is_captain == is_captain:
                return membership
            if is_captain:
                check_captains(_found(tx, membership.team_id), user_id)
            return tx.members.change(challenge_id, user_id, is_captain=is_captain)

        return self._store.run(work)

    def overview(self, viewer: Viewer, team_id: UUID, week: int) -> TeamOverview:
        """Return what each member of a team did in a week; the one that runs when 0, the last after the end."""

        def work(tx: Transaction) -> TeamOverview:
            team = _found(tx, team_id)
            head = tx.lists.find(team.challenge_id, viewer)
            if head is None:
                raise NotFound
            check_leads(viewer, head.listed.membership, team_id)
            number = self._week(head.listed.challenge, week)
            items = [item for item in tx.challenges.items(team.challenge_id) if item.week == number]
            return TeamOverview(team, number, items, tx.teams.member_weeks(team.challenge_id, team_id, number))

        return self._store.read(work)

    def _add(self, tx: Transaction, viewer: Viewer, new: Team) -> None:
        challenge = _locked(tx, new.challenge_id, viewer)
        check_may_choose(challenge, self._clock(), has_team=False)
        membership = None if viewer.is_administrator else _member(tx, new.challenge_id, viewer.user_id)
        if membership is not None and membership.team_id is not None:
            raise AlreadyInTeam
        if tx.teams.has_title(new.challenge_id, new.title):
            raise TeamTitleTaken
        tx.teams.add(new)
        if membership is not None:
            self._put(tx, membership, new.team_id, counting_from(challenge, self._clock()), is_captain=True)

    def _put(
        self, tx: Transaction, membership: Membership, team_id: UUID, from_date: date, *, is_captain: bool = False
    ) -> Membership:
        """Put a member into a team from a day on, and let the points of everybody concerned follow."""
        challenge_id, user_id = membership.challenge_id, membership.user_id
        left = tx.members.teams_of(challenge_id, user_id)
        day = max(from_date, membership.join_date)
        keeps_rank = membership.is_captain and membership.team_id == team_id
        put = tx.members.put_into_team(challenge_id, user_id, team_id, day, is_captain=is_captain or keeps_rank)
        rescore_member(tx.connection, challenge_id, user_id, Cause.TEAM, self._clock)
        recount_team_weeks(tx.connection, challenge_id, teams=left | {team_id})
        return put

    def _week(self, challenge: Challenge, week: int) -> int:
        if not 0 <= week <= challenge.week_count:
            raise InvalidField("week", f"Choose a week from 1 to {challenge.week_count}, or 0 for the one that runs.")
        day = min(max(challenge.day_at(self._clock()), challenge.start_date), challenge.end_date)
        return week or challenge.week_of(day) or 1


def _locked(tx: Transaction, challenge_id: UUID, viewer: Viewer) -> Challenge:
    """Lock a challenge that the person may know of."""
    if tx.challenges.lock(challenge_id) is None:
        raise NotFound
    challenge = tx.challenges.find_visible(challenge_id, viewer)
    if challenge is None:
        raise NotFound
    return challenge


def _member(tx: Transaction, challenge_id: UUID, user_id: UUID) -> Membership:
    membership = tx.members.find(challenge_id, user_id)
    if membership is None or membership.has_left:
        raise MembershipRequired
    return membership


def _team_of(tx: Transaction, challenge_id: UUID, team_id: UUID) -> Team:
    team = tx.teams.find(team_id)
    if team is None or team.challenge_id != challenge_id:
        raise NotFound
    return team


def _found(tx: Transaction, team_id: UUID) -> Team:
    team = tx.teams.find(team_id)
    if team is None:
        raise NotFound
    return team
