"""Workouts that may be one: side by side, merged on the rider's word, taken apart again."""

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
