"""A series refuses nonsense; its grid fills short holes and keeps long ones."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.errors import SeriesMalformedError
from ctz_workouts.domain.grid import Dropout, grid_of, timeline
from ctz_workouts.domain.series import Metric, Series, series_of, without_nonsense


def watts_at(seconds, values):
    return series_of(seconds, (("output", "watts", values),))


@pytest.mark.parametrize(
    ("seconds", "values"),
    [
        ([1, 1], [5, 5]),
        ([2, 1], [5, 5]),
        ([1, 2], [5]),
        ([-1, 1], [5, 5]),
        ([1, 172_801], [5, 5]),
        ([1, 2], [5, math.inf]),
        ([[1, 2]], [[5, 5]]),
    ],
)
def test_what_is_no_time_series_is_refused(seconds, values):
    """Falling, doubled or endless seconds, uneven lengths, infinities."""
    with pytest.raises(SeriesMalformedError):
        watts_at(seconds, values)


def test_metrics_are_named_once_and_their_names_are_names():
    """A doubled, empty or endless slug is refused, and so are very many metrics."""
    for slugs in (["a", "a"], [""], ["x" * 61], [f"m{n}" for n in range(65)]):
        with pytest.raises(SeriesMalformedError):
            series_of([1], tuple((slug, "", [1]) for slug in slugs))


def test_the_step_is_the_median_of_the_differences():
    """A short last step or a hole does not make a series coarse; a step of five does; one sample has no step."""
    ones = np.zeros(4)
    assert 1 == watts_at([1, 2, 3, 20], ones).step_seconds
    assert not watts_at([7, 8, 9, 11], ones).is_coarse
    assert watts_at([1, 6, 11, 13], ones).is_coarse
    assert watts_at([5], [1]).step_seconds is None
    assert series_of([], ()).step_seconds is None


def test_equal_samples_make_equal_series():
    """Nulls are equal to nulls; the unit and the order of metrics matter."""
    one = watts_at([1, 2], [5, math.nan])

    assert one == watts_at([1, 2], [5, math.nan])
    assert one != watts_at([1, 3], [5, math.nan])
    assert one != Series(one.seconds, (Metric("output", "W", one.metrics[0].values),))
    assert one != "series"
    assert one.metrics[0] != "metric"


def test_no_contact_and_nonsense_become_nulls():
    """A heart rate of 0 is no contact; 4,000 W and minus one are nonsense and are counted."""
    series = series_of([1, 2, 3], (("output", "watts", [100, 4000, -1]), ("heart_rate", "bpm", [0, 300, 90])))

    assert np.array_equal([100, math.nan, math.nan], series.clean("output"), equal_nan=True)
    assert np.array_equal([math.nan, math.nan, 90], series.clean("heart_rate"), equal_nan=True)
    assert [2, 1, 0] == [series.discarded(slug) for slug in ("output", "heart_rate", "cadence")]
    assert ("output", "heart_rate") == series.slugs
    assert series.clean("cadence") is None
    assert series_of([1], (("heart_rate", "bpm", [0]),)).clean("heart_rate") is None


def test_a_metric_that_nobody_knows_is_left_as_it_is():
    """Metrics are an open set."""
    values = np.array([-1e6])
    assert values is without_nonsense("something_new", values)


def test_up_to_three_missing_seconds_are_interpolated_and_marked():
    """From 10 W at second 1 to 50 W at second 5."""
    grid = grid_of(watts_at([1, 5, 6], [10, 50, 60]), "output")

    assert [10, 20, 30, 40, 50, 60] == grid.values.tolist()
    assert [False, True, True, True, False, False] == grid.interpolated.tolist()
    assert (6, 3, ()) == (grid.recorded_seconds, grid.interpolated_seconds, grid.dropouts)


def test_four_missing_seconds_are_a_dropout():
    """Neither time nor zeros."""
    grid = grid_of(watts_at([1, 6], [10, 50]), "output")

    assert (Dropout(2, 5),) == grid.dropouts
    assert 4 == grid.dropouts[0].seconds
    assert (2, 0, [10, 50]) == (grid.recorded_seconds, grid.interpolated_seconds, grid.recorded.tolist())


def test_null_samples_are_handled_like_missing_seconds():
    """A short row of nulls is bridged, a long one is a dropout, and nulls at the ends are no time."""
    values = [math.nan, 10, math.nan, 30, *[math.nan] * 4, 50, math.nan]
    grid = grid_of(watts_at(range(1, 11), values), "output")

    assert [10, 20, 30, 50] == grid.recorded.tolist()
    assert (Dropout(5, 8),) == grid.dropouts
    assert 1 == grid.interpolated_seconds


def test_the_first_sample_may_be_any_second():
    """Time before the first sample is no time."""
    grid = grid_of(watts_at([7, 8, 9], [1, 2, 3]), "output")

    assert (7, 3) == (grid.first_second, grid.recorded_seconds)


def test_the_timeline_counts_time_whatever_was_measured():
    """A meditation without any metric still has its seconds."""
    assert 5 == timeline(series_of([1, 2, 4, 5], ())).recorded_seconds
    assert (Dropout(3, 9),) == timeline(series_of([1, 2, 10], ())).dropouts
    assert 0 == timeline(series_of([], ())).recorded_seconds


def test_a_grid_splits_into_halves_of_equal_recorded_time():
    """A dropout counts for neither half."""
    grid = grid_of(watts_at([1, 2, 3, 20, 21], [1, 2, 3, 4, 5]), "output")
    first, second = grid.split()

    assert [1, 2, 3] == first.recorded.tolist()
    assert [4, 5] == second.recorded.tolist()
    assert 4 == second.first_second


SECONDS = st.sets(st.integers(0, 400), min_size=1, max_size=120).map(sorted)


@given(seconds=SECONDS, data=st.data())
def test_every_second_is_recorded_interpolated_or_dropped(seconds, data):
    """Recorded samples stay untouched, the three kinds of seconds never overlap and fill the span."""
    values = data.draw(st.lists(st.integers(0, 900), min_size=len(seconds), max_size=len(seconds)))
    grid = grid_of(watts_at(seconds, values), "output")
    at = np.array(seconds) - seconds[0]

    assert values == grid.values[at].tolist()
    assert not grid.interpolated[at].any()
    assert grid.recorded_seconds == len(seconds) + grid.interpolated_seconds
    dropped = sum(dropout.seconds for dropout in grid.dropouts)
    assert seconds[-1] - seconds[0] + 1 == grid.recorded_seconds + dropped
    assert all(dropout.seconds > 3 for dropout in grid.dropouts)
