"""Rows, details, classes and splits are read whole; what is missing is a gap."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ctz_peloton_sync.domain.classes import parse_ride
from ctz_peloton_sync.domain.days import utc_offset_seconds
from ctz_peloton_sync.domain.details import parse_detail
from ctz_peloton_sync.domain.graphs import parse_graph
from ctz_peloton_sync.domain.workouts import parse_list_page, parse_workout

from .payloads import DETAIL, GRAPH, ROW


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


def test_rows_without_id_or_time_are_counted_not_kept():
    page = parse_list_page({"data": [ROW, {"id": "x" * 32}, {"start_time": 1_700_000_000}, None, 7], "total": 5})

    assert (1, 4) == (len(page.rows), page.unreadable)


def test_a_ride_of_the_gym_is_a_class_with_a_dashed_id():
    ride = parse_ride({"id": "301aabb0-7139-42cb-b44e-786182646316", "instructor": {"name": "GYM WORKOUT"}})

    assert ("301aabb0-7139-42cb-b44e-786182646316", "") == (ride.class_id, ride.instructor)
