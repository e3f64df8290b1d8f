"""The plan on Today: what is next, the week as planned and as done."""

from collections.abc import Sequence
from datetime import date, timedelta

from ctz.common.v1 import activity_pb2
from ctz.plans.v1 import plans_pb2

from ctz_gateway.present import plan as words_of
from ctz_gateway.present.activities import activity_title, category_or_discipline, is_pelvic_floor, minutes
from ctz_gateway.viewmodels.common import Figure
from ctz_gateway.viewmodels.plan import NextUp, State
from ctz_gateway.viewmodels.training import DayTotal
from ctz_gateway.words import WEEKDAYS, WEEKDAYS_LONG, hours_minutes, thousands

TITLES = 2
# The state of a day is the one that asks most for a look.
WEIGHTS: dict[State, int] = {"miss": 4, "part": 3, "planned": 2, "subst": 1, "done": 1}


def _asks(item: plans_pb2.PlanItem) -> bool:
    return words_of.item_state(item) not in {"plain", "skip"}


def _is_small(item: plans_pb2.PlanItem) -> bool:
    return is_pelvic_floor(item.activity.discipline)


def day_totals(week: plans_pb2.PlanWeek, today: date) -> Sequence[DayTotal]:
    """Seven days: load done as a filled bar, load to come as an outlined one, both against the largest day."""
    loads = [(_done_load(day), _planned_load(day)) for day in week.days]
    largest = max((done + planned for done, planned in loads), default=0.0) or 1.0
    return [
        _day(day, done / largest, planned / largest, done, planned, today)
        for day, (done, planned) in zip(week.days, loads, strict=True)
    ]


def _done_load(day: plans_pb2.PlanDay) -> float:
    """Load of a day, each thing once although an own item and one of a challenge may share it."""
    done = {item.done.name: item.done.load for item in day.items if item.HasField("done")}
    return sum({**done, **{each.name: each.load for each in day.unplanned}}.values())


def _planned_load(day: plans_pb2.PlanDay) -> float:
    items = (item for item in day.items if words_of.item_state(item) == "planned")
    return sum(item.expected_load for item in items)


def _day(
    found: plans_pb2.PlanDay, done_share: float, planned_share: float, done: float, planned: float, today: date
) -> DayTotal:
    day = date.fromisoformat(found.date)
    state = _state(found)
    return DayTotal(
        weekday=WEEKDAYS[day.weekday()],
        day=str(day.day),
        is_today=day == today,
        is_future=day > today,
        load_text=thousands(done) if done else "",
        share=done_share,
        titles=_titles(found),
        planned_text=thousands(planned) if planned else "",
        planned_share=planned_share,
        state=state or "",
        state_text=words_of.STATE_WORDS[state] if state else "",
        icon=words_of.STATE_ICONS[state] if state else "",
    )


def _things(day: plans_pb2.PlanDay) -> tuple[Sequence[plans_pb2.PlanItem], Sequence[plans_pb2.DoneActivity]]:
    """What a day is about, planned and beside the plan: pelvic-floor work only where there is nothing else."""
    asked = [item for item in day.items if _asks(item)]
    large = [item for item in asked if not _is_small(item)]
    extra = [each for each in day.unplanned if not is_pelvic_floor(each.discipline)]
    return (large, extra) if large or extra else (asked, day.unplanned)


def _state(day: plans_pb2.PlanDay) -> State | None:
    items, _ = _things(day)
    return max((words_of.item_state(item) for item in items), key=lambda state: WEIGHTS[state], default=None)


def _titles(day: plans_pb2.PlanDay) -> Sequence[str]:
    items, extra = _things(day)
    every = [words_of.item_title(item) for item in items]
    every += [each.title or category_or_discipline(each.discipline) for each in extra]
    if not every and any(item.activity.kind == activity_pb2.ACTIVITY_KIND_REST for item in day.items):
        return ["Rest"]
    rest = len(every) - TITLES
    return every[:TITLES] + ([f"and {rest} more"] if rest > 0 else [])


def week_figures(totals: plans_pb2.WeekTotals) -> Sequence[Figure]:
    """Load, time and items: done of planned."""
    planned = totals.planned_load if totals.HasField("planned_load") else 0.0
    load = Figure("Load", None, reason="no load known yet")
    if totals.done_load or planned:
        load = Figure("Load", thousands(totals.done_load), f"of {thousands(planned)}" if planned else "")
    of_time = f"of {hours_minutes(totals.planned_seconds)}" if totals.planned_seconds else "h"
    figures = [load, Figure("Time", hours_minutes(totals.done_seconds), of_time)]
    if totals.planned_count:
        figures.append(Figure("Done", str(totals.done_count), f"of {totals.planned_count}"))
    return figures


def next_up(weeks: Sequence[plans_pb2.PlanWeek], today: date) -> NextUp | None:
    """The first thing that is to come, and the first pelvic-floor one of today beside it."""
    days = [day for week in weeks for day in week.days if date.fromisoformat(day.date) >= today]
    to_come = [item for day in days for item in day.items if _asks(item) and words_of.item_state(item) == "planned"]
    large = next((item for item in to_come if not _is_small(item)), None)
    small = next((item for item in to_come if _is_small(item) and item.date == today.isoformat()), None)
    if large is None and small is None:
        return None
    return NextUp(
        title=words_of.item_title(large) if large else "",
        when=_when(date.fromisoformat(large.date), today) if large else "",
        facts=_facts(large) if large else (),
        url=words_of.item_url(large) if large else "",
        play_url=f"/player/{large.activity.routine}" if large and large.activity.routine else "",
        small_title=_small_title(small) if small else "",
        small_url=f"/player/{small.activity.routine}" if small and small.activity.routine else "",
        is_challenge=large is not None and not words_of.is_own(large),
    )


def _small_title(item: plans_pb2.PlanItem) -> str:
    length = minutes(item.activity.duration_seconds)
    return f"{activity_title(item.activity)}, {length} min" if length else activity_title(item.activity)


def _when(day: date, today: date) -> str:
    near = {today: "today", today + timedelta(days=1): "tomorrow"}
    return near.get(day) or f"on {WEEKDAYS_LONG[day.weekday()]}"


def _facts(item: plans_pb2.PlanItem) -> Sequence[str]:
    facts = [category_or_discipline(item.activity.discipline)]
    if item.activity.duration_seconds:
        facts.append(f"{minutes(item.activity.duration_seconds)} min")
    if item.HasField("expected_load"):
        facts.append(f"load about {thousands(item.expected_load)}")
    if item.origin == plans_pb2.ITEM_ORIGIN_CHALLENGE:
        facts.append("for a challenge")
    return [fact for fact in facts if fact]
