"""Weeks as the rider sees them: seven days from the rider's first day of the week. Days have no zone and no hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from ctz_plans.domain.practice_errors import FieldRefused

DAYS = 7
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from `first` on."""

    first: date

    @classmethod
    def of(cls, day: date, week_start: int) -> Self:
        """The week that holds a day; `week_start` is 0 for Monday to 6 for Sunday."""
        if not 0 <= week_start < DAYS:
            raise FieldRefused("week_start", "must be 0 for Monday to 6 for Sunday")
        return cls(day - timedelta(days=(day.weekday() - week_start) % DAYS))

    @property
    def days(self) -> Sequence[date]:
        """Its days, in order."""
        return [self.first + timedelta(days=number) for number in range(DAYS)]

    @property
    def last(self) -> date:
        """Its last day."""
        return self.first + timedelta(days=DAYS - 1)

    def plus(self, weeks: int) -> "Week":
        """The week that begins so many weeks later."""
        return Week(self.first + timedelta(days=DAYS * weeks))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def template_day(day: date) -> int:
    """The day of a template that falls on a calendar day: 0 for Sunday to 6 for Saturday."""
    return day.isoweekday() % DAYS


def refuse_day(field: str, day: date) -> None:
    """Raise FieldRefused for a day that nobody plans, far from where sums of days end."""
    if not EARLIEST <= day <= LATEST:
        raise FieldRefused(field, f"must be a day from {EARLIEST.year} to {LATEST.year}")
