"""What is called in a class, laid out on its clock: no hole, no overlap, whatever the source sends."""

from itertools import pairwise

import pytest
from ctz.common.v1 import training_pb2 as training
from hypothesis import given
from hypothesis import strategies as st

from ctz_gateway.present.class_chart import calls, class_chart, length_of, mark_of, name_of
from ctz_gateway.present.class_page import watts_text
from gateway.tests.made_classes import block, zone_blocks

FTP = 238


@given(
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 900), st.integers(-1, 9), st.integers(-1, 9)), max_size=12),
    st.integers(0, 5400),
)
def test_calls_follow_one_another_without_a_hole(parts: list[tuple[int, int, int, int]], seconds: int) -> None:
    blocks = [block(start, start + length, low, high) for start, length, low, high in parts]
    listed = calls(blocks, seconds)

    assert all(before.end == after.start for before, after in pairwise(listed))
    assert all(call.start < call.end for call in listed)
    assert all(call.zones is None or 1 <= call.zones[0] <= call.zones[1] <= 7 for call in listed)
    if listed:
        assert 0 == listed[0].start
        assert listed[-1].end >= seconds


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 900), st.integers(1, 7)), min_size=1, max_size=40))
def test_steps_lie_within_the_drawing(parts: list[tuple[int, int, int]]) -> None:
    blocks = [block(start, start + length, zone) for start, length, zone in parts]
    seconds = length_of(blocks, 60, 1800)
    drawn = class_chart(calls(blocks, seconds), seconds)

    assert drawn is not None
    assert all(0 <= step.x and step.x + step.width <= 100.1 and 0 <= step.y <= 100 for step in drawn.steps)
    assert len(drawn.ticks) <= 9


def test_paces_are_counted_from_one_and_told_from_slow_to_fast() -> None:
    blocks = [block(0, 299, 3, 3, "pace_intensity"), block(300, 599, -1, -1, "pace_intensity")]
    drawn = class_chart(calls(blocks, 600), 600, "caesar_bootcamp")

    assert drawn is not None
    assert ["1 recovery", "5 max"] == drawn.legend
    assert "10:00 with 2 called blocks: 5:00 recovery, 5:00 max." == drawn.text
    assert ["5", "1"] == [mark_of(call, "caesar") for call in calls(blocks, 600)]


def test_a_class_without_any_call_is_not_drawn() -> None:
    assert class_chart(calls([], 1800), 1800) is None
    assert class_chart(calls([training.TargetBlock(start_seconds=0, end_seconds=9)], 10), 10) is None
    assert class_chart((), 0) is None


def test_the_class_is_as_long_as_its_pedalling_or_its_last_block() -> None:
    assert [1860, 1620, 0] == [length_of(zone_blocks(), 60, 1800), length_of(zone_blocks(), 60, 0), length_of([], 0, 0)]


@pytest.mark.parametrize(
    ("low", "high", "metric", "discipline", "name", "watts"),
    [
        (4, 4, "power_zone", "cycling", "Zone 4, Lactate threshold", "214–250 W"),
        (2, 3, "power_zone", "cycling", "Zones 2–3", "131–214 W"),
        (1, 2, "power_zone", "cycling", "Zones 1–2", "0–179 W"),
        (6, 7, "power_zone", "cycling", "Zones 6–7", "over 286 W"),
        (80, 90, "cadence", "cycling", "80–90 rpm", ""),
        (4, 4, "pace_intensity", "running", "Hard", ""),
        (1, 2, "pace_intensity", "walking", "Easy to brisk", ""),
        (-1, -1, "pace_intensity", "caesar", "Recovery", ""),
        (12, 12, "pace_intensity", "running", "intensity 12", ""),
        (9, 9, "power_zone", "cycling", "Nothing called", ""),
        (1, 1, "moon_phase", "cycling", "Nothing called", ""),
    ],
)
def test_what_is_called_in_words_and_watts(
    low: int, high: int, metric: str, discipline: str, name: str, watts: str
) -> None:
    call = calls([block(0, 59, low, high, metric)], 60)[0]

    assert (name, watts) == (name_of(call, discipline), watts_text(call, FTP))
