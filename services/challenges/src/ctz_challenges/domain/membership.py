"""Who takes part: who may join and come back, and from which day on it counts."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from ctz_challenges.domain.challenge import Challenge, State
from ctz_challenges.domain.errors import ChallengeEnded, ChallengeFull, ChallengeNotOpen, JoiningClosed


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks; administrators see drafts and private challenges too."""

    user_id: UUID
    is_administrator: bool


@dataclass(frozen=True, slots=True)
class Membership:
    """One rider in one challenge; `join_date` is the first day that counts."""

    challenge_id: UUID
    user_id: UUID
    team_id: UUID | None
    join_date: date
    is_captain: bool
    has_left: bool
    revision: int


def counting_from(challenge: Challenge, instant: datetime) -> date:
    """The first day that counts for somebody who joins, or chooses a first team, at an instant.

    That is the first day of the week that runs, because the means of teams are made by the week.
    """
    week = challenge.week_of(challenge.day_at(instant))
    return challenge.start_date if week is None else challenge.days_of(week)[0]


def check_may_join(challenge: Challenge, instant: datetime, *, member_count: int, is_returning: bool) -> None:
    """Refuse who comes too early, too late or to a full challenge; who comes back may do so until the end."""
    state = challenge.state_at(instant)
    if state is State.DRAFT:
        raise ChallengeNotOpen
    if state is State.ENDED:
        raise ChallengeEnded
    if not is_returning and challenge.day_at(instant) > challenge.join_until_date:
        raise JoiningClosed
    if challenge.capacity and member_count >= challenge.capacity:
        raise ChallengeFull(challenge.capacity)


def is_unlocked(challenge: Challenge, week: int, instant: datetime) -> bool:
    """Say whether a week has begun, so that everybody who sees the challenge sees what it asks for."""
    return challenge.published_at is not None and challenge.days_of(week)[0] <= challenge.day_at(instant)
