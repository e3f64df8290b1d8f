"""Recorded payloads as the history of one member."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ctz_simulator import Simulator

RIDE = "ab" * 16


def _write(folder: Path, name: str, body: Any) -> None:
    (folder / name).write_text(json.dumps(body), "utf-8")


def _graph(watts: list[int], step: int) -> dict[str, Any]:
    return {
        "duration": 600,
        "seconds_since_pedaling_start": list(range(1, 1 + step * len(watts), step)),
        "summaries": [{"slug": "total_output", "value": 60, "display_unit": "kj"}],
        "average_summaries": [{"slug": "avg_output", "value": 100, "display_unit": "watts"}],
        "metrics": [
            {"slug": "output", "values": watts, "average_value": 100, "max_value": 130},
            {"slug": "cadence", "values": watts, "average_value": 80, "max_value": 99},
        ],
        "effort_zones": {"total_effort_points": 4.5, "heart_rate_zone_durations": {}},
    }


def _workout(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"{number:032x}",
        "user_id": "somebody",
        "created_at": 1_700_000_000 + number,
        "start_time": 1_700_000_060 + number,
        "end_time": 1_700_000_660 + number,
        "device_time_created_at": 1_699_982_000 + number,
        "status": "COMPLETE",
        "fitness_discipline": "cycling",
        "metrics_type": "cycling",
        "total_work": 60_000.5,
        "ftp_info": {"ftp": 0, "ftp_source": None, "ftp_workout_id": None},
        "ride": {"id": RIDE, "title": "30 min Power Zone Ride", "instructor": {"id": "1", "name": "Somebody"}},
    } | more


@pytest.fixture
def replay(tmp_path: Path, client: Any) -> Iterator[Simulator]:
    _write(tmp_path, "workout__first__01.json", _workout(1))
    _write(tmp_path, "performance_graph__first__01.json", _graph([90, 110], 5))
    subset = {"id": f"{2:032x}", "created_at": 1_700_000_002, "fitness_discipline": "unheard_of", "total_work": 0}
    _write(tmp_path, "workout_subset__second__01.json", subset)
    _write(tmp_path, "performance_graph__alone__01.json", _graph([1, 2, 3], 30))
    _write(tmp_path, "workouts_list__page__01.json", {"data": [_workout(1), _workout(3, effort_zones=None)]})
    _write(tmp_path, "workouts_list_items__rows__01.json", [_workout(4)])
    _write(tmp_path, "ride_details__class__01.json", {"ride": {"id": RIDE, "title": "30 min Power Zone Ride"}})
    _write(tmp_path, "performance_graph_partial__table__01.json", {"target_metrics_compliance": {}})
    bare = {"id": f"{5:032x}", "created_at": 1_700_000_005, "start_time": None, "ride": None, "total_work": None}
    _write(tmp_path, "workout__bare__01.json", bare)
    _write(tmp_path, "performance_graph__bare__01.json", {"seconds_since_pedaling_start": [None], "metrics": [None]})
    (tmp_path / "workout__broken__01.json").write_text("{", "utf-8")
    with Simulator(replay=tmp_path).running() as sim:
        client.origin, client.token = sim.url, sim.tokens("replay")["access_token"]
        yield sim


def _rows(client: Any, sim: Simulator) -> dict[str, dict[str, Any]]:
    path = f"/api/user/{sim.rider('replay').user_id}/workouts?limit=100&joins=ride,ride.instructor"
    return {row["id"]: row for row in client.get(path).json()["data"]}


def test_every_recorded_workout_is_listed_once_under_one_member(replay: Simulator, client: Any) -> None:
    rows = _rows(client, replay)

    assert {f"{number:032x}" for number in range(1, 6)} < set(rows)
    assert 6 == len(rows)
    assert {replay.rider("replay").user_id} == {row["user_id"] for row in rows.values()}
    assert "ftp_info" not in rows[f"{1:032x}"]


def test_graphs_are_served_as_recorded_whatever_the_step(replay: Simulator, client: Any) -> None:
    for every_n in (1, 5, 60):
        graph = client.get(f"/api/workout/{1:032x}/performance_graph?every_n={every_n}").json()
        assert _graph([90, 110], 5) == {key: graph[key] for key in graph if key != "location_data"}


def test_a_workout_without_a_recording_has_an_empty_series(replay: Simulator, client: Any) -> None:
    graph = client.get(f"/api/workout/{3:032x}/performance_graph").json()

    assert ([], [], None) == (graph["seconds_since_pedaling_start"], graph["metrics"], graph["effort_zones"])


def test_a_graph_recorded_alone_gets_a_workout_of_its_figures(replay: Simulator, client: Any) -> None:
    (alone,) = (row for row in _rows(client, replay).values() if row["title"] == "alone 01")

    assert (60_000.0, "cycling", "0" * 32) == (alone["total_work"], alone["metrics_type"], alone["ride"]["id"])


def test_the_effort_of_the_graph_stands_in_the_row(replay: Simulator, client: Any) -> None:
    assert 4.5 == _rows(client, replay)[f"{1:032x}"]["effort_zones"]["total_effort_points"]


def test_the_truth_holds_the_recorded_figures_and_what_was_left_out(replay: Simulator) -> None:
    truth = replay.truth("replay")
    first = truth["workouts"][f"{1:032x}"]

    assert {"total_output": 60, "avg_output": 100} == first["figures"]
    assert (5, 2, True) == (first["step_seconds"], first["sample_count"], first["is_power_zone"])
    assert {"list_pages": 1, "graphs": 4, "classes": 1, "class_ids": [RIDE]} == truth["due"]
    assert {"workout__broken__01.json", "performance_graph_partial__table__01.json"} == set(truth["skipped_files"])


def test_a_recording_full_of_gaps_is_served_all_the_same(replay: Simulator, client: Any) -> None:
    facts = replay.truth("replay")["workouts"][f"{5:032x}"]

    assert (1_700_000_005, None, None) == (facts["start_time"], facts["step_seconds"], facts["ride_id"])
    assert [None] == client.get(f"/api/workout/{5:032x}/performance_graph").json()["metrics"]


def test_class_details_are_served_where_recorded(replay: Simulator, client: Any) -> None:
    assert 200 == client.get(f"/api/ride/{RIDE}/details").status
    assert 404 == client.get(f"/api/ride/{'cd' * 16}/details").status


def test_a_replayed_workout_can_be_deleted_edited_and_restored(replay: Simulator, client: Any) -> None:
    rider = replay.rider("replay")
    rider.edit(f"{1:032x}", {"title": "Other", "graph": {"duration": 1}})
    rider.delete(f"{2:032x}")

    assert "Other" == client.get(f"/api/workout/{1:032x}").json()["title"]
    assert 1 == client.get(f"/api/workout/{1:032x}/performance_graph").json()["duration"]
    assert f"{2:032x}" not in _rows(client, replay)
    rider.restore(f"{2:032x}")
    assert f"{2:032x}" in _rows(client, replay)
    assert 422 == client.post("/_sim/riders/replay/workouts", {"kind": "ride"}).status
