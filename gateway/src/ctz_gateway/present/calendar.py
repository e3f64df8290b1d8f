"""A month of the history in whole weeks."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from ctz.workouts.v1 import workouts_pb2 as pb
from flask import url_for

from ctz_gateway.present.rows import KINDS, week_start_of
from ctz_gateway.viewmodels.history import CalendarCell, CalendarEntry, CalendarMonth
from ctz_gateway.words import MONTHS, WEEKDAYS, duration, full_day, hours_minutes, plural, thousands

DAYS = 7
LAST_YEAR, FIRST_YEAR = 2200, 1970


def month_of(typed: str, today: date) -> date:
    """The first day of the month that an address names as `2026-05`; this month for anything else."""
    try:
        first = date.fromisoformat(f"{typed}-01")
    except ValueError:
        return today.replace(day=1)
    return first if FIRST_YEAR <= first.year <= LAST_YEAR else today.replace(day=1)


def span_of(first: date, week_start: int) -> tuple[date, date]:
    """The whole weeks around a month: four to six."""
    last = _next(first) - timedelta(days=1)
    return week_start_of(first, week_start), week_start_of(last, week_start) + timedelta(days=DAYS - 1)


def calendar_month(
    found: pb.Calendar,
    first: date,
    week_start: int,
    today: date,
    *,
    month_url: Callable[[str], str],
    day_url: Callable[[str], str],
) -> CalendarMonth:
    """The month with what the calendar tells of its days; `month_url` takes `2026-05`, `day_url` a whole date."""
    start, end = span_of(first, week_start)
    days = {each.date: each for each in found.days}
    dates = [start + timedelta(days=number) for number in range((end - start).days + 1)]
    before, after = (first - timedelta(days=1)).replace(day=1), _next(first)
    return CalendarMonth(
        title=_title(first),
        weekdays=[WEEKDAYS[each.weekday()] for each in dates[:DAYS]],
        cells=[_cell(day, days, first, today, day_url) for day in dates],
        total_text=_total(days, first),
        previous_url=month_url(before.isoformat()[:7]),
        previous_title=_title(before),
        next_url=month_url(after.isoformat()[:7]),
        next_title=_title(after),
    )


def _cell(
    day: date, days: Mapping[str, pb.CalendarDay], month: date, today: date, day_url: Callable[[str], str]
) -> CalendarCell:
    told = days.get(day.isoformat(), pb.CalendarDay())
    more = told.workout_count - len(told.workouts)
    return CalendarCell(
        date=day.isoformat(),
        day=str(day.day),
        weekday=WEEKDAYS[day.weekday()],
        full_text=full_day(day),
        is_of_month=(day.year, day.month) == (month.year, month.month),
        is_today=day == today,
        entries=[
            CalendarEntry(
                title=each.title,
                url=url_for("workouts.show", workout_id=each.name.removeprefix("workouts/")),
                kind=KINDS.get(each.discipline, "other"),
                length=duration(each.duration_seconds) if each.HasField("duration_seconds") else "",
            )
            for each in told.workouts
        ],
        more_text=f"{more} more" if more else "",
        more_url=day_url(day.isoformat()) if more else "",
    )


def _total(days: Mapping[str, pb.CalendarDay], month: date) -> str:
    """Of the month itself, without the days around it."""
    inside = [each for day, each in days.items() if day[:7] == month.isoformat()[:7]]
    count = sum(each.workout_count for each in inside)
    parts = [plural(count, "workout")]
    if count:
        parts.append(f"{hours_minutes(sum(each.duration_seconds for each in inside))} h")
    load = sum(each.load for each in inside)
    return ", ".join([*parts, f"load {thousands(load)}"] if load else parts)


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _title(first: date) -> str:
    return f"{MONTHS[first.month - 1]} {first.year}"
