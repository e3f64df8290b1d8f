"""The demo's weeks beside what the simulator's rows must have ticked in them, found by trying every way."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Final

from ctz.plans.v1 import plans_pb2 as pb

from ctz_local.check.facts import Facts
from ctz_local.check.journey import Journey
from ctz_local.check.report import CheckReport
from ctz_local.check.tools import Tool
from ctz_local.demo_plan import REPETITIONS, first_day

_TYPES: Final = (
    ("power_zone_endurance", re.compile(r"\bPower Zone Endurance\b", re.IGNORECASE)),
    ("power_zone_max", re.compile(r"\bPower Zone Max\b", re.IGNORECASE)),
    ("power_zone", re.compile(r"\bPower Zone\b(?!.*\bFTP\b)", re.IGNORECASE)),
)
_AROUND_A_CLASS: Final = re.compile(r"\b(Warm.?Up|Cool.?Down)\b", re.IGNORECASE)
_SHORTEST, _LONGEST = 0.9, 1.1
States = tuple[str, ...]
"""The states of a week's items, sorted."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item of the template: its day, the type of class, the length."""

    day: date
    class_type: str
    seconds: int


def compare_weeks(tool: Tool, journey: Journey, ends_on: date, held: Sequence[Facts], report: CheckReport) -> None:
    """Hold the states of the template's items, week by week, against every best way to tick them."""
    today = datetime.now(UTC).date()
    begin = first_day(ends_on) - timedelta(days=first_day(ends_on).weekday())

    def differing() -> list[str]:
        weeks = tool.weeks(begin, REPETITIONS + 1, today)
        return [told for week in weeks if (told := _difference(week, held, today))]

    report.figures["ticks_seconds"] = round(journey.wait(lambda: not differing()), 1)
    for told in differing():
        report.say_differing(told)
    items = [item for week in tool.weeks(begin, REPETITIONS + 1, today) for item in _items(week)]
    report.figures["items_compared"] = len(items)
    report.figures["items_ticked"] = sum(item.HasField("done") for item in items)
    if not report.figures["items_ticked"]:
        report.say_differing("the plan: nothing is ticked, so nothing was compared")


def expected_states(wanted: Sequence[Wanted], held: Sequence[Facts], monday: date, today: date) -> set[States]:
    """Return the states that the items of a week may have: one set of states for each of the best assignments."""
    inside = [one for one in held if one.day and monday <= date.fromisoformat(one.day) <= monday + timedelta(days=6)]
    best: tuple[tuple[int, ...], int, int] | None = None
    found: set[States] = set()
    for chosen in product([None, *inside], repeat=len(wanted)):
        used = [one.source_id for one in chosen if one is not None]
        if len(used) != len(set(used)):
            continue
        fits = [None if one is None else _fit(item, one) for item, one in zip(wanted, chosen, strict=True)]
        if any(fit is None and one is not None for fit, one in zip(fits, chosen, strict=True)):
            continue
        worth = _worth(wanted, chosen, fits)
        if best is None or worth > best:
            best, found = worth, set()
        if worth == best:
            found.add(tuple(sorted(_states(wanted, chosen, fits, today))))
    return found


def _difference(week: pb.PlanWeek, held: Sequence[Facts], today: date) -> str:
    items = _items(week)
    wanted = [
        Wanted(date.fromisoformat(item.date), item.activity.class_type, item.activity.duration_seconds)
        for item in items
    ]
    shown = tuple(sorted(pb.ItemState.Name(item.state).removeprefix("ITEM_STATE_").lower() for item in items))
    expected = expected_states(wanted, held, date.fromisoformat(week.start_date), today)
    return "" if shown in expected else f"the week of {week.start_date}: {shown}, must be one of {sorted(expected)}"


def _items(week: pb.PlanWeek) -> list[pb.PlanItem]:
    own = pb.ITEM_ORIGIN_TEMPLATE
    return [item for day in week.days for item in day.items if item.origin == own and item.activity.class_type]


def _fit(item: Wanted, one: Facts) -> int | None:
    """Return how good a fit is: 0 type and length, 1 type, 2 another ride on the day; None where it is none."""
    if one.discipline != "cycling":
        return None
    if item.class_type == _type_of(one):
        return 0 if _SHORTEST <= (one.reported_seconds or item.seconds) / item.seconds <= _LONGEST else 1
    is_its_day = one.day == item.day.isoformat()
    return 2 if is_its_day and not _AROUND_A_CLASS.search(one.title) else None


def _type_of(one: Facts) -> str:
    return next((name for name, pattern in _TYPES if pattern.search(one.title)), "")


def _worth(
    wanted: Sequence[Wanted], chosen: Sequence[Facts | None], fits: Sequence[int | None]
) -> tuple[tuple[int, ...], int, int]:
    pairs = [(item, one) for item, one in zip(wanted, chosen, strict=True) if one is not None]
    days = sum(abs((date.fromisoformat(one.day or "") - item.day).days) for item, one in pairs)
    length = sum(abs((one.reported_seconds or item.seconds) - item.seconds) for item, one in pairs)
    return tuple(fits.count(fit) for fit in (0, 1, 2)), -days, -length


def _states(
    wanted: Sequence[Wanted], chosen: Sequence[Facts | None], fits: Sequence[int | None], today: date
) -> Iterator[str]:
    for item, one, fit in zip(wanted, chosen, fits, strict=True):
        if one is None:
            yield "missed" if item.day < today else "planned"
        elif fit == 1:
            yield "partial" if (one.reported_seconds or 0) < item.seconds else "substituted"
        else:
            yield "substituted" if fit else "done"
