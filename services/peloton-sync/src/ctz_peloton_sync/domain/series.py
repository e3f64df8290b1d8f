"""Series as integers: reading, scaling and packing as differences.

Whole rides pass through here, so that what is usual (whole numbers, no gap) stays inside C functions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from operator import sub
from typing import TypeAlias

from ctz_peloton_sync.domain.fields import Json, number

# Stands for a missing value in the packed series (contract: MetricSeries.value_deltas).
NULL = -(2**31)
HIGHEST_VALUE = 1e6
SCALES = (1, 10, 100, 1000)
# Products of decimals and powers of ten miss whole numbers by far less than this.
ROUNDING = 1e-6
LATEST_SECOND = 7 * 86_400
# Values that are looked at to guess how many decimals a series has.
SAMPLE = 32

Value: TypeAlias = float | int | None


@dataclass(frozen=True, slots=True)
class Series:
    """One metric: `values` are value x `scale`, rounded; None is a gap."""

    slug: str
    display_name: str
    unit: str
    scale: int
    values: Sequence[int | None]
    average: float | None
    maximum: float | None


def rising_seconds(raw: Sequence[Json]) -> tuple[Sequence[int], Sequence[int] | None]:
    """The seconds that rise strictly, and which positions they had; None for the positions when all were kept."""
    if set(map(type, raw)) <= {int}:
        whole: list[int] = list(raw)  # type: ignore[arg-type]
        if whole == sorted(set(whole)) and (not whole or (whole[0] >= 0 and whole[-1] <= LATEST_SECOND)):
            return whole, None
    seconds: list[int] = []
    kept: list[int] = []
    for index, value in enumerate(raw):
        second = number(value, low=0, high=LATEST_SECOND)
        if second is not None and second == int(second) and (not seconds or second > seconds[-1]):
            seconds.append(int(second))
            kept.append(index)
    return seconds, kept


def read_values(raw: Sequence[Json], samples: int, *, low: float) -> Sequence[Value]:
    """The values; a series of another length than the seconds cannot be placed in time and is all gaps."""
    if len(raw) != samples:
        return [None] * samples
    if set(map(type, raw)) <= {int, float, type(None)}:
        known: list[float | int] = [value for value in raw if value is not None]  # type: ignore[misc]
        if not known or (min(known) >= low and max(known) <= HIGHEST_VALUE and isfinite(sum(known))):
            return raw  # type: ignore[return-value]
    return [number(value, low=low, high=HIGHEST_VALUE) for value in raw]


def scaled(values: Sequence[Value]) -> tuple[int, Sequence[int | None]]:
    """The smallest scale at which every value is whole (at most 1000), and the values at it."""
    if set(map(type, values)) <= {int, type(None)}:
        return 1, values  # type: ignore[return-value]
    known = [value for value in values if value is not None]
    start = _whole_at(known[:SAMPLE], SCALES[0])[0]
    scale, integers = _whole_at(known, start)
    if len(known) == len(values):
        return scale, integers
    left = iter(integers)
    return scale, [None if value is None else next(left) for value in values]


def _whole_at(known: Sequence[float | int], at_least: int) -> tuple[int, list[int]]:
    """The smallest scale from `at_least` on that makes all values whole (else the finest), and the values at it."""
    scale, integers = at_least, list[int]()
    for scale in SCALES[SCALES.index(at_least) :]:
        products = [value * scale for value in known]
        integers = list(map(round, products))
        if max(map(abs, map(sub, products, integers)), default=0.0) < ROUNDING:
            break
    return scale, integers


def second_deltas(seconds: Sequence[int]) -> list[int]:
    """Differences; the first is absolute."""
    return [*seconds[:1], *map(sub, seconds[1:], seconds)]


def value_deltas(values: Sequence[int | None]) -> list[int]:
    """Differences from the value before, gaps skipped and written as NULL; the first is absolute."""
    if None not in values:
        return second_deltas(values)  # type: ignore[arg-type]
    deltas: list[int] = []
    last = 0
    for value in values:
        if value is None:
            deltas.append(NULL)
        else:
            deltas.append(value - last)
            last = value
    return deltas
