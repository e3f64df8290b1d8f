"""The small drawings and filters of the templates."""

from pathlib import Path

import pytest

from ctz_gateway import drawing
from ctz_gateway.assets import Assets, AssetsNotBuilt
from ctz_gateway.presentation import clock, percent_of, thousands
from ctz_gateway.viewmodels.training import MiniBar


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (65, "1:05"), (1610, "26:50"), (3723, "1:02:03"), (-65, "−1:05")]
)
def test_clock_has_hours_only_when_there_are_some(seconds: int, text: str) -> None:
    assert text == clock(seconds)


def test_thousands_use_a_comma_and_a_real_minus() -> None:
    assert "1,284" == thousands(1284)
    assert "−1,284" == thousands(-1284)


def test_percent_rounds_half_up_and_knows_nothing_of_nothing() -> None:
    assert 13 == percent_of(1, 8)
    assert 0 == percent_of(0, 0)


def test_a_zone_bar_fills_its_width_and_leaves_out_empty_zones() -> None:
    parts = drawing.zone_bar((600, 0, 300, 100))

    assert [1, 3, 4] == [part.zone for part in parts]
    assert [0.0, 60.0, 90.0] == [part.x for part in parts]
    assert 100 == sum(part.width for part in parts)


def test_a_narrow_part_of_a_zone_bar_has_no_room_for_its_number() -> None:
    parts = drawing.zone_bar((990, 10))

    assert parts[0].number_x is not None
    assert parts[1].number_x is None


def test_mini_bars_share_one_path_a_zone() -> None:
    paths = drawing.mini_bars([MiniBar(0.5, 2), MiniBar(1.2, 5), MiniBar(0.25, 2)])

    assert [(2, "M0 40V20M8 40V30"), (5, "M4 40V0")] == [(path.zone, path.d) for path in paths]


def test_a_mini_line_breaks_where_a_value_is_missing() -> None:
    assert "M0 38L4 2M12 20" == drawing.mini_line([0, 1, None, 0.5])


def test_shares_of_nothing_are_empty() -> None:
    assert drawing.ShareParts(0, 0, 0) == drawing.shares(0, 0, 0)
    assert drawing.ShareParts(25, 50, 25) == drawing.shares(1, 2, 1)


def test_a_profile_grows_with_the_zone() -> None:
    low, high = drawing.profile([(0, 60, 1), (60, 120, 7)])

    assert low.height < high.height
    assert 500 == high.x


def test_a_missing_build_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(AssetsNotBuilt, match="npm run build"):
        Assets.load(tmp_path)
