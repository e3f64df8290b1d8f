"""Fewer points for charts and bars for cards keep the shape of the series."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.discipline import discipline_of
from ctz_workouts.domain.downsample import downsample
from ctz_workouts.domain.heart_rate import HeartRateZones
from ctz_workouts.domain.series import series_of
from ctz_workouts.domain.thumbnail import BARS, ThumbnailKind, thumbnail_of
from ctz_workouts.domain.zones import FTP

BIKE, RUN, YOGA = (discipline_of(word) for word in ("cycling", "running", "yoga"))


def watts(values, seconds=None):
    return series_of(seconds or range(1, len(values) + 1), (("output", "watts", values),))


def test_a_short_series_keeps_every_sample():
    """Mean, minimum and maximum are the sample itself."""
    chart = downsample(watts([1, 2, 3]), 10)

    assert (1, [1, 2, 3]) == (chart.bucket_seconds, chart.seconds.tolist())
    for points in (chart.metrics[0].mean, chart.metrics[0].lowest, chart.metrics[0].highest):
        assert [1, 2, 3] == points.tolist()


def test_a_long_series_becomes_means_with_their_extremes():
    """Four samples in two buckets."""
    chart = downsample(watts([1, 3, 10, 30]), 2)
    metric = chart.metrics[0]

    assert (2, [1, 3]) == (chart.bucket_seconds, chart.seconds.tolist())
    assert ([2, 20], [1, 10], [3, 30]) == (metric.mean.tolist(), metric.lowest.tolist(), metric.highest.tolist())
    assert ("output", "watts") == (metric.slug, metric.unit)


def test_a_dropout_breaks_the_line_and_a_coarse_step_does_not():
    """A hole of ten seconds in a series of seconds; the short last step of five-second samples."""
    assert (False, False, True) == downsample(watts([1, 2, 3], [1, 2, 13]), 10).gap_before
    assert (False, False, False) == downsample(watts([1, 2, 3], [1, 2, 6]), 10).gap_before
    assert (False,) * 4 == downsample(watts([1, 2, 3, 4], [1, 6, 11, 13]), 10).gap_before


def test_nulls_and_nonsense_are_not_drawn():
    """A bucket without data has no point; a metric without data is left out."""
    series = series_of([1, 2], (("output", "watts", [math.nan, 99_999]), ("cadence", "rpm", [80, math.nan])))
    chart = downsample(series, 10)

    assert ["cadence"] == [metric.slug for metric in chart.metrics]
    assert math.isnan(chart.metrics[0].mean[1])
    assert () == downsample(series_of([], ()), 10).metrics


@given(
    seconds=st.sets(st.integers(0, 3000), min_size=1, max_size=200).map(sorted),
    most=st.integers(1, 50),
    data=st.data(),
)
def test_a_chart_never_has_more_points_and_never_leaves_the_range(seconds, most, data):
    """Extremes survive, means lie between, every sample is in one bucket."""
    values = data.draw(st.lists(st.integers(0, 900), min_size=len(seconds), max_size=len(seconds)))
    chart = downsample(watts(values, seconds), most)
    metric = chart.metrics[0]

    assert len(chart.seconds) <= max(most, 1)
    assert (min(values), max(values)) == (metric.lowest.min(), metric.highest.max())
    assert (metric.lowest <= metric.mean + 1e-9).all()
    assert (metric.mean <= metric.highest + 1e-9).all()
    assert (np.diff(chart.seconds) > 0).all()
    assert len(chart.seconds) == len(chart.gap_before)


def test_bars_are_means_of_equal_time_with_their_zone():
    """An hour in two halves; FTP 200."""
    bars = thumbnail_of(watts([100] * 1800 + [205] * 1800), BIKE, FTP(200), None)

    assert (ThumbnailKind.POWER, BARS, BARS) == (bars.kind, len(bars.levels), len(bars.zones))
    assert ({100.0}, {205.0}) == (set(bars.levels[:30]), set(bars.levels[30:]))
    assert ({1}, {4}) == (set(bars.zones[:30]), set(bars.zones[30:]))


def test_a_bar_without_data_is_none():
    """A dropout in the middle third."""
    bars = thumbnail_of(watts([100] * 200, [*range(1, 101), *range(201, 301)]), BIKE, FTP(200), None)

    assert [None] * 18 == list(bars.levels[21:39])
    assert {0} == set(bars.zones[21:39])


@pytest.mark.parametrize(
    ("discipline", "rows", "kind"),
    [
        (BIKE, {"output": 100, "speed": 20, "heart_rate": 120}, ThumbnailKind.POWER),
        (RUN, {"output": 100, "speed": 6, "heart_rate": 120}, ThumbnailKind.SPEED),
        (RUN, {"output": 100, "heart_rate": 120}, ThumbnailKind.POWER),
        (discipline_of("caesar"), {"output": 50, "split_pace": 2.5}, ThumbnailKind.SPEED),
        (YOGA, {"heart_rate": 120}, ThumbnailKind.HEART_RATE),
        (YOGA, {"resistance": 30}, None),
    ],
)
def test_the_most_telling_metric_is_drawn(discipline, rows, kind):
    """Power on a bike, speed elsewhere, else heart rate, else nothing."""
    series = series_of(range(1, 11), tuple((slug, "", [value] * 10) for slug, value in rows.items()))
    bars = thumbnail_of(series, discipline, FTP(200), HeartRateZones((110, 130, 150, 170)))

    assert kind == (bars.kind if bars else None)
    if kind is ThumbnailKind.HEART_RATE:
        assert {2} == set(bars.zones)
    elif discipline is not BIKE and bars:
        assert {0} == set(bars.zones)


def test_faster_is_up_in_bars_of_pace():
    """Ten minutes a mile are six miles an hour."""
    bars = thumbnail_of(series_of(range(1, 5), (("pace", "min/mi", [10, 10, 12, 12]),)), RUN, None, None, bars=2)

    assert (6.0, 5.0) == bars.levels
