"""A rider's day as instants, where its zone is not told: it begins first in the far east and ends last in the west."""

from datetime import UTC, date, datetime, time, timedelta

_FARTHEST_EAST, _FARTHEST_WEST = timedelta(hours=14), timedelta(hours=12)
_DAY = timedelta(days=1)


def first_instant(day: date) -> datetime:
    """When a day begins where it begins first."""
    return datetime.combine(day, time(tzinfo=UTC)) - _FARTHEST_EAST


def end_of(day: date) -> datetime:
    """When a day is over everywhere."""
    return datetime.combine(day + _DAY, time(tzinfo=UTC)) + _FARTHEST_WEST
