"""Insights claim only what the figures bear out."""

import numpy as np

from ctz_workouts.domain.analysis import Circumstances, analyse
from ctz_workouts.domain.discipline import discipline_of
from ctz_workouts.domain.figures import Absent
from ctz_workouts.domain.insights import InsightKind, facts_of
from ctz_workouts.domain.series import series_of
from ctz_workouts.domain.targets import TargetBlock, TargetRange, plan_of
from ctz_workouts.domain.zones import FTP


def zone(start, end, number):
    return TargetBlock(start, end, (TargetRange("power_zone", number, number),))


def ridden(*parts, plan=None):
    """Stretches of (watts, seconds) at FTP 200 against three minute-long blocks in zones 2, 4 and 5."""
    values = np.concatenate([np.full(seconds, float(watts)) for watts, seconds in parts])
    series = series_of(range(1, values.size + 1), (("output", "watts", values),))
    blocks = plan_of((zone(61, 120, 2), zone(121, 180, 4), zone(181, 240, 5))) if plan is None else plan
    return analyse(series, Circumstances(discipline_of("cycling"), FTP(200), blocks))


def insights_of(analysis, recent=None):
    efforts, adherence = analysis.power.best_efforts, analysis.zone_adherence
    return facts_of(
        () if isinstance(efforts, Absent) else efforts,
        None if isinstance(adherence, Absent) else adherence,
        recent or {},
    )


def by_kind(analysis, recent=None):
    return {fact.kind: fact for fact in insights_of(analysis, recent)}


def test_a_ride_is_told_by_share_held_zone_and_slipped_block():
    """Zone 2 and 4 held, 45 of 60 s below zone 5."""
    facts = by_kind(ridden((130, 60), (200, 60), (220, 15), (150, 45)))

    assert {"share": 0.75, "in_seconds": 135.0, "called_seconds": 180.0} == facts[InsightKind.SHARE_IN_TARGET].figures
    held = facts[InsightKind.HELD_ZONE]
    assert (4.0, 1.0, 60.0, "Lactate threshold") == (
        held.figures["zone"],
        held.figures["blocks"],
        held.figures["seconds"],
        held.words["zone"],
    )
    slipped = facts[InsightKind.BLOCK_SLIPPED].figures
    assert (3.0, 5.0, 0.25, 45.0, 121.0, 167.5) == tuple(
        slipped[name] for name in ("block", "zone", "share", "below_seconds", "first_second", "mean_watts")
    )


def test_too_hard_is_not_slipped():
    """Above the target is not falling out of it."""
    facts = by_kind(ridden((130, 60), (200, 60), (400, 60)))
    assert InsightKind.BLOCK_SLIPPED not in facts


def test_a_zone_counts_as_held_only_when_every_block_of_it_was():
    """One of two zone-4 blocks slipped."""
    plan = plan_of((zone(61, 120, 4), zone(121, 180, 4)))
    facts = by_kind(ridden((200, 60), (100, 60), plan=plan))

    assert InsightKind.HELD_ZONE not in facts
    assert 2.0 == facts[InsightKind.BLOCK_SLIPPED].figures["block"]


def test_blocks_that_were_hardly_ridden_are_not_judged():
    """Quit ten seconds into the block."""
    facts = by_kind(ridden((130, 60), (200, 60), (100, 10)))
    assert InsightKind.BLOCK_SLIPPED not in facts


def test_a_best_is_claimed_only_against_what_was_ridden_before():
    """The largest gain of those that beat the last 90 days; nothing without rides, for ties, or under a minute."""
    ride = ridden((250, 60), (200, 240))
    facts = by_kind(ride, {30: 100.0, 60: 240.0, 120: 200.0, 300: 300.0})

    expected = {"duration_seconds": 120.0, "start_seconds": 1.0, "watts": 225.0, "watts_before": 200.0, "days": 90.0}
    assert expected == facts[InsightKind.BEST_SINCE].figures
    for recent in (None, {}, {60: 250.0}, {30: 100.0}, {60: 0.0}):
        assert InsightKind.BEST_SINCE not in by_kind(ride, recent)


def test_without_targets_or_power_nothing_is_said():
    """No fact is better than an empty one."""
    assert () == insights_of(ridden((200, 60), plan=plan_of(())))
    assert () == insights_of(analyse(None, Circumstances(discipline_of("yoga"))), {60: 100.0})
    assert () == insights_of(ridden((200, 60), plan=plan_of((zone(1000, 1100, 2),))))
