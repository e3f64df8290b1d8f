"""Workouts that may be one: side by side, merged on the rider's word, taken apart again."""

from gateway.tests.fake_transfers import member
from gateway.tests.neighbours import Town, ids_of


def test_c16_a_pair_is_shown_side_by_side_with_what_each_has(town: Town) -> None:
    page = town.browser(town.a).get("/duplicates").text

    assert page.index("This one would be shown") < page.index("This one goes beneath it")
    for told in ("Peloton, home bike", "From a file", "190 W", "146 bpm", "45:00", "97 % of the shorter one"):
        assert told in page


def test_c16_a_merge_is_taken_back_by_the_toast(town: Town) -> None:
    browser = town.browser(town.a)
    ids = ids_of(town, town.a)
    merged = browser.submit(browser.get("/duplicates"), "/duplicates/merge")
    page = browser.get(merged.location)

    assert f"/duplicates?merged={ids.other}" == merged.location
    assert [f"workouts/{ids.other}"] == town.transfers.merges[town.a.user_id][f"workouts/{ids.pair}"]
    assert 'class="toast-act"' in page.text
    undone = browser.post("/duplicates/separate", {"workout": ids.other})
    assert "/duplicates" == undone.location
    assert f"workouts/{ids.pair}" not in town.transfers.merges[town.a.user_id]


def test_c16_the_rider_may_show_the_other_one(town: Town) -> None:
    browser = town.browser(town.a)
    ids = ids_of(town, town.a)
    browser.post("/duplicates/merge", {"primary": ids.other, "other": ids.pair})

    assert [f"workouts/{ids.pair}"] == town.transfers.merges[town.a.user_id][f"workouts/{ids.other}"]


def test_c16_two_that_stay_two_are_suggested_no_more(town: Town) -> None:
    browser = town.browser(town.a)
    browser.submit(browser.get("/duplicates"), "/duplicates/dismiss")
    page = browser.get("/duplicates").text

    assert "No duplicates" in page
    assert "not suggested again" in page


def test_c16_an_earlier_merge_is_taken_back_in_the_list(town: Town) -> None:
    browser = town.browser(town.a)
    browser.submit(browser.get("/duplicates"), "/duplicates/separate")

    assert {} == town.transfers.merges[town.a.user_id]
    assert "listed on its own again" in browser.get("/duplicates").text


def test_c16_the_page_of_a_workout_tells_what_it_was_merged_from(town: Town) -> None:
    browser = town.browser(town.a)
    view = town.workouts.views[town.a.user_id][0]
    members, merges = town.transfers.members[town.a.user_id], town.transfers.merges[town.a.user_id]
    members[view.workout.name] = member(view.workout.name, "The ride", source="peloton")
    watch = members[f"workouts/{ids_of(town, town.a).absorbed}"]
    watch.workout.title = "Watch <b>ride</b>"
    merges[view.workout.name] = [watch.workout.name]
    town.calls.clear()
    page = browser.get(f"/{view.workout.name}")

    assert "Merged from" in page.text
    assert "Watch &lt;b&gt;ride&lt;/b&gt;" in page.text
    assert f"/{view.workout.name}/file/fit" in page.text
    assert {"ExchangeSession": 1, "GetWorkout": 1, "GetMerge": 1} == dict(town.calls)


def test_c14_a_workout_of_the_riders_own_can_be_changed_from_its_page(town: Town) -> None:
    browser = town.browser(town.a)
    own, synced = town.workouts.views[town.a.user_id][:2]
    own.workout.source, synced.workout.source = "manual", "peloton"

    assert f'href="/{own.workout.name}/edit"' in browser.get(f"/{own.workout.name}").text
    assert "/edit" not in browser.get(f"/{synced.workout.name}").text
    assert own.workout.name not in town.sync.requested


def test_the_page_of_a_workout_is_whole_without_its_merge(town: Town) -> None:
    browser = town.browser(town.a)
    name = town.workouts.views[town.a.user_id][0].workout.name
    town.transfers.merges[town.a.user_id][name] = ["workouts/of-nobody"]
    page = browser.get(f"/{name}")

    assert 200 == page.status_code
    assert "Merged from" not in page.text
