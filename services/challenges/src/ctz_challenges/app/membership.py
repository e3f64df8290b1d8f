"""Joining and leaving."""

from uuid import UUID

from ctz_challenges.app.challenge_events import membership_changed
from ctz_challenges.app.challenge_pages import seen, typed_code
from ctz_challenges.app.rescoring import Cause, recount_team_weeks, rescore_member
from ctz_challenges.domain.challenge import Challenge
from ctz_challenges.domain.challenge_view import ChallengeView
from ctz_challenges.domain.errors import NotFound
from ctz_challenges.domain.membership import Membership, Viewer, check_may_join, counting_from
from ctz_challenges.domain.team import has_room
from ctz_challenges.store.recorded import RecordedStore
from ctz_challenges.store.unit_of_work import Store, Transaction
from ctz_chassis.clock import Clock


class MembershipDesk:
    """Memberships, for the riders themselves."""

    def __init__(self, store: Store, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def join(self, viewer: Viewer, challenge_id: UUID, code: str) -> ChallengeView:
        """Take part, by page where the challenge is public, else with its code; who is in already stays in."""

        def work(tx: Transaction) -> None:
            # Before any other lock, as events do: what arrives meanwhile is scored by the one or the other.
            RecordedStore(tx.connection).take_turn(viewer.user_id)
            challenge = tx.challenges.lock(challenge_id)
            if challenge is None or not _may_enter(tx, challenge, viewer, code):
                raise NotFound
            membership = tx.members.find(challenge_id, viewer.user_id)
            if membership is None or membership.has_left:
                self._admit(tx, challenge, viewer.user_id, membership)

        self._store.run(work)
        # Others wait for the lock, so the page is read behind it.
        return self._store.read(lambda tx: seen(tx, viewer, tx.lists.find(challenge_id, viewer), self._clock()))

    def leave(self, viewer: Viewer, challenge_id: UUID) -> None:
        """Take part no longer; points leave the boards, and come back with the rider."""

        def work(tx: Transaction) -> None:
            tx.challenges.lock(challenge_id)
            membership = tx.members.find(challenge_id, viewer.user_id)
            if membership is None:
                raise NotFound
            if not membership.has_left:
                left = tx.members.leave(challenge_id, viewer.user_id, self._clock())
                self._follow(tx, left, Cause.LEFT)

        self._store.run(work)

    def _admit(self, tx: Transaction, challenge: Challenge, user_id: UUID, former: Membership | None) -> None:
        now = self._clock()
        count = tx.members.count(challenge.challenge_id)
        check_may_join(challenge, now, member_count=count, is_returning=former is not None)
        if former is None:
            entered = tx.members.add(challenge.challenge_id, user_id, counting_from(challenge, now))
        else:
            entered = self._take_back(tx, challenge, former)
        self._follow(tx, entered, Cause.CHANGED)

    def _take_back(self, tx: Transaction, challenge: Challenge, former: Membership) -> Membership:
        """Let a former member in again, into the old team where that has a seat left."""
        team = None if former.team_id is None else tx.teams.find(former.team_id)
        if team is not None and not has_room(challenge, team):
            tx.members.forget_teams(challenge.challenge_id, former.user_id)
        return tx.members.change(challenge.challenge_id, former.user_id, left_at=None)

    def _follow(self, tx: Transaction, membership: Membership, cause: Cause) -> None:
        """Let points and boards follow, and tell who listens."""
        rescore_member(tx.connection, membership.challenge_id, membership.user_id, cause, self._clock)
        teams = tx.members.teams_of(membership.challenge_id, membership.user_id)
        recount_team_weeks(tx.connection, membership.challenge_id, teams=teams)
        tx.publish(membership_changed(membership, clock=self._clock))


def _may_enter(tx: Transaction, challenge: Challenge, viewer: Viewer, code: str) -> bool:
    """Say whether somebody may know of a challenge: by right, as a member, or by the code of one that is published."""
    if tx.challenges.find_visible(challenge.challenge_id, viewer) is not None:
        return True
    return challenge.published_at is not None and typed_code(code) == challenge.join_code
