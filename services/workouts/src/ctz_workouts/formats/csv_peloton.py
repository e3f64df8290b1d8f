"""Peloton's list of workouts as CSV (peloton-api.md 4.9): one row a workout, no samples, no ids."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from ctz_workouts.formats.activity import LONGEST_NAME, LONGEST_SECONDS, LONGEST_TITLE, Activity, checked_start, plain
from ctz_workouts.formats.csv_text import rows_of
from ctz_workouts.formats.errors import FormatError, NothingInIt, RowUnreadable
from ctz_workouts.formats.xml_events import number
from ctz_workouts.formats.zones_of_time import zone_of

STARTED, LENGTH, DISCIPLINE, TITLE = "Workout Timestamp", "Length (minutes)", "Fitness Discipline", "Title"
COLUMNS = frozenset({STARTED, LENGTH, DISCIPLINE, TITLE})
"""By these a header is known."""
_METERS = {"mi": 1609.344, "km": 1000.0, "m": 1.0}
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d?:\d\d)(?::\d\d)?\s*(?:\(([^)]{1,12})\))?")
_LONGEST_WORD = 40
_MINUTE, _HOUR, _KILO = 60, 3600, 1000


def is_peloton_header(cells: Sequence[str]) -> bool:
    """Whether a first row is that of Peloton's list."""
    return {cell.strip() for cell in cells} >= COLUMNS


def read_peloton_csv(data: bytes, now: datetime, rider: tzinfo) -> Iterator[Activity | FormatError]:
    """Every row as a workout, or as what is wrong with it. `rider` is the zone behind names that it may have."""
    rows = rows_of(data)
    _, header = next(rows, (0, []))
    names = [cell.strip() for cell in header]
    unit = next((name[10:-1] for name in names if name.startswith("Distance (")), "")
    any_row = False
    for line, cells in rows:
        any_row = True
        try:
            yield _activity(dict(zip(names, cells, strict=False)), now, rider, _METERS.get(unit))
        except FormatError as error:
            error.place = f"line {line}"
            yield error
    if not any_row:
        raise NothingInIt


def _activity(row: Mapping[str, str], now: datetime, rider: tzinfo, meters: float | None) -> Activity:
    started, offset, wall = _start(row.get(STARTED, ""), rider)
    title = plain(row.get(TITLE, ""), LONGEST_TITLE)
    discipline = plain(row.get(DISCIPLINE, ""), _LONGEST_WORD).lower().replace(" ", "_") or "other"
    distance = _measure(row, "Distance (")
    return Activity(
        start_time=checked_start(started, now),
        utc_offset_seconds=offset,
        duration_seconds=_seconds(row),
        discipline=discipline,
        title=title,
        instructor=plain(row.get("Instructor Name", ""), LONGEST_NAME),
        workout_type=_kind(row),
        work_kilojoules=_figure(row, "Total Output"),
        mean_power_watts=_figure(row, "Avg. Watts"),
        mean_heart_rate_bpm=_figure(row, "Avg. Heartrate"),
        calories_kcal=_figure(row, "Calories Burned"),
        distance_meters=distance * meters if distance is not None and meters else None,
        # The label differs between exports of one workout, and the wall clock does not.
        key=f"peloton-csv\n{wall}\n{discipline}\n{title}",
    )


def _start(text: str, rider: tzinfo) -> tuple[datetime, int, str]:
    """The start, its offset from UTC in seconds, and the wall clock as written."""
    match = _STAMP.fullmatch(text.strip())
    if match is None:
        raise RowUnreadable
    try:
        wall = datetime.fromisoformat(f"{match[1]}T{match[2].zfill(5)}")
        local = wall.replace(tzinfo=zone_of(match[3] or "", rider, wall))
        offset = local.utcoffset() or timedelta(0)
        return local.astimezone(UTC), round(offset.total_seconds()), wall.isoformat()
    except (ValueError, OverflowError):
        raise RowUnreadable from None


def _seconds(row: Mapping[str, str]) -> int:
    """The length as told; where Peloton tells none, of rides over a distance and of seconds, as its figures say it."""
    minutes = number(row.get(LENGTH, "").strip())
    seconds = minutes * _MINUTE if minutes else math.nan
    ways = (
        (_measure(row, "Distance ("), _measure(row, "Avg. Speed ("), _HOUR),
        (_figure(row, "Total Output"), _figure(row, "Avg. Watts"), _KILO),
    )
    for whole, mean, factor in ways:
        if math.isnan(seconds) and whole is not None and mean is not None:
            seconds = whole / mean * factor
    if not 0 < seconds <= LONGEST_SECONDS:
        raise RowUnreadable
    return max(round(seconds), 1)


def _measure(row: Mapping[str, str], begin: str) -> float | None:
    """A figure whose column names its unit."""
    return _figure(row, next((name for name in row if name.startswith(begin)), ""))


def _figure(row: Mapping[str, str], name: str) -> float | None:
    found = number(row.get(name, "").strip().rstrip("%"))
    return found if found > 0 else None


def _kind(row: Mapping[str, str]) -> str:
    """As Peloton's own list says it: a class, a scenic ride, or neither."""
    if "scenic" in row.get("Type", "").lower():
        return "scenic"
    return "class" if row.get("Instructor Name", "").strip() else "freestyle"
