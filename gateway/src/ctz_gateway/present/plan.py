"""The rider's weeks in words: items with their state, days, totals."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from ctz.common.v1 import activity_pb2
from ctz.plans.v1 import plans_pb2

from ctz_gateway.present.activities import (
    activity_title,
    asked_title,
    category_or_discipline,
    is_pelvic_floor,
    minutes,
)
from ctz_gateway.viewmodels.plan import Day, Item, Program, State, Totals, Week
from ctz_gateway.words import WEEKDAYS, full_day, hours_minutes, plural, span, thousands

WEEK = timedelta(days=7)
STATES: Mapping[int, State] = {
    plans_pb2.ITEM_STATE_PLANNED: "planned",
    plans_pb2.ITEM_STATE_DONE: "done",
    plans_pb2.ITEM_STATE_PARTIAL: "part",
    plans_pb2.ITEM_STATE_SUBSTITUTED: "subst",
    plans_pb2.ITEM_STATE_MISSED: "miss",
    plans_pb2.ITEM_STATE_SKIPPED: "skip",
}
STATE_WORDS: Mapping[State, str] = {
    "planned": "planned",
    "done": "done",
    "part": "partly",
    "subst": "substituted",
    "miss": "missed",
    "skip": "left out",
    "extra": "not planned",
    "plain": "",
}
STATE_ICONS: Mapping[State, str] = {
    "planned": "todo",
    "done": "done",
    "part": "part",
    "subst": "swap",
    "miss": "miss",
    "skip": "skip",
    "extra": "plus",
    "plain": "note",
}
PLAIN = frozenset({activity_pb2.ACTIVITY_KIND_NOTE, activity_pb2.ACTIVITY_KIND_REST})
QUIET_SECONDS = 600


def item_state(item: plans_pb2.PlanItem) -> State:
    """How an item stands; notes and rest have no state."""
    return "plain" if item.activity.kind in PLAIN else STATES.get(item.state, "planned")


def item_icon(item: plans_pb2.PlanItem) -> str:
    """The icon beside an item."""
    if item.activity.kind == activity_pb2.ACTIVITY_KIND_REST:
        return "moon"
    state = item_state(item)
    if state == "planned" and item.activity.kind == activity_pb2.ACTIVITY_KIND_ROUTINE:
        return "exercise"
    return STATE_ICONS[state]


def item_url(item: plans_pb2.PlanItem) -> str:
    """The page of an item; one of a challenge leads to the challenge."""
    if item.origin == plans_pb2.ITEM_ORIGIN_CHALLENGE:
        return f"/{item.challenge}" if item.challenge else "/challenges"
    return f"/plan/items/{item_id(item)}?day={item.date}"


def item_id(item: plans_pb2.PlanItem) -> str:
    """The id in an item's name."""
    return item.name.partition("/")[2]


def is_own(item: plans_pb2.PlanItem) -> bool:
    """Whether the rider may move and change it."""
    return item.origin != plans_pb2.ITEM_ORIGIN_CHALLENGE


def item_title(item: plans_pb2.PlanItem) -> str:
    """What the item is called: as its challenge calls it, or by what it asks for."""
    return activity_title(item.activity) if is_own(item) else asked_title(item.activity)


def item(found: plans_pb2.PlanItem) -> Item:
    """One item of a day."""
    state = item_state(found)
    private = is_pelvic_floor(found.activity.discipline)
    return Item(
        id=item_id(found),
        title=item_title(found),
        note=_note(found, state),
        state=state,
        state_text=STATE_WORDS[state],
        icon=item_icon(found),
        url=item_url(found),
        is_quiet=state == "plain" or _is_short_routine(found.activity, private=private),
        is_private=private,
        is_challenge=not is_own(found),
        is_decided=found.is_decided,
        can_move=is_own(found),
        revision=found.revision,
        zone_seconds=tuple(found.done.zone_seconds) if found.HasField("done") else (),
        load_text=_load(found, state),
    )


def _is_short_routine(activity: activity_pb2.Activity, *, private: bool) -> bool:
    is_routine = activity.kind == activity_pb2.ACTIVITY_KIND_ROUTINE
    return is_routine and (private or activity.duration_seconds <= QUIET_SECONDS)


def _load(found: plans_pb2.PlanItem, state: State) -> str:
    if found.HasField("done"):
        return thousands(found.done.load) if found.done.HasField("load") else ""
    if state == "planned" and found.HasField("expected_load"):
        return thousands(found.expected_load)
    return ""


def _note(found: plans_pb2.PlanItem, state: State) -> str:
    if state in {"plain", "miss", "skip"}:
        return STATE_WORDS[state]
    told = _told(found, state)
    if found.HasField("points"):
        told = f"{told}, {found.points:g} points" if told else f"{found.points:g} points"
    return told


