"""Lists: pages, filters, joins and months (peloton-api.md sections 3 and 4.2)."""

import csv
from typing import Any

import pytest

from ctz_simulator import Simulator


@pytest.fixture
def path(sim: Simulator) -> str:
    return f"/api/user/{sim.rider('demo').user_id}/workouts"


def test_pages_hold_every_workout_once_newest_first(client: Any, path: str) -> None:
    pages = [client.get(f"{path}?limit=25&page={page}").json() for page in range(3)]
    rows = [row for page in pages for row in page["data"]]

    assert [25, 25, 10] == [page["count"] for page in pages]
    assert 60 == len({row["id"] for row in rows})
    assert rows == sorted(rows, key=lambda row: -row["created_at"])
    assert [True, True, False] == [page["show_next"] for page in pages]
    assert [False, True, True] == [page["show_previous"] for page in pages]
    assert {"workout_id": rows[24]["id"], "created_at": rows[24]["created_at"]} == pages[0]["next"]


def test_a_page_past_the_end_is_empty_and_echoes_the_request(client: Any, path: str) -> None:
    body = client.get(f"{path}?limit=25&page=9").json()

    assert ([], 0, 9, 60, 3) == tuple(body[key] for key in ("data", "count", "page", "total", "page_count"))
    assert not body["show_next"]
    assert "next" not in body


def test_the_envelope_of_a_page_can_be_edited(client: Any, path: str, sim: Simulator) -> None:
    sim.turn(list_edits={"total": None})

    assert (None, 20) == tuple(client.get(path).json()[key] for key in ("total", "count"))


def test_without_a_limit_a_page_has_twenty(client: Any, path: str) -> None:
    assert 20 == client.get(path).json()["count"]


def test_the_summary_counts_the_workouts_of_each_month(client: Any, path: str) -> None:
    body = client.get(f"{path}?limit=1").json()

    assert 60 == sum(body["summary"].values())
    assert all(len(month) == len("2026-11") for month in body["summary"])


def test_a_class_has_a_ride_only_when_joined_and_a_free_ride_always_its_stub(client: Any, path: str) -> None:
    bare = client.get(f"{path}?limit=60").json()["data"]
    joined = client.get(f"{path}?limit=60&joins=ride").json()["data"]
    taught = client.get(f"{path}?limit=60&joins=ride,ride.instructor").json()["data"]

    for row, with_ride, with_instructor in zip(bare, joined, taught, strict=True):
        if row["peloton_id"] is None:
            assert "0" * 32 == row["ride"]["id"]
            assert {"name", "image_url"} == set(row["ride"]["instructor"])
        else:
            assert "ride" not in row
            assert "instructor" not in with_ride["ride"]
            teacher = with_instructor["ride"].get("instructor")
            assert with_instructor["ride"]["instructor_id"] == (teacher["id"] if teacher else None)


def test_a_list_can_be_narrowed_to_a_class_and_to_a_span(client: Any, path: str) -> None:
    rows = client.get(f"{path}?limit=60&joins=ride").json()["data"]
    ride_id = next(row["ride"]["id"] for row in rows if row["peloton_id"])
    same = client.get(f"{path}?ride_id={ride_id}&joins=ride").json()
    newest = client.get(f"{path}?limit=60&from=2026-11-01T00:00:00%2B00:00&to=2026-11-10T00:00:00%2B00:00").json()

    assert {ride_id} == {row["ride"]["id"] for row in same["data"]}
    assert all(1_793_491_200 <= row["start_time"] < 1_794_268_800 for row in newest["data"])
    assert newest["total"] < 60


def test_a_list_row_lacks_what_only_the_detail_tells(client: Any, path: str) -> None:
    row = client.get(f"{path}?limit=1").json()["data"][0]
    detail = client.get(f"/api/workout/{row['id']}").json()

    assert {"ftp_info", "leaderboard_rank", "achievement_templates", "has_paused"} <= set(detail) - set(row)
    assert {"effort_zones", "is_splits_personal_record"} == set(row) - set(detail)


def test_the_history_of_another_member_is_closed(client: Any) -> None:
    assert 403 == client.get("/api/user/somebody/workouts").status


def test_joining_the_session_of_a_free_ride_is_invalid(sim: Simulator, client: Any) -> None:
    workout_id = sim.rider("demo").add({"kind": "just_ride"})

    assert 400 == client.get(f"/api/workout/{workout_id}?joins=peloton.ride").status
    assert 200 == client.get(f"/api/workout/{workout_id}?joins=ride").status


def test_a_number_that_is_none_is_a_bad_request(client: Any, path: str) -> None:
    assert 400 == client.get(f"{path}?limit=many").status
    assert 400 == client.get("/api/instructor?page=x").status


def test_an_unknown_route_answers_in_html_and_an_unknown_workout_in_json(client: Any) -> None:
    route, workout = client.get("/api/workout/abc/summary"), client.get("/api/workout/abc")

    assert (404, "text/html; charset=utf-8") == (route.status, route.headers["Content-Type"])
    assert (404, 404) == (workout.status, workout.json()["status"])


def test_overview_and_achievements_want_the_platform_header(sim: Simulator, client: Any) -> None:
    user = f"/api/user/{sim.rider('demo').user_id}"
    for page in ("overview", "achievements"):
        assert 403 == client.get(f"{user}/{page}").status
        assert 200 == client.get(f"{user}/{page}", Peloton_Platform="web").status


def test_a_session_leads_from_a_workout_to_its_class(client: Any, path: str) -> None:
    rows = client.get(f"{path}?limit=60&joins=ride").json()["data"]
    row = next(row for row in rows if row["peloton_id"])

    assert row["ride"]["id"] == client.get(f"/api/peloton/{row['peloton_id']}").json()["ride_id"]


def test_the_export_has_a_line_for_each_workout(sim: Simulator, client: Any) -> None:
    reply = client.get(f"/api/user/{sim.rider('demo').user_id}/workout_history_csv?timezone=America/New_York")
    lines = reply.body.decode().strip().splitlines()

    assert "text/csv; charset=utf-8" == reply.headers["Content-Type"]
    assert 61 == len(lines)
    assert {18} == {len(next(csv.reader([line]))) for line in lines}
