"""Streaks of days with at least one workout.

In every week from Monday on, the first day without a workout is frozen: it neither breaks a streak nor counts. A streak
begins and ends with a day that has a workout.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

WEEK_DAYS = 7
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Streak:
    """Days from a first to a last one, both with a workout, and how many of them have one."""

    first: date
    last: date
    active_days: int

    @property
    def frozen_days(self) -> int:
        """Days between them without a workout."""
        return (self.last - self.first).days + 1 - self.active_days


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def window_of(day: date) -> tuple[date, date]:
    """The days whose activity decides where a change of one day leads to: its week and those beside it."""
    monday = monday_of(day)
    return monday - timedelta(days=WEEK_DAYS), monday + timedelta(days=2 * WEEK_DAYS - 1)


def windows_of(days: Iterable[date]) -> list[tuple[date, date]]:
    """The same for several days; windows that meet are one."""
    found: list[tuple[date, date]] = []
    for first, last in sorted(window_of(day) for day in days):
        if found and first <= found[-1][1] + _DAY:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def restitched(
    window: tuple[date, date], active: Collection[date], left: Streak | None, right: Streak | None
) -> list[Streak]:
    """The streaks that touch a window of whole weeks, given its days with a workout.

    `left` is the part before the window of a streak that goes on into it, `right` the part behind it of one that comes
    out of it. A window reaches a week beyond a change on both sides, so that neither part depends on the change.
    """
    first, last = window
    found = []
    for chain in _chains(first, last, active):
        worked = [day for day in chain if day in active]
        before = left if left is not None and chain[0] == first else None
        after = right if right is not None and chain[-1] == last else None
        days = len(worked) + sum(part.active_days for part in (before, after) if part is not None)
        if worked:
            found.append(
                Streak(
                    before.first if before is not None else worked[0],
                    after.last if after is not None else worked[-1],
                    days,
                )
            )
    return found


def _chains(first: date, last: date, active: Collection[date]) -> list[list[date]]:
    """Days that follow each other, each with a workout or frozen."""
    chains: list[list[date]] = [[]]
    has_frozen = False
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        has_frozen = has_frozen and day.weekday() != 0
        if day in active:
            chains[-1].append(day)
        elif has_frozen:
            chains.append([])
        else:
            has_frozen = True
            chains[-1].append(day)
    return [chain for chain in chains if chain]


def streaks_of(active: Collection[date]) -> list[Streak]:
    """Every streak of a history."""
    if not active:
        return []
    window = monday_of(min(active)), monday_of(max(active)) + timedelta(days=WEEK_DAYS - 1)
    return restitched(window, active, None, None)


def is_alive(streak: Streak, today: date, active_this_week: Collection[date]) -> bool:
    """Whether a workout today would go on with a streak, the last one of a rider, or has done so already."""
    missed = [streak.last + timedelta(days=offset) for offset in range(1, (today - streak.last).days)]
    if len(missed) > 2 * WEEK_DAYS:
        return False
    return all(_is_frozen(day, active_this_week) for day in missed)


def _is_frozen(day: date, active: Collection[date]) -> bool:
    """Whether a day without a workout is the first such day of its week."""
    monday = monday_of(day)
    return all(monday + timedelta(days=offset) in active for offset in range(day.weekday()))


def has_frozen_day(today: date, active: Collection[date]) -> bool:
    """Whether no day of this week was frozen before today."""
    return _is_frozen(today, active)
