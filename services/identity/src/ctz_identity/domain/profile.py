"""What a person tells about themselves."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ctz_identity.domain.errors import InvalidField

MAX_NAME_LENGTH = 80
ONBOARDING_STEPS = ("connect", "ftp", "done")
EARLIEST_BIRTH_YEAR = 1900
MIN_AGE_YEARS = 5
DAYS_IN_WEEK = 7


class Units(StrEnum):
    """Units a person reads."""

    METRIC = "metric"
    IMPERIAL = "imperial"


class SignUpMode(StrEnum):
    """Who may make an account on an instance."""

    OPEN = "open"
    INVITATION = "invitation"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a signed-in person sees of themselves."""

    user_id: UUID
    email: str
    display_name: str
    units: Units
    time_zone: str
    week_start: int
    is_administrator: bool
    onboarding_done: tuple[str, ...]
    birth_year: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """An account as administrators see it."""

    user_id: UUID
    email: str
    display_name: str
    is_active: bool
    is_verified: bool
    is_administrator: bool
    created_at: datetime
    last_sign_in_at: datetime | None


def checked_name(given: str) -> str:
    """Return a name to show, without control characters and outer blanks."""
    name = unicodedata.normalize("NFC", given[: 4 * MAX_NAME_LENGTH]).strip()
    if not 1 <= len(name) <= MAX_NAME_LENGTH or any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in name):
        raise InvalidField("display_name", f"Enter a name of 1 to {MAX_NAME_LENGTH} characters.")
    return name


def is_time_zone(name: str) -> bool:
    """Say whether the zone database knows a name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def checked_time_zone(name: str) -> str:
    """Return an IANA time zone that the zone database knows."""
    if not is_time_zone(name):
        raise InvalidField("time_zone", "Choose a time zone such as Europe/London.")
    return name


def checked_week_start(day: int) -> int:
    """Return a first day of the week, 0 Monday to 6 Sunday."""
    if not 0 <= day < DAYS_IN_WEEK:
        raise InvalidField("week_start", "Choose a day from 0 (Monday) to 6 (Sunday).")
    return day


def checked_steps(steps: tuple[str, ...]) -> tuple[str, ...]:
    """Return steps of the first-run wizard, each once, in the wizard's order."""
    if not set(steps) <= set(ONBOARDING_STEPS):
        raise InvalidField("onboarding_done", f"The steps are: {', '.join(ONBOARDING_STEPS)}.")
    return tuple(step for step in ONBOARDING_STEPS if step in steps)


def checked_birth_year(year: int | None, *, now: datetime) -> int | None:
    """Return a year of birth that a rider can have."""
    if year is not None and not EARLIEST_BIRTH_YEAR <= year <= now.year - MIN_AGE_YEARS:
        raise InvalidField("birth_year", f"Enter a year from {EARLIEST_BIRTH_YEAR} to {now.year - MIN_AGE_YEARS}.")
    return year
