"""Templates of plans in words: cards, weeks in the rider's order of days."""

from collections.abc import Sequence

from ctz.common.v1 import activity_pb2
from ctz.plans.v1 import plans_pb2

from ctz_gateway.present.activities import (
    DISCIPLINE_OF_TYPE,
    activity_title,
    category_or_discipline,
    kind_icon,
    minutes,
    type_name,
)
from ctz_gateway.viewmodels.plan import StripDay, TemplateCard, TemplateCell, TemplateDay, TemplateWeek
from ctz_gateway.words import WEEKDAYS, hours_minutes, listing, plural

DAYS = 7
MOST_WEEKS = 16
# Bars of a day reach their full height at an hour and a half; something short is still seen.
LONG_DAY_SECONDS, SHORT_SHARE = 5400, 0.15
FIRST_TYPE, FIRST_SECONDS = "power_zone_endurance", 2700
PLAIN_ICONS = {activity_pb2.ACTIVITY_KIND_REST: "moon", activity_pb2.ACTIVITY_KIND_NOTE: "note"}


def first_activity() -> activity_pb2.Activity:
    """What a new template begins with."""
    return activity_pb2.Activity(
        kind=activity_pb2.ACTIVITY_KIND_CLASS_TYPE,
        title=type_name(FIRST_TYPE),
        discipline=DISCIPLINE_OF_TYPE[FIRST_TYPE],
        class_type=FIRST_TYPE,
        duration_seconds=FIRST_SECONDS,
    )


def key_of(template: plans_pb2.Template) -> str:
    """The id in a template's name."""
    return template.name.partition("/")[2]


def stored_days(week_start: int) -> Sequence[int]:
    """Places of a stored week (0 is Sunday) in the order of the rider's week."""
    return [(week_start + offset + 1) % DAYS for offset in range(DAYS)]


def weekday_of(stored_day: int) -> str:
    """`Sun` for the first place of a stored week."""
    return WEEKDAYS[(stored_day - 1) % DAYS]


def card(template: plans_pb2.Template, week_start: int) -> TemplateCard:
    """A template in the list, by its first week."""
    first = template.weeks[0].days
    return TemplateCard(
        id=key_of(template),
        title=template.title,
        description=template.description,
        facts=facts(template),
        days=[_strip_day(first[day], day) for day in stored_days(week_start)],
        is_own=not template.is_built_in,
    )


def _strip_day(day: plans_pb2.TemplateDay, stored_day: int) -> StripDay:
    asked = [each for each in day.activities if _asks(each)]
    seconds = sum(each.duration_seconds for each in asked)
    share = max(min(seconds / LONG_DAY_SECONDS, 1.0), SHORT_SHARE) if asked else 0.0
    return StripDay(weekday_of(stored_day), [activity_title(each) for each in asked], share)


def facts(template: plans_pb2.Template) -> Sequence[str]:
    """`6 weeks`, `4 days a week`, `about 3:15 h a week`, disciplines."""
    weeks = [[each for day in week.days for each in day.activities] for week in template.weeks]
    busy = [sum(1 for day in week.days if any(_asks(each) for each in day.activities)) for week in template.weeks]
    seconds = sum(each.duration_seconds for week in weeks for each in week) / max(len(weeks), 1)
    names = {category_or_discipline(each.discipline).lower() for week in weeks for each in week if each.discipline}
    told = [plural(len(weeks), "week")]
    least, most = min(busy, default=0), max(busy, default=0)
    if most:
        span = f"{least} to {most}" if least != most else str(most)
        told.append(f"{span} days a week" if most > 1 else "1 day a week")
    if seconds:
        told.append(f"about {hours_minutes(seconds)} h a week")
    if names:
        told.append(listing(sorted(names)))
    return told


def _asks(activity: activity_pb2.Activity) -> bool:
    return activity.kind not in PLAIN_ICONS


def weeks(template: plans_pb2.Template, week_start: int) -> Sequence[TemplateWeek]:
    """Every week of a template, its days in the rider's order."""
    return [_week(week, number, week_start) for number, week in enumerate(template.weeks)]


def _week(week: plans_pb2.TemplateWeek, number: int, week_start: int) -> TemplateWeek:
    every = [each for day in week.days for each in day.activities if _asks(each)]
    seconds = sum(each.duration_seconds for each in every)
    return TemplateWeek(
        number=number,
        days=[
            TemplateDay(
                weekday_of(day),
                number,
                day,
                [_cell(each, number, day, place) for place, each in enumerate(week.days[day].activities)],
            )
            for day in stored_days(week_start)
        ],
        text=f"{plural(len(every), 'item')}, {hours_minutes(seconds)} h" if every else "nothing yet",
    )


def _cell(activity: activity_pb2.Activity, week: int, day: int, place: int) -> TemplateCell:
    is_plain = not _asks(activity)
    note = "" if is_plain else category_or_discipline(activity.discipline).lower()
    if activity.kind in {activity_pb2.ACTIVITY_KIND_ROUTINE, activity_pb2.ACTIVITY_KIND_CLASS}:
        note = f"{minutes(activity.duration_seconds)} min" if activity.duration_seconds else note
    icon = PLAIN_ICONS.get(activity.kind, kind_icon(activity.discipline))
    return TemplateCell(activity_title(activity), note, icon, week, day, place, is_plain)
