"""Distances as sources report them, in metres."""

METERS_PER_UNIT = {"mi": 1_609.344, "km": 1_000.0, "m": 1.0}
"""Metres in the units that Peloton reports totals in; the international mile."""


def meters_of(value: float | None, unit: str) -> float | None:
    """A reported distance in metres; none when there is none, or in a unit that nobody can convert."""
    meters = METERS_PER_UNIT.get(unit.strip().lower())
    return None if value is None or meters is None else value * meters
