"""A rider's calendar feed: its secret, and what it tells."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.errors import NotFound
from ctz_plans.domain.activity import Activity
from ctz_plans.domain.calendar import DAYS_AHEAD, DAYS_BACK, CalendarEntry, entry_title, may_be_told
from ctz_plans.domain.library import Library
from ctz_plans.domain.practice import Practice
from ctz_plans.store.challenges import ChallengeStore
from ctz_plans.store.feeds import Feed, FeedStore
from ctz_plans.store.items import ItemStore
from ctz_plans.store.practice import RoutineStore

SECRET_BYTES = 32
READS_ARE_TOLD_APART = timedelta(hours=1)
"""How coarsely the time of the last reading is kept: calendars come often, and a reading should not mean a write."""


def find(connection: sa.Connection, user_id: UUID) -> Feed | None:
    """The rider's feed, if there is one."""
    return FeedStore(connection).of(user_id)


def create(connection: sa.Connection, user_id: UUID, now: datetime) -> str:
    """Make a new secret in place of the one before; only its hash is kept."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    FeedStore(connection).keep(user_id, _hash(secret), now)
    return secret


def delete(connection: sa.Connection, user_id: UUID) -> None:
    """Make the address stop to work."""
    FeedStore(connection).delete(user_id)


def read(connection: sa.Connection, library: Library, secret: str, now: datetime) -> Sequence[CalendarEntry]:
    """What the calendar with this secret is told, by day; the same for a wrong secret and for none."""
    store = FeedStore(connection)
    feed = store.under(_hash(secret))
    if feed is None:
        raise NotFound
    if feed.last_read_at is None or now - feed.last_read_at >= READS_ARE_TOLD_APART:
        store.mark_read(feed.user_id, now)
    is_shared = store.shares_pelvic_floor(feed.user_id)
    known = frozenset() if is_shared else _open_practices(connection, library, feed.user_id)
    told = [*_own(connection, feed.user_id, now), *_asked(connection, feed.user_id, now)]
    entries = [entry for entry, activity in told if is_shared or may_be_told(activity, known)]
    return sorted(entries, key=lambda entry: entry.day)


def _own(connection: sa.Connection, user_id: UUID, now: datetime) -> Iterator[tuple[CalendarEntry, Activity]]:
    for item, changed_at in ItemStore(connection, user_id, now).changed_of_days(*_span(now)):
        about = f"Part of {item.program.title}" if item.program else ""
        yield _entry(item.item_id, item.day, item.activity, about, item.revision, changed_at), item.activity


def _asked(connection: sa.Connection, user_id: UUID, now: datetime) -> Iterator[tuple[CalendarEntry, Activity]]:
    for told in ChallengeStore(connection).feed_of(user_id, *_span(now)):
        item, about = told.item, f"Asked for by {told.challenge_title}"
        yield _entry(item.item_id, item.day, item.activity, about, told.revision, told.changed_at), item.activity


def _entry(
    item_id: UUID, day: date, activity: Activity, about: str, revision: int, changed_at: datetime
) -> CalendarEntry:
    return CalendarEntry(item_id, day, entry_title(activity), about, activity.discipline, revision, changed_at)


def _open_practices(connection: sa.Connection, library: Library, user_id: UUID) -> frozenset[str]:
    """Names of exercises and routines without pelvic-floor work in them."""
    practices: tuple[Practice, ...] = (
        *library.exercises.values(),
        *library.routines.values(),
        *RoutineStore(connection, library).of(user_id),
    )
    return frozenset(str(practice.name) for practice in practices if not practice.is_private)


def _span(now: datetime) -> tuple[date, date]:
    today = now.date()
    return today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
