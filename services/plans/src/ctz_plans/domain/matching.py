"""Which item of a week is done by what: a pure function of the items, of what was done, and of the rider's own word.

Nothing of it is stored, so it cannot depend on the order in which anything arrived. One thing that was done satisfies
at most one item. The rider's word wins and lasts; what it took is gone for every other item, in other weeks too. A
word about something that is no longer there sleeps: the item goes back to matching until it is there again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from uuid import UUID

from ctz_plans.domain.activity import Activity, Fact, Kind
from ctz_plans.domain.assignment import heaviest
from ctz_plans.domain.item import Decision, Item
from ctz_plans.domain.week import DAYS, Week

DONE_SHARE, LONGER_SHARE = 0.90, 1.10
"""From this share of the planned length on it is done; beyond the other it is something else."""

ANY_DISCIPLINE_TYPES = frozenset({"pilates", "barre", "mobility", "breathwork"})
"""Types that say enough alone: the source files them under changing disciplines, the library under their own."""

ACCESSORY_TYPES = frozenset({"warm_up", "cool_down"})
"""What goes before or after a class, and stands in for none."""

_LONGEST_DIFFERENCE = 24 * 60 * 60


class State(StrEnum):
    """How an item stands; items that ask for nothing have no state."""

    NONE = ""
    PLANNED = "planned"
    DONE = "done"
    PARTIAL = "partial"
    SUBSTITUTED = "substituted"
    MISSED = "missed"
    SKIPPED = "skipped"


class Fit(IntEnum):
    """How well something fits an item, best first; the better fit is preferred whatever it costs the worse ones."""

    EXACT = 0
    TYPE_AND_LENGTH = 1
    TYPE = 2
    DISCIPLINE_AND_LENGTH = 3
    DISCIPLINE = 4


@dataclass(frozen=True, slots=True)
class Standing:
    """How an item stands, by what, and whether the rider said so."""

    state: State
    fact: Fact | None = None
    is_decided: bool = False


@dataclass(frozen=True, slots=True)
class WeekMatch:
    """The standing of each item, and what was done without being planned, oldest first."""

    standings: Mapping[UUID, Standing]
    unplanned: Sequence[Fact]


def match_week(week: Week, items: Iterable[Item], facts: Iterable[Fact], today: date) -> WeekMatch:
    """Match the items of a week; facts of other weeks serve only the rider's own word."""
    inside = [item for item in items if item.day in week]
    ordered = sorted(inside, key=lambda item: (item.day, item.position, item.item_id))
    known = {fact.ref: fact for fact in facts}
    standings = {item.item_id: said for item in ordered if (said := _own_word(item, known, today)) is not None}
    spoken_for = {said.fact.ref for said in standings.values() if said.fact is not None}
    free = sorted(
        (fact for fact in known.values() if fact.day in week and fact.taken_by is None and fact.ref not in spoken_for),
        key=lambda fact: (fact.day, fact.start_time, fact.ref),
    )
    left = [item for item in ordered if item.item_id not in standings]
    found = _best(left, free)
    for number, item in enumerate(left):
        fact = free[found[number]] if number in found else None
        state = _to_come(item, today) if fact is None else outcome(item.activity, fact)
        standings[item.item_id] = Standing(state, fact)
    matched = set(found.values())
    return WeekMatch(standings, [fact for number, fact in enumerate(free) if number not in matched])


def fit_of(item: Item, fact: Fact) -> Fit | None:
    """How well something of the same week fits an item; none when it does not."""
    wanted = item.activity
    if _is_exact(wanted, fact):
        return Fit.EXACT
    is_length = _length_state(wanted.duration_seconds, fact.done_seconds) is State.DONE
    if _is_same_type(wanted, fact):
        return Fit.TYPE_AND_LENGTH if is_length else Fit.TYPE
    if item.day != fact.day or not _is_same_discipline(wanted, fact):
        return None
    if wanted.kind is Kind.DISCIPLINE:
        return Fit.DISCIPLINE_AND_LENGTH if is_length else Fit.DISCIPLINE
    return None if fact.class_type in ACCESSORY_TYPES else Fit.DISCIPLINE


