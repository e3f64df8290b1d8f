"""A class as the library lists it: what follows from its called zones, before anybody rides it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ctz_workouts.domain.expected import expected_load
from ctz_workouts.domain.figures import Absent
from ctz_workouts.domain.targets import NO_BLOCK, POWER_ZONE, TargetPlan
from ctz_workouts.domain.thumbnail import BARS
from ctz_workouts.domain.zones import PowerZone


@dataclass(frozen=True, slots=True)
class CalledZones:
    """What a class calls in power zones, and what it is expected to cost (domain/expected.py)."""

    zone_seconds: tuple[int, ...]
    untargeted_seconds: int
    intensity_factor: float
    training_stress: float
    bars: bytes
    """The zone called longest in each of up to 60 equal stretches; 0 where nothing is called longest."""

    @property
    def zones(self) -> int:
        """The called zones as bits: bit n - 1 stands for zone n."""
        return bits_of(zone for zone, seconds in enumerate(self.zone_seconds, 1) if seconds)


def bits_of(zones: Iterable[int]) -> int:
    """Zones as bits: bit n - 1 stands for zone n."""
    return sum({1 << (zone - 1) for zone in zones})


def called_zones(plan: TargetPlan, duration_seconds: int | None) -> CalledZones | None:
    """Return what a class calls in power zones; none when it calls none, or is too short to say what it costs."""
    expected = expected_load(plan, duration_seconds)
    if isinstance(expected, Absent):
        return None
    called = plan.with_metric(POWER_ZONE)
    seconds = sum(expected.zone_seconds) + expected.untargeted_seconds
    return CalledZones(
        expected.zone_seconds,
        expected.untargeted_seconds,
        expected.intensity_factor,
        expected.training_stress,
        _bars(called, seconds),
    )


def _bars(called: TargetPlan, seconds: int) -> bytes:
    """Every second's zone, the longest of each stretch."""
    ranges = [found for block in called.blocks if (found := block.range_of(POWER_ZONE))]
    zones = np.array([(int(found.lower) + int(found.upper)) // 2 for found in ranges])
    index = called.block_indices(0, seconds)
    by_second = np.where(index == NO_BLOCK, 0, zones[index])
    stretches = np.array_split(by_second, min(BARS, seconds))
    return bytes(int(np.bincount(stretch, minlength=len(PowerZone) + 1).argmax()) for stretch in stretches)
