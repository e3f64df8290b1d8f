"""A rider's weeks as they are shown: items with how they stand, what was done unplanned, and totals."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from ctz_plans.domain.activity import Activity, Fact
from ctz_plans.domain.item import ChallengeItem, Item
from ctz_plans.domain.matching import Standing, State, WeekMatch, match_week
from ctz_plans.domain.week import Week

ZONES = 7
SECONDS_PER_HOUR = 3600
MET = frozenset({State.DONE, State.PARTIAL, State.SUBSTITUTED})
ASKING_NOTHING = frozenset({State.NONE, State.SKIPPED})


@dataclass(frozen=True, slots=True)
class TypicalLoads:
    """Median load per hour of what the rider did: of a discipline and type, of a discipline, of a type."""

    of_both: Mapping[tuple[str, str], float]
    of_discipline: Mapping[str, float]
    of_type: Mapping[str, float]

    def expected(self, activity: Activity) -> float | None:
        """The load that an activity is expected to bring; None without a length or without anything to go by."""
        if not activity.asks or not activity.duration_seconds:
            return None
        candidates = (
            self.of_both.get((activity.discipline, activity.class_type)) if activity.class_type else None,
            self.of_type.get(activity.class_type) if activity.class_type and not activity.discipline else None,
            self.of_discipline.get(activity.discipline),
        )
        per_hour = next((known for known in candidates if known is not None), None)
        return None if per_hour is None else per_hour * activity.duration_seconds / SECONDS_PER_HOUR


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a day, in its place, with how it stands.

    One that goes along is done by what does another one: it brings no time and no load of its own.
    """

    item: Item | ChallengeItem
    position: int
    standing: Standing
    expected_load: float | None
    goes_along: bool = False

    @property
    def known_load(self) -> float | None:
        """The load that it brought, as far as that is known, or is expected to bring."""
        fact = self.standing.fact
        return fact.load if fact is not None and fact.load is not None else self.expected_load


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of a week; `planned_load` is None when nothing is known of any item."""

    planned_count: int
    done_count: int
    planned_seconds: int
    done_seconds: int
    planned_load: float | None
    done_load: float
    zone_seconds: tuple[int, ...]
    pelvic_floor_days: int


@dataclass(frozen=True, slots=True)
class ShownWeek:
    """One week: its lines and what was done unplanned, both by day, and totals."""

    week: Week
    lines: Mapping[date, Sequence[Line]]
    unplanned: Mapping[date, Sequence[Fact]]
    totals: Totals


def show_week(
    week: Week,
    items: Iterable[Item],
    challenge_items: Sequence[ChallengeItem],
    facts: Sequence[Fact],
    loads: TypicalLoads,
    today: date,
) -> ShownWeek:
    """Put a week together; of items and facts only those of the week count, save what the rider counted for an item.

    Items of challenges around the week tell what in it was done for them.
    """
    own = sorted((one for one in items if one.day in week), key=lambda one: (one.day, one.position, one.item_id))
    asked = sorted(
        (one for one in challenge_items if one.day in week), key=lambda one: (one.day, one.challenge_id, one.place)
    )
    match = match_week(week, own, facts, today)
    known = {fact.ref: fact for fact in facts}
    lines = _lines(own, asked, match, known, loads, today)
    # What serves a challenge was planned, by the challenge.
    asked_for = {one.done_ref for one in challenge_items if one.is_done}
    unplanned = [fact for fact in match.unplanned if fact.ref not in asked_for]
    return ShownWeek(
        week=week,
        lines={day: list(found) for day, found in groupby(lines, key=attrgetter("item.day"))},
        unplanned={day: list(found) for day, found in groupby(unplanned, key=attrgetter("day"))},
        totals=_totals(lines, [fact for fact in facts if fact.day in week]),
    )


def _lines(
    own: Sequence[Item],
    asked: Sequence[ChallengeItem],
    match: WeekMatch,
    known: Mapping[str, Fact],
    loads: TypicalLoads,
    today: date,
) -> list[Line]:
    """Items by day, own ones first, with positions without gaps."""
    standings: list[tuple[Item | ChallengeItem, Standing]] = [(one, match.standings[one.item_id]) for one in own]
    standings += [(one, _challenge_standing(one, known, today)) for one in asked]
    along = _going_along(standings)
    lines: list[Line] = []
    for one, standing in sorted(standings, key=lambda pair: pair[0].day):
        position = lines[-1].position + 1 if lines and lines[-1].item.day == one.day else 0
        goes_along = one.item_id in along
        expected = None if goes_along else loads.expected(one.activity)
        lines.append(Line(one, position, standing, expected, goes_along))
    return lines


def _going_along(standings: Iterable[tuple[Item | ChallengeItem, Standing]]) -> set[UUID]:
    """Items of challenges that go along with an item before them, of the rider's own or of another challenge.

    What was done once is one ride, and so is what is asked for in the same words: it will serve all that ask for it.
    """
    along: set[UUID] = set()
    served: set[tuple[Hashable, int]] = set()
    asked: Counter[tuple[Hashable, UUID | None]] = Counter()
    for one, standing in standings:
        if standing.state in ASKING_NOTHING:
            continue
        deed = standing.fact.ref if standing.fact is not None else replace(one.activity, title="")
        who = one.challenge_id if isinstance(one, ChallengeItem) else None
        asked[deed, who] += 1
        time = deed, asked[deed, who]
        if time in served:
            along.add(one.item_id)
        served.add(time)
    return along


def _challenge_standing(asked: ChallengeItem, known: Mapping[str, Fact], today: date) -> Standing:
    """How it stands by the word of challenges; until its last day it may still be done."""
    if not asked.activity.asks:
        return Standing(State.NONE)
    if asked.is_done:
        return Standing(State.DONE, known.get(asked.done_ref))
    return Standing(State.MISSED if asked.last_day < today else State.PLANNED)


def _totals(lines: Sequence[Line], done: Sequence[Fact]) -> Totals:
    """What the rider left out is no longer planned; what was done is counted whether planned or not."""
    planned = [line for line in lines if line.standing.state not in ASKING_NOTHING]
    apart = [line for line in planned if not line.goes_along]
    loads = [line.known_load for line in apart if line.known_load is not None]
    zones = [fact.zone_seconds for fact in done if fact.zone_seconds]
    return Totals(
        planned_count=len(planned),
        done_count=sum(line.standing.state in MET for line in planned),
        planned_seconds=sum(line.item.activity.duration_seconds for line in apart),
        done_seconds=sum(fact.done_seconds or 0 for fact in done),
        planned_load=sum(loads) if loads else None,
        done_load=sum(fact.load or 0.0 for fact in done),
        zone_seconds=tuple(sum(seconds) for seconds in zip(*zones, strict=True)) if zones else (0,) * ZONES,
        pelvic_floor_days=len({fact.day for fact in done if fact.is_pelvic_floor}),
    )
