"""The week so far: a column a day, and its totals."""

from collections.abc import Sequence
from datetime import date, timedelta

from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.present.rows import done_text
from ctz_gateway.viewmodels.common import Figure
from ctz_gateway.viewmodels.training import DayTotal
from ctz_gateway.words import WEEKDAYS, hours_minutes, thousands


def day_totals(days: Sequence[workouts_pb2.PeriodTotal], start: date, today: date) -> Sequence[DayTotal]:
    """Seven days from the rider's first weekday on; height is the share of the week's largest load."""
    known = {total.start_date: total for total in days}
    largest = max((total.load for total in days), default=0.0)
    return [_day(start + timedelta(days=offset), known, largest, today) for offset in range(7)]


def _day(day: date, known: dict[str, workouts_pb2.PeriodTotal], largest: float, today: date) -> DayTotal:
    total = known.get(day.isoformat())
    load = total.load if total is not None and total.loaded_count else 0.0
    titles = []
    if total is not None:
        titles = [done_text(total.workout_count, total.session_count), f"{hours_minutes(_seconds(total))} h"]
    return DayTotal(
        weekday=WEEKDAYS[day.weekday()],
        day=str(day.day),
        is_today=day == today,
        is_future=day > today,
        load_text=thousands(load) if load else "",
        share=load / largest if largest else 0.0,
        titles=titles,
    )


def week_figures(days: Sequence[workouts_pb2.PeriodTotal]) -> Sequence[Figure]:
    """Load of everything, time, and number of workouts of the week."""
    load = sum(total.load for total in days)
    is_known = any(total.loaded_count for total in days)
    count = sum(total.workout_count for total in days)
    return (
        Figure("Load", thousands(load)) if is_known else Figure("Load", None, reason="nothing with a load yet"),
        Figure("Time", hours_minutes(sum(_seconds(total) for total in days)), "h"),
        Figure("Workouts", str(count)),
    )


def _seconds(total: workouts_pb2.PeriodTotal) -> int:
    return total.duration_seconds + total.session_seconds


def zone_totals(days: Sequence[workouts_pb2.PeriodTotal]) -> Sequence[int]:
    """Seconds in each zone over the week; empty when no day has zones."""
    return [sum(column) for column in zip(*(day.zone_seconds for day in days if day.zone_seconds), strict=True)]
