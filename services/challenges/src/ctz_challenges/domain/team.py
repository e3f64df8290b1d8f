"""Teams: titles, seats, captains, and who may change what when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from ctz_challenges.domain.challenge import Challenge, Item, Mode, State
from ctz_challenges.domain.errors import (
    CaptainRequired,
    ChallengeEnded,
    InvalidField,
    NoTeamWithRoom,
    TeamFull,
    TeamIsSettled,
    TeamsNotUsed,
    TooManyCaptains,
)
from ctz_challenges.domain.membership import Membership, Viewer
from ctz_challenges.domain.text import checked_line

MAX_TITLE_LENGTH = 60
MAX_CAPTAINS = 3


@dataclass(frozen=True, slots=True)
class Team:
    """A team of a challenge, with how many are in it now and who leads it."""

    team_id: UUID
    challenge_id: UUID
    title: str
    member_count: int = 0
    captain_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberWeek:
    """What one member of a team did in a week; `last_date` is the latest day that gave points."""

    membership: Membership
    points: Decimal
    total_points: Decimal
    done_items: tuple[UUID, ...]
    last_date: date | None


@dataclass(frozen=True, slots=True)
class TeamOverview:
    """What a team did in a week, who did least first."""

    team: Team
    week: int
    items: Sequence[Item]
    members: Sequence[MemberWeek]


Draw = Callable[[Sequence[Team]], Team]
"""Takes one of several teams by lot."""


def checked_title(given: str) -> str:
    """Return a title without control characters and outer blanks."""
    return checked_line("title", given, MAX_TITLE_LENGTH)


def check_has_teams(challenge: Challenge) -> None:
    """Refuse a challenge in which everybody is alone."""
    if challenge.mode is not Mode.TEAM:
        raise TeamsNotUsed


def check_may_choose(challenge: Challenge, instant: datetime, *, has_team: bool) -> None:
    """Refuse riders a team after the end, and another team once the challenge runs."""
    check_has_teams(challenge)
    state = challenge.state_at(instant)
    if state is State.ENDED:
        raise ChallengeEnded
    if has_team and state is State.RUNNING:
        raise TeamIsSettled


def has_room(challenge: Challenge, team: Team) -> bool:
    """Say whether a team has a seat left."""
    return not challenge.team_capacity or team.member_count < challenge.team_capacity


def check_seat(challenge: Challenge, team: Team) -> None:
    """Refuse a team whose seats are all taken."""
    if not has_room(challenge, team):
        raise TeamFull(challenge.team_capacity)


def smallest(challenge: Challenge, teams: Sequence[Team], draw: Draw) -> Team:
    """Return a team with the fewest members, by lot among equals."""
    with_room = [team for team in teams if has_room(challenge, team)]
    if not with_room:
        raise NoTeamWithRoom
    fewest = min(team.member_count for team in with_room)
    return draw([team for team in with_room if team.member_count == fewest])


def check_leads(viewer: Viewer, membership: Membership | None, team_id: UUID) -> None:
    """Refuse everybody but captains of this team and administrators."""
    if viewer.is_administrator:
        return
    if membership is None or membership.has_left or membership.team_id != team_id or not membership.is_captain:
        raise CaptainRequired


def check_captains(team: Team, user_id: UUID) -> None:
    """Refuse a fourth captain."""
    if user_id not in team.captain_ids and len(team.captain_ids) >= MAX_CAPTAINS:
        raise TooManyCaptains


def checked_move_date(challenge: Challenge, membership: Membership, given: date, instant: datetime) -> date:
    """Return the first day in the new team: no day before the member counts, and none that is still to come."""
    latest = min(max(challenge.day_at(instant), challenge.start_date), challenge.end_date)
    if not membership.join_date <= given <= latest:
        raise InvalidField("from_date", f"Choose a day from {membership.join_date} to {latest}.")
    return given
