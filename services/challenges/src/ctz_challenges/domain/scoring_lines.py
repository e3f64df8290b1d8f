"""What scoring a member gives: lines with reasons, what became of each item, and sums by week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from uuid import UUID

from ctz_challenges.domain.facts import Done

_STEP = Decimal("0.000001")
ZERO = Decimal(0)


def exact(number: Decimal) -> Decimal:
    """Points as they are kept: six decimals, halves to even."""
    return number.quantize(_STEP, rounding=ROUND_HALF_EVEN)


class Reason(StrEnum):
    """Why a line is worth what it is; the values are kept in the ledger."""

    CORE = "core"
    CORE_ALTERNATIVE = "core_alternative"
    BONUS = "bonus"
    MINUTES = "minutes"
    KILOJOULES = "kilojoules"
    KILOMETRES = "kilometres"
    TSS = "tss"
    MINUTES_WITHOUT_FIGURE = "minutes_without_figure"
    WEEKLY_CAP = "weekly_cap"
    NOT_LISTED = "not_listed"
    ALREADY_DONE = "already_done"
    BONUS_WAITS = "bonus_waits"


UNCOUNTED = frozenset({Reason.NOT_LISTED, Reason.ALREADY_DONE, Reason.BONUS_WAITS})
"""Reasons of lines that only say why something counted for nothing."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A member's time in a team: from this day until the next stay begins."""

    from_date: date
    team_id: UUID


@dataclass(frozen=True, slots=True)
class Member:
    """What scoring needs of a member; `join_date` is the first day that counts."""

    join_date: date
    stays: tuple[Stay, ...] = ()

    def team_on(self, day: date) -> UUID | None:
        """The team of a day; None before the first stay."""
        begun = [stay for stay in self.stays if stay.from_date <= day]
        return max(begun, key=lambda stay: stay.from_date).team_id if begun else None


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the ledger. `done` is absent for a cap, `item_id` for amounts and the cap."""

    week: int
    day: date
    reason: Reason
    points: Decimal
    done: Done | None = None
    item_id: UUID | None = None
    amount: Decimal | None = None
    points_per_unit: Decimal | None = None
    team_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """How an item stands: what does it on which day for how many points, or nothing."""

    item_id: UUID
    done: Done | None = None
    day: date | None = None
    points: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class WeekScore:
    """Points of a week after the cap, and the start of what last added to them; absent while nothing did."""

    week: int
    points: Decimal
    reached_at: datetime | None


@dataclass(frozen=True, slots=True)
class Score:
    """Everything that a member's facts give in a challenge: lines by day, a decision for each item, every week."""

    lines: tuple[Line, ...]
    decisions: tuple[Decision, ...]
    weeks: tuple[WeekScore, ...]

    @property
    def total(self) -> Decimal:
        """Points in all."""
        return sum((week.points for week in self.weeks), ZERO)

    @property
    def reached_at(self) -> datetime | None:
        """The start of what last added to the points; None while nothing did."""
        return max((week.reached_at for week in self.weeks if week.reached_at is not None), default=None)

    @property
    def latest(self) -> tuple[date, Decimal] | None:
        """The last day with points, and how many; None while there is none."""
        days = points_by_day(self.lines)
        return max(((day, points) for day, points in days.items() if points), default=None)


def points_by_day(lines: Sequence[Line]) -> dict[date, Decimal]:
    """Points of each day that has lines."""
    days: dict[date, Decimal] = {}
    for line in lines:
        days[line.day] = days.get(line.day, ZERO) + line.points
    return days
