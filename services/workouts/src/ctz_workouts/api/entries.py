"""Workouts that the rider enters: checked, and told again."""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ctz.workouts.v1 import transfers_pb2 as pb

from ctz_chassis import resource_name
from ctz_chassis.errors import InvalidArgument
from ctz_workouts.domain.distance import meters_of
from ctz_workouts.domain.sources import IMPORT
from ctz_workouts.formats.activity import Activity
from ctz_workouts.store.workouts import StoredWorkout

COLLECTION = "workouts"
LONGEST_SECONDS = 172_800
LONGEST_TITLE, LONGEST_INSTRUCTOR, LONGEST_WORD = 200, 100, 40
FURTHEST_OFFSET_SECONDS = 18 * 3600
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)
_WORD = re.compile(r"[a-z0-9_]*")
# Field: smallest and largest value.
_FIGURES = {
    "distance_meters": (0, 2_000_000),
    "work_kilojoules": (0, 100_000),
    "mean_power_watts": (0, 2_500),
    "mean_heart_rate_bpm": (25, 250),
}


def entry_of(message: pb.ManualWorkout, now: datetime) -> Activity:
    """A workout as it was entered."""
    start = _start(message, now)
    if abs(message.utc_offset_seconds) > FURTHEST_OFFSET_SECONDS:
        raise InvalidArgument("workout.utc_offset_seconds", "lies within 18 hours")
    if not 1 <= message.duration_seconds <= LONGEST_SECONDS:
        raise InvalidArgument("workout.duration_seconds", f"is 1 to {LONGEST_SECONDS:,}")
    words = words_of(message)
    if not words["discipline"]:
        raise InvalidArgument("workout.discipline", "must be told")
    return Activity(
        start_time=start,
        utc_offset_seconds=message.utc_offset_seconds,
        duration_seconds=message.duration_seconds,
        **words,
        **_figures(message),
    )


def words_of(message: pb.ManualWorkout) -> dict[str, Any]:
    """Title, discipline, class type and instructor."""
    return {
        "title": _line("workout.title", message.title, LONGEST_TITLE),
        "instructor": _line("workout.instructor", message.instructor, LONGEST_INSTRUCTOR),
        "discipline": _word("workout.discipline", message.discipline),
        "class_type": _word("workout.class_type", message.class_type),
    }


def told(row: StoredWorkout) -> pb.ManualWorkout:
    """A workout as the rider can change it."""
    message = pb.ManualWorkout(
        name=resource_name.format(COLLECTION, row.workout_id),
        revision=row.summary_revision,
        is_imported=row.source == IMPORT,
        utc_offset_seconds=row.utc_offset_seconds,
        duration_seconds=row.reported_seconds or 0,
        discipline=row.discipline,
        title=row.title,
        class_type=row.class_type,
        instructor=row.instructor,
        distance_meters=meters_of(row.distance, row.distance_unit),
        work_kilojoules=row.total_work_joules / 1000 if row.total_work_joules is not None else None,
        mean_power_watts=row.mean_power_watts,
        mean_heart_rate_bpm=row.mean_heart_rate_bpm,
    )
    if row.start_time is not None:
        message.start_time.FromDatetime(row.start_time)
    return message


def _start(message: pb.ManualWorkout, now: datetime) -> datetime:
    try:
        start: datetime = message.start_time.ToDatetime(tzinfo=UTC)
    except (OverflowError, ValueError):
        raise InvalidArgument("workout.start_time", "is no time") from None
    if not message.HasField("start_time") or not _EARLIEST <= start <= now + _AHEAD:
        raise InvalidArgument("workout.start_time", "lies between 1970 and a day from now")
    return start


def _figures(message: pb.ManualWorkout) -> dict[str, Any]:
    return {name: _figure(message, name) for name in _FIGURES}


def _figure(message: pb.ManualWorkout, name: str) -> float | None:
    if not message.HasField(name):  # type: ignore[arg-type]
        return None
    value: float = getattr(message, name)
    smallest, largest = _FIGURES[name]
    if not math.isfinite(value) or not smallest <= value <= largest:
        raise InvalidArgument(f"workout.{name}", f"is {smallest:,} to {largest:,}")
    return value


def _line(field: str, text: str, longest: int) -> str:
    plain = " ".join(text.split())
    if len(plain) > longest or not all(letter.isprintable() for letter in plain):
        raise InvalidArgument(field, f"is one line of at most {longest} characters")
    return plain


def _word(field: str, text: str) -> str:
    if len(text) > LONGEST_WORD or not _WORD.fullmatch(text):
        raise InvalidArgument(field, f"is at most {LONGEST_WORD} small letters, digits and underscores")
    return text


def names_of(field: str, names: Sequence[str], most: int) -> list[Any]:
    """Ids in resource names of workouts."""
    if not 1 <= len(names) <= most:
        raise InvalidArgument(field, f"names 1 to {most} workouts")
    return [resource_name.parse(COLLECTION, name, field=field) for name in names]
