"""The account's units: the API answers in them and says so only in `display_unit`."""

from dataclasses import dataclass

from ctz_simulator.domain.paces import KM_PER_MILE

METRES_PER_FOOT = 0.3048
NULL_PACE_ABOVE_MINUTES = 99.0


@dataclass(frozen=True, slots=True)
class Units:
    """Metric or imperial."""

    metric: bool

    @property
    def distance_unit(self) -> str:
        """Of distances and splits."""
        return "km" if self.metric else "mi"

    @property
    def speed_unit(self) -> str:
        """Of speeds."""
        return "kph" if self.metric else "mph"

    @property
    def pace_unit(self) -> str:
        """Of paces."""
        return "min/km" if self.metric else "min/mi"

    @property
    def elevation_unit(self) -> str:
        """Of climbs and altitudes."""
        return "m" if self.metric else "ft"

    @property
    def per_mile(self) -> float:
        """Account distance units in a mile."""
        return KM_PER_MILE if self.metric else 1.0

    @property
    def per_foot(self) -> float:
        """Account elevation units in a foot."""
        return METRES_PER_FOOT if self.metric else 1.0
