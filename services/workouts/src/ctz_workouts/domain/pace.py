"""Pace targets: levels and intensities of running, walking and rowing, and the two spellings of a pace.

Peloton writes paces of its tables as minutes.seconds (15.47 is 15:47) and paces of samples as decimal minutes (15.5 is
15:30). Speeds are in distance units an hour, so that faster is more. The tables give the fast end of each band in
tenths of a mile an hour; the next band begins a tenth higher, which is the step of the machine. Peloton's own table in
a payload wins over these.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np

from ctz_workouts.domain.arrays import FloatArray
from ctz_workouts.domain.errors import PaceLevelUnknownError, PaceUnreadableError

SECONDS_PER_HOUR = 3600
KILOMETRES_PER_MILE = 1.609344
_MINUTE = 60


class Activity(StrEnum):
    """Activities with pace targets."""

    RUNNING = "running"
    WALKING = "walking"
    ROWING = "rowing"


class PaceDistance(StrEnum):
    """The distance that a pace is given for."""

    MILE = "mi"
    KILOMETRE = "km"
    HALF_KILOMETRE = "500m"

    @property
    def kilometres(self) -> float:
        """Length in kilometres."""
        return {"mi": KILOMETRES_PER_MILE, "km": 1.0, "500m": 0.5}[self.value]


INTENSITIES: dict[Activity, dict[int, str]] = {
    Activity.RUNNING: dict(enumerate(("Recovery", "Easy", "Moderate", "Challenging", "Hard", "Very hard", "Max"))),
    Activity.WALKING: dict(enumerate(("Recovery", "Easy", "Brisk", "Power", "Max"))),
    Activity.ROWING: dict(enumerate(("Recovery", "Easy", "Moderate", "Challenging", "Max"), start=-1)),
}
"""Names of the intensities by Peloton's number."""

_FAST_TENTHS_MPH: dict[Activity, tuple[tuple[int, ...], ...]] = {
    Activity.RUNNING: (
        (30, 33, 36, 40, 44, 49),
        (32, 36, 39, 43, 47, 52),
        (35, 39, 42, 46, 51, 56),
        (37, 41, 45, 50, 54, 61),
        (41, 45, 49, 54, 60, 66),
        (45, 49, 54, 60, 66, 73),
        (50, 55, 60, 67, 73, 81),
        (57, 62, 68, 75, 82, 91),
        (65, 72, 78, 86, 94, 104),
        (76, 84, 90, 100, 109, 122),
    ),
    Activity.WALKING: (
        (13, 17, 21, 25),
        (18, 22, 26, 30),
        (23, 27, 31, 35),
        (28, 32, 36, 40),
        (33, 37, 41, 45),
        (37, 41, 45, 50),
        (42, 46, 50, 55),
        (46, 50, 54, 60),
        (50, 55, 59, 65),
    ),
}


@dataclass(frozen=True, slots=True)
class PaceBand:
    """One intensity of a level as speeds, both ends inclusive; an end that is none is open."""

    intensity: int
    title: str
    slowest: float | None
    fastest: float | None


@dataclass(frozen=True, slots=True)
class PublishedPace:
    """One intensity of a level as Peloton publishes it, in seconds a distance; an end that is none is open."""

    intensity: int
    title: str
    slow_seconds: float | None
    fast_seconds: float | None


@dataclass(frozen=True, slots=True)
class PaceTable:
    """The bands of one rider's level, slowest first, in distances an hour."""

    distance: PaceDistance
    bands: tuple[PaceBand, ...]

    def intensities_of(self, speeds: FloatArray, distance: PaceDistance) -> FloatArray:
        """Intensity of each speed given in some distance an hour; NaN where nothing was recorded."""
        # The machine moves in tenths; a pace turned into a speed lands a little beside them.
        own = np.round(speeds * (distance.kilometres / self.distance.kilometres), 1)
        reached = np.full(own.shape, float(self.bands[0].intensity))
        for band in self.bands[1:]:
            reached[own >= round(band.slowest or 0, 1)] = band.intensity
        reached[np.isnan(own)] = np.nan
        return reached

    @classmethod
    def of_level(cls, activity: Activity, level: int) -> Self:
        """Our own table of a level, in miles an hour."""
        levels = _FAST_TENTHS_MPH.get(activity, ())
        if not 1 <= level <= len(levels):
            raise PaceLevelUnknownError(activity, level)
        fast = levels[level - 1]
        slowest = (None, *((tenths + 1) / 10 for tenths in fast))
        fastest = (*(tenths / 10 for tenths in fast), None)
        names = INTENSITIES[activity].items()
        bands = (PaceBand(n, name, low, high) for (n, name), low, high in zip(names, slowest, fastest, strict=True))
        return cls(PaceDistance.MILE, tuple(bands))

    @classmethod
    def of_published(cls, published: Iterable[PublishedPace], distance: PaceDistance) -> Self:
        """Peloton's table of a level; it wins over ours. Its slowest and fastest ends are open."""
        rows = sorted(published, key=lambda row: row.intensity)
        last = len(rows) - 1
        bands = (
            PaceBand(
                row.intensity,
                row.title,
                speed_of_pace(row.slow_seconds) if at and row.slow_seconds else None,
                speed_of_pace(row.fast_seconds) if at < last and row.fast_seconds else None,
            )
            for at, row in enumerate(rows)
        )
        return cls(distance, tuple(bands))


def seconds_of_clock_pace(pace: float) -> int:
    """Seconds of a pace written as minutes.seconds: 15.47 is 947, 9.5 is 590."""
    hundredths = round(pace * 100)
    minutes, seconds = divmod(hundredths, 100)
    if hundredths <= 0 or seconds >= _MINUTE:
        raise PaceUnreadableError(pace)
    return minutes * _MINUTE + seconds


def seconds_of_decimal_pace(pace: float) -> float:
    """Seconds of a pace written as decimal minutes: 15.5 is 930."""
    if not pace > 0:
        raise PaceUnreadableError(pace)
    return pace * _MINUTE


def speed_of_pace(seconds: float) -> float:
    """Distances an hour at a pace in seconds a distance."""
    if not seconds > 0:
        raise PaceUnreadableError(seconds)
    return SECONDS_PER_HOUR / seconds


def level_of_slug(slug: str) -> int | None:
    """Return the number in Peloton's spelling of a level ("level_4"), or none."""
    prefix, _, number = slug.rpartition("_")
    return int(number) if prefix == "level" and number.isdecimal() else None
