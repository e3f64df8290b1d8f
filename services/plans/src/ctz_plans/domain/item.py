"""Items of a rider's weeks: own ones, and those that a challenge asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from ctz_plans.domain.activity import Activity
from ctz_plans.domain.errors import DayFull

MOST_ITEMS_OF_A_DAY = 12


class Decision(StrEnum):
    """The rider's own word on an item."""

    NONE = ""
    COUNTS = "counts"
    DONE = "done"
    SKIPPED = "skipped"
    NOTHING_COUNTS = "nothing"


@dataclass(frozen=True, slots=True)
class Program:
    """One start of a template. `week_start` is how the rider's weeks lay then: 0 Monday to 6 Sunday."""

    program_id: UUID
    title: str
    week_start: int
    first_date: date
    last_date: date
    week_count: int


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on a day; `position` orders the day, `decided_ref` is what the rider counted for it.

    `is_changed` tells that the rider touched it after a start of a template put it there.
    """

    item_id: UUID
    day: date
    position: int
    activity: Activity
    decision: Decision = Decision.NONE
    decided_ref: str = ""
    revision: int = 1
    program: Program | None = None
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class ChallengeItem:
    """What a challenge asks of a member, and how challenges says that it stands; it counts until `last_day`."""

    item_id: UUID
    challenge_id: UUID
    day: date
    last_day: date
    place: int
    activity: Activity
    alternatives: Sequence[Activity] = ()
    is_bonus: bool = False
    is_done: bool = False
    done_ref: str = ""
    points: float | None = None


def refuse_full(day: date, count: int) -> None:
    """Raise DayFull when so many items are more than a day may have."""
    if count > MOST_ITEMS_OF_A_DAY:
        raise DayFull(day.isoformat(), MOST_ITEMS_OF_A_DAY)
