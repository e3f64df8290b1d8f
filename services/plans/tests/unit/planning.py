"""Items and facts of one week, short enough to read a case in a line. The week is 1 to 7 June 2026, from Monday."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from ctz_plans.domain.activity import Activity, Fact, Kind
from ctz_plans.domain.item import Decision, Item
from ctz_plans.domain.week import Week

WEEK = Week(date(2026, 6, 1))
MON, TUE, WED, THU, FRI, SAT, SUN = WEEK.days
NEXT_MON, LAST_SUN = SUN + timedelta(days=1), MON - timedelta(days=1)
AFTER = NEXT_MON

REST = Activity(Kind.REST)
NOTE = Activity(Kind.NOTE, title="Legs are tired: take it easy")


def a_class(class_id: str, minutes: int = 45, class_type: str = "power_zone", discipline: str = "cycling") -> Activity:
    return Activity(
        Kind.CLASS,
        title=f"{minutes} min class {class_id}",
        class_id=class_id,
        discipline=discipline,
        class_type=class_type,
        duration_seconds=minutes * 60,
    )


def a_type(class_type: str, minutes: int = 45, discipline: str = "cycling") -> Activity:
    return Activity(Kind.CLASS_TYPE, discipline=discipline, class_type=class_type, duration_seconds=minutes * 60)


def any_of(discipline: str, minutes: int = 30) -> Activity:
    return Activity(Kind.DISCIPLINE, discipline=discipline, duration_seconds=minutes * 60)


def a_routine(key: str = "hips", minutes: int = 10, category: str = "mobility") -> Activity:
    return Activity(
        Kind.ROUTINE, title=key, routine=f"routines/{key}", discipline=category, duration_seconds=minutes * 60
    )


def item(number: int, day: date, activity: Activity, *, position: int = 0, **given: Any) -> Item:
    return Item(UUID(int=number), day, position, activity, **given)


def ride(
    name: str, day: date, class_type: str = "", minutes: float | None = 45, *, hour: int = 7, **given: Any
) -> Fact:
    """A workout; of cycling unless a discipline is given."""
    seconds = None if minutes is None else int(minutes * 60)
    fields: dict[str, Any] = {
        "discipline": "cycling",
        "class_type": class_type,
        "done_seconds": seconds,
        "whole_seconds": seconds,
        "title": name,
    } | given
    return Fact(f"workouts/{name}", day, datetime(day.year, day.month, day.day, hour, tzinfo=UTC), **fields)


def session(
    name: str, day: date, practice: str, minutes: float = 10, *, category: str = "mobility", whole: float = 10
) -> Fact:
    """A guided session."""
    return Fact(
        f"sessions/{name}",
        day,
        datetime(day.year, day.month, day.day, 21, tzinfo=UTC),
        title=name,
        discipline=category,
        class_type=category if category in {"mobility", "pilates", "breathwork"} else "",
        practice=practice,
        done_seconds=int(minutes * 60),
        whole_seconds=int(whole * 60),
    )


COUNTS, SAID_DONE, SKIPPED, NOTHING = (
    Decision.COUNTS,
    Decision.DONE,
    Decision.SKIPPED,
    Decision.NOTHING_COUNTS,
)
