"""The calendar feed: what of a rider's weeks a calendar is told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from ctz_plans.domain.activity import Activity, Kind

DAYS_BACK, DAYS_AHEAD = 30, 180


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One whole day with something to do; `revision` counts its changes, `changed_at` is the time of the last one."""

    item_id: UUID
    day: date
    title: str
    description: str
    category: str
    revision: int
    changed_at: datetime


def may_be_told(activity: Activity, open_practices: Collection[str]) -> bool:
    """Whether a calendar may know of it, where the rider shares no pelvic-floor work.

    A practice that is not known to be open is not told: it may have been a routine with such work before its deletion.
    """
    return not activity.is_pelvic_floor and (not activity.routine or activity.routine in open_practices)


def entry_title(activity: Activity) -> str:
    """The words for it: its own title, or what it asks for."""
    if activity.title:
        return activity.title
    if activity.kind is Kind.REST:
        return "Rest day"
    words = (activity.class_type or activity.discipline or activity.kind).replace("_", " ")
    length = f"{round(activity.duration_seconds / 60)} min " if activity.duration_seconds else ""
    return f"{length}{words}".strip().capitalize()
