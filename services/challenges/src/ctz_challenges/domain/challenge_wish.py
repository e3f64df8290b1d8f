"""What an administrator asks for when making or changing a challenge, and the challenge that it may become."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ctz_challenges.domain.challenge import DAYS_OF_WEEK, Challenge, Kind, Mode, Scoring, State
from ctz_challenges.domain.challenge_schedule import WishedItem, checked_schedule
from ctz_challenges.domain.errors import InvalidField
from ctz_challenges.domain.text import checked_line, checked_paragraphs

MAX_TITLE_LENGTH = 80
MAX_DESCRIPTION_LENGTH = 4_000
MAX_WEEKS = 26
MAX_SEATS = 100_000
_YEARS = range(2000, 2100)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wish:
    """A challenge as it was sent; days and zone are still text. No last day for joining: as long as it runs."""

    title: str
    description: str
    kind: Kind
    mode: Mode
    start_date: str
    end_date: str
    time_zone: str
    is_public: bool
    join_until_date: str
    capacity: int
    team_capacity: int
    scoring: Scoring
    items: tuple[WishedItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """What no administrator decides about a challenge."""

    challenge_id: UUID
    join_code: str
    published_at: datetime | None = None
    revision: int = 1


def checked(
    wish: Wish, identity: Identity, *, known_items: frozenset[UUID] = frozenset(), new_id: Callable[[], UUID]
) -> Challenge:
    """Return the challenge that a wish becomes, or say which field does not fit.

    Items keep their id where it is among the known ones; another id is refused, none is a new item.
    """
    start, end = _span(wish)
    return Challenge(
        challenge_id=identity.challenge_id,
        title=checked_line("challenge.title", wish.title, MAX_TITLE_LENGTH),
        description=checked_paragraphs("challenge.description", wish.description, MAX_DESCRIPTION_LENGTH),
        kind=wish.kind,
        mode=wish.mode,
        start_date=start,
        end_date=end,
        time_zone=_zone(wish.time_zone),
        is_public=wish.is_public,
        join_until_date=_join_until(wish, start, end),
        capacity=_seats("challenge.capacity", wish.capacity),
        team_capacity=_seats("challenge.team_capacity", wish.team_capacity),
        scoring=wish.scoring,
        join_code=identity.join_code,
        published_at=identity.published_at,
        revision=identity.revision,
        items=checked_schedule(wish.items, start, end, known=known_items, new_id=new_id),
    )


def check_change(stored: Challenge, new: Challenge, instant: datetime, *, member_count: int) -> None:
    """Refuse changes that would take from members what they rely on."""
    if stored.published_at is None:
        return
    check_gives_points(new)
    if new.mode is not stored.mode:
        raise InvalidField("challenge.mode", "A published challenge keeps its teams, or stays without.")
    if new.capacity and new.capacity < member_count:
        raise InvalidField("challenge.capacity", f"There are {member_count} members already.")
    if stored.state_at(instant) is State.OPEN:
        return
    if new.start_date != stored.start_date:
        raise InvalidField("challenge.start_date", "The challenge has begun; its first day stays.")
    if new.time_zone.key != stored.time_zone.key:
        raise InvalidField("challenge.time_zone", "The challenge has begun; its days stay as they are.")


def check_publishable(challenge: Challenge, instant: datetime) -> None:
    """Refuse to publish what nobody could join, or what gives no points."""
    if challenge.day_at(instant) > challenge.join_until_date:
        raise InvalidField("challenge.join_until_date", "Nobody could join any more; choose a later day.")
    check_gives_points(challenge)


def check_gives_points(challenge: Challenge) -> None:
    """Refuse a challenge in which nobody could get a point."""
    if not challenge.items and not challenge.scoring.metric_rules:
        raise InvalidField("items", "Nothing would give points: add items or a rule for amounts.")


def changes_points(stored: Challenge, new: Challenge) -> bool:
    """Say whether a change can move points, so that every member has to be counted anew."""
    return any(
        getattr(stored, name) != getattr(new, name)
        for name in ("kind", "start_date", "end_date", "time_zone", "scoring", "items")
    )


def checked_day(field: str, text: str) -> date:
    """Return a day from its text."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or day.year not in _YEARS:
        raise InvalidField(field, "Enter a day such as 2026-05-08.")
    return day


def _span(wish: Wish) -> tuple[date, date]:
    start = checked_day("challenge.start_date", wish.start_date)
    end = checked_day("challenge.end_date", wish.end_date)
    if end < start:
        raise InvalidField("challenge.end_date", "The last day must not lie before the first.")
    latest = start + timedelta(days=DAYS_OF_WEEK * MAX_WEEKS - 1)
    if end > latest:
        raise InvalidField("challenge.end_date", f"A challenge has {MAX_WEEKS} weeks at most: end by {latest}.")
    return start, end


def _join_until(wish: Wish, start: date, end: date) -> date:
    if not wish.join_until_date:
        return end
    day = checked_day("challenge.join_until_date", wish.join_until_date)
    if not start <= day <= end:
        raise InvalidField("challenge.join_until_date", f"Choose a day from {start} to {end}.")
    return day


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise unknown_zone() from None


def unknown_zone() -> InvalidField:
    """The refusal of a zone that the zone database does not know."""
    return InvalidField("challenge.time_zone", "Choose a time zone such as Europe/London.")


def _seats(field: str, given: int) -> int:
    if not 0 <= given <= MAX_SEATS:
        raise InvalidField(field, f"Enter a number up to {MAX_SEATS}, or 0 for no bound.")
    return given
