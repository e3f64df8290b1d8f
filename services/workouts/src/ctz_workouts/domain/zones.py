"""Power zones: Coggan's seven, as Peloton uses them, in shares of FTP.

Source of the edges: Allen, Coggan, "Training and Racing with a Power Meter"; Peloton names the same seven differently.
"""

import math
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from ctz_workouts.domain.arrays import FloatArray, ZoneArray
from ctz_workouts.domain.errors import FTPOutOfRangeError

LOWEST_FTP_WATTS = 20
HIGHEST_FTP_WATTS = 1000
ZONE_EDGE_PERCENTS = (55, 75, 90, 105, 120, 150)
"""Upper edges of zones 1 to 6 in percent of FTP; an edge belongs to the lower zone."""

# 0.55 x 304 is a hair over 167.2 in binary; a billionth of the FTP keeps such products on their edge.
_EDGE_TOLERANCE = 1e-9
_EDGE_SHARES = np.array(ZONE_EDGE_PERCENTS, dtype=np.float64) / 100 + _EDGE_TOLERANCE


class PowerZone(IntEnum):
    """One of the seven power zones."""

    ACTIVE_RECOVERY = 1
    ENDURANCE = 2
    TEMPO = 3
    LACTATE_THRESHOLD = 4
    VO2_MAX = 5
    ANAEROBIC_CAPACITY = 6
    NEUROMUSCULAR = 7

    @property
    def title(self) -> str:
        """Coggan's name of the zone."""
        return _TITLES[self - 1]

    @property
    def peloton_word(self) -> str:
        """The word that Peloton's instructors use."""
        return _PELOTON_WORDS[self - 1]

    @property
    def target_share(self) -> float:
        """The target line inside the zone, as a share of FTP."""
        return _TARGET_SHARES[self - 1]


_TITLES = (
    "Active recovery",
    "Endurance",
    "Tempo",
    "Lactate threshold",
    "VO2 max",
    "Anaerobic capacity",
    "Neuromuscular",
)
_PELOTON_WORDS = ("Very easy", "Moderate", "Sustainable", "Challenging", "Hard", "Very hard", "Max")
_TARGET_SHARES = (0.45, 0.65, 0.825, 0.975, 1.125, 1.35, 1.6)


@dataclass(frozen=True, slots=True)
class ZoneRange:
    """A zone in whole watts for display, both ends inclusive; the top zone is open."""

    zone: PowerZone
    lowest_watts: int
    highest_watts: int | None


@dataclass(frozen=True, slots=True)
class FTP:
    """A functional threshold power in watts."""

    watts: float

    def __post_init__(self) -> None:
        """Refuse what no rider could hold for an hour; a comparison with NaN is false, so that is refused too."""
        if not LOWEST_FTP_WATTS <= self.watts <= HIGHEST_FTP_WATTS:
            raise FTPOutOfRangeError(self.watts, LOWEST_FTP_WATTS, HIGHEST_FTP_WATTS)

    def zone_of(self, watts: float) -> PowerZone:
        """Zone of a power, on the exact ratio to FTP."""
        return zone_of_share(watts / self.watts)

    def zones_of(self, watts: FloatArray) -> ZoneArray:
        """Zone 1 to 7 of each power in watts; 0 where the power is not a number (nothing recorded)."""
        edges = _EDGE_SHARES * self.watts
        zones = np.ones(watts.shape, dtype=np.int8)
        for edge in edges:
            zones += watts > edge
        zones[np.isnan(watts)] = 0
        return zones

    def edge_watts(self) -> tuple[float, ...]:
        """Exact upper edges of zones 1 to 6 in watts."""
        return tuple(percent * self.watts / 100 for percent in ZONE_EDGE_PERCENTS)

    def display_edges(self) -> tuple[int, ...]:
        """Upper edges of zones 1 to 6 in whole watts, halves rounded up."""
        return tuple(round_half_up(edge) for edge in self.edge_watts())

    def ranges(self) -> tuple[ZoneRange, ...]:
        """Return the seven zones in whole watts: no gap, no overlap."""
        tops = self.display_edges()
        floors = (0, *(top + 1 for top in tops))
        closed = (ZoneRange(PowerZone(n), floors[n - 1], top) for n, top in enumerate(tops, 1))
        return (*closed, ZoneRange(PowerZone.NEUROMUSCULAR, floors[-1], None))

    def target_watts(self, zone: PowerZone) -> float:
        """Return the target line of a zone in watts."""
        return zone.target_share * self.watts


def zone_of_share(share: float) -> PowerZone:
    """Zone of a power given as share of FTP: 0.55 is zone 1, 0.5501 is zone 2."""
    return PowerZone(1 + sum(share > edge for edge in _EDGE_SHARES))


def round_half_up(value: float) -> int:
    """Whole number nearest to a value; a half goes up. The one rounding of every figure shown in whole units."""
    # A product such as 0.95 x 190 lies a hair under its half in binary.
    return math.floor(value + 0.5 + 1e-9)
