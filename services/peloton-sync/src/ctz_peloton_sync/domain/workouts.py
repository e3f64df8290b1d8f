"""Rows of Peloton's workout list and details of single workouts, as typed records."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ctz_peloton_sync.domain.classes import RideStub, parse_ride
from ctz_peloton_sync.domain.days import utc_offset_seconds
from ctz_peloton_sync.domain.fields import Json, flag, identifier, integer, items, mapping, moment, number, text

MAXIMUM_WORK_JOULES = 1e8
MAXIMUM_DURATION_SECONDS = 7 * 86_400
# A row that is still IN_PROGRESS after a day was abandoned; it is shown as it stands.
ABANDONED_AFTER = timedelta(hours=24)
_MONTH = re.compile(r"\d{4}-\d{2}\Z", re.ASCII)
HEART_RATE_ZONES = tuple(f"heart_rate_z{zone}_duration" for zone in range(1, 6))


@dataclass(frozen=True, slots=True)
class Effort:
    """Effort points and seconds in heart-rate zones 1 to 5, as Peloton counts them."""

    points: float | None
    zone_seconds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WorkoutRow:
    """What the list says of one workout."""

    source_id: str
    created_time: datetime
    start_time: datetime
    end_time: datetime | None
    utc_offset_seconds: int
    local_date: date
    is_in_progress: bool
    discipline: str
    workout_type: str
    title: str
    ride: RideStub
    has_class_pointer: bool
    duration_seconds: int | None
    total_work_joules: float | None
    effort: Effort | None
    device_type: str
    is_total_work_record: bool
    metrics_type: str

    @property
    def is_chart_due(self) -> bool:
        """Whether its chart belongs to the bulk of a sync: metrics, effort or work (architecture.md)."""
        return self.metrics_type != "" or self.effort is not None or (self.total_work_joules or 0) > 0

    @property
    def is_class_lost(self) -> bool:
        """Whether the row is of a class but does not say which; the detail sometimes does (peloton-api.md, 4.3)."""
        return self.workout_type == "class" and self.ride.class_id == "" and self.has_class_pointer

    def is_held_back(self, now: datetime) -> bool:
        """Whether it is not over yet, so that nothing of it is final."""
        return self.is_in_progress and now - self.created_time < ABANDONED_AFTER


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of the list. `unreadable` counts rows that have no id or no time."""

    rows: tuple[WorkoutRow, ...]
    unreadable: int
    total: int | None
    months: Mapping[str, int]
    page: int | None


def parse_list_page(payload: Json) -> ListPage:
    """Read a page; rows that cannot be told apart or placed in time are counted, the others kept with gaps."""
    body = mapping(payload)
    found = [parse_workout(entry) for entry in items(body.get("data"))]
    rows = {row.source_id: row for row in found if row is not None}
    months = {
        key: count
        for key, value in mapping(body.get("summary")).items()
        if _MONTH.match(key) and (count := integer(value)) is not None
    }
    return ListPage(
        rows=tuple(rows.values()),
        unreadable=sum(row is None for row in found),
        total=integer(body.get("total")),
        months=months,
        page=integer(body.get("page")),
    )


def parse_workout(payload: Json) -> WorkoutRow | None:
    """Read a list row or a workout detail; none when it has no id or no time at all."""
    body = mapping(payload)
    source_id = identifier(body.get("id"))
    created = moment(body.get("created_at")) or moment(body.get("created"))
    start = moment(body.get("start_time")) or created
    if source_id == "" or start is None:
        return None
    end = moment(body.get("end_time"))
    end = (
        end if end is not None and timedelta(0) <= end - start <= timedelta(seconds=MAXIMUM_DURATION_SECONDS) else None
    )
    created = created or start
    offset = utc_offset_seconds(created, moment(body.get("device_time_created_at")), text(body.get("timezone")))
    ride = parse_ride(body.get("ride"))
    return WorkoutRow(
        source_id=source_id,
        created_time=created,
        start_time=start,
        end_time=end,
        utc_offset_seconds=offset,
        local_date=(start + timedelta(seconds=offset)).date(),
        is_in_progress=body.get("status") == "IN_PROGRESS",
        discipline=text(body.get("fitness_discipline"), limit=64) or ride.discipline or "other",
        workout_type=text(body.get("workout_type"), limit=64),
        title=ride.title or text(body.get("title")) or text(body.get("name")),
        ride=ride,
        has_class_pointer=identifier(body.get("peloton_id")) != "" or "ride" in body,
        duration_seconds=ride.duration_seconds or _elapsed(start, end),
        total_work_joules=_work(body),
        effort=parse_effort(body.get("effort_zones")),
        device_type=text(body.get("device_type"), limit=64),
        is_total_work_record=flag(body.get("is_total_work_personal_record")),
        metrics_type=text(body.get("metrics_type"), limit=64),
    )


def parse_effort(payload: Json) -> Effort | None:
    """Effort of a row or a graph; none when the source has none."""
    if not isinstance(payload, Mapping) or not payload:
        return None
    durations = mapping(payload.get("heart_rate_zone_durations"))
    seconds = [integer(durations.get(zone), high=MAXIMUM_DURATION_SECONDS) for zone in HEART_RATE_ZONES]
    known = tuple(value for value in seconds if value is not None)
    return Effort(
        points=number(payload.get("total_effort_points"), low=0, high=1e5),
        zone_seconds=known if len(known) == len(HEART_RATE_ZONES) else (),
    )


def _work(body: Mapping[str, Json]) -> float | None:
    """Joules; Peloton sends 0 where there is no power, which says nothing unless the workout has metrics."""
    joules = number(body.get("total_work"), low=0, high=MAXIMUM_WORK_JOULES)
    return None if joules == 0 and not text(body.get("metrics_type")) else joules


def _elapsed(start: datetime, end: datetime | None) -> int | None:
    return None if end is None else round((end - start).total_seconds())
