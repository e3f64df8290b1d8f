"""How hard a rider of a given threshold rides a class: shares of FTP, second by second."""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ctz_simulator.domain.kinds import Kind, Machine
from ctz_simulator.domain.models import Block, RideClass

Floats = npt.NDArray[np.float64]

# Share of FTP at which a called zone is ridden (domain.md, target line).
ZONE_SHARE = {1: 0.45, 2: 0.65, 3: 0.825, 4: 0.975, 5: 1.125, 6: 1.35, 7: 1.6}
_SPIN_UP_SHARE, _FLOOR_SHARE, _REST_SHARE, _TEST_SHARE = 0.6, 0.0, 0.5, 1 / 0.95
_TREAD_SHARE_PER_MPH = 0.13


def bike_watts(cadence_rpm: float, resistance_percent: float) -> float:
    """Power of a cadence and a resistance; a fit through the recorded rides, good to a few watts below 60 %."""
    return 77.0 * math.pow(cadence_rpm / 80.0, 1.69) * math.exp(0.0634 * (resistance_percent - 35.0))


def block_share(block: Block) -> float:
    """The share of FTP that the block of a class calls for."""
    mid = {target.metric: (target.lower + target.upper) / 2 for target in block.targets}
    if "power_zone" in mid:
        return ZONE_SHARE[int(mid["power_zone"])]
    if "resistance" in mid:
        return bike_watts(mid["cadence"], mid["resistance"]) / 200.0
    if block.segment_type == "floor":
        return _FLOOR_SHARE
    if "stroke_rate" in mid:
        return 0.35 + 0.12 * (mid["pace_intensity"] + 1)
    pace = mid.get("pace_intensity", mid.get("speed", 4.0) - 3.0)
    return 0.4 + _TREAD_SHARE_PER_MPH * pace + 0.03 * mid.get("incline", 0.0)


@lru_cache(maxsize=2048)
def called_shares(ride: RideClass) -> Floats:
    """The called share of FTP at each second 1..duration of the class; read-only."""
    default = {Kind.FTP_TEST: _TEST_SHARE, Kind.SCENIC: 0.72, Kind.PLAIN_RIDE: 0.7}.get(ride.kind, _REST_SHARE)
    shares = np.full(ride.duration, _SPIN_UP_SHARE if ride.is_power_zone and ride.blocks else default)
    for block in ride.blocks:
        first = max(0, block.start - ride.pedaling_start_offset)
        shares[first : block.end - ride.pedaling_start_offset + 1] = block_share(block)
    if ride.kind is Kind.RIDE:
        # The rider picks the range that suits: a class averages about three quarters of FTP whatever it calls.
        shares *= 0.76 / float(shares.mean())
    shares.setflags(write=False)
    return shares


def mean_share(ride: RideClass | None, kind: Kind, seconds: int) -> float:
    """The mean share of FTP over the first seconds of a class, or of a ride without one."""
    if ride is not None:
        return float(called_shares(ride)[:seconds].mean()) if seconds < ride.duration else _whole_class(ride)
    return {Kind.LANEBREAK: 0.85, Kind.ENTERTAINMENT: 0.58}.get(kind, 0.68)


@lru_cache(maxsize=2048)
def _whole_class(ride: RideClass) -> float:
    return float(called_shares(ride).mean())


def has_output(kind: Kind, machine: Machine) -> bool:
    """Whether such a workout records power."""
    return machine in (Machine.BIKE, Machine.TREAD, Machine.ROW) and kind is not Kind.APP_RIDE


def block_at(ride: RideClass, name: str, fill: float, seconds: int) -> Floats:
    """The middle of one target metric at each second 1..seconds; `fill` where the class calls nothing."""
    values = np.full(seconds, fill)
    for block in ride.blocks:
        for target in block.targets:
            if target.metric == name:
                first = max(0, block.start - ride.pedaling_start_offset)
                values[first : block.end - ride.pedaling_start_offset + 1] = (target.lower + target.upper) / 2
    return values
