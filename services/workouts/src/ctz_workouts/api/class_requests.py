"""What requests about classes ask for, checked: names, filters, places of pages, drafts."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from ctz.workouts.v1 import classes_pb2 as pb

from ctz_chassis import paging, resource_name
from ctz_chassis.errors import InvalidArgument
from ctz_workouts.app.recorded_targets import Draft
from ctz_workouts.domain.library import bits_of
from ctz_workouts.domain.words import search_words
from ctz_workouts.domain.zones import PowerZone
from ctz_workouts.store.library_filters import OPEN, ORDERS, LibraryFilter, Range
from ctz_workouts.store.library_listing import Place

CLASSES, RECORDED = "classes", "recordedTargets"
LONGEST_QUERY: Final = 200
MOST_VALUES: Final = 50
MOST_CLASSES: Final = 100
BEST_RATING: Final = 5
FIRST_YEAR, LAST_YEAR = 1900, 9999
_CLASS_ID: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}\Z")
_VOTES: Final = (-1, 0, 1)
_LARGEST: Final = 2**31 - 1
"""Of what classes are ordered by: an open length; no class was taken as often."""


def class_id_of(name: str, field: str = "name") -> str:
    """The id in `classes/{class}`, which is the source's own."""
    collection, _, class_id = name.partition("/")
    if collection != CLASSES or not _CLASS_ID.match(class_id):
        raise InvalidArgument(field, f"must look like {CLASSES}/{{id}}")
    return class_id


def recorded_id_of(name: str, field: str = "name") -> UUID:
    """The id in `recordedTargets/{recorded_targets}`."""
    return resource_name.parse(RECORDED, name, field=field)


def filter_of(message: pb.ClassFilter) -> LibraryFilter:
    """What a list keeps."""
    if len(message.query) > LONGEST_QUERY or "\0" in message.query:
        raise InvalidArgument("filter.query", f"is text of at most {LONGEST_QUERY} characters")
    return LibraryFilter(
        words=search_words(message.query),
        disciplines=_names("disciplines", message.disciplines),
        class_types=_names("class_types", message.class_types),
        instructors=_names("instructors", message.instructors),
        seconds=_range(message, "min_duration_seconds", "max_duration_seconds"),
        years=(_year("from_year", message.from_year), _year("to_year", message.to_year)),
        zones=_zones("zones", message.zones),
        without_zones=_zones("without_zones", message.without_zones),
        stress=_range(message, "min_training_stress_score", "max_training_stress_score"),
        intensity=_range(message, "min_intensity_factor", "max_intensity_factor"),
        difficulty=_range(message, "min_difficulty", "max_difficulty"),
        taken=_taken(message.taken),
        is_favourite=message.is_favourite,
        has_targets=message.has_targets,
        is_offered=message.is_offered,
        class_ids=_class_ids(message.names),
    )


def order_of(number: int) -> int:
    """An order that there is."""
    if number not in ORDERS:
        raise InvalidArgument("order", "is none of the orders")
    return number


def digest_of(kept: LibraryFilter, order: int) -> str:
    """What a page token is bound to."""
    return paging.filter_digest(kept=repr(kept), order=order)


def place_of(token: str, digest: str, order: int) -> tuple[Place | None, bool]:
    """Where the page begins, none on the first, and whether it lists classes with similar words."""
    payload: Mapping[str, Any] = paging.decode_token(token, digest)
    if not payload:
        return None, False
    try:
        value, class_id, is_similar = payload["v"], str(payload["c"]), payload["s"]
        place = _time(value) if isinstance(ORDERS[order].column.type, sa.DateTime) else _number(value)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise _unfit() from None
    if not _CLASS_ID.match(class_id) or not isinstance(is_similar, bool):
        raise _unfit()
    return Place(place, class_id), is_similar


def _time(value: Any) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LARGEST:
        raise ValueError(value)
    return value


def _unfit() -> InvalidArgument:
    return InvalidArgument("page_token", "does not belong to this list; start again without it")


def token_of(row: Any, digest: str, *, is_similar: bool) -> str:
    """The token of the page behind a class."""
    value = row.order_value
    told = value.isoformat() if isinstance(value, datetime) else value
    return paging.encode_token({"v": told, "c": row.class_id, "s": is_similar}, digest)


def rating_of(number: int) -> int | None:
    """A rating, or none."""
    if not 0 <= number <= BEST_RATING:
        raise InvalidArgument("rating", f"is 1 to {BEST_RATING}, or 0 to take it away")
    return number or None


def vote_of(number: int) -> int:
    """A vote."""
    if number not in _VOTES:
        raise InvalidArgument("vote", "is 1, -1, or 0 to take it away")
    return number


def draft_of(request: pb.CreateRecordedTargetsRequest | pb.UpdateRecordedTargetsRequest) -> Draft:
    """What a rider wants to keep; the domain judges it."""
    return Draft(request.title, request.blocks, request.is_shared)


def discipline_of(text: str) -> str:
    """A discipline as the source names it; empty for all."""
    return _names("discipline", [text])[0]


def _class_ids(names: Sequence[str]) -> tuple[str, ...]:
    if len(names) > MOST_CLASSES:
        raise InvalidArgument("filter.names", f"are at most {MOST_CLASSES} names")
    return tuple(class_id_of(name, "filter.names") for name in names)


def _names(field: str, values: Sequence[str]) -> tuple[str, ...]:
    if len(values) > MOST_VALUES or any(len(value) > LONGEST_QUERY or "\0" in value for value in values):
        raise InvalidArgument(f"filter.{field}", f"are at most {MOST_VALUES} names")
    return tuple(values)


def _range(message: pb.ClassFilter, least: str, most: str) -> Range:
    found = tuple(getattr(message, name) if message.HasField(name) else None for name in (least, most))  # type: ignore[arg-type]
    if any(value is not None and not math.isfinite(value) for value in found):
        raise InvalidArgument(f"filter.{least}", "is a number")
    return (found[0], found[1]) if any(value is not None for value in found) else OPEN


def _year(field: str, number: int) -> int | None:
    if number and not FIRST_YEAR <= number <= LAST_YEAR:
        raise InvalidArgument(f"filter.{field}", "is a year, such as 2026")
    return number or None


def _zones(field: str, zones: Iterable[int]) -> int:
    given = set(zones)
    if not given <= set(PowerZone):
        raise InvalidArgument(f"filter.{field}", "are power zones, 1 to 7")
    return bits_of(given)


def _taken(number: int) -> int:
    if number not in pb.Taken.values():
        raise InvalidArgument("filter.taken", "is taken, not taken, or both")
    return number
