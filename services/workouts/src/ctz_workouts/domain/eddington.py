"""Eddington numbers: the largest E with E days of at least E units; by activity, miles and kilometres apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from ctz_workouts.domain.distance import METERS_PER_UNIT

FARTHEST = 400
"""Days beyond so many units count as such days: no rider's number comes near it."""


class Activity(IntEnum):
    """What is counted; numbers of the contract's EddingtonActivity."""

    CYCLING = 1
    RUNNING = 2


class Unit(IntEnum):
    """In which unit; numbers of the contract's DistanceUnit."""

    KILOMETER = 1
    MILE = 2


_ROUNDED_OFF_METERS = 0.5
"""Distances are kept in whole metres: of ten miles, which are 16,093.44 m, less than half a metre may be gone."""
METERS = {Unit.KILOMETER: METERS_PER_UNIT["km"], Unit.MILE: METERS_PER_UNIT["mi"]}
DISCIPLINES = {
    "cycling": Activity.CYCLING,
    "bike_bootcamp": Activity.CYCLING,
    "running": Activity.RUNNING,
    "circuit": Activity.RUNNING,
}
"""Disciplines whose distance counts, and as what."""


@dataclass(frozen=True, slots=True)
class Number:
    """An Eddington number, and how far the next one is."""

    value: int
    next_days_done: int
    by_distance: tuple[int, ...]
    """Days of at least 1, 2, 3 … units."""

    @property
    def next_days_missing(self) -> int:
        """Days that the next number still needs."""
        return self.value + 1 - self.next_days_done


def whole_units(meters: int, unit: Unit) -> int:
    """Whole units of a day's distance."""
    return min(int((meters + _ROUNDED_OFF_METERS) / METERS[unit]), FARTHEST)


def number_of(days: Mapping[int, int]) -> Number:
    """The number of days by whole units that were reached on them."""
    farthest = max((units for units, count in days.items() if count), default=0)
    at_least: list[int] = []
    running = 0
    for units in range(farthest, 0, -1):
        running += days.get(units, 0)
        at_least.append(running)
    at_least.reverse()
    value = sum(count >= units for units, count in enumerate(at_least, 1))
    return Number(value, at_least[value] if value < len(at_least) else 0, tuple(at_least))
