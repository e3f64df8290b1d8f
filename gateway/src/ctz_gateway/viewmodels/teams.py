"""Teams of a challenge: to choose from, the captain's overview, a move."""

from collections.abc import Sequence
from dataclasses import dataclass

from ctz_gateway.viewmodels.challenges import Head, Tab
from ctz_gateway.viewmodels.common import Figure, Form, Note, Option


@dataclass(frozen=True, slots=True)
class TeamChoice:
    """A team that can be joined, or not and why."""

    id: str
    title: str
    members_text: str
    is_own: bool
    is_full: bool


@dataclass(frozen=True, slots=True)
class TeamsPage:
    """Teams of a challenge to choose from."""

    head: Head
    teams: Sequence[TeamChoice]
    form: Form
    can_choose: bool
    can_create: bool
    next_url: str = ""


@dataclass(frozen=True, slots=True)
class Mate:
    """A member in the captain's overview; `ticks` are the week's items in order."""

    id: str
    name: str
    is_captain: bool
    is_self: bool
    ticks: Sequence[tuple[str, bool]]
    last_text: str
    points: str
    total: str
    needs_nudge: bool
    points_url: str


@dataclass(frozen=True, slots=True)
class TeamPage:
    """The captain's overview of one week."""

    challenge_id: str
    team_id: str
    title: str
    week: int
    week_text: str
    weeks: Sequence[Tab]
    items: Sequence[tuple[str, str]]
    mates: Sequence[Mate]
    summary: Sequence[Figure]
    nudge: Note | None
    is_administrator: bool


@dataclass(frozen=True, slots=True)
class MovePage:
    """An administrator moves a member to another team."""

    challenge_id: str
    user_id: str
    name: str
    teams: Sequence[Option]
    form: Form
