"""The week page in Chromium over the real views: what arrives while one is busy, where the focus goes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from ctz.plans.v1 import plans_pb2
from playwright.sync_api import Browser, Locator, Page, expect

from gateway.tests.live import living
from gateway.tests.neighbours import Town

pytestmark = pytest.mark.e2e
SOON = 12_000


@dataclass
class Week:
    """The rider's week in a browser, and what the service holds of it."""

    page: Page
    town: Town
    complaints: list[str]

    @property
    def ride(self) -> plans_pb2.PlanItem:
        """The ride that is planned today."""
        return next(iter(self.town.plans.items[self.town.a.user_id].values()))

    def item(self, state: str = "") -> Locator:
        """The ride on the board, in a state."""
        return self.page.locator(f'{state}[data-item="{self.ride.name.partition("/")[2]}"]')

    def link(self) -> Locator:
        """What opens its sheet."""
        return self.item().locator(".item-link")

    def act(self, name: str) -> None:
        """Press a button of the sheet, and wait until it is gone."""
        self.page.locator("[data-sheet-dialog]").get_by_role("button", name=name, exact=True).click()
        expect(self.page.locator("[data-sheet-dialog]")).to_be_hidden()


@pytest.fixture
def week(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Week]:
    """Rider A on the week page."""
    with living(browser, tmp_path, monkeypatch) as live:
        live.page.goto(f"{live.url}/plan")
        yield Week(live.page, live.town, live.complaints)


@pytest.mark.parametrize("busy", ["sheet", "menu"])
def test_a_tick_that_arrives_while_one_is_busy_is_shown_afterwards(week: Week, busy: str) -> None:
    page = week.page
    opener = week.link() if busy == "sheet" else page.get_by_text("More", exact=True)
    opener.click()
    expect(page.locator("[data-sheet-dialog]" if busy == "sheet" else ".plan-more")).to_be_visible()
    week.ride.state = plans_pb2.ITEM_STATE_DONE
    page.wait_for_event("response", lambda answer: "state.json" in answer.url and answer.ok, timeout=SOON)
    expect(page.locator("[data-sheet-dialog]" if busy == "sheet" else ".plan-more")).to_be_visible()
    page.keyboard.press("Escape")

    expect(week.item(".is-done")).to_be_visible(timeout=SOON)
    assert [] == week.complaints


def test_a_tick_between_the_page_and_its_first_question_is_shown(week: Week) -> None:
    week.ride.state = plans_pb2.ITEM_STATE_DONE

    expect(week.item(".is-done")).to_be_visible(timeout=SOON)


def test_the_focus_stays_with_the_item_after_an_act_in_its_sheet(week: Week) -> None:
    week.link().click()
    week.act("Copy")

    expect(week.link()).to_be_focused()
    expect(week.page.locator("body > .toasts")).to_contain_text("Copied")


def test_nothing_lies_over_the_undo_of_a_deletion_and_it_has_the_focus(week: Week) -> None:
    week.link().click()
    week.act("Copy")
    week.link().click()
    week.act("Delete")

    expect(week.page.locator("[data-undo] button")).to_be_focused()
    expect(week.page.locator("body > .toasts")).to_have_count(0)
    week.page.keyboard.press("Enter")
    expect(week.page.locator("body > .toasts")).to_contain_text("is back.")
    expect(week.page.locator("#main")).to_be_focused()
    assert [] == week.complaints


def test_a_kind_that_was_chosen_in_the_sheet_keeps_the_focus(week: Week) -> None:
    page = week.page
    page.locator(".board-add").first.click()
    chip = page.locator("[data-sheet-dialog]").get_by_role("link", name="Note")
    chip.click()

    expect(page.locator("[data-sheet-dialog]").get_by_label("Note")).to_be_visible()
    expect(chip).to_be_focused()


def test_each_way_to_add_is_named_by_its_day(week: Week) -> None:
    names = [link.inner_text() for link in week.page.locator(".board-add .unseen").all()]

    assert 21 == len(names)
    assert all(name.startswith("Add on ") for name in names)


def test_a_title_that_is_not_saved_yet_survives_an_act_on_the_weeks(week: Week) -> None:
    page = week.page
    page.get_by_role("link", name="Templates", exact=True).first.click()
    page.locator("main").get_by_role("link", name="4 Rides a Week").click()
    page.get_by_role("button", name="Make it mine").click()
    page.get_by_label("Title").fill("Winter base")
    page.get_by_label("What it is for").fill("Before the spring.")
    copy = page.get_by_role("button", name="Copy week 1")
    copy.focus()
    page.keyboard.press("Enter")

    expect(page.locator("body > .toasts")).to_contain_text("The week is copied.")
    expect(copy).to_be_focused()
    assert "Winter base" == page.get_by_label("Title").input_value()
    page.get_by_role("button", name="Save title and text").click()
    expect(page.locator("h1")).to_have_text("Winter base")
    expect(page.get_by_label("What it is for")).to_have_value("Before the spring.")
    assert [] == week.complaints


def test_an_exercise_of_a_routine_is_moved_again_and_again_by_keyboard(week: Week) -> None:
    page = week.page
    page.locator("nav").get_by_role("link", name="Exercises").first.click()
    page.locator("main").get_by_role("link", name="Pelvic floor, daily").first.click()
    page.get_by_role("button", name="Make it mine").click()
    for count in (2, 3):
        page.get_by_label("Add an exercise").select_option(label="Mobility: Hip circles")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator(".routine-steps li")).to_have_count(count)
    page.get_by_role("button", name="Move down: Long holds, exercise 1").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name="Move down: Long holds, exercise 2")).to_be_focused()
    assert [] == week.complaints
