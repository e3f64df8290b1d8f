"""A workout as any file tells it: what every reader answers and every writer takes."""

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ctz_workouts.formats.errors import TimesUnbelievable

OUTPUT, HEART_RATE, CADENCE, RESISTANCE = "output", "heart_rate", "cadence", "resistance"
SPEED, ALTITUDE, INCLINE = "speed", "altitude", "incline"

UNITS: Mapping[str, str] = {
    OUTPUT: "watts",
    CADENCE: "rpm",
    RESISTANCE: "%",
    SPEED: "kph",
    HEART_RATE: "bpm",
    ALTITUDE: "m",
    INCLINE: "%",
}
"""The samples that are kept, with their units; every other one of a file is left there. No positions."""
DECIMALS: Mapping[str, int] = {SPEED: 2, ALTITUDE: 1, INCLINE: 1}
"""Decimals that a sample is kept with; none where none is named."""

LONGEST_SECONDS = 172_800
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST_AHEAD = timedelta(days=1)
LONGEST_TITLE, LONGEST_NAME = 200, 100
_CONTROL = dict.fromkeys((*range(32), *range(127, 160), 8232, 8233, *range(8234, 8239)), " ") | dict.fromkeys(
    range(8294, 8298), " "
)


@dataclass(frozen=True, slots=True)
class Samples:
    """Seconds since pedalling began, pauses left out (the first is 1), and values at them; NaN where nothing was."""

    seconds: Sequence[int] = ()
    values: Mapping[str, Sequence[float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lap:
    """A lap with a length in metres, in the order ridden."""

    seconds: float
    meters: float
    climb_meters: float | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """One workout. What is none was not told."""

    start_time: datetime
    duration_seconds: int
    discipline: str
    utc_offset_seconds: int | None = None
    end_time: datetime | None = None
    title: str = ""
    instructor: str = ""
    workout_type: str = ""
    class_type: str = ""
    device: str = ""
    work_kilojoules: float | None = None
    mean_power_watts: float | None = None
    mean_heart_rate_bpm: float | None = None
    distance_meters: float | None = None
    calories_kcal: float | None = None
    samples: Samples = field(default_factory=Samples)
    laps: Sequence[Lap] = ()
    pause_seconds: int = 0
    pauses: Sequence[tuple[int, int]] = ()
    """Where it was paused, as far as that is known: the last second before a pause, and how long it was."""
    filled_seconds: int = 0
    """Samples that were not recorded and lie on the line between their neighbours."""
    device_normalized_watts: float | None = None
    device_intensity_factor: float | None = None
    device_training_stress: float | None = None
    device_ftp_watts: float | None = None
    """The four: what the device worked out itself, with the FTP that it was set to. Shown, and never computed with."""
    key: str = ""
    """What makes it the same workout when the same row comes again; empty when its file does."""
    workout_id: str = ""
    """Its id where this product wrote the file; empty otherwise."""


def plain(text: str, longest: int) -> str:
    """Text of a file as one line without control and direction marks, cut to a length."""
    return " ".join(text.translate(_CONTROL).split())[:longest]


def checked_start(start: datetime, now: datetime) -> datetime:
    """The start, where a workout can have begun then; `TimesUnbelievable` otherwise."""
    if not EARLIEST <= start <= now + LATEST_AHEAD:
        raise TimesUnbelievable
    return start


def mean(values: Sequence[float]) -> float | None:
    """The mean of the values that are there; none without any."""
    known = [value for value in values if not math.isnan(value)]
    return sum(known) / len(known) if known else None


def column(length: int) -> "array[float]":
    """A column of so many missing values."""
    return array("d", [math.nan]) * length
