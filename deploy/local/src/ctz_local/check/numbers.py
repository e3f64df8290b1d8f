"""Figures of a ride from its samples, in plain Python and straight from the rules, to hold the product against.

It shares no code with the product on purpose. Every rule is one of the project's rules for numbers: Coggan's zones,
normalized power, intensity, stress score and adherence.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import Final

LONGEST_FILLED_HOLE: Final = 3
NP_WINDOW: Final = 30
# Upper edges of zones 1 to 6 in per cent of FTP; an edge belongs to the lower zone.
ZONE_EDGES: Final = (55, 75, 90, 105, 120, 150)
ZONE_COUNT: Final = 7
POWER_ZONE: Final = "power_zone"
_HUNDRED: Final = 100
_SECONDS_IN_HOUR: Final = 3600
_JOULES_IN_KILOJOULE: Final = 1000

Value = float | Fraction


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the series for which values between two bounds are called; all ends inclusive."""

    start: int
    end: int
    lower: float
    upper: float


def step_of(seconds: Sequence[int]) -> float | None:
    """Return the median distance of neighbouring samples."""
    return median(b - a for a, b in pairwise(seconds)) if len(seconds) > 1 else None


def by_second(seconds: Sequence[int], values: Sequence[float | None]) -> dict[int, Value]:
    """Return a value for each second that counts as time: the recorded ones, and holes of up to three filled."""
    known = [(second, value) for second, value in zip(seconds, values, strict=True) if value is not None]
    if known and known[-1][0] - known[0][0] + 1 == len(known):
        return dict(known)
    filled: dict[int, Value] = dict(known[:1])
    for (left, before), (right, after) in pairwise(known):
        if right - left - 1 <= LONGEST_FILLED_HOLE:
            for second in range(left + 1, right):
                rise = Fraction(after) - Fraction(before)
                filled[second] = Fraction(before) + rise * (second - left) / (right - left)
        filled[right] = after
    return filled


def stretches(values: Mapping[int, Value]) -> Iterator[list[float]]:
    """Yield the values between dropouts."""
    current: list[float] = []
    last = None
    for second, value in values.items():
        if last is not None and second != last + 1:
            yield current
            current = []
        current.append(float(value))
        last = second
    if current:
        yield current


def normalized_power(values: Mapping[int, Value]) -> float | None:
    """Return the fourth root of the mean fourth power of 30-second trailing means; each stretch starts afresh."""
    total, count = 0.0, 0
    for stretch in stretches(values):
        window = sum(stretch[:NP_WINDOW])
        for at in range(NP_WINDOW, len(stretch) + 1):
            if at > NP_WINDOW:
                window += stretch[at - 1] - stretch[at - 1 - NP_WINDOW]
            total += (window / NP_WINDOW) ** 4
            count += 1
    return (total / count) ** 0.25 if count else None


def mean(values: Mapping[int, Value]) -> float:
    """Return the mean over recorded time."""
    return float(sum(values.values())) / len(values)


def work_kilojoules(values: Mapping[int, Value]) -> float:
    """Return the work in kJ: one second a sample."""
    return float(sum(values.values())) / _JOULES_IN_KILOJOULE


def intensity_factor(normalized_watts: float, ftp_watts: float) -> float:
    """Return IF = NP / FTP."""
    return normalized_watts / ftp_watts


def stress_score(normalized_watts: float, ftp_watts: float, seconds: float) -> float:
    """Return TSS = hours x IF^2 x 100."""
    return seconds / _SECONDS_IN_HOUR * (normalized_watts / ftp_watts) ** 2 * _HUNDRED


def zone_of(watts: Value, ftp_watts: float) -> int:
    """Return the zone, 1 to 7, by the exact ratio."""
    exact, edge_unit = Fraction(watts) * _HUNDRED, Fraction(ftp_watts)
    return 1 + sum(exact > edge * edge_unit for edge in ZONE_EDGES)


def zone_seconds(values: Mapping[int, Value], ftp_watts: float) -> list[int]:
    """Return the seconds in zones 1 to 7."""
    zones: dict[Value, int] = {}
    found = [0] * ZONE_COUNT
    for value in values.values():
        if value not in zones:
            zones[value] = zone_of(value, ftp_watts)
        found[zones[value] - 1] += 1
    return found


def called_seconds(values: Mapping[int, Value], blocks: Sequence[Block]) -> tuple[int, int]:
    """Return the seconds in target, and those for which something was called and recorded."""
    inside = called = 0
    for block in blocks:
        ridden = [values[second] for second in range(block.start, block.end + 1) if second in values]
        called += len(ridden)
        inside += sum(block.lower <= value <= block.upper for value in ridden)
    return inside, called
