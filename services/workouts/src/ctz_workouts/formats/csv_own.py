"""CSV as this product writes it: a list of workouts, or one workout with its samples. Both are read again.

Times are UTC with the rider's offset beside them, lengths are seconds and metres.
"""

import math
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ctz_workouts.formats.activity import (
    DECIMALS,
    LONGEST_NAME,
    LONGEST_SECONDS,
    LONGEST_TITLE,
    UNITS,
    Activity,
    Samples,
    checked_start,
    plain,
)
from ctz_workouts.formats.csv_text import rows_of, told, written
from ctz_workouts.formats.errors import FileDamaged, FormatError, NothingInIt, RowUnreadable, TooMuchInIt
from ctz_workouts.formats.recorder import MOST_POINTS
from ctz_workouts.formats.xml_events import instant, number

Cell = str | float | None
HEADER = (
    "workout",
    "start_time",
    "utc_offset_seconds",
    "duration_seconds",
    "discipline",
    "title",
    "instructor",
    "workout_type",
    "class_type",
    "device",
    "work_kilojoules",
    "mean_power_watts",
    "mean_heart_rate_bpm",
    "distance_meters",
    "calories_kcal",
)
SECOND = "second"
_LONGEST_WORD = 40
_FURTHEST_OFFSET_SECONDS = 18 * 3600


def is_own_header(cells: Sequence[str]) -> bool:
    """Whether a first row is ours."""
    return tuple(cells[: len(HEADER)]) == HEADER


def is_own_samples(cells: Sequence[str]) -> bool:
    """Whether a row begins samples."""
    return bool(cells) and cells[0] == SECOND


def list_rows(activities: Iterable[Activity], extra: Sequence[str] = ()) -> Iterator[Sequence[Cell]]:
    """The header, with columns that are only told, and a row for each workout."""
    yield (*HEADER, *extra)
    yield from (row_of(activity) for activity in activities)


def row_of(activity: Activity) -> tuple[Cell, ...]:
    """One workout as a row of the list."""
    return (
        activity.workout_id,
        activity.start_time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        activity.utc_offset_seconds,
        activity.duration_seconds,
        activity.discipline,
        activity.title,
        activity.instructor,
        activity.workout_type,
        activity.class_type,
        activity.device,
        activity.work_kilojoules,
        activity.mean_power_watts,
        activity.mean_heart_rate_bpm,
        activity.distance_meters,
        activity.calories_kcal,
    )


def write_csv(activity: Activity) -> Iterator[bytes]:
    """One workout: its row of the list, then its samples."""
    yield from written(list_rows([activity]))
    samples = activity.samples
    if samples.seconds:
        slugs = [slug for slug in UNITS if slug in samples.values]
        yield from written([(SECOND, *slugs)])
        columns = [samples.values[slug] for slug in slugs]
        yield from written((second, *(column[at] for column in columns)) for at, second in enumerate(samples.seconds))


def read_own_csv(data: bytes, now: datetime) -> Iterator[Activity | FormatError]:
    """Every workout of a list, or the one workout with its samples."""
    rows = rows_of(data)
    next(rows, None)
    held: Activity | None = None
    any_row = False
    for line, cells in rows:
        any_row = True
        if is_own_samples(cells) and held is not None:
            yield _with_samples(held, cells, rows)
            return
        if held is not None:
            yield held
            held = None
        try:
            held = _activity(dict(zip(HEADER, map(told, cells), strict=False)), now)
        except FormatError as error:
            error.place = f"line {line}"
            yield error
    if held is not None:
        yield held
    if not any_row:
        raise NothingInIt


def _activity(row: Mapping[str, str], now: datetime) -> Activity:
    start, seconds = instant(row.get("start_time", "")), number(row.get("duration_seconds", ""))
    offset = number(row.get("utc_offset_seconds", "") or "nan")
    if start is None or math.isnan(seconds) or not 1 <= seconds <= LONGEST_SECONDS:
        raise RowUnreadable
    checked_start(start, now)
    made = _with_texts(row, Activity(start, round(seconds), "other"))
    figures: dict[str, Any] = {name: value for name in HEADER[10:] if (value := number(row.get(name, ""))) > 0}
    workout_id = plain(row.get("workout", ""), _LONGEST_WORD)
    return replace(
        made,
        utc_offset_seconds=round(offset) if abs(offset) <= _FURTHEST_OFFSET_SECONDS else None,
        workout_id=workout_id,
        key=f"ctz-csv\n{workout_id}\n{start.isoformat()}",
        **figures,
    )


def _with_texts(row: Mapping[str, str], activity: Activity) -> Activity:
    return replace(
        activity,
        discipline=plain(row.get("discipline", ""), _LONGEST_WORD) or activity.discipline,
        workout_type=plain(row.get("workout_type", ""), _LONGEST_WORD),
        class_type=plain(row.get("class_type", ""), _LONGEST_WORD),
        title=plain(row.get("title", ""), LONGEST_TITLE),
        instructor=plain(row.get("instructor", ""), LONGEST_NAME),
        device=plain(row.get("device", ""), LONGEST_NAME),
    )


def _with_samples(activity: Activity, header: Sequence[str], rows: Iterator[tuple[int, list[str]]]) -> Activity:
    slugs = [slug for slug in header[1:] if slug in UNITS]
    places = [header.index(slug) for slug in slugs]
    seconds, columns = array("l"), [array("d") for _ in slugs]
    for line, cells in rows:
        second = number(cells[0])
        is_whole = 0 <= second <= LONGEST_SECONDS and second.is_integer()
        if not is_whole or (seconds and second <= seconds[-1]):
            raise FileDamaged(f"line {line}")
        if len(seconds) >= MOST_POINTS:
            raise TooMuchInIt
        seconds.append(int(second))
        for slug, column, place in zip(slugs, columns, places, strict=True):
            value = number(cells[place]) if place < len(cells) else math.nan
            column.append(round(value, DECIMALS.get(slug, 0)) if not math.isnan(value) else value)
    return replace(activity, samples=Samples(seconds, dict(zip(slugs, columns, strict=True))))
