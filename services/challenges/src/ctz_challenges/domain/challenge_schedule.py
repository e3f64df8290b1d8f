"""The schedule of a challenge as an administrator sends it: activities and items, checked."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from ctz_challenges.domain.challenge import DAYS_OF_WEEK, Activity, ActivityKind, Item, Role
from ctz_challenges.domain.errors import InvalidField
from ctz_challenges.domain.text import checked_line

MAX_WEEK_ITEMS = 14
MAX_ALTERNATIVES = 5
MAX_ACTIVITY_TITLE_LENGTH = 200
MAX_DURATION_SECONDS = 6 * 3_600
WORD = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
"""Disciplines and types of classes, as their sources write them."""
_CLASS_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_ROUTINE = re.compile(r"(routines|exercises)/[A-Za-z0-9_-]{1,64}", re.ASCII)
_ROLES = (Role.CORE, Role.BONUS)


@dataclass(frozen=True, slots=True)
class WishedItem:
    """An item as it was sent; `item_id` is None for a new one."""

    item_id: UUID | None
    week: int
    day: int
    role: Role
    activity: Activity
    alternatives: tuple[Activity, ...] = ()


def checked_schedule(
    wished: Sequence[WishedItem],
    start: date,
    end: date,
    *,
    known: frozenset[UUID] = frozenset(),
    new_id: Callable[[], UUID],
) -> tuple[Item, ...]:
    """Return the items in the order of their weeks, core before bonus, by day and then as they were sent."""
    _check_ids(wished, known)
    _check_count(wished)
    items = [_checked_item(f"items[{index}]", each, start, end, new_id) for index, each in enumerate(wished)]
    items.sort(key=lambda item: (item.week, _ROLES.index(item.role), item.day))
    seen: Counter[int] = Counter()
    placed = []
    for item in items:
        placed.append(replace(item, position=seen[item.week]))
        seen[item.week] += 1
    return tuple(placed)


def checked_activity(field: str, given: Activity) -> Activity:
    """Return an activity with nothing but the fields that its kind has."""
    title = checked_line(f"{field}.title", given.title, MAX_ACTIVITY_TITLE_LENGTH, shortest=0)
    discipline = _word(f"{field}.discipline", given.discipline)
    class_type = _word(f"{field}.class_type", given.class_type)
    if not 0 <= given.duration_seconds <= MAX_DURATION_SECONDS:
        raise InvalidField(f"{field}.duration_seconds", f"Enter at most {MAX_DURATION_SECONDS} seconds, or 0.")
    plain = Activity(given.kind, title, discipline=discipline, duration_seconds=given.duration_seconds)
    match given.kind:
        case ActivityKind.CLASS:
            _require(_CLASS_ID.fullmatch(given.class_id), f"{field}.class_id", "Choose a class.")
            return replace(plain, class_id=given.class_id, class_type=class_type)
        case ActivityKind.CLASS_TYPE:
            _require(class_type, f"{field}.class_type", "Choose a type of class.")
            return replace(plain, class_type=class_type)
        case ActivityKind.ROUTINE:
            _require(_ROUTINE.fullmatch(given.routine), f"{field}.routine", "Choose a routine or an exercise.")
            return replace(plain, routine=given.routine)
        case ActivityKind.DISCIPLINE:
            _require(discipline, f"{field}.discipline", "Choose a discipline.")
            return plain


def _check_ids(wished: Sequence[WishedItem], known: frozenset[UUID]) -> None:
    seen: set[UUID] = set()
    for index, item in enumerate(wished):
        if item.item_id is None:
            continue
        if item.item_id not in known:
            raise InvalidField(
                f"items[{index}].name", "This is no item of the challenge; leave it empty for a new one."
            )
        if item.item_id in seen:
            raise InvalidField(f"items[{index}].name", "This item is here twice.")
        seen.add(item.item_id)


def _check_count(wished: Sequence[WishedItem]) -> None:
    for week, count in Counter(item.week for item in wished).items():
        if count > MAX_WEEK_ITEMS:
            raise InvalidField("items", f"Week {week} has {count} items; {MAX_WEEK_ITEMS} are the most.")


def _checked_item(field: str, wished: WishedItem, start: date, end: date, new_id: Callable[[], UUID]) -> Item:
    weeks = (end - start).days // DAYS_OF_WEEK + 1
    if not 1 <= wished.week <= weeks:
        raise InvalidField(f"{field}.week", f"Choose a week from 1 to {weeks}.")
    if not 0 <= wished.day < DAYS_OF_WEEK:
        raise InvalidField(f"{field}.day", "Choose a day from 0 to 6.")
    if start + timedelta(days=DAYS_OF_WEEK * (wished.week - 1) + wished.day) > end:
        raise InvalidField(f"{field}.day", "This day lies behind the end of the challenge.")
    if len(wished.alternatives) > MAX_ALTERNATIVES:
        raise InvalidField(f"{field}.alternatives", f"Give {MAX_ALTERNATIVES} alternatives at most.")
    return Item(
        item_id=wished.item_id or new_id(),
        week=wished.week,
        day=wished.day,
        role=wished.role,
        position=0,
        activity=checked_activity(f"{field}.activity", wished.activity),
        alternatives=tuple(
            checked_activity(f"{field}.alternatives[{index}]", each) for index, each in enumerate(wished.alternatives)
        ),
    )


def _word(field: str, given: str) -> str:
    _require(not given or WORD.fullmatch(given), field, "Use the word of the source, such as cycling or power_zone.")
    return given


def _require(is_given: object, field: str, description: str) -> None:
    if not is_given:
        raise InvalidField(field, description)
