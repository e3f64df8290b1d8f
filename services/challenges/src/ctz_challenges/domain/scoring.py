"""Points of one member in one challenge: a pure function of the rules and of what was done, in whatever order."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from ctz_challenges.domain.challenge import Challenge, Item, Mode, Role
from ctz_challenges.domain.facts import Done
from ctz_challenges.domain.scoring_amounts import awards, takes
from ctz_challenges.domain.scoring_lines import (
    ZERO,
    Decision,
    Line,
    Member,
    Reason,
    Score,
    WeekScore,
    exact,
    points_by_day,
)
from ctz_challenges.domain.scoring_matching import Match, best_matches, match_of


def score(challenge: Challenge, member: Member, facts: Collection[Done]) -> Score:
    """Score a member: every line with its reason, what became of each item, and the points of each week."""
    by_week = _facts_by_week(challenge, member, facts)
    lines: list[Line] = []
    decisions: list[Decision] = []
    weeks: list[WeekScore] = []
    for number in range(1, challenge.week_count + 1):
        week = _week(challenge, number, by_week.get(number, ()))
        earned = [line for done in week.facts for line in week.lines_of(done)]
        capped = [*earned, *week.over_cap(earned)]
        points = sum((line.points for line in capped), ZERO)
        lines += capped
        decisions += week.decisions()
        weeks.append(WeekScore(number, points, week.reached_at(earned)))
    if challenge.mode is Mode.TEAM:
        lines = [replace(line, team_id=member.team_on(line.day)) for line in lines]
    return Score(tuple(lines), tuple(decisions), tuple(weeks))


def possible_points(challenge: Challenge, week: int) -> Decimal:
    """Points that the core items and the bonus of a week can give, which is never more than the cap."""
    points = sum((_worth(challenge, item) for item in challenge.items if item.week == week), ZERO)
    return _capped(challenge, points)


def _capped(challenge: Challenge, points: Decimal) -> Decimal:
    cap = challenge.scoring.weekly_cap
    return points if cap is None else min(cap, points)


def _worth(challenge: Challenge, item: Item) -> Decimal:
    scoring = challenge.scoring
    return exact(scoring.core_points if item.role is Role.CORE else scoring.bonus_points)


def _facts_by_week(challenge: Challenge, member: Member, facts: Collection[Done]) -> Mapping[int, Sequence[Done]]:
    """What counts of the facts, by week: on days of the challenge, from the day on which the member's count begins."""
    weeks: dict[int, list[Done]] = {}
    for done in sorted(facts, key=lambda each: each.place):
        day = challenge.day_at(done.start_time)
        week = challenge.week_of(day)
        if week is not None and day >= member.join_date:
            weeks.setdefault(week, []).append(done)
    return weeks


def _week(challenge: Challenge, number: int, facts: Sequence[Done]) -> "_Week":
    of_week = [item for item in challenge.items if item.week == number]
    items = sorted(of_week, key=lambda item: (item.role is Role.BONUS, item.day, item.position, item.item_id))
    matches = {items[index].item_id: match for index, match in best_matches(items, facts).items()}
    return _Week(challenge, number, items, facts, matches)


@dataclass(frozen=True, slots=True)
class _Week:
    """One week: its items in order, what was done in it by start, and which of it does which item."""

    challenge: Challenge
    number: int
    items: Sequence[Item]
    facts: Sequence[Done]
    matches: Mapping[UUID, Match]

    def lines_of(self, done: Done) -> Sequence[Line]:
        """Every line that something done gives before the cap; at least one, where the challenge is about it."""
        day = self.challenge.day_at(done.start_time)
        lines = [
            *self._item_lines(done),
            *(
                Line(self.number, day, award.reason, award.points, done, None, award.amount, award.points_per_unit)
                for award in awards(self.challenge.kind, self.challenge.scoring.metric_rules, done)
            ),
        ]
        if not lines and takes(self.challenge.kind, done):
            return [Line(self.number, day, Reason.NOT_LISTED, ZERO, done)]
        return lines

    def decisions(self) -> Iterator[Decision]:
        """How each item stands; a bonus that waits is not done."""
        for item in self.items:
            match = self.matches.get(item.item_id)
            if match is None or self._waits(item):
                yield Decision(item.item_id)
            else:
                day = self.challenge.day_at(match.done.start_time)
                yield Decision(item.item_id, match.done, day, _worth(self.challenge, item))

    def over_cap(self, earned: Sequence[Line]) -> Iterator[Line]:
        """A negative line for each day that went over the week's cap: who reached it first keeps it, by day."""
        before = ZERO
        for day, points in sorted(points_by_day(earned).items()):
            kept = self._capped(before + points) - self._capped(before)
            if kept < points:
                yield Line(self.number, day, Reason.WEEKLY_CAP, kept - points)
            before += points

    def reached_at(self, earned: Sequence[Line]) -> datetime | None:
        """The start of what last added to the points of the week, which nothing does once the cap is reached."""
        given: dict[Done | None, Decimal] = {}
        for line in earned:
            given[line.done] = given.get(line.done, ZERO) + line.points
        reached, before = None, ZERO
        for done in self.facts:
            points = given.get(done, ZERO)
            if self._capped(before + points) > self._capped(before):
                reached = done.start_time
            before += points
        return reached

    def _item_lines(self, done: Done) -> Iterator[Line]:
        """The line of the item that this does, or of the first one that it would have done."""
        day = self.challenge.day_at(done.start_time)
        for item in self.items:
            match = self.matches.get(item.item_id)
            if match is not None and match.done == done:
                points = ZERO if self._waits(item) else _worth(self.challenge, item)
                yield Line(self.number, day, self._reason(item, match), points, done, item.item_id)
                return
        for item in self.items:
            if match_of(item, done) is not None:
                yield Line(self.number, day, Reason.ALREADY_DONE, ZERO, done, item.item_id)
                return

    def _reason(self, item: Item, match: Match) -> Reason:
        if item.role is Role.BONUS:
            return Reason.BONUS_WAITS if self._waits(item) else Reason.BONUS
        return Reason.CORE_ALTERNATIVE if match.is_alternative else Reason.CORE

    def _waits(self, item: Item) -> bool:
        """Whether an item is a bonus whose core is not done."""
        return item.role is Role.BONUS and any(
            other.role is Role.CORE and other.item_id not in self.matches for other in self.items
        )

    def _capped(self, points: Decimal) -> Decimal:
        return _capped(self.challenge, points)
