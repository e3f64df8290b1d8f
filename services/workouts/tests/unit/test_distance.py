"""Reported distances in metres."""

import pytest

from ctz_workouts.domain.distance import meters_of


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (14.2, "mi", 22_852.6848),
        (1, "mi", 1_609.344),
        (10.5, "km", 10_500.0),
        (2_150, "m", 2_150.0),
        (5, " KM ", 5_000.0),
        (0, "km", 0.0),
    ],
)
def test_a_distance_is_told_in_metres(value: float, unit: str, expected: float) -> None:
    assert expected == pytest.approx(meters_of(value, unit), rel=1e-12)


@pytest.mark.parametrize(("value", "unit"), [(None, ""), (None, "km"), (3.0, ""), (3.0, "laps")])
def test_what_cannot_be_converted_is_absent(value: float | None, unit: str) -> None:
    assert meters_of(value, unit) is None
