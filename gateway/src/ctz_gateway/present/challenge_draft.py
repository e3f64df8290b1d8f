"""The builder's form as typed, and its rows added, copied and taken away."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

T = TypeVar("T")
MAX_ALTERNATIVES = 5
MAX_RULES = 8
MAX_WEEKS = 26
CORE, BONUS = "core", "bonus"


@dataclass(frozen=True, slots=True)
class ActivityDraft:
    """Something that counts, as typed: `what` is `t:` and a type, `d:` and a discipline, `r:` and a routine, or `c`."""

    what: str = "t:power_zone_endurance"
    minutes: str = "45"
    title: str = ""
    class_ref: str = ""
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """An item of the schedule, as typed."""

    week: int
    role: str
    day: str = "0"
    name: str = ""
    activity: ActivityDraft = field(default_factory=ActivityDraft)
    alternatives: tuple[ActivityDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule for amounts, as typed."""

    metric: str = "minutes"
    per: str = "1"
    without: str = ""
    disciplines: tuple[str, ...] = ()
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """The whole form as typed."""

    given: dict[str, str]
    rules: tuple[RuleDraft, ...] = ()
    items: tuple[ItemDraft, ...] = ()


def changed(draft: Draft, act: str) -> Draft:
    """The form after one of its buttons; one that is about no row, such as `weeks`, changes none.

    `core:2` and `bonus:2` add to a week, `copy:2` copies it into the next, `drop:3` takes an item away, `alt:3` and
    `noalt:3:0` are about its alternatives, `rule` and `norule:1` about the rules for amounts.
    """
    verb, *parts = act.split(":")
    numbers = [int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < len("1000")]
    if verb == "rule" and len(draft.rules) < MAX_RULES:
        return replace(draft, rules=(*draft.rules, RuleDraft(is_new=True)))
    if not numbers:
        return draft
    first = numbers[0]
    if verb == "norule":
        return replace(draft, rules=_without(draft.rules, first))
    if verb in {CORE, BONUS}:
        return _added(draft, verb, first)
    if verb == "copy":
        return _copied(draft, first)
    return _item_changed(draft, verb, first, numbers[1:])


def _item_changed(draft: Draft, verb: str, number: int, further: Sequence[int]) -> Draft:
    if number >= len(draft.items):
        return draft
    item = draft.items[number]
    if verb == "drop":
        return replace(draft, items=_without(draft.items, number))
    if verb == "alt" and len(item.alternatives) < MAX_ALTERNATIVES:
        item = replace(item, alternatives=(*item.alternatives, replace(item.activity, title="", is_new=True)))
    if verb == "noalt" and further:
        item = replace(item, alternatives=_without(item.alternatives, further[0]))
    return replace(draft, items=(*draft.items[:number], item, *draft.items[number + 1 :]))


def _without(rows: tuple[T, ...], number: int) -> tuple[T, ...]:
    return (*rows[:number], *rows[number + 1 :])


def _added(draft: Draft, role: str, week: int) -> Draft:
    """One item more, on the day after the last of its week."""
    days = [int(item.day) for item in draft.items if item.week == week and item.day.isdecimal()]
    day = str(min(max(days, default=-1) + 1, 6))
    added = ItemDraft(week=week, role=role, day=day, activity=ActivityDraft(is_new=True))
    return replace(draft, items=(*draft.items, added))


def _copied(draft: Draft, week: int) -> Draft:
    """The items of a week once more in the next one, behind what is there."""
    copies = [replace(item, week=week + 1, name="") for item in draft.items if item.week == week]
    return replace(draft, items=(*draft.items, *copies))
