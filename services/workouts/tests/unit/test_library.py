"""What follows from the zones that a class calls."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.library import bits_of, called_zones
from ctz_workouts.domain.targets import TargetBlock, TargetRange, plan_of


def block(start: int, end: int, low: int, high: int | None = None) -> TargetBlock:
    return TargetBlock(start, end, (TargetRange("power_zone", low, high or low),), "power_zone")


def test_an_hour_in_one_zone_costs_its_target_line() -> None:
    """Zone 4's line is 97.5 %: IF 0.975, TSS 95.06."""
    called = called_zones(plan_of((block(60, 3659, 4),), 60), 3600)

    assert called is not None
    assert (0, 0, 0, 3600, 0, 0, 0) == called.zone_seconds
    assert (0.975, 95.06) == (pytest.approx(called.intensity_factor), pytest.approx(called.training_stress, abs=0.01))
    assert bytes([4] * 60) == called.bars
    assert 0b1000 == called.zones


def test_what_is_not_called_is_no_zone_and_counts_as_easy() -> None:
    called = called_zones(plan_of((block(60, 659, 3),), 60), 1200)

    assert called is not None
    assert 600 == called.untargeted_seconds
    assert bytes([3] * 30 + [0] * 30) == called.bars


def test_a_class_without_zones_has_no_figures() -> None:
    cadence = TargetBlock(60, 659, (TargetRange("cadence", 80, 90),))

    assert called_zones(plan_of((cadence,), 60), 1200) is None
    assert called_zones(plan_of((), 60), 1200) is None


def test_a_range_of_zones_counts_in_its_middle() -> None:
    called = called_zones(plan_of((block(60, 1859, 2, 3),), 60), 1800)

    assert called is not None
    assert (0, 1800, 0, 0, 0, 0, 0) == called.zone_seconds


@given(st.lists(st.tuples(st.integers(1, 400), st.integers(0, 7)), min_size=1, max_size=40), st.integers(0, 120))
def test_seconds_add_up_to_the_class_and_bars_never_name_what_is_not_called(
    steps: list[tuple[int, int]], offset: int
) -> None:
    blocks, second = [], offset
    for length, zone in steps:
        if zone:
            blocks.append(block(second, second + length - 1, zone))
        second += length
    duration = second - offset
    called = called_zones(plan_of(tuple(blocks), offset), duration)
    if called is None:
        return

    assert duration == sum(called.zone_seconds) + called.untargeted_seconds
    assert {*called.bars} <= {0, *(zone for _, zone in steps)}
    assert len(called.bars) == min(60, duration)
    assert bits_of(zone for _, zone in steps if zone) == called.zones
    assert called.training_stress == pytest.approx(duration / 3600 * called.intensity_factor**2 * 100)
