"""Entering a workout: what is typed arrives, what is wrong is said and kept, nothing is entered twice or lost."""

from datetime import UTC, datetime
from typing import Any

import pytest
from ctz.identity.v1 import accounts_pb2
from ctz.workouts.v1 import transfers_pb2 as pb

from ctz_gateway.clients.times import instant
from gateway.tests.browser import forms_of
from gateway.tests.neighbours import Town, ids_of

KEY = "0197a0b0-0000-7000-8000-0000000000f1"
RIDE: dict[str, object] = {
    "discipline": "cycling", "title": "Lunch ride", "date": "2026-07-05", "time": "12:15", "hours": "1",
    "minutes": "5", "seconds": "", "distance": "31,5", "work": "612", "power": "157", "heart_rate": "141",
    "effort": "6", "note": "Windy.\r\nFlat.", "class_type": "", "instructor": "", "idempotency_key": KEY,
}  # fmt: skip


def only(town: Town) -> pb.ManualWorkout:
    """The workout that was entered last."""
    return list(town.transfers.entries[town.a.user_id].values())[-1]


def test_c14_what_is_typed_arrives_in_the_riders_zone_and_units(town: Town) -> None:
    town.a.time_zone, town.a.units = "Europe/Berlin", accounts_pb2.UNIT_SYSTEM_IMPERIAL
    answer = town.browser(town.a).post("/workouts/new", RIDE)
    made = only(town)

    assert (303, f"/{made.name}") == (answer.status_code, answer.location)
    assert datetime(2026, 7, 5, 10, 15, tzinfo=UTC) == instant(made.start_time)
    assert (7200, 3900) == (made.utc_offset_seconds, made.duration_seconds)
    assert ("cycling", "Lunch ride") == (made.discipline, made.title)
    assert made.distance_meters == pytest.approx(31.5 * 1609.344)
    assert (612, 157, 141) == (made.work_kilojoules, made.mean_power_watts, made.mean_heart_rate_bpm)
    assert (6, "Windy.\nFlat.") == town.transfers.notes[town.a.user_id][made.name]


def test_c14_what_is_left_empty_is_not_told(town: Town) -> None:
    fields = {**RIDE, **dict.fromkeys(("title", "distance", "work", "power", "heart_rate", "effort", "note"), "")}
    town.browser(town.a).post("/workouts/new", fields)
    made = only(town)
    figures = ("distance_meters", "work_kilojoules", "mean_power_watts", "mean_heart_rate_bpm")

    assert [False] * 4 == [made.HasField(name) for name in figures]  # type: ignore[arg-type]
    assert "" == made.title


def test_c14_a_form_that_is_sent_twice_enters_one_workout(town: Town) -> None:
    browser = town.browser(town.a)
    before = len(town.transfers.entries[town.a.user_id])
    first, second = (browser.post("/workouts/new", RIDE) for _ in range(2))

    assert first.location == second.location
    assert before + 1 == len(town.transfers.entries[town.a.user_id])


WRONG: dict[str, dict[str, object]] = {
    "discipline": {"discipline": "chess"},
    "no length": {"hours": "", "minutes": ""},
    "a length in words": {"minutes": "an hour"},
    "a length of days": {"hours": "49"},
    "no day": {"date": ""},
    "a day that is none": {"date": "2026-02-30"},
    "the future": {"date": "2126-01-01"},
    "year 1": {"date": "0001-01-01"},
    "a distance in words": {"distance": "far"},
    "endless power": {"power": "inf"},
    "no number": {"work": "nan"},
    "a heart at rest": {"heart_rate": "12"},
    "too long a note": {"note": "x" * 4001},
}


@pytest.mark.parametrize("what", WRONG)
def test_c14_what_is_wrong_is_said_and_everything_typed_is_kept(town: Town, what: str) -> None:
    before = len(town.transfers.entries[town.a.user_id])
    page = town.browser(town.a).post("/workouts/new", {**RIDE, **WRONG[what]})
    form = next(each for each in forms_of(page.text) if each["action"] == "/workouts/new")
    fields: Any = form["fields"]

    assert 422 == page.status_code
    assert 1 == page.text.count('class="field-error"')
    assert before == len(town.transfers.entries[town.a.user_id])
    assert {"title": "Lunch ride", "distance": WRONG[what].get("distance", "31,5"), "idempotency_key": KEY} == {
        name: fields[name] for name in ("title", "distance", "idempotency_key")
    }


def test_c14_a_form_that_is_opened_and_saved_changes_nothing(town: Town) -> None:
    """The start keeps its second and its offset, the distance what the form rounds."""
    town.a.time_zone = "America/New_York"
    browser, ids = town.browser(town.a), ids_of(town, town.a)
    kept = only(town)
    kept.start_time.seconds += 7
    before = pb.ManualWorkout.FromString(kept.SerializeToString())
    path = f"/workouts/{ids.entry}/edit"
    answer = browser.submit(browser.get(path), path)
    before.revision += 1

    assert 303 == answer.status_code
    assert before == town.transfers.entries[town.a.user_id][before.name]


def test_c14_of_an_imported_workout_only_the_words_change(town: Town) -> None:
    browser, ids = town.browser(town.a), ids_of(town, town.a)
    only(town).is_imported = True
    path = f"/workouts/{ids.entry}/edit"
    page = browser.get(path)
    browser.submit(page, path, title="Evening spin", minutes="1")

    assert 'name="minutes"' not in page.text
    assert ("Evening spin", 0) == (only(town).title, only(town).duration_seconds)


def test_t076_the_second_of_two_browsers_sees_both_versions_and_decides(town: Town) -> None:
    one, other, ids = town.browser(town.a), town.browser(town.a), ids_of(town, town.a)
    path = f"/workouts/{ids.entry}/edit"
    first, second = one.get(path), other.get(path)
    one.submit(first, path, title="From the phone")
    refused = other.submit(second, path, title="From the desk", note="kept")

    assert 409 == refused.status_code
    assert "From the phone" in refused.text
    assert "From the desk" in refused.text
    assert "From the phone" == only(town).title
    assert 303 == other.submit(refused, path).status_code
    assert "From the desk" == only(town).title


def test_t076_a_workout_that_was_changed_elsewhere_is_not_deleted(town: Town) -> None:
    one, other, ids = town.browser(town.a), town.browser(town.a), ids_of(town, town.a)
    path = f"/workouts/{ids.entry}/edit"
    page = one.get(path)
    other.submit(other.get(path), path, title="Better")
    answer = one.submit(page, f"/workouts/{ids.entry}/remove")

    assert path == answer.location
    assert "Better" == only(town).title
    assert "nothing was deleted" in one.get(path).text
    assert "/history" == one.submit(one.get(path), f"/workouts/{ids.entry}/remove").location
    assert {} == town.transfers.entries[town.a.user_id]


@pytest.mark.parametrize("path", ["/workouts/new", "/workouts/{entry}/edit"])
def test_a_form_costs_at_most_two_calls(town: Town, path: str) -> None:
    browser, ids = town.browser(town.a), ids_of(town, town.a)
    town.calls.clear()
    browser.get(path.format(entry=ids.entry))

    assert town.calls.total() <= 2
