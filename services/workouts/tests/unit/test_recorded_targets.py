"""What recorded targets may hold: text of others is hostile, blocks are within the class."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.errors import RecordedTargetsMalformedError
from ctz_workouts.domain.recorded_targets import LONGEST_TITLE, blocks_of, title_of
from ctz_workouts.domain.targets import TargetBlock, TargetRange


@given(st.text(max_size=200))
def test_t098_a_title_that_is_kept_shows_nothing_that_cannot_be_seen(text: str) -> None:
    try:
        title = title_of(text)
    except RecordedTargetsMalformedError:
        return

    assert 1 <= len(title) <= LONGEST_TITLE
    assert not any(unicodedata.category(letter)[0] == "C" for letter in title)
    assert title == title_of(title)


@given(st.lists(st.tuples(st.integers(-5, 2000), st.integers(-5, 2000), st.integers(1, 7)), max_size=12))
def test_blocks_that_are_kept_lie_in_order_within_the_class_and_never_overlap(
    given_blocks: list[tuple[int, int, int]],
) -> None:
    blocks = [TargetBlock(low, high, (TargetRange("power_zone", zone, zone),)) for low, high, zone in given_blocks]
    try:
        kept = blocks_of(blocks, 1860)
    except RecordedTargetsMalformedError:
        return

    assert sorted(blocks, key=lambda each: each.start_second) == list(kept)
    seconds = [second for each in kept for second in range(each.start_second, each.end_second + 1)]
    assert len(seconds) == len(set(seconds))
    assert 0 <= min(seconds) <= max(seconds) <= 1860


@pytest.mark.parametrize(
    "ranges",
    [
        (),
        (TargetRange("cadence", 80, 90), TargetRange("cadence", 90, 95)),
        (TargetRange("watts", 100, 200),),
        (TargetRange("cadence", -1, 90),),
        (TargetRange("resistance", 20, 101),),
        (TargetRange("pace_intensity", 1.5, 2),),
        (TargetRange("speed", 3, 40),),
    ],
)
def test_what_nothing_can_lie_in_is_refused(ranges: tuple[TargetRange, ...]) -> None:
    with pytest.raises(RecordedTargetsMalformedError):
        blocks_of([TargetBlock(60, 90, ranges)], 1860)


def test_resistance_and_cadence_may_be_called_together() -> None:
    block = TargetBlock(60, 90, (TargetRange("resistance", 35, 45), TargetRange("cadence", 80, 90)))

    assert (block,) == blocks_of([block], None)
