"""How a ride kept to its targets: seconds in, above and below the called range, per block and for the ride."""

from dataclasses import dataclass

import numpy as np

from ctz_workouts.domain.arrays import FloatArray, IntArray
from ctz_workouts.domain.figures import Absent, AbsentReason, Figure
from ctz_workouts.domain.grid import Grid
from ctz_workouts.domain.targets import NO_BLOCK, POWER_ZONE, TargetBlock, TargetPlan
from ctz_workouts.domain.zones import FTP


@dataclass(frozen=True, slots=True)
class Kept:
    """Seconds in, above and below target. Seconds without data are not among them."""

    in_seconds: int
    above_seconds: int
    below_seconds: int

    @property
    def target_seconds(self) -> int:
        """Recorded seconds under a target."""
        return self.in_seconds + self.above_seconds + self.below_seconds

    @property
    def share_in(self) -> float | None:
        """Share of recorded target time in range, 0 to 1; none without such time."""
        return self.in_seconds / self.target_seconds if self.target_seconds else None


@dataclass(frozen=True, slots=True)
class BlockAdherence:
    """One block as ridden. Block seconds are on the class clock, `first_second` is where it begins in the series."""

    block: TargetBlock
    first_second: int
    kept: Kept
    mean: Figure
    """Mean of the called metric's own signal over the block: watts for a power zone."""
    mean_heart_rate_bpm: Figure

    @property
    def missing_seconds(self) -> int:
        """Seconds of the block without data: not reached, or lost."""
        return self.block.duration_seconds - self.kept.target_seconds


@dataclass(frozen=True, slots=True)
class Adherence:
    """A ride against the targets of one metric."""

    metric: str
    kept: Kept
    blocks: tuple[BlockAdherence, ...]


def zone_adherence(power: Grid, plan: TargetPlan, ftp: FTP | None, heart_rate: Grid | None) -> Adherence | Absent:
    """Adherence to called power zones."""
    if not plan.with_metric(POWER_ZONE).blocks:
        return Absent(AbsentReason.NO_TARGETS)
    if ftp is None:
        return Absent(AbsentReason.NO_FTP)
    judged = ftp.zones_of(power.values).astype(np.float64)
    judged[power.missing] = np.nan
    return range_adherence(POWER_ZONE, power, plan, heart_rate, judged)


def range_adherence(
    metric: str, grid: Grid, plan: TargetPlan, heart_rate: Grid | None, judged: FloatArray | None = None
) -> Adherence | Absent:
    """Adherence to the ranges called for a metric; `judged` replaces the grid's values in comparisons, not in means."""
    called = plan.with_metric(metric)
    ranges = [found for block in called.blocks if (found := block.range_of(metric))]
    if not ranges:
        return Absent(AbsentReason.NO_TARGETS)
    compared = grid.values if judged is None else judged
    index = called.block_indices(grid.first_second, grid.values.size)
    under = (index != NO_BLOCK) & ~grid.missing
    block_of, compared, signal = index[under], compared[under], grid.values[under]
    above = compared > np.array([found.upper for found in ranges])[block_of]
    below = compared < np.array([found.lower for found in ranges])[block_of]
    counts = [np.bincount(block_of, weights, minlength=len(ranges)) for weights in (~(above | below), above, below)]
    means = _means(block_of, signal, len(ranges))
    beats = _heart_rate_means(called, heart_rate)
    blocks = tuple(
        BlockAdherence(
            block,
            max(block.start_second - called.pedaling_start_offset_seconds, 0),
            Kept(*(int(count[at]) for count in counts)),
            means[at],
            beats[at],
        )
        for at, block in enumerate(called.blocks)
    )
    return Adherence(metric, Kept(*(int(count.sum()) for count in counts)), blocks)


def _heart_rate_means(plan: TargetPlan, heart_rate: Grid | None) -> list[Figure]:
    if heart_rate is None:
        return [Absent(AbsentReason.NO_HEART_RATE)] * len(plan.blocks)
    index = plan.block_indices(heart_rate.first_second, heart_rate.values.size)
    known = (index != NO_BLOCK) & ~heart_rate.missing
    means = _means(index[known], heart_rate.values[known], len(plan.blocks))
    return [Absent(AbsentReason.NO_HEART_RATE) if isinstance(mean, Absent) else mean for mean in means]


def _means(block_of: IntArray, values: FloatArray, blocks: int) -> list[Figure]:
    sums = np.bincount(block_of, values, minlength=blocks).tolist()
    counts = np.bincount(block_of, minlength=blocks).tolist()
    none = Absent(AbsentReason.TARGETS_NOT_REACHED)
    return [total / count if count else none for total, count in zip(sums, counts, strict=True)]
