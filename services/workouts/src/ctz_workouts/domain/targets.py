"""Class targets: blocks on the class clock, and how a series sits on them.

"No target" is a state of its own, never zone 0.

Offsets are inclusive at both ends; class second = series second + `pedaling_start_offset_seconds`.
"""

import math
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

import numpy as np

from ctz_workouts.domain.arrays import IntArray
from ctz_workouts.domain.errors import TargetMalformedError
from ctz_workouts.domain.zones import PowerZone

POWER_ZONE = "power_zone"
PACE_INTENSITY = "pace_intensity"
DEFAULT_PEDALING_START_OFFSET_SECONDS = 60
NO_BLOCK = -1

_ZONES = frozenset(PowerZone)


@dataclass(frozen=True, slots=True)
class TargetRange:
    """What is called: a metric between two values, both inclusive."""

    metric: str
    lower: float
    upper: float

    def __post_init__(self) -> None:
        """Refuse a range that nothing can lie in."""
        if not (math.isfinite(self.lower) and math.isfinite(self.upper) and self.lower <= self.upper):
            raise TargetMalformedError(f"{self.metric} from {self.lower} to {self.upper}")
        if self.metric == POWER_ZONE and not {self.lower, self.upper} <= _ZONES:
            raise TargetMalformedError(f"zone {self.lower} to {self.upper}")


@dataclass(frozen=True, slots=True)
class TargetBlock:
    """A stretch of the class with its called ranges; without any range nothing is called."""

    start_second: int
    end_second: int
    ranges: tuple[TargetRange, ...] = ()
    segment_type: str = ""

    @property
    def duration_seconds(self) -> int:
        """Length: both ends count."""
        return self.end_second - self.start_second + 1

    def range_of(self, metric: str) -> TargetRange | None:
        """Return the range called for a metric."""
        return next((called for called in self.ranges if called.metric == metric), None)


@dataclass(frozen=True, slots=True)
class TargetPlan:
    """Targets of a class: blocks in order, without overlap. Build it with `plan_of`."""

    blocks: tuple[TargetBlock, ...]
    pedaling_start_offset_seconds: int = DEFAULT_PEDALING_START_OFFSET_SECONDS

    @property
    def metrics(self) -> tuple[str, ...]:
        """Metrics that are called anywhere, in order of first appearance."""
        return tuple(dict.fromkeys(called.metric for block in self.blocks for called in block.ranges))

    def with_metric(self, metric: str) -> Self:
        """Only the blocks that call a metric."""
        return replace(self, blocks=tuple(block for block in self.blocks if block.range_of(metric)))

    def untargeted_within(self, end_second: int) -> tuple[tuple[int, int], ...]:
        """Inclusive stretches of the class clock, from pedalling start to an end, in which nothing is called."""
        stretches, at = [], self.pedaling_start_offset_seconds
        for block in self.blocks:
            if block.start_second > at and at <= end_second:
                stretches.append((at, min(block.start_second - 1, end_second)))
            at = max(at, block.end_second + 1)
        return (*stretches, (at, end_second)) if at <= end_second else tuple(stretches)

    def block_indices(self, first_second: int, seconds: int) -> IntArray:
        """For a row of series seconds the index of the block each lies in, or `NO_BLOCK`."""
        if not self.blocks:
            return np.full(seconds, NO_BLOCK, dtype=np.int32)
        starts = np.array([block.start_second for block in self.blocks])
        ends = np.array([block.end_second for block in self.blocks])
        clock = np.arange(first_second, first_second + seconds) + self.pedaling_start_offset_seconds
        at = np.searchsorted(starts, clock, side="right") - 1
        return np.where((at >= 0) & (clock <= ends[at]), at, NO_BLOCK).astype(np.int32)


def plan_of(
    blocks: tuple[TargetBlock, ...], pedaling_start_offset_seconds: int = DEFAULT_PEDALING_START_OFFSET_SECONDS
) -> TargetPlan:
    """Targets in order: sorted, empty blocks dropped, and where two overlap the later one begins on time."""
    ordered = sorted((block for block in blocks if block.duration_seconds > 0), key=lambda b: b.start_second)
    cut: list[TargetBlock] = []
    for block in ordered:
        if cut and cut[-1].end_second >= block.start_second:
            shortened = replace(cut.pop(), end_second=block.start_second - 1)
            cut.extend([shortened] if shortened.duration_seconds > 0 else [])
        cut.append(block)
    return TargetPlan(tuple(cut), pedaling_start_offset_seconds)


class ClassFamily(StrEnum):
    """Families of Power Zone classes; Peloton has one class type for all, so the title decides."""

    ENDURANCE = "power_zone_endurance"
    POWER_ZONE = "power_zone"
    MAX = "power_zone_max"

    @property
    def zones(self) -> tuple[int, int]:
        """Lowest and highest zone that the family lives in."""
        return {"power_zone_endurance": (2, 3), "power_zone": (1, 6), "power_zone_max": (1, 7)}[self.value]


_FAMILY = re.compile(r"\bpower[\s-]*zone(?:s)?(?:[\s-]+(endurance|max))?\b", re.IGNORECASE)


def class_family(title: str) -> ClassFamily | None:
    """Return the Power Zone family that a title names, or none."""
    match = _FAMILY.search(title)
    if match is None:
        return None
    families = {"endurance": ClassFamily.ENDURANCE, "max": ClassFamily.MAX}
    return families.get((match.group(1) or "").lower(), ClassFamily.POWER_ZONE)
