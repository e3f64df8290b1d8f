"""Heart rate that spends exactly the given seconds in each zone."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ctz_simulator.series.signals import Floats, drift, lagged

# Lower edges of zones 2-5 as shares of the maximum (peloton-api.md 4.4).
ZONE_SHARES = (0.65, 0.75, 0.85, 0.95)
_RESTING_BPM = 72


@dataclass(frozen=True, slots=True)
class HeartRateZones:
    """The five zones of a rider in whole beats; `floors` of zones 1-5, `maximum` the rider's own."""

    maximum: int

    @property
    def floors(self) -> tuple[int, int, int, int, int]:
        """The lowest beat of each zone."""
        edges = [round(self.maximum * share) for share in ZONE_SHARES]
        return (0, edges[0], edges[1], edges[2], edges[3])

    @property
    def tops(self) -> tuple[int, int, int, int, int]:
        """The highest beat of each zone."""
        _, two, three, four, five = self.floors
        return (two - 1, three - 1, four - 1, five - 1, self.maximum)


def heart_rate(
    effort: Floats, durations: tuple[int, ...], zones: HeartRateZones, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Beats a second that follow the effort with a lag; 0 in the first seconds, as many as the zones leave over.

    The order comes from the effort, the values from the zones: the lowest seconds go into zone 1 until it is full,
    and so on, so that the zone durations of a list row hold without having made the series.
    """
    size = len(effort)
    missing = size - sum(durations)
    shape = lagged(effort, 35.0) / (float(effort.max()) or 1.0) + np.linspace(0.0, 0.15, size)
    shape = shape[missing:] + drift(rng, size - missing, 0.02)
    order = np.argsort(shape, kind="stable")
    ranked = np.empty(size - missing, dtype=np.int64)
    first = 0
    for seconds, floor, top in zip(durations, zones.floors, zones.tops, strict=True):
        ranked[first : first + seconds] = np.linspace(max(floor, _RESTING_BPM), top, seconds).astype(np.int64)
        first += seconds
    beats = np.zeros(size, dtype=np.int64)
    beats[missing:][order] = ranked
    return beats
