"""Parsers: every field may be missing, null or nonsense; what is left is right, the rest is a gap."""

import json
import math
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctz_peloton_sync.app import events
from ctz_peloton_sync.clients.http import parse_json
from ctz_peloton_sync.domain.classes import parse_ride
from ctz_peloton_sync.domain.days import utc_offset_seconds
from ctz_peloton_sync.domain.details import parse_account, parse_detail
from ctz_peloton_sync.domain.graphs import GraphTooLarge, parse_graph
from ctz_peloton_sync.domain.library import parse_class_detail
from ctz_peloton_sync.domain.series import NULL, second_deltas, value_deltas
from ctz_peloton_sync.domain.targets import parse_pace_bands, parse_pace_level, parse_targets, seconds_of_pace
from ctz_peloton_sync.domain.workouts import parse_list_page, parse_workout

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SAMPLES = Path(__file__).parents[4] / "shared" / "peloton-samples"
USER = "7f1f9b7e-0000-7000-8000-000000000001"

ROW = {
    "id": "b" * 32,
    "created_at": 1_700_000_000,
    "device_time_created_at": 1_699_981_999,  # a second short of UTC-5, as Peloton sends it at times
    "start_time": 1_700_000_060,
    "end_time": 1_700_001_860,
    "timezone": "Etc/GMT+5",
    "status": "COMPLETE",
    "workout_type": "class",
    "fitness_discipline": "cycling",
    "metrics_type": "cycling",
    "name": "Cycling Workout",
    "title": None,
    "total_work": 256_256.99,
    "device_type": "home_bike_v1",
    "is_total_work_personal_record": True,
    "effort_zones": {
        "total_effort_points": 41.9,
        "heart_rate_zone_durations": {f"heart_rate_z{zone}_duration": zone * 60 for zone in range(1, 6)},
    },
    "ride": {
        "id": "c" * 32,
        "title": "30 min Power Zone Ride",
        "duration": 1800,
        "pedaling_start_offset": 60,
        "class_type_ids": ["665395ff3abf4081bf315686227d1a51"],
        "instructor": {"id": "d" * 32, "name": "Olive Amato"},
    },
}
GRAPH = {
    "duration": 1800,
    "seconds_since_pedaling_start": [1, 2, 3, 5],
    "metrics": [
        {
            "slug": "output",
            "display_name": "Output",
            "display_unit": "watts",
            "average_value": 101,
            "max_value": 120,
            "values": [100, 101, None, 120],
        },
        {
            "slug": "pace",
            "display_unit": "min/mi",
            "values": [None, 18.02, 17.5, 16.0],
            "alternatives": [{"slug": "speed", "display_unit": "mph", "values": [0.0, 3.3, 3.4, 3.5]}],
        },
    ],
    "average_summaries": [{"slug": "avg_output", "value": 101, "display_unit": "watts", "display_name": "Avg Output"}],
    "summaries": [{"slug": "total_output", "value": 256, "display_unit": "kj", "display_name": "Total Output"}],
    "target_metrics_performance_data": {
        "target_metrics": [
            {
                "offsets": {"start": 300, "end": 359},
                "segment_type": "power_zone",
                "metrics": [{"name": "power_zone", "lower": 2, "upper": 2}],
            },
            {
                "offsets": {"start": 60, "end": 60},
                "segment_type": "power_zone",
                "metrics": [{"name": "power_zone", "lower": 1, "upper": 1}],
            },
        ]
    },
    "target_metrics_compliance": {
        "workout_pace_level": "level_4",
        "pace_intensities_mapping": [
            {
                "value": 1,
                "display_name": "Easy",
                "pace_levels": [{"slug": "level_4", "fast_pace": 14.38, "slow_pace": 15.47}],
            },
            {
                "value": 0,
                "display_name": "Recovery",
                "pace_levels": [{"slug": "level_4", "fast_pace": 16.13, "slow_pace": 60.0}],
            },
        ],
    },
    "segment_list": [{"name": "Warm Up", "start_time_offset": 0, "length": 167, "metrics_type": "cycling"}],
    "splits_data": {
        "distance_marker_display_unit": "mi",
        "splits": [{"distance_marker": 0.66, "seconds": 238, "is_best": True}],
    },
    "effort_zones": None,
}
DETAIL = ROW | {
    "ftp_info": {"ftp": 243, "ftp_source": "ftp_manual_source", "ftp_workout_id": None},
    "has_paused": True,
    "pause_time_elapsed": 134,
    "leaderboard_rank": None,
    "total_leaderboard_users": 0,
    "movement_tracker_data": {
        "completed_movements_summary_data": {
            "repetition_summary_data": [
                {
                    "movement_name": "Curl",
                    "tracking_type": "rep_counting",
                    "completed_reps": 12,
                    "weight": [{"weight_data": {"weight_value": 15, "weight_unit": "lb"}}],
                }
            ]
        }
    },
}
CLASS = {
    "ride": ROW["ride"] | {"fitness_discipline": "cycling", "difficulty_rating_avg": 7.1, "difficulty_rating_count": 9},
    "class_types": [{"id": "x", "name": "Power Zone"}],
    "target_metrics_data": GRAPH["target_metrics_performance_data"],
    "is_power_zone_class": True,
    "is_ftp_test": False,
}
ACCOUNT = {
    "id": "a" * 32,
    "username": "rider",
    "total_workouts": 12,
    "cycling_ftp": 200,
    "cycling_ftp_source": "ftp_manual_source",
    "cycling_ftp_workout_id": None,
    "estimated_cycling_ftp": 157,
}

