"""Dated athlete metrics: kinds, sources, and the values that are possible."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum
from uuid import UUID

from ctz_identity.domain.errors import InvalidField

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
MAX_AHEAD = timedelta(days=1)  # a local midnight can lie ahead of UTC
MAX_ENTRIES_PER_KIND = 1000
MAX_ENTRIES_PER_CALL = 200


class MetricKind(IntEnum):
    """What is measured; the numbers are those of the contract."""

    FTP = 1
    WEIGHT = 2
    MAX_HEART_RATE = 3
    RESTING_HEART_RATE = 4
    THRESHOLD_HEART_RATE = 5
    RUNNING_PACE_LEVEL = 6
    WALKING_PACE_LEVEL = 7
    ROWING_PACE_LEVEL = 8


class MetricSource(IntEnum):
    """Where a value comes from; the numbers are those of the contract."""

    MANUAL = 1
    TEST = 2
    PELOTON_TEST = 3
    PELOTON_MANUAL = 4
    PELOTON_ESTIMATED = 5
    ESTIMATE = 6


@dataclass(frozen=True, slots=True)
class _Range:
    low: int
    high: int
    step: Decimal
    unit: str


# Bounds are a little wider than any rider known: they stop slips (pounds for kilograms, a heart rate in the FTP field).
# Pace levels: running and rowing have ten, walking nine (domain.md, "Running, walking, rowing").
_RANGES = {
    MetricKind.FTP: _Range(30, 650, Decimal(1), "watts"),
    MetricKind.WEIGHT: _Range(25, 300, Decimal("0.01"), "kilograms"),
    MetricKind.MAX_HEART_RATE: _Range(100, 240, Decimal(1), "beats per minute"),
    MetricKind.RESTING_HEART_RATE: _Range(25, 120, Decimal(1), "beats per minute"),
    MetricKind.THRESHOLD_HEART_RATE: _Range(60, 230, Decimal(1), "beats per minute"),
    MetricKind.RUNNING_PACE_LEVEL: _Range(1, 10, Decimal(1), "as a level"),
    MetricKind.WALKING_PACE_LEVEL: _Range(1, 9, Decimal(1), "as a level"),
    MetricKind.ROWING_PACE_LEVEL: _Range(1, 10, Decimal(1), "as a level"),
}


@dataclass(frozen=True, slots=True)
class MetricDraft:
    """A value that a rider states; refuses nonsense at construction and has the precision of its kind."""

    kind: MetricKind
    effective_at: datetime
    value: Decimal
    source: MetricSource


@dataclass(frozen=True, slots=True)
class MetricEntry:
    """A stored value: in force from its time until the next one of its kind."""

    entry_id: UUID
    kind: MetricKind
    effective_at: datetime
    value: Decimal
    source: MetricSource


@dataclass(frozen=True, slots=True)
class Timeline:
    """Every value of one kind, oldest first, and how often it changed."""

    kind: MetricKind
    revision: int
    entries: tuple[MetricEntry, ...]


def kind_of(number: int, *, field: str = "kind") -> MetricKind:
    """Return the kind with a number of the contract."""
    try:
        return MetricKind(number)
    except ValueError:
        raise InvalidField(field, "Say which metric it is.") from None


def source_of(number: int, *, field: str = "source") -> MetricSource:
    """Return the source with a number of the contract."""
    try:
        return MetricSource(number)
    except ValueError:
        raise InvalidField(field, "Say where the value comes from.") from None


def draft(
    kind: MetricKind, effective_at: datetime, value: float, source: MetricSource, *, now: datetime
) -> MetricDraft:
    """Check a value and its date, and round the value to the precision of its kind."""
    if not EARLIEST <= effective_at <= now + MAX_AHEAD:
        raise InvalidField("effective_time", f"Choose a date from {EARLIEST.year} to today.")
    limits = _RANGES[kind]
    if not math.isfinite(value) or not limits.low <= value <= limits.high:
        raise InvalidField("value", f"Enter a value from {limits.low} to {limits.high} {limits.unit}.")
    exact = Decimal(repr(value)).quantize(limits.step, rounding=ROUND_HALF_UP)
    return MetricDraft(kind, effective_at, exact, source)
