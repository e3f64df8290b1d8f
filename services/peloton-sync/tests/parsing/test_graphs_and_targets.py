"""Graphs are packed without loss, targets and pace bands are read in order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_peloton_sync.app import events
from ctz_peloton_sync.clients.http import parse_json
from ctz_peloton_sync.domain.graphs import GraphTooLarge, parse_graph
from ctz_peloton_sync.domain.series import NULL, second_deltas, value_deltas
from ctz_peloton_sync.domain.targets import parse_pace_bands, parse_pace_level, parse_targets, seconds_of_pace

from .payloads import GRAPH, NOW, USER


@pytest.mark.parametrize(
    ("written", "seconds"), [(15.47, 947), (9.5, 590), (2.5, 170), (16.13, 973), (12.0, 720), (9.99, None)]
)
def test_pace_tables_are_minutes_and_seconds(written, seconds):
    assert seconds == seconds_of_pace(written)


def test_pace_bands_of_the_riders_level_with_an_open_end():
    table = GRAPH["target_metrics_compliance"]["pace_intensities_mapping"]

    bands = parse_pace_bands(table, parse_pace_level("level_4"))

    assert [(0, 973.0, None), (1, 878.0, 947.0)] == [
        (each.intensity, each.fast_seconds, each.slow_seconds) for each in bands
    ]
    assert () == parse_pace_bands(table, parse_pace_level("level_11"))


def test_targets_are_sorted_and_blocks_without_length_left_out():
    blocks = parse_targets(
        [
            *GRAPH["target_metrics_performance_data"]["target_metrics"],
            {"offsets": {"start": 60, "end": 59}, "metrics": []},
        ]
    )

    assert [(60, 60), (300, 359)] == [(block.start_seconds, block.end_seconds) for block in blocks]


def test_a_graph_is_read_and_packed_so_that_it_unpacks_to_the_same():
    graph = parse_graph(GRAPH)
    message = events.performance(graph, workout_id=USER, user_id=USER)

    assert [1, 2, 3, 5] == _undo(message.second_deltas, 1)
    series = {each.slug: _undo(each.value_deltas, each.scale) for each in message.metrics}
    assert {"output": [100, 101, None, 120], "pace": [None, 18.02, 17.5, 16.0], "speed": [0.0, 3.3, 3.4, 3.5]} == series
    assert (4, 238.0, 0.66) == (message.pace_level, message.splits[0].seconds, message.splits[0].distance)


def _undo(deltas, scale):
    values, last = [], 0
    for delta in deltas:
        last = last if delta == NULL else last + delta
        values.append(None if delta == NULL else last / scale)
    return values


@given(st.lists(st.one_of(st.none(), st.integers(-(10**9), 10**9)), max_size=40))
def test_packing_loses_nothing(values):
    assert values == _undo(value_deltas(values), 1)


@given(st.lists(st.integers(0, 10_000), max_size=40))
def test_seconds_pack_like_values(seconds):
    assert seconds == _undo(second_deltas(seconds), 1)


def test_a_series_of_another_length_is_a_gap_not_a_shifted_line():
    graph = parse_graph(GRAPH | {"seconds_since_pedaling_start": [1, 2, 3]})

    assert [[None] * 3] * 3 == [list(series.values) for series in graph.series]


def test_samples_that_do_not_rise_are_dropped_with_their_values():
    graph = parse_graph(GRAPH | {"seconds_since_pedaling_start": [1, "x", 1, 5]})

    assert [1, 5] == list(graph.seconds)
    assert [100, 120] == list(graph.series[0].values)


@pytest.mark.parametrize("payload", [{}, {"metrics": []}, GRAPH | {"seconds_since_pedaling_start": []}, []])
def test_an_empty_graph_is_a_graph_without_figures(payload):
    graph = parse_graph(payload)

    assert [] == [value for series in graph.series for value in series.values if value is not None]


def test_t055_a_million_samples_are_refused():
    with pytest.raises(GraphTooLarge):
        parse_graph(GRAPH | {"seconds_since_pedaling_start": list(range(1_000_000))})


def test_nan_of_json_is_a_gap():
    assert {"a": [1, None, None]} == parse_json(b'{"a": [1, NaN, -Infinity]}', NOW)


def test_splits_that_come_only_as_a_table_are_read_from_it():
    """The table's time is cumulative, in decimal minutes; a split is told with its own seconds."""
    rows = [(500.0, 4.77), (1000.0, 8.8)]
    table = {
        "metrics": [
            {
                "is_best": False,
                "data": [{"slug": "meter", "value": metres, "unit": "m"}, {"slug": "total_time", "value": minutes}],
            }
            for metres, minutes in rows
        ]
    }

    splits = parse_graph(GRAPH | {"splits_data": {}, "splits_metrics": table}).splits

    assert [(500.0, "m", 286.2), (1000.0, "m", 241.8)] == [(s.distance, s.distance_unit, s.seconds) for s in splits]
