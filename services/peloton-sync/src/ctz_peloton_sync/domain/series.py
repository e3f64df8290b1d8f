"""Series as integers: reading, scaling and packing as differences."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ctz_peloton_sync.domain.fields import Json, number

# Stands for a missing value in the packed series (contract: MetricSeries.value_deltas).
NULL = -(2**31)
HIGHEST_VALUE = 1e6
SCALES = (1, 10, 100, 1000)
# Two decimals of a binary fraction are exact to far less than this.
ROUNDING = 1e-6
LATEST_SECOND = 7 * 86_400


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


def drop_backward(raw: Sequence[Json]) -> tuple[tuple[int, ...], Sequence[int] | None]:
    """The seconds that rise strictly, and which positions they had; None for the positions when all were kept."""
    if all(type(second) is int for second in raw) and all(a < b for a, b in pairwise(raw)):  # type: ignore[operator]
        whole: tuple[int, ...] = tuple(raw)  # type: ignore[arg-type]
        if not whole or (whole[0] >= 0 and whole[-1] <= LATEST_SECOND):
            return whole, None
    seconds: list[int] = []
    kept: list[int] = []
    for index, value in enumerate(raw):
        second = number(value, low=0, high=LATEST_SECOND)
        if second is not None and second == int(second) and (not seconds or second > seconds[-1]):
            seconds.append(int(second))
            kept.append(index)
    return tuple(seconds), kept


def read_values(raw: Sequence[Json], samples: int, *, low: float) -> list[float | int | None]:
    """The values; a series of another length than the seconds cannot be placed in time and is all gaps."""
    if len(raw) != samples:
        return [None] * samples
    if all(type(value) is int for value in raw) and (not raw or (min(raw) >= low and max(raw) <= HIGHEST_VALUE)):  # type: ignore[type-var, operator]
        return list(raw)  # type: ignore[arg-type]
    return [number(value, low=low, high=HIGHEST_VALUE) for value in raw]


def scaled(values: Sequence[float | int | None]) -> tuple[int, list[int | None]]:
    """The smallest scale at which every value is whole (at most 1000), and the values at it."""
    if all(type(value) is int or value is None for value in values):
        return 1, list(values)  # type: ignore[arg-type]
    for scale in SCALES:
        integers = [None if value is None else round(value * scale) for value in values]
        if scale == SCALES[-1] or all(
            value is None or whole is None or abs(value * scale - whole) < ROUNDING
            for value, whole in zip(values, integers, strict=True)
        ):
            return scale, integers
    raise AssertionError  # pragma: no cover


def second_deltas(seconds: Sequence[int]) -> list[int]:
    """Differences; the first is absolute."""
    return [*seconds[:1], *(after - before for before, after in pairwise(seconds))]


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
