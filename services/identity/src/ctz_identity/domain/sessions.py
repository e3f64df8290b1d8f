"""Rules of browser sessions: how long they last and when a sign-in counts as fresh."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

IDLE_LIFETIME = timedelta(days=14)
ABSOLUTE_LIFETIME = timedelta(days=30)
FRESH_LIFETIME = timedelta(minutes=10)
TOUCH_INTERVAL = timedelta(minutes=1)
USER_TOKEN_LIFETIME = timedelta(minutes=5)
DEVICE_LIFETIME = timedelta(days=365)
MAX_SESSIONS = 100


@dataclass(frozen=True, slots=True)
class Session:
    """A browser session as its owner sees it."""

    session_id: UUID
    created_at: datetime
    last_used_at: datetime
    client_address: str
    user_agent: str


def fresh_until(authenticated_at: datetime) -> datetime:
    """Return until when a password that was entered counts as fresh."""
    return authenticated_at + FRESH_LIFETIME
