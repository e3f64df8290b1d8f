"""Browsing the history: lists and calendars of what a filter keeps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from ctz_workouts.store import calendar as calendars
from ctz_workouts.store.filters import EVERYTHING, Filter, Search, search_of
from ctz_workouts.store.listing import Count, Listing, Page, Place
from ctz_workouts.store.orders import Order
from ctz_workouts.store.vocabulary import Meaning, look_up


@dataclass(frozen=True, slots=True)
class Found:
    """A page, how many match in all, and the words of the query that begin no word of the archive."""

    page: Page
    count: Count
    corrections: Sequence[Meaning]


def browse(
    connection: sa.Connection,
    user_id: UUID,
    kept: Filter,
    order: Order,
    *,
    at: tuple[Place, Count] | None,
    limit: int,
) -> Found:
    """A page of what a filter keeps; what was counted for the first page holds for the others."""
    place, counted = at if at is not None else (None, None)
    search: Search = EVERYTHING
    corrections: Sequence[Meaning] = ()
    if counted is None or not kept.is_empty:
        search, corrections = _search(connection, user_id, kept)
    listing = Listing(connection, user_id)
    page = listing.page(search, order, at=place, limit=limit, is_counted=counted is None)
    return Found(page, counted or page.count, corrections)


def calendar(
    connection: sa.Connection, user_id: UUID, kept: Filter, span: tuple[date, date], most_of_a_day: int
) -> Sequence[calendars.CalendarDay]:
    """Days of a span with what a filter keeps, oldest first."""
    search, _ = _search(connection, user_id, replace(kept, from_date=None, to_date=None))
    return calendars.days_of(connection, user_id, search, span, most_of_a_day)


def _search(connection: sa.Connection, user_id: UUID, kept: Filter) -> tuple[Search, Sequence[Meaning]]:
    asked = [term for group in kept.groups() for term in group]
    known = look_up(connection, user_id, asked, kept.words, kept.months())
    return search_of(user_id, kept, known), [each for each in known.meanings if each.is_corrected]
