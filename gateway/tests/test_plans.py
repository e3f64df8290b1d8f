"""The week and its items, without JavaScript and by the scripts' own requests."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from ctz.common.v1 import activity_pb2
from ctz.plans.v1 import plans_pb2

from ctz_gateway.present.today_plan import day_totals
from gateway.tests.fake_plans import today
from gateway.tests.made_classes import FLOW, MAX_RIDE
from gateway.tests.neighbours import Town, town_in

JSON = {"Accept": "application/json"}


def items(town: Town) -> dict[str, plans_pb2.PlanItem]:
    """The items of rider A."""
    return town.plans.items[town.a.user_id]


def own_item(town: Town) -> plans_pb2.PlanItem:
    """The ride that rider A plans today."""
    return next(iter(items(town).values()))


def test_the_week_page_costs_two_calls(town: Town) -> None:
    browser = town.browser(town.a)
    town.calls.clear()
    browser.get("/plan")

    assert {"ExchangeSession": 1, "ListWeeks": 1} == dict(town.calls)


def planned_class(town: Town, class_id: str, expected_load: float) -> plans_pb2.PlanItem:
    """A class that rider A plans tomorrow."""
    activity = activity_pb2.Activity(
        kind=activity_pb2.ACTIVITY_KIND_CLASS, title="A class", class_id=class_id, discipline="cycling"
    )
    return town.plans.add(town.a.user_id, today() + timedelta(days=1), activity, expected_load=expected_load)


def test_c7_a_planned_class_brings_what_its_called_zones_cost(town: Town) -> None:
    """On the plan and in the projection of fitness; where no zones are called, what the like of it brought."""
    planned_class(town, MAX_RIDE, 30)
    planned_class(town, FLOW, 21)
    browser = town.browser(town.a)
    town.calls.clear()
    page = browser.get("/plan").text

    assert {"ExchangeSession": 1, "ListWeeks": 1, "ListClasses": 1} == dict(town.calls)
    assert ["load 48", "load 21"] == re.findall(r">(load 48|load 30|load 21)<", page)[-2:]
    for path in ("/fitness", "/today"):
        town.calls.clear()
        browser.get(path)
        assert (1, 1) == (town.calls["ListWeeks"], town.calls["ListClasses"])


def test_a_class_that_a_challenge_asks_for_too_brings_its_load_once(town: Town) -> None:
    planned_class(town, MAX_RIDE, 30)
    planned_class(town, MAX_RIDE, 0).goes_along = True
    page = town.browser(town.a).get("/plan").text

    assert ["load 48", "load 0"] == re.findall(r">(load 48|load 0)<", page)[-2:]


def test_t057_a_plan_of_classes_stands_while_the_library_does_not_answer(tmp_path: Path) -> None:
    with town_in(tmp_path) as town:
        planned_class(town, MAX_RIDE, 30)
        browser = town.browser(town.a)
        town.stop("workouts")
        page = browser.get("/plan")

    assert (200, True) == (page.status_code, "load 30" in page.text)


def test_three_weeks_are_shown_around_the_chosen_one(town: Town) -> None:
    page = town.browser(town.a).get("/plan?week=2026-05-07").text

    assert ["2026-04-27", "2026-05-04", "2026-05-11"] == re.findall(r'data-week="([^"]+)"', page)
    assert 21 == page.count('class="board-items" data-date=')
    assert "4 to 10 May" in page


def test_a_week_begins_on_the_riders_day(town: Town) -> None:
    town.a.week_start = 6
    page = town.browser(town.a).get("/plan?week=2026-05-07").text

    assert ["2026-04-26", "2026-05-03", "2026-05-10"] == re.findall(r'data-week="([^"]+)"', page)


@pytest.mark.parametrize("week", ["yesterday", "2026-02-30", "0001-01-01", "9999-12-31", "%00", "-1"])
def test_a_week_that_is_none_is_the_present_one(town: Town, week: str) -> None:
    answer = town.browser(town.a).get(f"/plan?week={week}")

    assert 200 == answer.status_code
    assert f'data-date="{today().isoformat()}"' in answer.text


@pytest.mark.parametrize(
    ("state", "done", "planned", "told"),
    [
        (plans_pb2.ITEM_STATE_DONE, 45, 45, "load 46"),
        (plans_pb2.ITEM_STATE_PARTIAL, 30, 45, "30 of 45 min"),
        (plans_pb2.ITEM_STATE_SUBSTITUTED, 60, 45, "was 60 min"),
        (plans_pb2.ITEM_STATE_MISSED, 0, 45, "missed"),
        (plans_pb2.ITEM_STATE_SKIPPED, 0, 45, "left out"),
    ],
)
def test_each_state_has_an_edge_an_icon_and_words(town: Town, state: Any, done: int, planned: int, told: str) -> None:
    item = own_item(town)
    item.state, item.activity.duration_seconds = state, planned * 60
    if done:
        item.done.CopyFrom(
            plans_pb2.DoneActivity(
                name="workouts/x",
                title="A ride",
                class_type="power_zone_endurance",
                duration_seconds=done * 60,
                load=46,
            )
        )
    page = town.browser(town.a).get("/plan").text
    shown = re.search(rf'<li class="item is-(\w+)" [^>]*data-item="{item.name[6:]}".*?</li>', page, re.DOTALL)

    assert shown is not None
    assert shown.group(1) in {"done", "part", "subst", "miss", "skip"}
    assert told in shown.group(0)
    assert "#i-" in shown.group(0)


def test_items_of_challenges_carry_a_flag_and_cannot_be_moved(town: Town) -> None:
    challenge = next(iter(town.challenges.kept))
    town.plans.add(
        town.a.user_id, today(), own_item(town).activity, name="challengeItems/1",
        origin=plans_pb2.ITEM_ORIGIN_CHALLENGE, challenge=challenge,
    )  # fmt: skip
    page = town.browser(town.a).get("/plan").text
    shown = re.search(r'<li[^>]*data-item="1".*?</li>', page, re.DOTALL)

    assert shown is not None
    assert "#i-flag" in shown.group(0)
    assert f'href="/{challenge}"' in shown.group(0)
    assert "data-move-url" not in shown.group(0)


def test_the_state_of_the_weeks_is_told_once(town: Town) -> None:
    browser = town.browser(town.a)
    first = browser.get("/plan/state.json", **JSON)
    again = browser.get("/plan/state.json", **JSON, If_None_Match=first.headers["ETag"])
    own_item(town).state = plans_pb2.ITEM_STATE_DONE
    changed = browser.get("/plan/state.json", **JSON, If_None_Match=first.headers["ETag"])

    assert (200, 304, 200) == (first.status_code, again.status_code, changed.status_code)
    assert b"" == again.data
    assert first.headers["ETag"] != changed.headers["ETag"]
    assert "no-store" == first.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"kind": "class_type", "class_type": "power_zone_max", "minutes": "45"}, "Power Zone Max 45"),
        ({"kind": "discipline", "discipline": "running", "minutes": ""}, "Running"),
        ({"kind": "routine", "routine": "exercises/long-holds"}, "Long holds"),
        ({"kind": "routine", "routine": "routines/pelvic-floor-daily"}, "Pelvic floor, daily"),
        ({"kind": "note", "title": "legs up"}, "legs up"),
        ({"kind": "rest"}, "Rest"),
    ],
)
def test_every_kind_is_added_by_its_form(town: Town, fields: dict[str, str], title: str) -> None:
    browser = town.browser(town.a)
    form = browser.get(f"/plan/items/new?date=2026-05-06&kind={fields['kind']}")
    answer = browser.submit(form, "/plan/items", **fields)
    page = browser.get(answer.location).text

    assert "/plan?week=2026-05-04" == answer.location
    assert f'data-title="{title}"' in page
    assert f"Added: {title}." in page


def test_a_class_from_the_history_is_added_by_its_id(town: Town) -> None:
    view = town.workouts.views[town.a.user_id][0]
    view.class_id = "class-of-the-source"
    browser = town.browser(town.a)
    browser.submit(browser.get(f"/plan/items/new?date=2026-05-06&workout={view.workout.name[9:]}"), "/plan/items")
    added = next(item for item in items(town).values() if item.date == "2026-05-06")

    assert (view.workout.title, "class-of-the-source") == (added.activity.title, added.activity.class_id)
    assert activity_pb2.ACTIVITY_KIND_CLASS == added.activity.kind


def test_the_same_form_sent_twice_adds_one_item(town: Town) -> None:
    browser = town.browser(town.a)
    form = browser.get("/plan/items/new?date=2026-05-06&kind=rest")
    for _ in range(2):
        browser.submit(form, "/plan/items")

    assert 1 == sum(item.date == "2026-05-06" for item in items(town).values())


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "class_type", "class_type": "rocket"}, "Choose a type of class."),
        ({"kind": "class_type", "class_type": "climb", "minutes": "-5"}, "Give minutes, from 1 to 600."),
        ({"kind": "discipline", "discipline": "chess"}, "Choose a discipline."),
        ({"kind": "routine", "routine": "exercises/nothing"}, "Choose exercises from the list."),
        ({"kind": "class", "workout": "nothing"}, "Choose a class from the list."),
        ({"kind": "note", "title": " \u0000 "}, "Write a few words."),
        ({"kind": "teleport"}, "Choose what to add."),
        ({"kind": "rest", "date": "someday"}, "Give a day, such as 2026-05-08."),
    ],
)
def test_what_cannot_be_added_comes_back_with_a_sentence(town: Town, fields: dict[str, str], sentence: str) -> None:
    before = len(items(town))
    answer = town.browser(town.a).post("/plan/items", {"date": "2026-05-06", **fields})

    assert 422 == answer.status_code
    assert sentence in answer.text
    assert before == len(items(town))


def test_an_item_is_changed_to_another_kind(town: Town) -> None:
    browser, item = town.browser(town.a), own_item(town)
    path = f"/plan/{item.name}"
    browser.submit(browser.get(f"{path}/edit?day={item.date}&kind=note"), path, title="easy today")

    assert (activity_pb2.ACTIVITY_KIND_NOTE, "easy today", 2) == (
        item.activity.kind, item.activity.title, item.revision,
    )  # fmt: skip


def test_a_stale_change_shows_both_and_saves_at_the_riders_word(town: Town) -> None:
    browser, item = town.browser(town.a), own_item(town)
    path = f"/plan/{item.name}"
    form = browser.get(f"{path}/edit?day={item.date}&kind=note")
    item.revision += 1
    item.date = (today() + timedelta(days=9)).isoformat()
    refused = browser.submit(form, path, title="easy today")
    saved = browser.submit(refused, path)

    assert 409 == refused.status_code
    assert "Power Zone Endurance 45, " in refused.text
    assert "easy today" in refused.text
    assert 303 == saved.status_code
    assert "easy today" == item.activity.title


def test_a_move_by_the_script_is_answered_in_json(town: Town) -> None:
    browser, item = town.browser(town.a), own_item(town)
    answer = browser.post(f"/plan/{item.name}/move", {"revision": "1", "date": "2026-05-06", "position": "0"}, **JSON)

    assert {"revision": 2, "date": "2026-05-06", "position": 0} == answer.get_json()
    assert "2026-05-06" == item.date


def test_a_stale_move_by_the_script_tells_both(town: Town) -> None:
    browser, item = town.browser(town.a), own_item(town)
    item.revision = 7
    fields = {"revision": "1", "date": "2026-05-06", "position": "0", "day": item.date}
    answer = browser.post(f"/plan/{item.name}/move", fields, **JSON)
    told = answer.get_json()

    assert 409 == answer.status_code
    assert ("Power Zone Endurance 45", "7") == (told["title"], told["fields"]["revision"])
    assert "Wednesday 6 May 2026" == told["yours_text"]
    assert told["now_text"].startswith("Power Zone Endurance 45, ")


def test_an_item_is_moved_and_copied_by_its_page(town: Town) -> None:
    browser, item = town.browser(town.a), own_item(town)
    page = browser.get(f"/plan/{item.name}?day={item.date}")
    browser.submit(page, f"/plan/{item.name}/copy", date="2026-05-07")
    moved = browser.submit(page, f"/plan/{item.name}/move", date="2026-05-06")

    assert "/plan?week=2026-05-04" == moved.location
    assert ["2026-05-06", "2026-05-07"] == sorted(each.date for each in items(town).values() if each.date < "2026-06")


def test_a_deleted_item_comes_back_by_undo(town: Town) -> None:
    browser, item = town.browser(town.a), own_item(town)
    page = browser.get(f"/plan/{item.name}?day={item.date}")
    gone = browser.submit(page, f"/plan/{item.name}/delete")
    after = browser.get(gone.location)

    assert item.name[6:] == parse_qs(urlsplit(gone.location).query)["undo"][0]
    assert item.name not in items(town)
    assert "Undo" in after.text
    browser.submit(after, f"/plan/{item.name}/undelete")
    assert item.name in items(town)


@pytest.mark.parametrize("undo", ["1", "x" * 36, '"><script>', "../../sign-out"])
def test_undo_is_offered_only_for_an_id(town: Town, undo: str) -> None:
    assert "Undo" not in town.browser(town.a).get(f"/plan?undo={undo}").text


def test_the_riders_word_is_said_and_taken_back(town: Town) -> None:
    browser, item = town.browser(town.a), own_item(town)
    page = browser.get(f"/plan/{item.name}?day={item.date}")
    done = town.plans.done[town.a.user_id][0].name
    browser.post(f"/plan/{item.name}/decide", {"decision": "counts", "done": done})

    assert "What could count for it" in page.text
    assert (plans_pb2.ITEM_STATE_DONE, done, True) == (item.state, item.done.name, item.is_decided)
    again = browser.get(f"/plan/{item.name}?day={item.date}")
    assert "as you said" in again.text
    browser.submit(again, f"/plan/{item.name}/decide", decision="clear")
    assert not item.is_decided


def test_a_word_that_nobody_knows_is_refused(town: Town) -> None:
    answer = town.browser(town.a).post(f"/plan/{own_item(town).name}/decide", {"decision": "win"})

    assert 400 == answer.status_code


def test_a_week_is_copied(town: Town) -> None:
    browser, start = town.browser(town.a), today() - timedelta(days=today().weekday())
    answer = browser.submit(browser.get("/plan"), "/plan/copy-week")
    copied = [item for item in items(town).values() if item.date >= (start + timedelta(days=7)).isoformat()]

    assert (start + timedelta(days=7)).isoformat() in answer.location
    assert 2 == len(copied)


def test_today_shows_what_is_next_and_the_week(town: Town) -> None:
    page = town.browser(town.a).get("/today").text

    assert "Next on your plan, today" in page
    assert "Power Zone Endurance 45" in page
    assert "1 of 3 sessions today" in page


def planned_day(*asked: activity_pb2.Activity) -> plans_pb2.PlanDay:
    """A day to come with things on it."""
    listed = [plans_pb2.PlanItem(activity=each, state=plans_pb2.ITEM_STATE_PLANNED) for each in asked]
    return plans_pb2.PlanDay(date="2026-06-12", items=listed)


HOLDS = activity_pb2.Activity(
    kind=activity_pb2.ACTIVITY_KIND_ROUTINE, title="Long holds", discipline="kegel", routine="exercises/long-holds"
)
RIDE = activity_pb2.Activity(kind=activity_pb2.ACTIVITY_KIND_DISCIPLINE, title="Cycling", discipline="cycling")
REST = activity_pb2.Activity(kind=activity_pb2.ACTIVITY_KIND_REST, title="Rest")


@pytest.mark.parametrize(
    ("asked", "titles", "state"),
    [
        ((HOLDS,), ["Long holds"], "planned"),
        ((HOLDS, RIDE), ["Cycling"], "planned"),
        ((REST, HOLDS), ["Long holds"], "planned"),
        ((REST,), ["Rest"], ""),
        ((), [], ""),
    ],
)
def test_a_day_of_today_says_what_the_plan_says(
    asked: tuple[activity_pb2.Activity, ...], titles: list[str], state: str
) -> None:
    (day,) = day_totals(plans_pb2.PlanWeek(days=[planned_day(*asked)]), date(2026, 6, 11))

    assert (titles, state) == (list(day.titles), day.state)


def test_a_day_of_pelvic_floor_work_beside_the_plan_is_not_empty_on_today() -> None:
    done = plans_pb2.DoneActivity(name="sessions/1", title="Daily pelvic floor", discipline="kegel")
    (day,) = day_totals(
        plans_pb2.PlanWeek(days=[plans_pb2.PlanDay(date="2026-06-12", unplanned=[done])]), date(2026, 6, 12)
    )

    assert ["Daily pelvic floor"] == list(day.titles)
