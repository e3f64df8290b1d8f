"""The class library as peloton-api.md, section 4.6, describes it."""

from typing import Any

import pytest

from ctz_simulator import Simulator

ARCHIVED = "/api/v2/ride/archived"


def _all(client: Any, category: str, limit: int = 100) -> list[dict[str, Any]]:
    """Pages until a short one."""
    rows: list[dict[str, Any]] = []
    for page in range(50):
        found = client.get(f"{ARCHIVED}?browse_category={category}&limit={limit}&page={page}").json()["data"]
        rows += found
        if len(found) < limit:
            return rows
    raise AssertionError(category)


def test_the_newest_classes_come_first_and_no_class_twice(client: Any) -> None:
    rows = _all(client, "cycling")
    aired = [row["scheduled_start_time"] for row in rows]

    assert sorted(aired, reverse=True) == aired
    assert len(rows) == len({row["id"] for row in rows}) > 300


def test_page_count_is_not_to_be_relied_on_and_sort_by_is_an_array(client: Any) -> None:
    body = client.get(f"{ARCHIVED}?browse_category=cycling&limit=100").json()

    assert ["original_air_time"] == body["sort_by"]
    assert -(-body["total"] // body["limit"]) != body["page_count"]


def test_past_the_end_a_page_is_empty_and_echoes_the_request(client: Any) -> None:
    body = client.get(f"{ARCHIVED}?browse_category=yoga&limit=100&page=7").json()

    assert (200, [], 0, 7, False) == (200, body["data"], body["count"], body["page"], body["show_next"])


def test_a_row_names_its_instructor_only_by_id(client: Any) -> None:
    body = client.get(f"{ARCHIVED}?browse_category=running").json()
    known = {person["id"] for person in body["instructors"]}

    assert {row["instructor_id"] for row in body["data"]} <= known
    assert not any("instructor" in row for row in body["data"])


def test_an_outdoor_run_stands_in_two_categories(client: Any) -> None:
    outdoor = {row["id"] for row in _all(client, "outdoor")}

    assert outdoor
    assert outdoor < {row["id"] for row in _all(client, "running")}


@pytest.mark.parametrize("query", ["browse_category=swimming", "sort_by=smell", "limit=x"])
def test_what_the_library_does_not_know_is_a_bad_request(client: Any, query: str) -> None:
    assert 400 == client.get(f"{ARCHIVED}?{query}").status


@pytest.mark.parametrize("order", ["popularity", "top_rated", "difficulty"])
def test_orders_fall_unless_told_otherwise(client: Any, order: str) -> None:
    falling = client.get(f"{ARCHIVED}?browse_category=cycling&sort_by={order}&limit=20").json()["data"]
    rising = client.get(f"{ARCHIVED}?browse_category=cycling&sort_by={order}&desc=false&limit=20").json()["data"]
    key = {"popularity": "total_workouts", "top_rated": "overall_rating_avg", "difficulty": "difficulty_estimate"}[
        order
    ]

    assert sorted((row[key] for row in falling), reverse=True) == [row[key] for row in falling]
    assert rising[0][key] < falling[0][key]


def test_songs_begin_with_the_pedalling_and_never_end_before_it(sim: Simulator, client: Any) -> None:
    rows = client.get(f"{ARCHIVED}?browse_category=cycling&limit=20").json()["data"]
    ride = next(row for row in rows if row["content_provider"] == "peloton")
    songs = client.get(f"/api/ride/{ride['id']}/details").json()["playlist"]["songs"]
    starts = [song["start_time_offset"] for song in songs]

    assert ride["pedaling_start_offset"] == starts[0]
    assert sorted(starts) == starts
    assert len(starts) > 1
    assert starts[-1] < ride["pedaling_start_offset"] + ride["duration"]
    assert 404 == client.get(f"/api/ride/{_all(client, 'meditation')[0]['id']}/playlist").status


def test_a_class_can_be_published_while_it_runs(client: Any) -> None:
    ride = client.get(f"{ARCHIVED}?browse_category=cycling&limit=1").json()["data"][0]
    fresh = client.post(f"/_sim/rides/{ride['id']}", {"aired": 1_795_000_000}).json()["id"]

    assert fresh == client.get(f"{ARCHIVED}?browse_category=cycling&limit=1").json()["data"][0]["id"]
