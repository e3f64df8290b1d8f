"""The weeks of a challenge: what each asks for and how it stands for the rider."""

from collections.abc import Sequence
from datetime import date, timedelta

from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_gateway.present.activities import asked_title
from ctz_gateway.present.challenges import Seen, of_possible, whole_points
from ctz_gateway.viewmodels.challenges import Item, ItemState, WeekCard
from ctz_gateway.words import day_month, span


def weeks(seen: Seen) -> Sequence[WeekCard]:
    """Every week of the schedule that the person may see, in order."""
    numbers = sorted({item.week for item in seen.view.items} | {week.week for week in seen.view.weeks})
    return [_week(seen, number) for number in numbers]


def _week(seen: Seen, number: int) -> WeekCard:
    challenge = seen.challenge
    items = [item for item in seen.view.items if item.week == number]
    first = date.fromisoformat(challenge.start_date) + timedelta(days=7 * (number - 1))
    last = min(first + timedelta(days=6), date.fromisoformat(challenge.end_date))
    own = next((week for week in seen.view.weeks if week.week == number), None)
    points = ""
    if own is not None and seen.is_member:
        points = _points(seen, own)
    return WeekCard(
        number=number,
        title=f"Week {number} of {challenge.week_count}",
        dates=span(first, last),
        items=_items(seen, items),
        points=points,
        is_complete=own is not None and seen.is_member and own.is_complete,
        is_current=number == challenge.current_week,
    )


def _points(seen: Seen, week: pb.WeekProgress) -> str:
    """`100 of 210`; of a week to come only what it can give, where that is known."""
    possible = 0 if seen.counts_amounts else week.possible_points
    if week.week > seen.last_week and not week.points:
        return f"{whole_points(possible)} possible" if possible else ""
    return f"{whole_points(round(week.points, 1))} {of_possible(week.points, possible)}"


def _items(seen: Seen, items: Sequence[pb.ScheduleItem]) -> Sequence[Item]:
    progress = {each.item: each for each in seen.view.progress}
    core = [item for item in items if item.role != pb.ITEM_ROLE_BONUS]
    is_core_done = all(item.name in progress and progress[item.name].is_done for item in core)
    shown = [_item(seen, item, f"Core {number}", progress.get(item.name)) for number, item in enumerate(core, 1)]
    shown += [
        _item(seen, item, "Bonus", progress.get(item.name), is_locked=not is_core_done)
        for item in items
        if item.role == pb.ITEM_ROLE_BONUS
    ]
    return shown


def _item(
    seen: Seen, item: pb.ScheduleItem, label: str, progress: pb.ItemProgress | None, *, is_locked: bool = False
) -> Item:
    rules = seen.challenge.scoring
    worth = rules.bonus_points if item.role == pb.ITEM_ROLE_BONUS else rules.core_points
    alternatives = [asked_title(each) for each in item.alternatives]
    if progress is not None and progress.is_done:
        day = day_month(date.fromisoformat(progress.done_date)) if progress.done_date else ""
        note = f"{whole_points(progress.points)} points" + (f", {day}" if day else "")
        return Item(label, "done", "done", asked_title(item.activity), note, alternatives)
    state: ItemState = "locked" if is_locked else "todo"
    note = f"{whole_points(worth)} points"
    if is_locked:
        note = f"{whole_points(worth)}, once the core is done"
    elif alternatives:
        others = "one other" if len(alternatives) == 1 else f"one of {len(alternatives)} others"
        note = f"{whole_points(worth)}, or {others}"
    text = "locked until the core of the week is done" if is_locked else "to do"
    return Item(label, state, text if seen.is_member else "", asked_title(item.activity), note, alternatives)
