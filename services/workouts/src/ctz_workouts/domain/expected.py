"""What a class will cost: expected IF and TSS from its called zones, before anybody rides it.

Every called second is taken at the target line of its zone (the middle of a range of zones). Seconds inside the class
for which nothing is called are taken at zone 1's line: the rider is on the bike, so the time counts, and easy is what
warm-up, spin-up and cool-down mean. A page that shows the figure says so.
"""

from dataclasses import dataclass

import numpy as np

from ctz_workouts.domain.figures import Absent, AbsentReason
from ctz_workouts.domain.grid import unbroken
from ctz_workouts.domain.power import SECONDS_PER_HOUR, normalized_power
from ctz_workouts.domain.targets import NO_BLOCK, POWER_ZONE, TargetPlan
from ctz_workouts.domain.zones import PowerZone


@dataclass(frozen=True, slots=True)
class ExpectedLoad:
    """Expected figures of a class, independent of the rider's FTP."""

    intensity_factor: float
    training_stress: float
    zone_seconds: tuple[int, ...]
    """Called seconds in zones 1 to 7; a range of zones counts in its middle, rounded down."""
    untargeted_seconds: int


def expected_load(plan: TargetPlan, pedaling_duration_seconds: int | None = None) -> ExpectedLoad | Absent:
    """Return expected IF, TSS and zone seconds of a class; without its length the last block ends it."""
    called = plan.with_metric(POWER_ZONE)
    if not called.blocks:
        return Absent(AbsentReason.NO_TARGETS)
    seconds = pedaling_duration_seconds or called.blocks[-1].end_second - called.pedaling_start_offset_seconds + 1
    # The last block of a Power Zone class ends on the last class second, one before offset + duration.
    index = called.block_indices(0, seconds)
    ranges = [found for block in called.blocks if (found := block.range_of(POWER_ZONE))]
    zones = [(PowerZone(int(found.lower)), PowerZone(int(found.upper))) for found in ranges]
    lines = np.array([(low.target_share + high.target_share) / 2 for low, high in zones])
    shares = np.where(index == NO_BLOCK, PowerZone.ACTIVE_RECOVERY.target_share, lines[index])
    intensity = normalized_power(unbroken(shares))
    if isinstance(intensity, Absent):
        return intensity
    middles = np.array([(low + high) // 2 for low, high in zones])
    counts = np.bincount(middles[index[index != NO_BLOCK]], minlength=8)
    return ExpectedLoad(
        intensity,
        seconds / SECONDS_PER_HOUR * intensity**2 * 100,
        tuple(int(count) for count in counts[1:]),
        int((index == NO_BLOCK).sum()),
    )
