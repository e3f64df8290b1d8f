"""A workout that the rider enters: read from its form, and shown in it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ctz.workouts.v1 import transfers_pb2 as pb

from ctz_gateway.clients.times import instant, stamp
from ctz_gateway.present import activities
from ctz_gateway.words import DAY, HOUR, KILOMETRES_PER_MILE, MINUTE, day_month_year, duration

FIELDS = (
    "discipline", "title", "class_type", "instructor", "date", "time", "hours", "minutes", "seconds",
    "distance", "work", "power", "heart_rate", "effort", "note",
)  # fmt: skip
# A service's field names, as the form has them.
NAMES = {
    "workout.start_time": "date",
    "workout.duration_seconds": "minutes",
    "workout.discipline": "discipline",
    "workout.title": "title",
    "workout.class_type": "class_type",
    "workout.instructor": "instructor",
    "workout.distance_meters": "distance",
    "workout.work_kilojoules": "work",
    "workout.mean_power_watts": "power",
    "workout.mean_heart_rate_bpm": "heart_rate",
    "perceived_exertion": "effort",
    "notes": "note",
}
LONGEST_HOURS = 48
EARLIEST_YEAR = 1970
# Form field: message field, smallest, largest, what it is.
FIGURES = {
    "work": ("work_kilojoules", 0, 100_000, "kilojoules"),
    "power": ("mean_power_watts", 0, 2_500, "watts"),
    "heart_rate": ("mean_heart_rate_bpm", 25, 250, "beats a minute"),
}
LONGEST_METRES = 2_000_000


class WrongEntry(Exception):
    """What was typed is no workout; holds a sentence for each wrong field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(str(errors))
        self.errors = dict(errors)


def metres_per_unit(*, is_metric: bool) -> float:
    """Length of the unit that the form asks distances in."""
    return 1000.0 if is_metric else 1000.0 * KILOMETRES_PER_MILE


@dataclass(slots=True)
class Reader:
    """Reads the form; `before` is the workout as it stood, whose start is kept where it was not changed."""

    given: Mapping[str, str]
    zone: ZoneInfo
    at: datetime
    is_metric: bool
    before: pb.ManualWorkout | None = None
    _errors: dict[str, str] = field(default_factory=dict)

    def read(self) -> pb.ManualWorkout:
        """The workout without name and revision; raises WrongEntry with everything that is wrong."""
        is_imported = self.before is not None and self.before.is_imported
        workout = self._words()
        if not is_imported:
            self._start(workout)
            workout.duration_seconds = self._seconds()
            self._figures(workout)
        if self._errors:
            raise WrongEntry(self._errors)
        return workout

    def _words(self) -> pb.ManualWorkout:
        disciplines = {option.value for option in activities.discipline_options("")}
        kept = {self.before.discipline} if self.before is not None else set()
        if self.given["discipline"] not in disciplines | kept:
            self._errors["discipline"] = "Choose what you did."
        chosen = self.given["class_type"]
        return pb.ManualWorkout(
            discipline=self.given["discipline"],
            title=self.given["title"],
            class_type=chosen if chosen in activities.CLASS_TYPES else "",
            instructor=self.given["instructor"],
        )

    def _start(self, workout: pb.ManualWorkout) -> None:
        try:
            local = datetime.combine(date.fromisoformat(self.given["date"]), time.fromisoformat(self.given["time"]))
        except ValueError:
            self._errors["date"] = "Give the day and the time at which it began."
            return
        if self.before is not None and local == _local_start(self.before):
            workout.start_time.CopyFrom(self.before.start_time)
            workout.utc_offset_seconds = self.before.utc_offset_seconds
            return
        offset = local.replace(tzinfo=self.zone).utcoffset() or timedelta(0)
        try:
            start = local.replace(tzinfo=UTC) - offset
        except OverflowError:
            start = datetime.min.replace(tzinfo=UTC)
        if start.year < EARLIEST_YEAR or start > self.at + timedelta(days=1):
            self._errors["date"] = f"It began between {EARLIEST_YEAR} and today."
            return
        workout.start_time.CopyFrom(stamp(start))
        workout.utc_offset_seconds = int(offset.total_seconds())

    def _seconds(self) -> int:
        parts = [_whole(self.given[name]) for name in ("hours", "minutes", "seconds")]
        if any(part is None for part in parts):
            self._errors["minutes"] = "Give the length in whole hours, minutes and seconds."
            return 0
        hours, minutes, seconds = (part or 0 for part in parts)
        total = hours * HOUR + minutes * MINUTE + seconds
        if not 1 <= total <= LONGEST_HOURS * HOUR:
            self._errors["minutes"] = f"Give a length of up to {LONGEST_HOURS} hours."
        return total

    def _figures(self, workout: pb.ManualWorkout) -> None:
        for name, (target, low, high, unit) in FIGURES.items():
            if self.given[name]:
                value = self._number(name, low, high, unit)
                setattr(workout, target, value)
        if self.given["distance"]:
            unit, length = distance_unit(is_metric=self.is_metric), metres_per_unit(is_metric=self.is_metric)
            metres = self._number("distance", 0, LONGEST_METRES / length, unit) * length
            was = self.before.distance_meters if self.before is not None else math.inf
            # As it is shown it is rounded; what was not changed stays as it was.
            is_same = math.isfinite(was) and self.given["distance"] == _shown(was / length, 2)
            workout.distance_meters = was if is_same else metres

    def _number(self, name: str, low: float, high: float, unit: str) -> float:
        try:
            value = float(self.given[name].replace(",", "."))
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            self._errors[name] = f"Give {unit}, from {low:,.0f} to {high:,.0f}."
            return 0.0
        return value


