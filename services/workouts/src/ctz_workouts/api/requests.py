"""What requests ask for, checked: filters, pages, days, notes."""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from ctz.workouts.v1 import workouts_pb2 as pb
from ctz.workouts.v1.analytics_pb2 import GetFitnessRequest

from ctz_chassis import paging
from ctz_chassis.errors import InvalidArgument
from ctz_workouts.domain.words import search_words
from ctz_workouts.store import terms
from ctz_workouts.store.filters import Filter
from ctz_workouts.store.listing import Count, Place
from ctz_workouts.store.orders import ORDERS, Order
from ctz_workouts.store.periods import WEEK_DAYS

LONGEST_QUERY = 200
MOST_VALUES = 50
MOST_DAYS = 400
LONGEST_NOTES = 4_000
HARDEST_EFFORT = 10
BEST_FEEL = 5
MOST_ENTRIES = 1_000
LARGEST_NUMBER = 1_000_000
MOST_TAGS, LONGEST_TAG = 20, 40
_MANUAL = {pb.SOURCE_CHOICE_ONLY_MANUAL: True, pb.SOURCE_CHOICE_WITHOUT_MANUAL: False}
MOST_CALENDAR_DAYS = 42
EARLIEST_YEAR, LATEST_YEAR = 1900, 2300


def filter_of(message: pb.WorkoutFilter) -> Filter:
    """What a list keeps."""
    if len(message.query) > LONGEST_QUERY or "\0" in message.query:
        raise InvalidArgument("filter.query", f"is text of at most {LONGEST_QUERY} characters")
    chosen = ("disciplines", "instructors", "class_types", "tags")
    if max(len(getattr(message, name)) for name in chosen) > MOST_VALUES:
        raise InvalidArgument("filter", f"names at most {MOST_VALUES} values of a kind")
    values: dict[str, Any] = {
        name: tuple(_plain(f"filter.{name}", value) for value in getattr(message, name)) for name in chosen
    }
    values["tags"] = tuple(tag_of(tag) for tag in values["tags"])
    for name in ("min_duration_seconds", "max_duration_seconds", "min_load", "max_load"):
        values[name] = _number(message, name)
    marks = {
        terms.CHARTED: message.has_series,
        terms.POWER_ZONE: message.is_power_zone,
        terms.RECORD: message.is_record,
        terms.NOTED: message.has_notes,
    }
    return Filter(
        words=search_words(message.query),
        marks=tuple(mark for mark, holds in marks.items() if holds),
        from_date=day("filter.from_date", message.from_date) if message.from_date else None,
        to_date=day("filter.to_date", message.to_date) if message.to_date else None,
        is_manual=_MANUAL.get(message.source_choice),
        **values,
    )


def _number(message: pb.WorkoutFilter, name: str) -> Any:
    if not message.HasField(name):  # type: ignore[arg-type]
        return None
    value = getattr(message, name)
    if not 0 <= value <= LARGEST_NUMBER:
        raise InvalidArgument(f"filter.{name}", f"is 0 to {LARGEST_NUMBER:,}")
    return value


def _plain(field: str, text: str) -> str:
    if "\0" in text:
        raise InvalidArgument(field, "holds a character that no name has")
    return text


def week_start(number: int) -> int:
    """First day of the week, 0 Monday to 6 Sunday."""
    if not 0 <= number < WEEK_DAYS:
        raise InvalidArgument("week_start", "is 0 for Monday to 6 for Sunday")
    return number