def _told(found: plans_pb2.PlanItem, state: State) -> str:
    planned = found.activity.duration_seconds
    if state == "planned" or not found.HasField("done"):
        load = _load(found, state)
        return f"load {load}" if load else _words_of(found.activity)
    done = found.done
    if state == "part" and done.HasField("duration_seconds") and planned:
        return f"{minutes(done.duration_seconds)} of {minutes(planned)} min"
    if state == "subst":
        return _instead(found)
    return done_note(done)


def _instead(found: plans_pb2.PlanItem) -> str:
    """What was done instead: `was 60 min` where only the length differs, else its title."""
    done = found.done
    is_same = bool(done.class_type) and done.class_type == found.activity.class_type
    if is_same and done.HasField("duration_seconds"):
        return f"was {minutes(done.duration_seconds)} min"
    return f"was {done.title}"


def _words_of(activity: activity_pb2.Activity) -> str:
    if activity.kind == activity_pb2.ACTIVITY_KIND_CLASS_TYPE:
        return category_or_discipline(activity.discipline).lower() or "any class"
    if activity.kind == activity_pb2.ACTIVITY_KIND_DISCIPLINE:
        return "any class"
    return f"{minutes(activity.duration_seconds)} min" if activity.duration_seconds else ""


def done_note(done: plans_pb2.DoneActivity) -> str:
    """`load 46`, else `20 min`."""
    if done.HasField("load"):
        return f"load {thousands(done.load)}"
    return f"{minutes(done.duration_seconds)} min" if done.HasField("duration_seconds") else "no time known"


def done_url(done: plans_pb2.DoneActivity) -> str:
    """The page of what was done."""
    if done.name.startswith("sessions/"):
        return f"/exercises/{done.name}?day={done.local_date}"
    return f"/{done.name}"


def unplanned(done: plans_pb2.DoneActivity) -> Item:
    """Something that was done without being planned."""
    private = is_pelvic_floor(done.discipline)
    return Item(
        id="",
        title=done.title or category_or_discipline(done.discipline),
        note=done_note(done),
        state="extra",
        state_text=STATE_WORDS["extra"],
        icon=STATE_ICONS["extra"],
        url=done_url(done),
        is_quiet=private,
        is_private=done.is_private,
        zone_seconds=tuple(done.zone_seconds),
        load_text=thousands(done.load) if done.HasField("load") else "",
    )


def day_of(found: plans_pb2.PlanDay, today: date) -> Day:
    """One day with its items, what was not planned last."""
    day = date.fromisoformat(found.date)
    return Day(
        date=found.date,
        number=str(day.day),
        weekday=WEEKDAYS[day.weekday()],
        text=full_day(day),
        is_today=day == today,
        is_past=day < today,
        items=[*(item(each) for each in found.items), *(unplanned(each) for each in found.unplanned)],
    )


def week_of(found: plans_pb2.PlanWeek, today: date, chosen: date) -> Week:
    """A week with its totals."""
    start = date.fromisoformat(found.start_date)
    is_now = start <= today < start + WEEK
    return Week(
        start=found.start_date,
        title=f"Week {(start + timedelta(days=3)).isocalendar().week}",
        dates=span(start, start + timedelta(days=6)),
        is_chosen=start == chosen,
        is_now=is_now,
        days=[day_of(day, today) for day in found.days],
        totals=totals(found.totals),
    )


def totals(found: plans_pb2.WeekTotals) -> Totals:
    """Done of planned: load, time, items."""
    planned_load = found.planned_load if found.HasField("planned_load") else 0.0
    has_load = found.done_load > 0 or planned_load > 0
    percent = min(round(100 * found.done_load / planned_load), 100) if planned_load > 0 else None
    return Totals(
        load=thousands(found.done_load) if has_load else "",
        load_of=thousands(planned_load) if planned_load > 0 else "",
        load_percent=percent,
        time=hours_minutes(found.done_seconds),
        time_of=hours_minutes(found.planned_seconds) if found.planned_seconds else "",
        items=f"{found.done_count} of {found.planned_count}" if found.planned_count else "",
        pelvic_floor=plural(found.pelvic_floor_days, "day") if found.pelvic_floor_days else "",
        zone_seconds=tuple(found.zone_seconds) if sum(found.zone_seconds) else (),
    )


def programs(found: Sequence[plans_pb2.Program], chosen: date) -> Sequence[Program]:
    """Starts of templates, each with the week that the chosen one is."""
    return [Program(each.name.partition("/")[2], each.title, _program_week(each, chosen)) for each in found]


def _program_week(found: plans_pb2.Program, chosen: date) -> str:
    first = date.fromisoformat(found.first_date)
    number = (chosen + timedelta(days=6) - first).days // 7 + 1
    if 1 <= number <= found.week_count:
        return f"week {number} of {found.week_count}"
    return f"starts {full_day(first)}" if number < 1 else f"{plural(found.week_count, 'week')}, over"
