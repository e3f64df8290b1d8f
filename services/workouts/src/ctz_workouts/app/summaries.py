"""What `recorded` tells, as columns of a row."""

from typing import Any

from ctz.peloton_sync.events.v1 import events_pb2 as peloton

from ctz_chassis.event_fields import MALFORMED, day, instant
from ctz_chassis.events import Poison
from ctz_workouts.app.intake import Summary

_OPTIONAL = ("pedaling_start_offset_seconds", "total_work_joules", "effort_points")
_SAME = (
    "source",
    "source_id",
    "utc_offset_seconds",
    "discipline",
    "workout_type",
    "title",
    "instructor",
    "class_type",
    "device_type",
)


def summary_of(message: peloton.WorkoutRecorded) -> Summary:
    """The summary of a workout; `Poison` where it is none."""
    if not message.HasField("start_time"):
        raise Poison(MALFORMED, "start_time")
    columns: dict[str, Any] = {name: getattr(message, name) for name in _SAME}
    columns |= {name: getattr(message, name) if message.HasField(name) else None for name in _OPTIONAL}  # type: ignore[arg-type]
    columns["end_time"] = instant(message.end_time, "end_time") if message.HasField("end_time") else None
    columns["reported_seconds"] = message.duration_seconds if message.HasField("duration_seconds") else None
    columns["heart_rate_zone_seconds"] = list(message.heart_rate_zone_seconds)
    columns["is_total_work_record"] = message.is_total_work_record
    columns["chart_state"] = message.chart_state
    columns["detail"] = message.detail.SerializeToString() if message.HasField("detail") else None
    start_time, local_date = instant(message.start_time, "start_time"), day(message.local_date, "local_date")
    return Summary(start_time, local_date, message.class_id, columns)
