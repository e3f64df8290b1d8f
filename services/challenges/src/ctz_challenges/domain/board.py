"""Boards: rows with shared ranks, and where a page of them ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from ctz_challenges.domain.challenge import Challenge, Mode, State
from ctz_challenges.domain.challenge_view import ChallengeView, Head
from ctz_challenges.domain.errors import InvalidField, TeamsNotUsed

MOST_MEMBER_POINTS = 20
"""Points of members that a row of a team shows."""


class BoardKind(StrEnum):
    """Who stands on a board."""

    MEMBERS = "members"
    TEAMS = "teams"


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A row. Of a team, `points` is the sum over weeks of the mean over its active members."""

    rank: int
    points: Decimal
    reached_at: datetime
    user_id: UUID | None
    team_id: UUID | None
    team_title: str
    yesterday_rank: int | None
    active_count: int = 0
    member_count: int = 0
    member_points: tuple[Decimal, ...] = ()
    member_sum: Decimal = Decimal(0)

    @property
    def place(self) -> "Place":
        """Where the row stands."""
        row_id = self.user_id or self.team_id
        if row_id is None:
            raise ValueError("a row is a member's or a team's")
        return Place(self.points, self.reached_at, row_id)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: most points first, equals by when they got there, then by id."""

    points: Decimal
    reached_at: datetime
    row_id: UUID


@dataclass(frozen=True, slots=True)
class BoardWish:
    """Which board somebody asks for; own team and latest week are theirs and the challenge's to know."""

    kind: BoardKind | None = None
    week: int = 0
    team_id: UUID | None = None
    is_own_team: bool = False
    is_latest_week: bool = False


@dataclass(frozen=True, slots=True)
class BoardChoice:
    """Which board: of one week (from 1) or of all of them (0), of everybody or of one team's members."""

    kind: BoardKind
    week: int
    team_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a page of a board ended; it goes on on that board, however it was asked for."""

    choice: BoardChoice
    place: Place

    def place_on(self, choice: BoardChoice) -> Place:
        """The place, on its own board."""
        if choice != self.choice:
            raise InvalidField("page_token", "It is of another board.")
        return self.place


@dataclass(frozen=True, slots=True)
class Board:
    """A page of a board. `end` is behind what the next page starts; None on the last."""

    choice: BoardChoice
    rows: Sequence[BoardRow]
    own_row: BoardRow | None
    total_size: int
    end: Bookmark | None
    update_time: datetime | None
    challenge: ChallengeView | None


@dataclass(frozen=True, slots=True)
class Days:
    """What boards need of the calendar: today in the challenge's zone, and the week that runs or is nearest."""

    today: date
    current_week: int


def days_at(challenge: Challenge, instant: datetime) -> Days:
    """The calendar of a challenge at an instant."""
    today = challenge.day_at(instant)
    within = min(max(today, challenge.start_date), challenge.end_date)
    return Days(today, challenge.week_of(within) or 1)


def checked_week(challenge: Challenge, week: int) -> int:
    """A week that the challenge has, or 0 for all of them."""
    if not 0 <= week <= challenge.week_count:
        raise InvalidField("week", f"Choose a week from 1 to {challenge.week_count}, or 0 for all of them.")
    return week


def latest_week(challenge: Challenge, instant: datetime) -> int:
    """The week that runs, or the last one of a challenge that is over; 0 before the start."""
    running = challenge.week_of(challenge.day_at(instant))
    if running is not None:
        return running
    return challenge.week_count if challenge.state_at(instant) is State.ENDED else 0


def chosen_board(head: Head, wish: BoardWish, instant: datetime) -> BoardChoice:
    """The board that is asked for; without a word teams where the challenge has them, and members of one team."""
    challenge, kind = head.listed.challenge, wish.kind
    if wish.is_own_team and wish.team_id is not None:
        raise InvalidField("team", "Choose a team, or the own one.")
    if wish.is_latest_week and wish.week:
        raise InvalidField("week", "Choose a week, or the latest one.")
    week = latest_week(challenge, instant) if wish.is_latest_week else checked_week(challenge, wish.week)
    team_id = head.own_team_id if wish.is_own_team else wish.team_id
    if kind is None:
        is_of_teams = challenge.mode is Mode.TEAM and team_id is None
        kind = BoardKind.TEAMS if is_of_teams else BoardKind.MEMBERS
    if kind is BoardKind.TEAMS and challenge.mode is not Mode.TEAM:
        raise TeamsNotUsed
    if kind is BoardKind.TEAMS and team_id is not None:
        raise InvalidField("team", "Only a board of members can be of one team.")
    return BoardChoice(kind, week, team_id)