def outcome(wanted: Activity, fact: Fact) -> State:
    """How an item stands that this counts for, whichever way it came to count."""
    if _is_exact(wanted, fact):
        planned = wanted.duration_seconds or fact.whole_seconds or 0
        is_short = _length_state(planned, fact.done_seconds) is State.PARTIAL
        return State.PARTIAL if is_short else State.DONE
    is_what_was_asked = _is_same_type(wanted, fact) or (
        wanted.kind is Kind.DISCIPLINE and _is_same_discipline(wanted, fact)
    )
    return _length_state(wanted.duration_seconds, fact.done_seconds) if is_what_was_asked else State.SUBSTITUTED


def _own_word(item: Item, known: Mapping[str, Fact], today: date) -> Standing | None:
    """The standing by the rider's word, or by the item asking for nothing; none where matching has to find it."""
    if not item.activity.asks:
        return Standing(State.NONE)
    if item.decision is Decision.NONE:
        return None
    if item.decision is Decision.COUNTS:
        fact = known.get(item.decided_ref)
        return None if fact is None else Standing(outcome(item.activity, fact), fact, is_decided=True)
    states = {Decision.DONE: State.DONE, Decision.SKIPPED: State.SKIPPED}
    return Standing(states.get(item.decision) or _to_come(item, today), is_decided=True)


def _to_come(item: Item, today: date) -> State:
    return State.MISSED if item.day < today else State.PLANNED


def _is_exact(wanted: Activity, fact: Fact) -> bool:
    if wanted.kind is Kind.CLASS:
        return wanted.class_id == fact.class_id
    return wanted.kind is Kind.ROUTINE and wanted.routine == fact.practice


def _is_same_type(wanted: Activity, fact: Fact) -> bool:
    if not wanted.class_type or wanted.class_type != fact.class_type:
        return False
    return wanted.class_type in ANY_DISCIPLINE_TYPES or not wanted.discipline or _is_same_discipline(wanted, fact)


def _is_same_discipline(wanted: Activity, fact: Fact) -> bool:
    return wanted.discipline != "" and wanted.discipline == fact.discipline


def _length_state(planned_seconds: int, done_seconds: int | None) -> State:
    """How a length stands against the plan; without either it is as planned."""
    if not planned_seconds or done_seconds is None or DONE_SHARE <= done_seconds / planned_seconds <= LONGER_SHARE:
        return State.DONE
    return State.PARTIAL if done_seconds < planned_seconds else State.SUBSTITUTED


def _best(items: Sequence[Item], facts: Sequence[Fact]) -> dict[int, int]:
    """The fact of each item, by their numbers, in the best assignment of all.

    Of two assignments the better one has more exact fits; with as many, more of the next kind of fit, and so on; then
    fewer days between plan and deed in all; then less difference of length in all; then the earlier fact for the first
    item in which they differ. That order has no ties, so the weights below make exactly one assignment the heaviest.
    """
    fits = {
        (row, column): fit
        for row, item in enumerate(items)
        for column, fact in enumerate(facts)
        if (fit := fit_of(item, fact)) is not None
    }
    most = min(len(items), len(facts))
    order = len(facts) + 1
    for_length = order ** len(items)
    for_days = for_length * (most * _LONGEST_DIFFERENCE + 1)
    for_fit = for_days * (most * (DAYS - 1) + 1)
    weights = {
        (row, column): for_fit * (most + 1) ** (Fit.DISCIPLINE - fit)
        - for_days * abs((items[row].day - facts[column].day).days)
        - for_length * _difference(items[row].activity, facts[column])
        + (len(facts) - column) * order ** (len(items) - 1 - row)
        for (row, column), fit in fits.items()
    }
    return heaviest(len(items), len(facts), weights)


def _difference(wanted: Activity, fact: Fact) -> int:
    if not wanted.duration_seconds or fact.done_seconds is None:
        return 0
    return min(abs(wanted.duration_seconds - fact.done_seconds), _LONGEST_DIFFERENCE)
