"""The week so far: a column a day, and its totals."""

from collections.abc import Sequence
from datetime import date, timedelta

from ctz.workouts.v1 import workouts_pb2

from ctz_gateway.viewmodels.common import Figure
from ctz_gateway.viewmodels.training import DayTotal
from ctz_gateway.words import WEEKDAYS, hours_minutes, plural, thousands


def day_totals(days: Sequence[workouts_pb2.PeriodTotal], start: date, today: date) -> Sequence[DayTotal]:
    """Seven days from the rider's first weekday on; height is the share of the week's largest load."""
    known = {total.start_date: total for total in days}
    largest = max((total.training_stress_score for total in days), default=0.0)
    return [_day(start + timedelta(days=offset), known, largest, today) for offset in range(7)]


def _day(day: date, known: dict[str, workouts_pb2.PeriodTotal], largest: float, today: date) -> DayTotal:
    total = known.get(day.isoformat())
    load = total.training_stress_score if total is not None and total.scored_count else 0.0
    titles = []
    if total is not None:
        titles = [plural(total.workout_count, "workout"), f"{hours_minutes(total.duration_seconds)} h"]
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
    """Load, time and number of workouts of the week."""
    load = sum(total.training_stress_score for total in days)
    scored = sum(total.scored_count for total in days)
    seconds = sum(total.duration_seconds for total in days)
    count = sum(total.workout_count for total in days)
    return (
        Figure("Load", thousands(load), "TSS")
        if scored
        else Figure("Load", None, "TSS", reason="no workout with a load yet"),
        Figure("Time", hours_minutes(seconds), "h"),
        Figure("Workouts", str(count)),
    )


def zone_totals(days: Sequence[workouts_pb2.PeriodTotal]) -> Sequence[int]:
    """Seconds in each zone over the week; empty when no day has zones."""
    return [sum(column) for column in zip(*(day.zone_seconds for day in days if day.zone_seconds), strict=True)]