NONSENSE = [
    None,
    "",
    "x\x00\ud800",
    "Ω" * 2_000,
    -1,
    0,
    2.5,
    -1e308,
    1e308,
    10**400,
    math.nan,
    math.inf,
    True,
    [],
    {},
    [[]],
    {"id": {"id": []}},
    "2026-11-22",
    9_999_999_999_999,
]


def test_a_row_is_read_whole():
    row = parse_workout(ROW)

    assert row is not None
    assert ("30 min Power Zone Ride", "Olive Amato", "c" * 32) == (row.title, row.ride.instructor, row.ride.class_id)
    assert -5 * 3600 == row.utc_offset_seconds
    assert date(2023, 11, 14) == row.local_date
    assert row.is_chart_due
    assert row.ride.is_detail_due


@pytest.mark.parametrize(
    ("changes", "is_due"),
    [
        ({}, True),
        ({"metrics_type": None}, True),
        ({"metrics_type": None, "effort_zones": None}, True),
        ({"metrics_type": None, "effort_zones": None, "total_work": 0.0}, False),
        ({"metrics_type": "caesar", "effort_zones": None, "total_work": 0.0}, True),
    ],
)
def test_a_chart_is_due_for_metrics_or_effort_or_work(changes, is_due):
    row = parse_workout(ROW | changes)

    assert row is not None
    assert is_due == row.is_chart_due


@pytest.mark.parametrize(
    ("changes", "title", "instructor"),
    [
        ({"ride": None, "title": "26 min Just Walk"}, "26 min Just Walk", ""),
        ({"ride": None, "title": None}, "Cycling Workout", ""),
        (
            {"ride": {"id": "0" * 32, "title": "25 min Just Ride", "instructor": {"name": "JUST RIDE"}}},
            "25 min Just Ride",
            "",
        ),
    ],
)
def test_title_of_class_then_workout_then_name_and_no_pseudo_instructor(changes, title, instructor):
    row = parse_workout(ROW | changes)

    assert row is not None
    assert (title, instructor, "") == (row.title, row.ride.instructor, row.ride.class_id)


@pytest.mark.parametrize(
    ("device", "zone", "hours"),
    [
        (None, "Etc/GMT+4", -4),
        (None, "Etc/GMT-9", 9),
        (None, "America/New_York", -5),
        (None, "Nowhere/Else", 0),
        (timedelta(hours=40), "Etc/GMT+4", -4),
        (timedelta(hours=5, minutes=30), "Etc/GMT+4", 5.5),
    ],
)
def test_offset_is_the_devices_else_the_zones_with_posix_sign(device, zone, hours):
    created = datetime(2023, 1, 14, 12, tzinfo=UTC)

    assert hours * 3600 == utc_offset_seconds(created, None if device is None else created + device, zone)


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


def test_t048_unknown_words_are_kept_as_they_are():
    row = parse_workout(
        ROW | {"fitness_discipline": "underwater_hockey", "workout_type": "levitation", "metrics_type": "q"}
    )

    assert row is not None
    assert ("underwater_hockey", "levitation") == (row.discipline, row.workout_type)
    graph = parse_graph(GRAPH | {"metrics": [{"slug": "telepathy", "display_unit": "mW", "values": [1, 2, 3, 4]}]})
    assert [("telepathy", "mW")] == [(series.slug, series.unit) for series in graph.series]


def test_t048_in_progress_is_held_back_for_a_day():
    row = parse_workout(ROW | {"status": "IN_PROGRESS", "end_time": None})

    assert row is not None
    assert row.is_held_back(row.created_time + timedelta(hours=23))
    assert not row.is_held_back(row.created_time + timedelta(hours=25))


def test_strength_movements_and_pause_come_from_the_detail():
    detail = parse_detail(DETAIL)

    assert detail is not None
    assert (243, True, 134, None) == (
        detail.ftp.watts,
        detail.has_paused,
        detail.pause_seconds,
        detail.leaderboard_size,
    )
    assert [("Curl", 12, None, 15.0, "lb")] == [
        (each.name, each.repetitions, each.duration_seconds, each.weight_value, each.weight_unit)
        for each in detail.movements
    ]


