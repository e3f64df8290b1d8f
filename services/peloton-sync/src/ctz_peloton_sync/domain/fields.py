"""Readers of single JSON fields: what does not fit is absent, never an error and never a wrong number."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite
from typing import TypeAlias

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"

MAXIMUM_TEXT = 300
MAXIMUM_FIGURE = 1e9
# Peloton began in 2012; a time outside these years is a fault of the payload.
EARLIEST_EPOCH = 1_230_768_000  # 2009-01-01
LATEST_EPOCH = 4_102_444_800  # 2100-01-01
# Times in milliseconds have been seen where seconds were meant (peloton-api.md, section 4.5).
MILLISECONDS_FROM = 100_000_000_000
NO_CLASS_ID = "0" * 32

_IDENTIFIER = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}\Z")
_UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def mapping(value: Json) -> Mapping[str, Json]:
    """The object; an empty one when the value is anything else."""
    return value if isinstance(value, Mapping) else {}


def items(value: Json) -> Sequence[Json]:
    """The array; an empty one when the value is anything else."""
    return value if isinstance(value, list | tuple) else ()


def text(value: Json, *, limit: int = MAXIMUM_TEXT) -> str:
    """The text without control characters, direction marks and lone surrogates, cut at `limit`; empty when absent."""
    if not isinstance(value, str):
        return ""
    return _UNSHOWABLE.sub(" ", value[: limit * 2]).strip()[:limit]


def identifier(value: Json) -> str:
    """An id that is safe in a path; empty when the value is none."""
    return value if isinstance(value, str) and _IDENTIFIER.match(value) else ""


def number(value: Json, *, low: float = -MAXIMUM_FIGURE, high: float = MAXIMUM_FIGURE) -> float | None:
    """A finite number within bounds."""
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or (isinstance(value, float) and not isfinite(value))
    ):
        return None
    return float(value) if low <= value <= high else None


def integer(value: Json, *, low: int = 0, high: int = 2**31 - 1) -> int | None:
    """A whole number within bounds; 3.0 counts, 3.2 does not."""
    found = number(value, low=low, high=high)
    return int(found) if found is not None and found == int(found) else None


def flag(value: Json) -> bool:
    """True only for JSON true."""
    return value is True


def moment(value: Json) -> datetime | None:
    """A time from epoch seconds (or, by mistake of the source, milliseconds)."""
    found = number(value, low=0, high=LATEST_EPOCH * 1000.0)
    if found is None:
        return None
    seconds = found / 1000 if found >= MILLISECONDS_FROM else found
    return datetime.fromtimestamp(seconds, UTC) if EARLIEST_EPOCH <= seconds <= LATEST_EPOCH else None
