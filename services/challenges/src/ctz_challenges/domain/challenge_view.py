"""A challenge as one person sees it: the page, the list, and how far the person has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from ctz_challenges.domain.challenge import Challenge, Item, Role, State
from ctz_challenges.domain.facts import DoneKind
from ctz_challenges.domain.membership import Membership, Viewer, is_unlocked
from ctz_challenges.domain.scoring import possible_points

_COMPLETE_SHARE = Decimal("0.8")
_GOLD_SHARE = Decimal("0.9")


class Medal(StrEnum):
    """What a member has earned by the items of a whole challenge."""

    NONE = ""
    SILVER = "silver"
    GOLD = "gold"
    PLATINUM = "platinum"


@dataclass(frozen=True, slots=True)
class Listed:
    """A challenge with its members and teams counted, and the membership of who asks, if there ever was one."""

    challenge: Challenge
    member_count: int
    team_count: int
    membership: Membership | None

    @property
    def is_joined(self) -> bool:
        """Whether who asks takes part."""
        return self.membership is not None and not self.membership.has_left


@dataclass(frozen=True, slots=True)
class Progress:
    """How an item stands for a member."""

    item_id: UUID
    is_done: bool
    done_kind: DoneKind | None
    done_id: UUID | None
    done_date: date | None
    points: Decimal


@dataclass(frozen=True, slots=True)
class WeekStanding:
    """How a member did in one week: points after the cap, and what items could give."""

    week: int
    start_date: date
    points: Decimal
    possible_points: Decimal
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Head:
    """A challenge without its schedule, and the points of who asks, in all and by week.

    `changed_at` is when a point of anybody last changed; None before the first.
    """

    listed: Listed
    points: Decimal
    week_points: Mapping[int, Decimal]
    changed_at: datetime | None

    @property
    def own_team_id(self) -> UUID | None:
        """The team that who asks is in now."""
        membership = self.listed.membership
        return None if membership is None or membership.has_left else membership.team_id


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a challenge asks for, by week, core before bonus, and what of it is decided for who asks."""

    items: tuple[Item, ...]
    progress: Sequence[Progress]


@dataclass(frozen=True, slots=True)
class ChallengeView:
    """Everything that one person may see of a challenge. No code: it is not for this person."""

    listed: Listed
    items: Sequence[Item]
    progress: Sequence[Progress]
    weeks: Sequence[WeekStanding]
    points: Decimal
    medal: Medal
    join_code: str


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Which challenges a list has; no states: all of them."""

    states: tuple[State, ...] = ()
    is_mine: bool = False


def view_of(head: Head, schedule: Schedule, viewer: Viewer, instant: datetime) -> ChallengeView:
    """Put together what a person sees."""
    listed = head.listed
    challenge = replace(listed.challenge, items=schedule.items)
    sees_all = listed.is_joined or viewer.is_administrator
    items = [item for item in challenge.items if sees_all or is_unlocked(challenge, item.week, instant)]
    return ChallengeView(
        listed=listed,
        items=items,
        progress=schedule.progress if listed.is_joined else (),
        weeks=_weeks(challenge, head.week_points, schedule.progress) if listed.is_joined else (),
        points=head.points if listed.is_joined else Decimal(0),
        medal=medal_of(challenge, schedule.progress) if listed.is_joined else Medal.NONE,
        join_code=challenge.join_code if sees_all else "",
    )


def medal_of(challenge: Challenge, progress: Sequence[Progress]) -> Medal:
    """The medal for these items: silver from 80 %, gold from 90 % of the core points, platinum above 100 %."""
    core = challenge.scoring.core_points * sum(item.role is Role.CORE for item in challenge.items)
    points = sum((each.points for each in progress if each.is_done), Decimal(0))
    if not core:
        return Medal.NONE
    if points > core:
        return Medal.PLATINUM
    if points >= core * _GOLD_SHARE:
        return Medal.GOLD
    return Medal.SILVER if points >= core * _COMPLETE_SHARE else Medal.NONE


def _weeks(challenge: Challenge, points: Mapping[int, Decimal], progress: Sequence[Progress]) -> list[WeekStanding]:
    done = {each.item_id for each in progress if each.is_done}
    return [
        WeekStanding(
            week=week,
            start_date=challenge.days_of(week)[0],
            points=points.get(week, Decimal(0)),
            possible_points=possible_points(challenge, week),
            is_complete=_is_complete(challenge, week, done),
        )
        for week in range(1, challenge.week_count + 1)
    ]


def _is_complete(challenge: Challenge, week: int, done: set[UUID]) -> bool:
    core = [item.item_id for item in challenge.items if item.week == week and item.role is Role.CORE]
    return bool(core) and len(done.intersection(core)) >= len(core) * _COMPLETE_SHARE
