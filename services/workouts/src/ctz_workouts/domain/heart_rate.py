"""Heart-rate zones: five, by share of maximum or by the rider's own floors. A floor belongs to the upper zone."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from ctz_workouts.domain.arrays import FloatArray, ZoneArray
from ctz_workouts.domain.errors import HeartRateZonesMalformedError
from ctz_workouts.domain.zones import round_half_up

DEFAULT_FLOOR_PERCENTS = (65, 75, 85, 95)
"""Floors of zones 2 to 5 in percent of maximum heart rate, as Peloton counts."""
EFFORT_POINTS_PER_MINUTE = (0.3, 0.6, 1.2, 2.4, 2.4)
"""Peloton's effort points in zones 1 to 5, measured from recorded workouts."""
LOWEST_MAXIMUM_BPM = 80
HIGHEST_MAXIMUM_BPM = 240
HEART_RATE_ZONE_COUNT = 5

# A floor such as 0.65 x 180 may come out a hair over its whole number; a millionth of a beat keeps it on the floor.
_FLOOR_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class MaximumHeartRate:
    """A maximum heart rate in beats a minute, and whether it is only an estimate."""

    bpm: int
    is_estimate: bool = False

    def __post_init__(self) -> None:
        """Refuse what no heart does."""
        if not LOWEST_MAXIMUM_BPM <= self.bpm <= HIGHEST_MAXIMUM_BPM:
            raise HeartRateZonesMalformedError(self.bpm)


@dataclass(frozen=True, slots=True)
class HeartRateZones:
    """Floors of zones 2 to 5 in beats a minute."""

    floors_bpm: tuple[float, float, float, float]
    is_estimate: bool = False

    def __post_init__(self) -> None:
        """Refuse floors that do not rise."""
        first, second, third, fourth = self.floors_bpm
        if not 0 < first < second < third < fourth:
            raise HeartRateZonesMalformedError(self.floors_bpm)

    @classmethod
    def of_maximum(cls, maximum: MaximumHeartRate) -> Self:
        """Return the default zones of a maximum: floors at 65, 75, 85 and 95 %."""
        first, second, third, fourth = (percent * maximum.bpm / 100 for percent in DEFAULT_FLOOR_PERCENTS)
        return cls((first, second, third, fourth), is_estimate=maximum.is_estimate)

    def zone_of(self, bpm: float) -> int:
        """Zone 1 to 5 of a heart rate."""
        return 1 + sum(bpm >= floor - _FLOOR_TOLERANCE for floor in self.floors_bpm)

    def zones_of(self, bpm: FloatArray) -> ZoneArray:
        """Zone 1 to 5 of each heart rate; 0 where nothing was recorded."""
        zones: ZoneArray = np.ones(bpm.shape, dtype=np.int8)
        for floor in self.floors_bpm:
            zones += bpm >= floor - _FLOOR_TOLERANCE
        zones[np.isnan(bpm)] = 0
        return zones


def estimated_maximum(birth_year: int, at_year: int) -> MaximumHeartRate:
    """Maximum heart rate by age, 208 - 0.7 x age, marked as an estimate (Tanaka, Monahan, Seals 2001)."""
    return MaximumHeartRate(round_half_up((2080 - 7 * (at_year - birth_year)) / 10), is_estimate=True)


def effort_points(zone_seconds: tuple[int, ...]) -> float:
    """Effort points of the seconds in heart-rate zones 1 to 5, for workouts where Peloton gives none."""
    rates = zip(zone_seconds, EFFORT_POINTS_PER_MINUTE, strict=True)
    return sum(seconds / 60 * points for seconds, points in rates)