def day(field: str, text: str) -> date:
    """A day written `YYYY-MM-DD`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidArgument(field, "is no day, such as 2026-05-08") from None


def day_to_count_from(field: str, text: str) -> date:
    """A day with years before it and behind it."""
    found = day(field, text)
    if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        raise InvalidArgument(field, f"lies in the years {EARLIEST_YEAR} to {LATEST_YEAR}")
    return found


def span(request: pb.SummarizePeriodRequest | GetFitnessRequest) -> tuple[date, date]:
    """The days of a period, both inclusive."""
    first = day_to_count_from("from_date", request.from_date)
    last = day_to_count_from("to_date", request.to_date)
    if not 0 <= (last - first).days <= MOST_DAYS:
        raise InvalidArgument("to_date", f"lies at most {MOST_DAYS} days after from_date, and not before it")
    return first, last


def calendar_span(request: pb.GetCalendarRequest) -> tuple[date, date]:
    """The days of a calendar, both inclusive."""
    first = day_to_count_from("from_date", request.from_date)
    last = day_to_count_from("to_date", request.to_date)
    if not 0 <= (last - first).days < MOST_CALENDAR_DAYS:
        raise InvalidArgument(
            "to_date", f"lies at most {MOST_CALENDAR_DAYS - 1} days after from_date, and not before it"
        )
    return first, last


def order_of(number: int) -> Order:
    """How a list is ordered; newest first when not stated."""
    order = ORDERS.get(number or pb.WORKOUT_ORDER_NEWEST)
    if order is None:
        raise InvalidArgument("order", "is none of the orders")
    return order


def digest_of(user_id: UUID, kept: Filter, order: int, first_weekday: int) -> str:
    """What a page token is bound to; it tells how many workouts match, which nobody else may learn."""
    return paging.filter_digest(user_id=str(user_id), kept=repr(kept), order=order, first_weekday=first_weekday)


def place_of(token: str, digest: str, order: Order) -> tuple[Place, Count] | None:
    """Where the page begins and how many match in all; none on the first."""
    payload: Mapping[str, Any] = paging.decode_token(token, digest)
    if not payload:
        return None
    try:
        *rank, day_text, start, workout_id = payload["k"]
        started = datetime.fromisoformat(start).astimezone(UTC)
        keys = [*map(float, rank), date.fromisoformat(day_text), started, UUID(workout_id)]
        count = Count(int(payload["n"]), bool(payload["m"]))
        pairs = zip(keys, order.keys, strict=True)
        return Place([key for key, _ in pairs], bool(payload["b"])), count
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise InvalidArgument("page_token", "does not belong to this list; start again without it") from None


def token_of(place: Place | None, count: Count, digest: str) -> str:
    """The token of the page that begins at a place; empty without one."""
    if place is None:
        return ""
    *rank, day_of, start, workout_id = place.keys
    keys = [*rank, day_of.isoformat(), start.isoformat(), str(workout_id)]
    payload = {"k": keys, "b": place.is_backward, "n": count.total, "m": count.is_minimum}
    return paging.encode_token(payload, digest)


def note_of(request: pb.UpdateWorkoutRequest) -> dict[str, Any]:
    """What the rider changes, by column."""
    values: dict[str, Any] = {}
    for path in request.update_mask.paths:
        if path == "notes":
            values[path] = _notes(request.notes)
        elif path == "perceived_exertion":
            values[path] = _level(path, request.perceived_exertion, HARDEST_EFFORT)
        elif path == "feel":
            values[path] = _level(path, request.feel, BEST_FEEL)
        elif path == "tags":
            values[path] = tags_of(request.tags)
        else:
            raise InvalidArgument("update_mask", f"{path[:40]!r} cannot be changed")
    if not values:
        raise InvalidArgument("update_mask", "names nothing to change")
    return values


def timeline_of(request: pb.PreviewFTPRequest) -> list[tuple[datetime, float]]:
    """The draft of an FTP timeline: instants and watts."""
    if len(request.entries) > MOST_ENTRIES:
        raise InvalidArgument("entries", f"are at most {MOST_ENTRIES}")
    try:
        return [(one.effective_time.ToDatetime(tzinfo=UTC), one.value) for one in request.entries]
    except (OverflowError, ValueError):
        raise InvalidArgument("entries.effective_time", "is no time") from None


def tag_of(typed: str) -> str:
    """A tag as it is kept and compared."""
    return " ".join(unicodedata.normalize("NFC", typed).lower().split())


def tags_of(given: Iterable[str]) -> list[str]:
    """Tags as they are kept: in lower case, without doubled spaces, each once, in order."""
    tags = list(dict.fromkeys(map(tag_of, given)))
    if len(tags) > MOST_TAGS:
        raise InvalidArgument("tags", f"are at most {MOST_TAGS}")
    for tag in tags:
        if not 0 < len(tag) <= LONGEST_TAG or not tag.isprintable():
            raise InvalidArgument("tags", f"are 1 to {LONGEST_TAG} letters, digits, signs and spaces each")
    return tags


def _notes(text: str) -> str:
    if len(text) > LONGEST_NOTES or "\0" in text:
        raise InvalidArgument("notes", f"is text of at most {LONGEST_NOTES} characters")
    return text


def _level(name: str, number: int, most: int) -> int | None:
    if not 0 <= number <= most:
        raise InvalidArgument(name, f"is 1 to {most}, or 0 to take it away")
    return number or None
