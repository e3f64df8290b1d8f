"""The check's own figures, by the vectors of the project's rules for numbers."""

import pytest

from ctz_local.check.numbers import (
    Block,
    by_second,
    called_seconds,
    intensity_factor,
    normalized_power,
    step_of,
    stress_score,
    work_kilojoules,
    zone_of,
    zone_seconds,
)


def _ride(*parts: tuple[int, int]) -> dict[int, float]:
    """Watts by second, from (seconds, watts) one after the other."""
    watts = [value for seconds, value in parts for _ in range(seconds)]
    return dict(enumerate(watts, start=1))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(3600, 200)], 200),
        ([(60, 300), (60, 100)] * 30, 239.0995),
        ([(1200, 200), (1200, 300), (1200, 100)], 239.075),
        ([(200, 300), (200, 0), (200, 200)], 234.006),
    ],
)
def test_normalized_power(parts: list[tuple[int, int]], expected: float) -> None:
    assert expected == pytest.approx(normalized_power(_ride(*parts)), abs=5e-4)


def test_normalized_power_needs_thirty_seconds() -> None:
    assert normalized_power(_ride((29, 200))) is None
    assert 200 == normalized_power(_ride((30, 200)))


def test_windows_start_afresh_behind_a_dropout() -> None:
    ride = _ride((60, 100)) | {second + 100: 300.0 for second in _ride((60, 300))}

    # 31 windows at 100 W and 31 at 300 W, and none across the hole.
    assert ((100**4 + 300**4) / 2) ** 0.25 == pytest.approx(normalized_power(ride))


@pytest.mark.parametrize(
    ("normalized", "ftp", "seconds", "expected"),
    [(200, 250, 3600, 64.0), (240, 300, 7200, 128.0), (150, 200, 1800, 28.125), (225, 285, 6609.225, 114.43)],
)
def test_stress_score(normalized: float, ftp: float, seconds: float, expected: float) -> None:
    assert expected == pytest.approx(stress_score(normalized, ftp, seconds), abs=5e-3)


def test_an_edge_belongs_to_the_lower_zone() -> None:
    assert [1, 2, 3, 4, 5, 6] == [zone_of(watts, 100) for watts in (55, 75, 90, 105, 120, 150)]
    assert (1, 2) == (zone_of(88, 160), zone_of(88.01, 160))
    assert 7 == zone_of(151, 100)


def test_zone_seconds_sum_to_the_recorded_time() -> None:
    assert [60, 30, 0, 10, 0, 0, 0] == zone_seconds(_ride((60, 50), (30, 70), (10, 100)), 100)


def test_short_holes_are_filled_and_long_ones_are_not() -> None:
    filled = by_second([1, 2, 6, 7, 12], [100, 100, 200, None, 50])

    assert [1, 2, 3, 4, 5, 6, 12] == sorted(filled)
    assert [125, 150, 175] == [filled[second] for second in (3, 4, 5)]
    assert 1 == step_of([1, 2, 3, 8])


def test_what_was_called_counts_both_ends_and_only_what_was_recorded() -> None:
    ride = _ride((10, 2), (10, 3))
    blocks = [Block(1, 10, 2, 2), Block(11, 30, 2, 2)]

    assert (10, 20) == called_seconds(ride, blocks)


def test_intensity_and_work() -> None:
    assert 0.8 == intensity_factor(200, 250)
    assert 720 == work_kilojoules(_ride((3600, 200)))
