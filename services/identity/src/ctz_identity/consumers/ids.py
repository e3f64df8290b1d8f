"""Ids of events as they are used here."""

from uuid import UUID

from ctz_chassis.events import Poison


def user_id_of(text: str) -> UUID:
    """The rider of an event; raises `Poison` for what is no id."""
    try:
        return UUID(text)
    except ValueError:
        raise Poison("malformed", "user_id") from None
