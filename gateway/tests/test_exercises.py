"""The exercise library, routines, the guided player and its log, without JavaScript and as the player asks."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from ctz.plans.v1 import exercises_pb2

from gateway.tests.browser import forms_of
from gateway.tests.neighbours import Town, ids_of

JSON = {"Accept": "application/json"}
PLAYER = "/player/exercises/long-holds"


def sessions(town: Town) -> list[exercises_pb2.Session]:
    """What rider A logged, the furnished one first."""
    return list(town.practice.sessions[town.a.user_id].values())


@pytest.mark.parametrize(
    ("path", "calls"),
    [
        ("/exercises", {"ExchangeSession": 1, "ListExercises": 1, "ListRoutines": 1}),
        ("/exercises/long-holds", {"ExchangeSession": 1, "GetExercise": 1}),
        ("/exercises/routines/pelvic-floor-daily", {"ExchangeSession": 1, "GetRoutine": 1, "GetTimeline": 1}),
        (PLAYER, {"ExchangeSession": 1, "GetTimeline": 1, "GetPelvicFloorDay": 1}),
        ("/player/exercises/hip-circles", {"ExchangeSession": 1, "GetTimeline": 1}),
        ("/plan/items/new", {"ExchangeSession": 1}),
        ("/plan/items/new?kind=routine", {"ExchangeSession": 1, "ListExercises": 1, "ListRoutines": 1}),
        ("/plan/items/new?kind=class", {"ExchangeSession": 1, "ListWorkouts": 1}),
    ],
)
def test_a_page_costs_at_most_three_calls(town: Town, path: str, calls: dict[str, int]) -> None:
    browser = town.browser(town.a)
    town.calls.clear()
    browser.get(path)

    assert calls == dict(town.calls)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Long holds", "Hip circles"]),
        ("?category=kegel", ["Long holds"]),
        ("?q=HIP", ["Hip circles"]),
        ("?q=hip&category=kegel", []),
        ("?category=rockets", ["Long holds", "Hip circles"]),
    ],
)
def test_the_library_is_searched_and_filtered(town: Town, query: str, shown: list[str]) -> None:
    page = town.browser(town.a).get(f"/exercises{query}").text

    assert shown == re.findall(r'<h3 class="subheading"><a href="/exercises/[\w-]+">([^<]+)', page)
    assert ("Nothing matches" in page) == (not shown)


def test_an_exercise_tells_everything_and_who_should_not(town: Town) -> None:
    page = town.browser(town.a).get("/exercises/long-holds").text

    for told in ("Builds endurance.", "Lie on your back.", "Draw up and in.", "Not while you have pain."):
        assert told in page
    assert "no medical advice" in page
    assert 'href="/health"' in page
    assert "only you see this" in page


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://video.example/x", "data:text/html,x", ""])
def test_only_a_secure_link_to_a_video_is_shown(town: Town, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from gateway.tests import fake_exercises  # noqa: PLC0415

    hips = fake_exercises.library()["exercises/hip-circles"]
    good = town.browser(town.a).get("/exercises/hip-circles").text
    hips.video_url = link
    monkeypatch.setattr(fake_exercises, "library", lambda: {hips.name: hips})

    assert 'href="https://video.example/hips" rel="noopener noreferrer external"' in good
    assert "Watch a video" not in town.browser(town.a).get("/exercises/hip-circles").text


def test_the_player_holds_the_timeline_and_a_list_of_it(town: Town) -> None:
    page = town.browser(town.a).get(PLAYER)
    found = re.search(r'data-timeline="([^"]+)"', page.text)
    assert found is not None
    told = json.loads(found.group(1).replace("&#34;", '"'))

    assert ["ready", "hold", "release"] == [phase["kind"] for phase in told["phases"][:3]]
    assert told["seconds"] == sum(phase["seconds"] for phase in told["phases"])
    assert ("Lift", "Let go") == (told["phases"][1]["word"], told["phases"][2]["word"])
    assert "Long holds, set 1 of 2" in page.text


def test_a_session_is_logged_by_the_form_and_is_never_longer_than_the_whole(town: Town) -> None:
    browser = town.browser(town.a)
    answer = browser.submit(browser.get(PLAYER), PLAYER, effort="6")
    logged = sessions(town)[-1]

    assert "/today" == answer.location
    assert (6, 21, "exercises/long-holds") == (logged.perceived_exertion, logged.done_seconds, logged.practice)
    assert "Logged: Long holds." in browser.get("/today").text


def test_the_player_logs_in_json_and_once_however_often_it_is_sent(town: Town) -> None:
    browser = town.browser(town.a)
    began = (datetime.now(UTC) - timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    fields = {"started_at": began, "done_seconds": "20", "effort": "7", "idempotency_key": "7b6f0f4e-once"}
    answers = [browser.post(PLAYER, fields, **JSON) for _ in range(2)]

    assert [{"next": "/today", "title": "Long holds"}] * 2 == [answer.get_json() for answer in answers]
    assert 2 == len(sessions(town))
    assert (20, 7) == (sessions(town)[-1].done_seconds, sessions(town)[-1].perceived_exertion)


def test_a_session_counts_on_the_riders_day(town: Town) -> None:
    town.a.time_zone = "Pacific/Auckland"
    browser = town.browser(town.a)
    late = datetime.now(UTC).replace(hour=12, minute=30) - timedelta(days=1)
    browser.post(PLAYER, {"started_at": late.isoformat(), "done_seconds": "20"}, **JSON)

    assert (late.date() + timedelta(days=1)).isoformat() == sessions(town)[-1].local_date


@pytest.mark.parametrize(
    "fields",
    [
        {"started_at": "yesterday"},
        {"started_at": "2099-01-01T00:00:00Z"},
        {"started_at": "2001-01-01T00:00:00Z"},
        {"date": "2026-02-30", "time": "06:00"},
        {"date": "", "time": ""},
    ],
)
def test_a_session_at_an_impossible_time_is_refused_in_words(town: Town, fields: dict[str, str]) -> None:
    browser = town.browser(town.a)
    page = browser.post(PLAYER, {"done_minutes": "8", "effort": "4", **fields})
    script = browser.post(PLAYER, {"done_seconds": "20", **fields}, **JSON)

    assert (422, 422) == (page.status_code, script.status_code)
    assert "Give a day and a time of the last 30 days, not to come." in page.text
    assert 'value="4" checked' in page.text
    assert "Give a day and a time" in script.get_json()["detail"]
    assert 1 == len(sessions(town))


def test_nothing_done_is_not_logged(town: Town) -> None:
    answer = town.browser(town.a).post(
        PLAYER, {"started_at": datetime.now(UTC).isoformat(), "done_seconds": "none"}, **JSON
    )

    assert 422 == answer.status_code
    assert "must be at least 1" in answer.get_json()["detail"]


def test_the_ring_closes_with_sessions(town: Town) -> None:
    browser = town.browser(town.a)
    began = datetime.now(UTC).isoformat()
    told = []
    for _ in range(2):
        told.append("2 of 3 sessions today" in browser.get("/today").text)
        browser.post(PLAYER, {"started_at": began, "done_seconds": "20"}, **JSON)

    assert [False, True] == told
    assert "Done for today" in browser.get("/today").text


def test_the_goal_and_who_sees_it_are_the_riders_choice(town: Town) -> None:
    browser = town.browser(town.a)
    private = browser.get("/today").text
    browser.submit(browser.get("/exercises/pelvic-floor"), "/exercises/pelvic-floor", daily_goal="5", is_shared="1")
    shared = browser.get("/today").text

    assert "1 of 3 sessions" in private
    assert "only you see this" in private
    assert "1 of 5 sessions" in shared
    assert "only you see this" not in shared


def test_a_wrong_goal_is_refused(town: Town) -> None:
    answer = town.browser(town.a).post("/exercises/pelvic-floor", {"daily_goal": "50"})

    assert 422 == answer.status_code
    assert "must be from 1 to 10" in answer.text


def test_a_session_is_shown_and_deleted(town: Town) -> None:
    browser = town.browser(town.a)
    path = f"/exercises/{sessions(town)[0].name}"
    page = browser.get(path)
    browser.submit(page, f"{path}/delete")

    assert "only you see this" in page.text
    assert [] == sessions(town)
    assert 404 == browser.get(path).status_code


def test_a_routine_is_built_step_by_step(town: Town) -> None:
    browser = town.browser(town.a)
    made = browser.post("/exercises/routines", {"title": "Evening", "exercise": "exercises/hip-circles"})
    path = made.location.removesuffix("/edit")
    page = browser.get(made.location)
    add = next(form for form in forms_of(page.text) if "exercise" in form["fields"])  # type: ignore[operator]
    browser.send(f"{path}/steps", {**add["fields"], "exercise": "exercises/long-holds"})  # type: ignore[dict-item]
    browser.submit(browser.get(f"{path}/steps/1"), f"{path}/steps/1", hold_seconds="9", repetitions="4")
    browser.submit(browser.get(made.location), path, title="Late evening")
    routine = next(each for each in town.practice.routines[town.a.user_id].values() if each.title == "Late evening")
    browser.post(f"{path}/steps", {"act": "up", "step": "1", "revision": str(routine.revision)})

    assert ["exercises/long-holds", "exercises/hip-circles"] == [step.exercise for step in routine.steps]
    assert (9, 4, 1) == (
        routine.steps[0].pattern.hold_seconds, routine.steps[0].pattern.repetitions, routine.steps[0].pattern.sides,
    )  # fmt: skip
    assert "4 × 9 s" in browser.get(path).text


@pytest.mark.parametrize(
    ("name", "value"), [("hold_seconds", "0"), ("sets", "11"), ("repetitions", "x"), ("rest_seconds", "-1")]
)
def test_a_wrong_pattern_comes_back_with_its_bounds(town: Town, name: str, value: str) -> None:
    browser = town.browser(town.a)
    path = f"/exercises/routines/{ids_of(town, town.a).routine}/steps/0"
    answer = browser.submit(browser.get(path), path, **{name: value})

    assert 422 == answer.status_code
    assert "From " in answer.text
    assert f'value="{value}"' in answer.text


def test_a_built_in_routine_is_changed_only_as_a_copy(town: Town) -> None:
    browser = town.browser(town.a)
    path = "/exercises/routines/pelvic-floor-daily"
    copied = browser.submit(browser.get(path), f"{path}/copy")

    assert 404 == browser.get(f"{path}/edit").status_code
    assert "My Pelvic floor, daily" in browser.get(copied.location).text


def test_an_out_of_date_routine_changes_nothing(town: Town) -> None:
    browser = town.browser(town.a)
    path = f"/exercises/routines/{ids_of(town, town.a).routine}"
    answer = browser.post(f"{path}/steps", {"act": "remove", "step": "0", "revision": "99"})

    assert 409 == answer.status_code
    assert 2 == len(next(iter(town.practice.routines[town.a.user_id].values())).steps)
