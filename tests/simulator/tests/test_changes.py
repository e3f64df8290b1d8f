"""Histories that change while they are read, and the books that are kept."""

from typing import Any

import pytest

from ctz_simulator import RiderSpec, Simulator
from ctz_simulator.accounts import CannotChange, NotInHistory


def _ids(sim: Simulator, client: Any) -> list[str]:
    path = f"/api/user/{sim.rider('demo').user_id}/workouts?limit=100"
    return [row["id"] for row in client.get(path).json()["data"]]


def test_a_new_workout_comes_first(sim: Simulator, client: Any) -> None:
    reply = client.post("/_sim/riders/demo/workouts", {"kind": "power_zone"})

    assert 201 == reply.status
    assert [reply.json()["id"]] == _ids(sim, client)[:1]
    assert 61 == sim.truth("demo")["total"]


def test_a_late_upload_keeps_its_old_start(sim: Simulator, client: Any) -> None:
    workout_id = sim.rider("demo").add({"kind": "just_ride", "start_time": 1_700_000_000})
    payload = client.get(f"/api/workout/{workout_id}").json()

    assert 1_700_000_000 == payload["start_time"] < payload["created_at"]
    assert workout_id == _ids(sim, client)[0]


def test_the_series_follows_an_edited_total(sim: Simulator, client: Any) -> None:
    workout_id = sim.rider("demo").add({"kind": "power_zone"})
    client.call("PATCH", f"/_sim/riders/demo/workouts/{workout_id}", {"total_work": 123_456.0, "title": "Renamed"})
    graph = client.get(f"/api/workout/{workout_id}/performance_graph?every_n=1").json()

    assert 123 == graph["summaries"][0]["value"]
    assert ("Renamed", 123_456.0) == tuple(
        client.get(f"/api/workout/{workout_id}").json()[k] for k in ("title", "total_work")
    )


def test_any_key_can_be_laid_over_the_payloads(sim: Simulator, client: Any) -> None:
    """T047, T048 and T055 need values that no honest workout has."""
    workout_id = _ids(sim, client)[0]
    sim.rider("demo").edit(
        workout_id, {"fitness_discipline": "juggling", "row": {"total_work": None}, "graph": {"metrics": 7}}
    )

    assert ("juggling", None) == tuple(
        client.get(f"/api/workout/{workout_id}").json()[key] for key in ("fitness_discipline", "total_work")
    )
    assert 7 == client.get(f"/api/workout/{workout_id}/performance_graph").json()["metrics"]


def test_a_deleted_workout_is_gone_until_restored(sim: Simulator, client: Any) -> None:
    before = _ids(sim, client)
    path = f"/_sim/riders/demo/workouts/{before[3]}"
    client.call("DELETE", path)

    assert before[:3] + before[4:] == _ids(sim, client)
    assert 404 == client.get(f"/api/workout/{before[3]}/performance_graph").status
    assert sim.truth("demo")["workouts"][before[3]]["deleted"]
    client.post(f"{path}/restore")
    assert before == _ids(sim, client)


def test_a_workout_in_progress_has_no_end_until_finished(sim: Simulator, client: Any) -> None:
    workout_id = sim.rider("demo").add({"kind": "ride", "in_progress": True})
    running = client.get(f"/api/workout/{workout_id}").json()
    assert ("IN_PROGRESS", None, 0.0) == (running["status"], running["end_time"], running["total_work"])
    assert [] == client.get(f"/api/workout/{workout_id}/performance_graph").json()["seconds_since_pedaling_start"]
    client.post(f"/_sim/riders/demo/workouts/{workout_id}/finish")
    done = client.get(f"/api/workout/{workout_id}").json()

    assert ("COMPLETE", running["created_at"], running["ride"]["id"]) == (
        done["status"],
        done["created_at"],
        done["ride"]["id"],
    )
    assert done["total_work"] > 0
    with pytest.raises(CannotChange):
        sim.rider("demo").finish(workout_id)


def test_what_is_not_there_cannot_be_changed(sim: Simulator, client: Any) -> None:
    assert 404 == client.call("DELETE", "/_sim/riders/demo/workouts/none").status
    assert 404 == client.get("/_sim/truth/nobody").status
    assert 422 == client.post("/_sim/riders/demo/workouts", {"kind": "juggling"}).status
    with pytest.raises(NotInHistory):
        sim.rider("demo").restore("none")


def test_a_class_can_be_renamed(sim: Simulator, client: Any) -> None:
    ride_id = next(f["ride_id"] for f in sim.truth("demo")["workouts"].values() if f["ride_id"])
    client.call("PATCH", f"/_sim/rides/{ride_id}", {"title": "<b>New</b>"})

    assert "<b>New</b>" == client.get(f"/api/ride/{ride_id}/details").json()["ride"]["title"]


def test_riders_can_join_while_it_runs(sim: Simulator, client: Any) -> None:
    client.post("/_sim/riders", {"username": "late", "password": "x", "workouts": 5, "ends_on": "2026-01-31"})

    assert ["demo", "late"] == [row["username"] for row in client.get("/_sim/riders").json()["riders"]]
    assert 5 == sim.truth("late")["total"]
    assert 422 == client.post("/_sim/riders", {"username": "odd", "colour": "red"}).status


def test_every_call_is_counted_by_kind_before_it_is_answered(sim: Simulator, client: Any) -> None:
    seen: list[str] = []
    sim.watch(lambda call: seen.append(call.kind))
    ids = _ids(sim, client)
    client.get(f"/api/workout/{ids[0]}/performance_graph")
    client.get("/api/nonsense")
    book = client.get("/_sim/calls").json()

    assert {"list": 1, "graph": 1, "other": 1} == book["totals"] == sim.calls()
    assert ["list", "graph", "other"] == seen
    assert [200, 200, 404] == [line["status"] for line in book["log"]]
    assert 3 == book["api_total"]
    client.call("DELETE", "/_sim/calls")
    assert {} == sim.calls()


def test_the_truth_says_what_a_sync_owes(client: Any) -> None:
    with Simulator([RiderSpec("owed", workouts=250)]).running() as sim:
        client.origin, client.token = sim.url, sim.tokens("owed")["access_token"]
        path = f"/api/user/{sim.rider('owed').user_id}/workouts?limit=100&joins=ride&page="
        rows = [row for page in range(3) for row in client.get(f"{path}{page}").json()["data"]]
        due = sim.truth("owed")["due"]

    graphs = [row for row in rows if row["metrics_type"] or row["effort_zones"] or row["total_work"] > 0]
    classes = {row["ride"]["id"] for row in rows if _matters(row["ride"])}
    assert (3, len(graphs), sorted(classes)) == (due["list_pages"], due["graphs"], due["class_ids"])


def _matters(ride: dict[str, Any]) -> bool:
    zoned = "665395ff3abf4081bf315686227d1a51" in ride.get("class_type_ids", ())
    return zoned or bool(ride.get("has_tread_pace_target")) or "FTP Test" in ride["title"]
