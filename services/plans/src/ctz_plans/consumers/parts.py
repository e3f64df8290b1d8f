"""Fields of events, read once and refused the same way: what no attempt can make right is poison."""

from datetime import date
from uuid import UUID

from ctz_chassis.events import Poison


def identifier(text: str) -> UUID:
    """An id."""
    try:
        return UUID(text)
    except ValueError:
        raise Poison("malformed", "id") from None


def revision(number: int) -> int:
    """A revision, from 1."""
    if number < 1:
        raise Poison("malformed", "revision")
    return number


def day(text: str, field: str = "local_date") -> date:
    """A day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Poison("malformed", field) from None