def distance_unit(*, is_metric: bool) -> str:
    """The unit that the form asks distances in."""
    return "km" if is_metric else "mi"


def blank(at: datetime, zone: ZoneInfo) -> dict[str, str]:
    """The form of a new workout: today, now to five minutes."""
    local = at.astimezone(zone)
    local -= timedelta(minutes=local.minute % 5)
    return {
        **dict.fromkeys(FIELDS, ""),
        "discipline": "cycling",
        "date": local.date().isoformat(),
        "time": local.strftime("%H:%M"),
    }


def given_of(workout: pb.ManualWorkout, *, is_metric: bool) -> dict[str, str]:
    """The form of a workout that is kept."""
    local = _local_start(workout)
    hours, rest = divmod(workout.duration_seconds, HOUR)
    minutes, seconds = divmod(rest, MINUTE)
    given = {
        **dict.fromkeys(FIELDS, ""),
        "discipline": workout.discipline,
        "title": workout.title,
        "class_type": workout.class_type,
        "instructor": workout.instructor,
        "date": local.date().isoformat(),
        "time": local.time().isoformat("seconds" if local.second else "minutes"),
        **{name: str(number) if number else "" for name, number in
           (("hours", hours), ("minutes", minutes), ("seconds", seconds))},
    }  # fmt: skip
    for name, (source, _, _, _) in FIGURES.items():
        if workout.HasField(source):  # type: ignore[arg-type]
            given[name] = _shown(getattr(workout, source), 1)
    if workout.HasField("distance_meters"):
        given["distance"] = _shown(workout.distance_meters / metres_per_unit(is_metric=is_metric), 2)
    return given


def in_words(workout: pb.ManualWorkout) -> str:
    """A workout in a line, for comparing two of them."""
    told = [
        workout.title or activities.category_or_discipline(workout.discipline),
        day_month_year(_local_start(workout).date()),
        _local_start(workout).strftime("%H:%M"),
        duration(workout.duration_seconds),
    ]
    units: Mapping[str, Callable[[float], str]] = {
        "distance_meters": lambda value: f"{value / 1000:.2f} km",
        "work_kilojoules": lambda value: f"{value:.0f} kJ",
        "mean_power_watts": lambda value: f"{value:.0f} W",
        "mean_heart_rate_bpm": lambda value: f"{value:.0f} bpm",
    }
    told += [write(getattr(workout, name)) for name, write in units.items() if workout.HasField(name)]  # type: ignore[arg-type]
    return ", ".join(part for part in told if part)


def _local_start(workout: pb.ManualWorkout) -> datetime:
    start = instant(workout.start_time) + timedelta(seconds=workout.utc_offset_seconds)
    return start.replace(tzinfo=None, microsecond=0)


def _whole(typed: str) -> int | None:
    if not typed:
        return 0
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= len(str(DAY)) else None


def _shown(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")
