"""Round numbers reached and next, and streaks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_workouts.domain.amounts import OLDEST, Span, end_of_month
from ctz_workouts.domain.milestones import LADDERS, Ladder, reached_and_next
from ctz_workouts.domain.streaks import WEEK_DAYS, Streak, has_frozen_day, is_alive, monday_of
from ctz_workouts.store.sums import SumStore

_AMOUNTS = [ladder.amount for ladder in LADDERS]


@dataclass(frozen=True, slots=True)
class Milestone:
    """A total with the round numbers around it."""

    ladder: Ladder
    total: float
    reached: int
    reached_day: date | None
    following: int


@dataclass(frozen=True, slots=True)
class Milestones:
    """Round numbers and streaks of a rider; `current` is none when the last streak is broken."""

    milestones: Sequence[Milestone]
    current: Streak | None
    longest: Streak | None
    has_frozen_day: bool
    is_active_today: bool
    first_day: date | None


def milestones(connection: sa.Connection, user_id: UUID, today: date) -> Milestones:
    """Put them together in seven statements."""
    sums = SumStore(connection, user_id)
    ever = sums.progress(Span.EVER, _AMOUNTS, [(OLDEST, OLDEST)])
    whole = ever[0] if ever else dict.fromkeys(_AMOUNTS, 0)
    goals = {}
    for ladder in LADDERS:
        reached, _ = reached_and_next(int(whole[ladder.amount]) / ladder.stored_per_unit, ladder.first)
        if reached:
            goals[ladder] = reached * ladder.stored_per_unit
    days = _reached_on(sums, goals)
    found = []
    for ladder in LADDERS:
        total = int(whole[ladder.amount]) / ladder.stored_per_unit
        reached, following = reached_and_next(total, ladder.first)
        found.append(Milestone(ladder, total, reached, days.get(ladder), following))
    streaks = sums.last_and_longest_streak()
    active = sums.active_days(monday_of(today) - timedelta(days=2 * WEEK_DAYS), today)
    last, longest = streaks if streaks is not None else (None, None)
    return Milestones(
        milestones=found,
        current=last if last is not None and is_alive(last, today, active) else None,
        longest=longest,
        has_frozen_day=has_frozen_day(today, active),
        is_active_today=today in active,
        first_day=sums.first_day(),
    )


def _reached_on(sums: SumStore, goals: Mapping[Ladder, int]) -> Mapping[Ladder, date]:
    """The days on which sums reached goals: the year of each, then its month, then the day; three statements."""
    search = _Search(dict(goals))
    search.narrow(sums.progress(Span.YEAR, _AMOUNTS, [(date.min, date.max)]), Span.EVER)
    search.narrow(sums.progress(Span.MONTH, _AMOUNTS, search.parts(_end_of_year)), Span.YEAR)
    search.narrow(sums.progress(Span.DAY, _AMOUNTS, search.parts(end_of_month)), Span.MONTH)
    return search.found


def _end_of_year(day: date) -> date:
    return day.replace(month=12, day=31)


@dataclass(slots=True)
class _Search:
    """Finds the spans in which sums pass goals, from wider to narrower ones."""

    left: dict[Ladder, int]
    """What of each goal the spans found so far must still bring."""
    found: dict[Ladder, date] = field(default_factory=dict)

    def parts(self, end: Callable[[date], date]) -> list[tuple[date, date]]:
        """The spans found, from their first to their last day."""
        return [(start, end(start)) for start in sorted(set(self.found.values()))]

    def narrow(self, rows: Sequence[Any], within: Span) -> None:
        """Find each goal among narrower spans, which lie in the spans found before."""
        self.found = {
            ladder: start for ladder in self.left if (start := self._passed(rows, ladder, within)) is not None
        }

    def _passed(self, rows: Sequence[Any], ladder: Ladder, within: Span) -> date | None:
        wider = self.found.get(ladder)
        for row in rows:
            start: date = row["start_date"]
            if wider is None or within.start(start) == wider:
                if row[ladder.amount] >= self.left[ladder]:
                    return start
                self.left[ladder] -= int(row[ladder.amount])
        return None
