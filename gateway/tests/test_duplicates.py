"""Workouts that may be one: side by side, merged on the rider's word, taken apart again."""

import re
from datetime import timedelta

from ctz.workouts.v1 import transfers_pb2 as pb

from gateway.tests.fake_transfers import STARTED, member
from gateway.tests.neighbours import Town, ids_of


def test_c16_a_pair_is_shown_side_by_side_with_what_each_has(town: Town) -> None:
    page = town.browser(town.a).get("/duplicates").text

    assert page.index("Stays in your history") < page.index("Goes beneath it")
    for told in ("Peloton, home bike", "From a file", "190 W", "146 bpm", "45:00", "Started at the same time"):
        assert told in page
    assert "the ride shows this heart rate too" in page
    assert "<dt>Distance</dt>" not in page, "what neither has is not told"


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


def test_c16_how_far_two_are_apart_is_told_as_a_rider_would(town: Town) -> None:
    browser = town.browser(town.a)
    members = town.transfers.members[town.a.user_id]
    late = members[f"workouts/{ids_of(town, town.a).other}"].workout
    late.start_time.FromDatetime(STARTED + timedelta(seconds=95))

    assert "Started 1:35 apart" in browser.get("/duplicates").text


def test_c16_the_rest_of_a_page_is_kept_apart_at_once(town: Town) -> None:
    owner = town.a.user_id
    pair = town.transfers.pairs[owner][0]
    town.transfers.pairs[owner].append((pair[1], pair[0]))
    browser = town.browser(town.a)
    sent = re.findall(r'name="pair" value="([^"]+)"', browser.get("/duplicates").text)
    browser.post("/duplicates/dismiss-all", {"pair": sent})

    assert [] == town.transfers.pairs[owner]
    assert "2 pairs kept apart" in browser.get("/duplicates").text
    assert 404 == browser.post("/duplicates/dismiss-all", {"pair": "nonsense"}).status_code


def test_c16_all_that_is_certain_is_merged_at_one_word_and_taken_back_at_another(town: Town) -> None:
    browser, batches = town.browser(town.a), town.transfers.batches[town.a.user_id]
    assert 'href="/duplicates/certain"' in browser.get("/duplicates").text
    looked = browser.get("/duplicates/certain")
    assert "Merge all 1 pair" in looked.text
    begun = browser.submit(looked, "/duplicates/certain")
    batch = list(batches.values())[-1]
    assert f"/duplicates/batches/{batch.name.removeprefix('mergeBatches/')}" == begun.location
    assert "Merging 1 pair" in browser.get(begun.location).text
    assert "Merging 1 pair" in browser.get("/duplicates").text

    batch.state, batch.finished_count, batch.merged_count = pb.TRANSFER_STATE_DONE, 1, 1
    assert "1 workout merged together" in browser.get("/duplicates").text
    done = browser.get(begun.location)
    assert "1 workout merged" in done.text
    undone = browser.submit(done, f"{begun.location}/undo")
    assert "Taking 1 pair apart" in browser.get(undone.location).text


def test_c16_a_batch_tells_how_far_it_is(town: Town) -> None:
    browser = town.browser(town.a)
    ids = ids_of(town, town.a)
    told = town.transfers.batches[town.a.user_id][f"mergeBatches/{ids.batch}"]
    told.state, told.pair_count, told.finished_count = pb.TRANSFER_STATE_RUNNING, 80, 40
    page, progress = f"/duplicates/batches/{ids.batch}", f"/duplicates/batches/{ids.batch}/progress"

    assert 'value="50"' in browser.get(page).text
    assert {"is_done": False, "spoken": "50 % is done."}.items() <= browser.get(progress).json.items()
    told.state, told.merged_count = pb.TRANSFER_STATE_DONE, 78
    assert "2 pairs had changed meanwhile" in browser.get(page).text
    assert "78 workouts merged." == browser.get(progress).json["spoken"]


def test_c16_a_ride_says_whose_heart_rate_it_shows(town: Town) -> None:
    browser = town.browser(town.a)
    view = town.workouts.views[town.a.user_id][0]
    lent = view.borrowed_heart_rate
    lent.workout, lent.device_type, lent.title = f"workouts/{ids_of(town, town.a).absorbed}", "Fore<b>runner", "Cardio"
    view.analysis.heart_rate_uncertain_seconds = 30
    page = browser.get(f"/{view.workout.name}").text

    assert "Heart rate from Fore&lt;b&gt;runner" in page
    assert f'href="/{lent.workout}"' in page
    assert "up to 30 s off" in page
    lent.device_type = ""
    assert "Heart rate from Cardio" in browser.get(f"/{view.workout.name}").text


def test_the_page_of_a_workout_is_whole_without_its_merge(town: Town) -> None:
    browser = town.browser(town.a)
    name = town.workouts.views[town.a.user_id][0].workout.name
    town.transfers.merges[town.a.user_id][name] = ["workouts/of-nobody"]
    page = browser.get(f"/{name}")

    assert 200 == page.status_code
    assert "Merged from" not in page.text
