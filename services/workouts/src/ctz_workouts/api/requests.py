"""What requests ask for, checked: filters, pages, days, notes."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_chassis import paging
from ctz_chassis.errors import InvalidArgument
from ctz_workouts.domain.words import search_words
from ctz_workouts.store.listing import WEEK_DAYS, Filter, Place

LONGEST_QUERY = 200
MOST_VALUES = 50
MOST_DAYS = 400
LONGEST_NOTES = 4_000
HARDEST_EFFORT = 10
MOST_ENTRIES = 1_000


def filter_of(message: pb.WorkoutFilter) -> Filter:
    """What a list keeps."""
    if len(message.query) > LONGEST_QUERY or "\0" in message.query:
        raise InvalidArgument("filter.query", f"is text of at most {LONGEST_QUERY} characters")
    if max(len(message.disciplines), len(message.instructors)) > MOST_VALUES:
        raise InvalidArgument("filter", f"names at most {MOST_VALUES} values of a kind")
    return Filter(
        words=search_words(message.query),
        disciplines=tuple(_plain("filter.disciplines", value) for value in message.disciplines),
        instructors=tuple(_plain("filter.instructors", value) for value in message.instructors),
        from_date=day("filter.from_date", message.from_date) if message.from_date else None,
        to_date=day("filter.to_date", message.to_date) if message.to_date else None,
        min_duration_seconds=message.min_duration_seconds if message.HasField("min_duration_seconds") else None,
        max_duration_seconds=message.max_duration_seconds if message.HasField("max_duration_seconds") else None,
        has_series=message.has_series,
        is_power_zone=message.is_power_zone,
        is_record=message.is_record,
    )


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


def span(request: pb.SummarizePeriodRequest) -> tuple[date, date]:
    """The days of a period, both inclusive."""
    first, last = day("from_date", request.from_date), day("to_date", request.to_date)
    if not 0 <= (last - first).days <= MOST_DAYS:
        raise InvalidArgument("to_date", f"lies at most {MOST_DAYS} days after from_date, and not before it")
    return first, last


def digest_of(kept: Filter, first_weekday: int) -> str:
    """What a page token is bound to."""
    return paging.filter_digest(kept=repr(kept), first_weekday=first_weekday)


def place_of(token: str, digest: str) -> Place | None:
    """Where the page begins; none on the first."""
    payload: Mapping[str, Any] = paging.decode_token(token, digest)
    if not payload:
        return None
    try:
        started = datetime.fromisoformat(payload["t"]).astimezone(UTC)
        return Place(date.fromisoformat(payload["d"]), started, UUID(payload["i"]))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise InvalidArgument("page_token", "does not belong to this list; start again without it") from None


def token_of(row: Any, digest: str) -> str:
    """The token of the page behind a workout."""
    payload = {"d": row.local_date.isoformat(), "t": row.start_time.isoformat(), "i": str(row.workout_id)}
    return paging.encode_token(payload, digest)


def note_of(request: pb.UpdateWorkoutRequest) -> dict[str, Any]:
    """What the rider changes, by column."""
    values: dict[str, Any] = {}
    for path in request.update_mask.paths:
        if path == "notes":
            values[path] = _notes(request.notes)
        elif path == "perceived_exertion":
            values[path] = _effort(request.perceived_exertion)
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


def _notes(text: str) -> str:
    if len(text) > LONGEST_NOTES or "\0" in text:
        raise InvalidArgument("notes", f"is text of at most {LONGEST_NOTES} characters")
    return text


def _effort(number: int) -> int | None:
    if not 0 <= number <= HARDEST_EFFORT:
        raise InvalidArgument("perceived_exertion", f"is 1 to {HARDEST_EFFORT}, or 0 to take it away")
    return number or None
