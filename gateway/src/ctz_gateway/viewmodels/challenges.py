"""Challenges: the list, one challenge with its week and board, why points are as they are, teams."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ctz_gateway.viewmodels.common import Figure, Form, Note, Tag

ItemState = Literal["done", "todo", "locked"]
Change = Literal["up", "down", "same", "new"]


@dataclass(frozen=True, slots=True)
class ChallengeCard:
    """A challenge in a list; `standing` is there for one that the rider is in and that runs."""

    id: str
    title: str
    facts: Sequence[str]
    tag: Tag
    standing: Sequence[Figure]
    members_text: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class ChallengeGroup:
    """Challenges in one state: `key` running, open, ended or draft."""

    key: str
    title: str
    cards: Sequence[ChallengeCard]


@dataclass(frozen=True, slots=True)
class ChallengesPage:
    """Every challenge that the rider may see, the rider's own first in each group."""

    groups: Sequence[ChallengeGroup]
    code_form: Form
    notes: Sequence[Note] = ()
    next_url: str = ""


@dataclass(frozen=True, slots=True)
class Countdown:
    """Until something turns: `label` says what, `until` is an ISO time, `text` the rest as of now, `note` when."""

    label: str
    until: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above everything of one challenge."""

    id: str
    title: str
    state: Tag
    facts: Sequence[str]
    description: str
    countdown: Countdown | None
    is_team: bool
    is_member: bool
    can_join: bool
    has_team: bool
    join_note: str = ""
    join_code: str = ""
    join_url: str = ""
    is_over: bool = False
    late_note: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do in a week: `label` as "Core 1", `alternatives` what counts as well."""

    label: str
    state: ItemState
    state_text: str
    title: str
    note: str
    alternatives: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class WeekCard:
    """A week of the schedule with how the rider's items stand; `points` is empty for somebody who has not joined."""

    number: int
    title: str
    dates: str
    items: Sequence[Item]
    points: str
    is_complete: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class ShareBar:
    """One part of a bar, in percent of the width; `is_you` marks the rider's own share."""

    x: float
    width: float
    is_you: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a board. `url` leads to what is behind it; `bars` are the members of a team, or one for a member."""

    key: str
    rank: int
    change: Change
    change_count: int
    name: str
    under: str
    url: str
    bars: Sequence[ShareBar]
    count_text: str
    points: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """A link of a row of tabs or of a segmented choice."""

    text: str
    url: str
    is_current: bool
    count: str = ""


@dataclass(frozen=True, slots=True)
class BoardView:
    """A page of a board; `own` only when the rider's row is on another page."""

    tabs: Sequence[Tab]
    spans: Sequence[Tab]
    title: str
    name_head: str
    count_head: str
    rows: Sequence[Row]
    own: Row | None
    updated_text: str
    notes: Sequence[str]
    empty_text: str
    first_url: str = ""
    next_url: str = ""


@dataclass(frozen=True, slots=True)
class ChallengePage:
    """One challenge. `poll_url` answers with a new ETag when anything on the page changed."""

    head: Head
    figures: Sequence[Figure]
    week: WeekCard | None
    weeks: Sequence[WeekCard]
    board: BoardView | None
    banners: Sequence[Note]
    sentences: Sequence[str]
    points_url: str
    poll_url: str
    team_url: str
    is_administrator: bool


@dataclass(frozen=True, slots=True)
class Formula:
    """A team's mean spelled out: sum ÷ active = mean."""

    total: str
    active: str
    mean: str
    team: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A counted workout, or one that gave nothing and why."""

    date_text: str
    title: str
    url: str
    why: str
    points: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """Something that counted once and was taken back."""

    title: str
    why: str
    points: str


@dataclass(frozen=True, slots=True)
class PointsPage:
    """Why a member has these points, the team's mean spelled out where it is the reader's own page."""

    challenge_id: str
    title: str
    formula: Formula | None
    formula_note: str
    spans: Sequence[Tab]
    lines: Sequence[Line]
    corrections: Sequence[Correction]
    total: str
    next_url: str = ""


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A row of the small board on Today; `share` is its bar, 0 to 100."""

    rank: int
    name: str
    points: str
    share: float
    is_own: bool


@dataclass(frozen=True, slots=True)
class StandingPanel:
    """How the rider stands in one running challenge, for Today."""

    challenge_id: str
    title: str
    rank: str
    of_text: str
    change: Change
    change_count: int
    rows: Sequence[StandingRow]
    sentence: str
