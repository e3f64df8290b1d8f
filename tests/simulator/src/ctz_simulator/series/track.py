"""The recording of one workout."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ctz_simulator.series.signals import Bools, Floats


@dataclass(slots=True)
class Track:
    """One value a second for the seconds 1..n really ridden; NaN where the machine gives none.

    Speeds are in mph, incline and resistance in percent, row pace in seconds per 500 m, altitude in feet. `kept`
    marks the seconds that reached the server; totals include the others.
    """

    kept: Bools
    watts: Floats | None = None
    cadence: Floats | None = None
    resistance: Floats | None = None
    speed: Floats | None = None
    incline: Floats | None = None
    stroke_rate: Floats | None = None
    split_seconds: Floats | None = None
    altitude: Floats | None = None
    heart_rate: npt.NDArray[np.int64] | None = None
    strokes: list[tuple[int, float, float]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """The number of seconds ridden."""
        return len(self.kept)

    @property
    def seconds(self) -> npt.NDArray[np.int64]:
        """The seconds that reached the server."""
        return np.flatnonzero(self.kept) + 1

    @property
    def miles(self) -> float:
        """The distance of what has a speed."""
        return 0.0 if self.speed is None else float(np.nansum(self.speed)) / 3600
