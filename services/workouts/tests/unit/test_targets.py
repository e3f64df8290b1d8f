"""Targets lie on the class clock; adherence counts seconds in, above and below; "no target" is its own state."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.adherence import Adherence, Kept, range_adherence, zone_adherence
from ctz_workouts.domain.errors import TargetMalformedError
from ctz_workouts.domain.expected import expected_load
from ctz_workouts.domain.figures import Absent, AbsentReason
from ctz_workouts.domain.grid import grid_of, unbroken
from ctz_workouts.domain.series import series_of
from ctz_workouts.domain.targets import (
    NO_BLOCK,
    ClassFamily,
    TargetBlock,
    TargetPlan,
    TargetRange,
    class_family,
    plan_of,
)
from ctz_workouts.domain.zones import FTP


def zone(start, end, lower, upper=None):
    return TargetBlock(start, end, (TargetRange("power_zone", lower, upper or lower),), "power_zone")


def called(metric, start, end, lower, upper):
    return TargetBlock(start, end, (TargetRange(metric, lower, upper),), "cycling")


def test_offsets_are_inclusive_and_class_second_is_series_second_plus_offset():
    """Block 70 to 79 with offset 60 is ridden in seconds 10 to 19."""
    plan = plan_of((zone(70, 79, 2),))
    index = plan.block_indices(first_second=1, seconds=30)

    assert 10 == plan.blocks[0].duration_seconds
    assert [10, 19] == [int(np.flatnonzero(index == 0)[at]) + 1 for at in (0, -1)]
    assert 20 == int((index == NO_BLOCK).sum())


def test_blocks_are_sorted_empty_ones_dropped_and_overlaps_cut():
    """The recorded oddities: unsorted, 60 to 59, one second, overlapping, covered whole."""
    plan = plan_of((zone(100, 120, 3), zone(60, 59, 1), zone(60, 60, 1), zone(61, 110, 2), zone(100, 130, 4)))

    assert [(60, 60), (61, 99), (100, 130)] == [(block.start_second, block.end_second) for block in plan.blocks]


def test_no_target_is_a_state_of_its_own():
    """Spin-ups of 30 s between blocks, and the cool-down."""
    plan = plan_of((zone(60, 179, 1), zone(210, 239, 1), zone(270, 299, 1)))

    assert ((180, 209), (240, 269), (300, 360)) == plan.untargeted_within(360)
    assert ((180, 200),) == plan.untargeted_within(200)
    assert ((60, 100),) == TargetPlan(()).untargeted_within(100)


BLOCKS = st.lists(st.tuples(st.integers(0, 300), st.integers(-5, 60)), max_size=20)


@given(blocks=BLOCKS)
def test_every_second_lies_in_one_block_or_in_none(blocks):
    """Ordered blocks never overlap, and with the untargeted stretches they fill the class."""
    plan = plan_of(tuple(zone(start, start + length, 2) for start, length in blocks), pedaling_start_offset_seconds=0)
    covered = sum(block.duration_seconds for block in plan.blocks)
    free = sum(end - start + 1 for start, end in plan.untargeted_within(400))

    assert 401 == covered + free
    assert covered == int((plan.block_indices(0, 401) != NO_BLOCK).sum())


@pytest.mark.parametrize(
    ("metric", "lower", "upper"),
    [("power_zone", 0, 1), ("power_zone", 2, 8), ("power_zone", 2.5, 3), ("cadence", 90, 80), ("speed", math.nan, 3)],
)
def test_a_range_that_nothing_can_lie_in_is_refused(metric, lower, upper):
    """Zones outside 1 to 7, falling ranges, NaN."""
    with pytest.raises(TargetMalformedError):
        TargetRange(metric, lower, upper)


def test_adherence_counts_in_above_and_below_per_block_and_for_the_ride():
    """FTP 200: zone 2 is over 110 to 150 W."""
    power = unbroken(np.array([100.0] * 10 + [150.0] * 20 + [151.0] * 10 + [250.0] * 20))
    plan = plan_of((zone(61, 100, 2), zone(101, 110, 6, 7), zone(111, 130, 5)))
    beats = unbroken(np.array([120.0] * 40 + [150.0] * 20))
    kept = zone_adherence(power, plan, FTP(200), beats)

    first, second, third = kept.blocks
    assert (Kept(20, 10, 10), 0.5, 0) == (first.kept, first.kept.share_in, first.missing_seconds)
    assert (1, 137.75, 120.0) == (first.first_second, first.mean, first.mean_heart_rate_bpm)
    assert Kept(10, 0, 0) == second.kept
    assert (Kept(0, 10, 0), 10) == (third.kept, third.missing_seconds)
    assert (Kept(30, 20, 10), 0.5, 60) == (kept.kept, kept.kept.share_in, kept.kept.target_seconds)


def test_a_block_that_was_not_reached_has_no_share():
    """An early quit is not a failed block."""
    plan = plan_of((zone(61, 70, 1), zone(71, 80, 1)))
    kept = zone_adherence(unbroken(np.full(10, 50.0)), plan, FTP(200), None)

    assert (None, 10) == (kept.blocks[1].kept.share_in, kept.blocks[1].missing_seconds)
    assert Absent(AbsentReason.TARGETS_NOT_REACHED) == kept.blocks[1].mean
    assert Absent(AbsentReason.NO_HEART_RATE) == kept.blocks[0].mean_heart_rate_bpm


def test_dropouts_are_in_no_lane():
    """Ten seconds lost are ten seconds missing, not ten below."""
    power = grid_of(series_of([*range(1, 11), *range(21, 31)], (("output", "watts", [130] * 20),)), "output")
    kept = zone_adherence(power, plan_of((zone(61, 90, 2),)), FTP(200), None)

    assert (Kept(20, 0, 0), 10) == (kept.kept, kept.blocks[0].missing_seconds)


def test_adherence_is_absent_for_a_reason():
    """No targets of that kind, or no FTP to judge them by."""
    power = unbroken(np.full(10, 50.0))
    cadence = plan_of((called("cadence", 61, 70, 80, 100),))

    assert Absent(AbsentReason.NO_TARGETS) == zone_adherence(power, cadence, FTP(200), None)
    assert Absent(AbsentReason.NO_FTP) == zone_adherence(power, plan_of((zone(61, 70, 1),)), None, None)
    assert Absent(AbsentReason.NO_TARGETS) == range_adherence("speed", power, cadence, None)


def test_ranges_of_other_metrics_are_inclusive_at_both_ends():
    """Cadence 80 to 100."""
    cadence = unbroken(np.array([79.0, 80, 100, 101]))
    kept = range_adherence("cadence", cadence, plan_of((called("cadence", 61, 64, 80, 100),)), None)

    assert (Kept(2, 1, 1), 90.0) == (kept.kept, kept.blocks[0].mean)


@given(watts=st.lists(st.integers(0, 400), min_size=1, max_size=200), blocks=BLOCKS, offset=st.integers(0, 60))
def test_lanes_sum_to_the_recorded_seconds_under_a_target(watts, blocks, offset):
    """Nothing is lost and nothing counts twice."""
    plan = plan_of(tuple(zone(start, start + length, 3) for start, length in blocks), offset)
    kept = zone_adherence(unbroken(np.array(watts, dtype=np.float64)), plan, FTP(200), None)
    if isinstance(kept, Adherence):
        under = int((plan.block_indices(1, len(watts)) != NO_BLOCK).sum())
        assert under == kept.kept.target_seconds == sum(block.kept.target_seconds for block in kept.blocks)


@pytest.mark.parametrize(
    ("title", "family"),
    [
        ("45 min Power Zone Endurance Ride", ClassFamily.ENDURANCE),
        ("30 min Power Zone Max Ride", ClassFamily.MAX),
        ("60 min Power Zone Ride", ClassFamily.POWER_ZONE),
        ("30 min POWER ZONE Pop Ride", ClassFamily.POWER_ZONE),
        ("30 min Max Power Ride", None),
        ("20 min FTP Test Ride", None),
        ("", None),
    ],
)
def test_the_title_names_the_family(title, family):
    """Peloton has one class type for all three."""
    assert family == class_family(title)


def test_families_live_in_their_zones():
    """Endurance 2 to 3, Power Zone 1 to 6, Max 1 to 7."""
    assert [(2, 3), (1, 6), (1, 7)] == [family.zones for family in ClassFamily]


def test_expected_load_follows_from_the_blocks():
    """An hour at zone 2's line is IF 0.65 and 42.25 TSS."""
    hour = expected_load(plan_of((zone(60, 3659, 2),)))

    assert (0.65, 42.25) == (round(hour.intensity_factor, 9), round(hour.training_stress, 9))
    assert ((0, 3600, 0, 0, 0, 0, 0), 0) == (hour.zone_seconds, hour.untargeted_seconds)


def test_expected_load_counts_seconds_without_a_target_as_easy():
    """Half an hour of nothing after half an hour of zone 4 is time at zone 1's line."""
    ride = expected_load(plan_of((zone(60, 1859, 4),)), pedaling_duration_seconds=3600)
    easy = expected_load(plan_of((zone(60, 1859, 4), zone(1860, 3659, 1))))

    assert (1800, ride.training_stress) == (ride.untargeted_seconds, easy.training_stress)


def test_expected_load_takes_the_middle_of_a_range_of_zones():
    """Zones 2 to 3: between 65 and 82.5 %."""
    assert 0.7375 == round(expected_load(plan_of((zone(60, 659, 2, 3),))).intensity_factor, 9)


def test_expected_load_needs_zones_and_thirty_seconds():
    """Resistance targets say nothing about power."""
    assert Absent(AbsentReason.NO_TARGETS) == expected_load(plan_of((called("resistance", 60, 900, 30, 40),)))
    assert Absent(AbsentReason.TOO_SHORT) == expected_load(plan_of((zone(60, 80, 3),)))
