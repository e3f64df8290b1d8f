"""Eddington numbers by their definition."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.distance import meters_of
from ctz_workouts.domain.eddington import FARTHEST, Unit, number_of, whole_units


@pytest.mark.parametrize(
    ("days", "number"), [([], 0), ([0], 0), ([1], 1), ([10, 10, 2], 2), ([5, 4, 3, 3, 3], 3), ([100] * 30, 30)]
)
def test_eddington_is_the_largest_e_with_e_days_of_e(days, number):
    """Days of at least E units."""
    assert number == number_of(Counter(days)).value


@given(days=st.lists(st.integers(0, 200), max_size=100))
def test_eddington_holds_by_its_definition(days):
    """E days reach E, fewer than E + 1 reach E + 1, and what is missing makes the next number."""
    found = number_of(Counter(days))

    assert sum(day >= found.value for day in days) >= found.value
    assert sum(day >= found.value + 1 for day in days) == found.next_days_done < found.value + 1
    assert found.value + 1 == number_of(Counter([*days, *[found.value + 1] * found.next_days_missing])).value
    assert list(found.by_distance) == [
        sum(day >= units for day in days) for units in range(1, max(days, default=0) + 1)
    ]


def test_miles_and_kilometers_are_counted_apart():
    """A day of 16,100 m is one of 16 km and of 10 miles; the farthest days count as such."""
    assert (16, 10) == (whole_units(16_100, Unit.KILOMETER), whole_units(16_100, Unit.MILE))
    assert FARTHEST == whole_units(10**9, Unit.MILE)


def test_a_day_of_exactly_so_many_miles_counts_as_one_although_whole_metres_are_kept():
    """Riders ride to round numbers; a metre less is not enough."""
    miles = range(1, FARTHEST + 1)
    kept = [round(meters_of(each, "mi") or 0) for each in miles]

    assert list(miles) == [whole_units(meters, Unit.MILE) for meters in kept]
    assert [each - 1 for each in miles] == [whole_units(meters - 1, Unit.MILE) for meters in kept]
    assert 0 == whole_units(0, Unit.MILE)
