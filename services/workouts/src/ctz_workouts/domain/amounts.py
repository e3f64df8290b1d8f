"""What a workout adds to sums by day, month, year and of all time: whole numbers, which come off as they went on.

Fitness and fatigue are sums too: a load fades by e^(-1/42) and e^(-1/7) a day, so a month leaves behind the sum of
its faded loads, whatever came before it, and fitness at any day follows from the months before it and the days since.
"""

import calendar
from collections.abc import Mapping
from datetime import date
from enum import IntEnum

from ctz_workouts.domain.load import KEEP_FATIGUE, KEEP_FITNESS, Form

MILLI = 1_000
CARRY_SCALE = 1_000_000_000
"""A carry is stored in billionths, which keeps a sum over ten thousand workouts exact to a millionth."""
REMEMBERED_MONTHS = 36
"""Months before a span that its fitness follows from; of a fitness three years old less than 10^-11 is left."""
OLDEST = date(1970, 1, 1)
"""Stands for the start of all time."""


class Span(IntEnum):
    """Lengths of time that sums are kept of."""

    DAY = 1
    MONTH = 2
    YEAR = 3
    EVER = 4

    def start(self, day: date) -> date:
        """First day of the span that a day lies in."""
        match self:
            case Span.DAY:
                return day
            case Span.MONTH:
                return day.replace(day=1)
            case Span.YEAR:
                return day.replace(month=1, day=1)
            case _:
                return OLDEST


def end_of_month(day: date) -> date:
    """Last day of a month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def carries(load: float, day: date) -> tuple[int, int]:
    """What a day's load leaves of fitness and fatigue at the end of its month, in billionths."""
    days = (end_of_month(day) - day).days
    return (
        round(load * (1 - KEEP_FITNESS) * KEEP_FITNESS**days * CARRY_SCALE),
        round(load * (1 - KEEP_FATIGUE) * KEEP_FATIGUE**days * CARRY_SCALE),
    )


def form_after(months: Mapping[date, tuple[int, int]], last: date) -> Form:
    """Form at the end of a month from the carries of months up to it, by their first day."""
    fitness = fatigue = 0.0
    for month, (fit, tired) in months.items():
        days = (last - end_of_month(month)).days
        fitness += fit * KEEP_FITNESS**days
        fatigue += tired * KEEP_FATIGUE**days
    return Form(fitness / CARRY_SCALE, fatigue / CARRY_SCALE)
