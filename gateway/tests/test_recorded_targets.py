"""Targets that riders recorded: the list, votes, choosing, and the editor, without JavaScript."""

import re

import pytest

from gateway.tests.made_classes import MAX_RIDE, OPEN_RIDE, SHARED
from gateway.tests.neighbours import CANARY_A, Town, ids_of

LIST = f"/classes/{OPEN_RIDE}/targets"


def rows(*typed: tuple[str, str, str], **more: str) -> dict[str, object]:
    """The fields of the editor."""
    columns = zip(("start", "end", "called"), zip(*typed, strict=True), strict=True)
    return {"title": "Heard", "is_shared": "1", **more, **{name: list(column) for name, column in columns}}


def own(town: Town) -> list[tuple[str, list[tuple[int, int, str, float, float]]]]:
    """Titles and blocks of what A recorded."""
    return [
        (
            each.title,
            [
                (block.start_seconds, block.end_seconds, called.metric, called.lower, called.upper)
                for block in each.blocks
                for called in block.ranges
            ],
        )
        for each in town.classes.recorded[town.a.user_id].values()
    ]


def test_the_list_has_the_own_and_the_shared_ones(town: Town) -> None:
    text = town.browser(town.a).get(LIST).text

    assert ["CANARY-A targets", "Heard it in the class"] == re.findall(r'id="recorded-\d">([^<]+)<', text)
    assert "Only you see it" in text
    assert CANARY_A not in town.browser(town.b).get(LIST).text


def test_targets_are_recorded_by_rows(town: Town) -> None:
    browser = town.browser(town.a)
    sent = rows(("0:00", "", "2"), ("10:00", "12:30", "4-5"), ("", "", ""), ("12:30", "", "3, 80-90 rpm"))
    answer = browser.post(f"{LIST}/new", sent)

    assert (303, LIST) == (answer.status_code, answer.location)
    assert (
        "Heard",
        [
            (0, 599, "power_zone", 2, 2),
            (600, 749, "power_zone", 4, 5),
            (750, 2699, "power_zone", 3, 3),
            (750, 2699, "cadence", 80, 90),
        ],
    ) in own(town)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ([("ten", "12:00", "3")], "Write times as 12:30."),
        ([("10:00", "9:00", "3")], "It ends before it begins."),
        ([("0:00", "50:00", "3")], "The class ends at 45:00."),
        ([("0:00", "5:00", "lots")], "Say what is called"),
        ([("0:00", "5:00", "5-3")], "Say what is called"),
        ([("0:00", "5:00", "2"), ("4:00", "6:00", "3")], "It begins before the row above ends."),
        ([("", "", "")], "Fill in a row"),
    ],
)
def test_a_row_that_is_wrong_is_marked_and_nothing_is_lost(
    town: Town, typed: list[tuple[str, str, str]], said: str
) -> None:
    before = own(town)
    answer = town.browser(town.a).post(f"{LIST}/new", rows(*typed))

    assert 422 == answer.status_code
    assert said in answer.text
    assert all(f'value="{text}"' in answer.text for text in typed[0] if text)
    assert before == own(town)


def test_a_name_is_needed_and_the_service_has_the_last_word(town: Town) -> None:
    browser, row = town.browser(town.a), ("0:00", "5:00", "2")

    assert "Give a name" in browser.post(f"{LIST}/new", rows(row, title=" ")).text
    assert (
        "Peloton publishes targets of this class by now."
        in browser.post(f"/classes/{MAX_RIDE}/targets/new", rows(row)).text
    )


def test_more_rows_and_a_drawing_come_without_saving(town: Town) -> None:
    before = own(town)
    answer = town.browser(town.a).post(f"{LIST}/new", rows(("0:00", "5:00", "2"), act="rows"))

    assert 200 == answer.status_code
    assert 13 == answer.text.count('name="start"')
    assert "5:00 in zone 2" in answer.text
    assert before == own(town)


def test_own_targets_are_changed_and_deleted(town: Town) -> None:
    browser = town.browser(town.a)
    place = f"{LIST}/{ids_of(town, town.a).recorded}"
    page = browser.get(place)
    assert ["0:00", "10:00", "14:00", "16:00", "20:00", "22:00"] == [
        text for text in re.findall(r'name="start" value="([^"]*)"', page.text) if text
    ]
    assert ["2", "4", "2", "5", "1", "6"] == [
        text for text in re.findall(r'name="called" value="([^"]*)"', page.text) if text
    ]
    browser.post(place, rows(("0:00", "1:00", "7"), title="Changed", revision="1"))
    assert [("Changed", [(0, 59, "power_zone", 7, 7)])] == own(town)
    browser.post(f"{place}/delete")

    assert [] == own(town)


def test_t076_a_stale_change_keeps_what_was_typed_and_can_be_sent_again(town: Town) -> None:
    browser = town.browser(town.a)
    place = f"{LIST}/{ids_of(town, town.a).recorded}"
    browser.post(place, rows(("0:00", "1:00", "7"), title="First", revision="1"))
    stale = browser.post(place, rows(("0:00", "2:00", "6"), title="Second", revision="1"))

    assert 409 == stale.status_code
    assert "changed in another window" in stale.text
    assert [("First", [(0, 59, "power_zone", 7, 7)])] == own(town)
    again = browser.submit(stale, place, start="0:00", end="2:00", called="6", act="save")
    assert 303 == again.status_code
    assert [("Second", [(0, 119, "power_zone", 6, 6)])] == own(town)


def test_votes_and_the_choice(town: Town) -> None:
    browser = town.browser(town.a)
    browser.post(f"{LIST}/{SHARED}/vote", {"vote": "1"})
    assert {f"recordedTargets/{SHARED}": 1} == town.classes.votes[town.a.user_id]
    browser.post(f"{LIST}/choose", {"recorded_targets": SHARED})
    assert {f"classes/{OPEN_RIDE}": f"recordedTargets/{SHARED}"} == town.classes.chosen[town.a.user_id]
    assert "Your rides are analysed by “Heard it in the class”." in browser.get(LIST).text
    browser.post(f"{LIST}/choose", {"recorded_targets": ""})

    assert "Your rides are analysed by" not in browser.get(LIST).text
    assert 400 == browser.post(f"{LIST}/{SHARED}/vote", {"vote": "7"}).status_code


def test_targets_of_peloton_are_not_competed_with(town: Town) -> None:
    text = town.browser(town.a).get(f"/classes/{MAX_RIDE}/targets").text

    assert "Peloton publishes targets for this class." in text
    assert "Record your own" not in text