PAYLOADS = {
    "row": (ROW, lambda payload: parse_list_page({"data": [payload], "total": 1, "summary": {"2023-11": 1}})),
    "graph": (GRAPH, parse_graph),
    "detail": (DETAIL, parse_detail),
    "class": (CLASS, parse_class_detail),
    "account": (ACCOUNT, parse_account),
}


def _paths(payload, at=()):
    children = payload.items() if isinstance(payload, dict) else enumerate(payload) if isinstance(payload, list) else ()
    for key, child in children:
        yield (*at, key)
        yield from _paths(child, (*at, key))


def _changed(payload, path, value):
    copy = json.loads(json.dumps(payload))
    at = copy
    for key in path[:-1]:
        at = at[key]
    if value is ...:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return copy


@pytest.mark.parametrize("kind", sorted(PAYLOADS))
def test_t047_any_field_may_be_missing_or_nonsense(kind):
    """Each field of each payload, removed or replaced: no crash, and everything that is told can be told."""
    payload, parse = PAYLOADS[kind]
    for path in _paths(payload):
        for value in (..., *NONSENSE):
            _tell(kind, parse(_changed(payload, path, value)))


@settings(max_examples=150)
@given(
    kind=st.sampled_from(sorted(PAYLOADS)),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=8,
    ),
    data=st.data(),
)
def test_t047_any_value_in_any_place(kind, value, data):
    payload, parse = PAYLOADS[kind]
    path = data.draw(st.sampled_from(list(_paths(payload))))
    _tell(kind, parse(_changed(payload, path, value)))


RECORDED = {
    "performance_graph__cycling_class_quit_early__01": "graph",
    "performance_graph_partial__running_pace_compliance__01": "graph",
    "workout__cycling_class__01": "detail",
    "workout_subset__strength_guide__01": "detail",
    "workouts_list__rowing_page0__01": "page",
    "ride_details_partial__power_zone_targets__01": "class",
    "me__cycling_manual_ftp__01": "account",
}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded payloads are not on this machine")
@pytest.mark.parametrize("name", sorted(RECORDED))
def test_t047_any_field_of_a_recorded_payload(name):
    """Fields of arrays by their first two members, which stand for the others."""
    payload = json.loads((SAMPLES / f"{name}.json").read_text())
    kind = RECORDED[name]
    parse = PAYLOADS[kind][1] if kind != "page" else parse_list_page
    paths = [path for path in _paths(payload) if all(not isinstance(key, int) or key < 2 for key in path)]
    for path in paths:
        at = payload
        for key in path[:-1]:
            at = at[key]
        before = at[path[-1]]
        for value in NONSENSE:
            at[path[-1]] = value
            _tell("row" if kind == "page" else kind, parse(payload))
        at[path[-1]] = before


def _tell(kind, parsed):
    """Everything that can be published must encode, hold finite figures within reason, and be free of surrogates."""
    if kind == "graph":
        message = events.performance(parsed, workout_id=USER, user_id=USER)
        assert len(message.second_deltas) in {len(each.value_deltas) for each in message.metrics} | {
            len(message.second_deltas)
        }
        for series in parsed.series:
            assert all(value is None or value >= 0 for value in series.values)
    elif kind == "row":
        for row in parsed.rows:
            message = events.recorded(
                row, workout_id=USER, user_id=USER, ride=row.ride, performance_state="due", detail=None
            )
            assert row.total_work_joules is None or 0 <= row.total_work_joules < math.inf
            message.SerializeToString()
        return
    elif kind == "detail" and parsed is not None:
        message = events.detail_of(parsed)
        assert 0 <= parsed.ftp.watts <= 2_000
    elif kind == "class" and parsed is not None:
        message = events.class_updated(parsed)
    else:
        return
    message.SerializeToString()


def test_rows_without_id_or_time_are_counted_not_kept():
    page = parse_list_page({"data": [ROW, {"id": "x" * 32}, {"start_time": 1_700_000_000}, None, 7], "total": 5})

    assert (1, 4) == (len(page.rows), page.unreadable)


def test_nan_of_json_is_a_gap():
    assert {"a": [1, None, None]} == parse_json(b'{"a": [1, NaN, -Infinity]}', NOW)


def test_a_ride_of_the_gym_is_a_class_with_a_dashed_id():
    ride = parse_ride({"id": "301aabb0-7139-42cb-b44e-786182646316", "instructor": {"name": "GYM WORKOUT"}})

    assert ("301aabb0-7139-42cb-b44e-786182646316", "") == (ride.class_id, ride.instructor)


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
