"""The week, the player and the challenge in real browsers on the whole system: what one does, the other sees."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page

from ctz_local.rider import DEMO_ADMINISTRATOR, DEMO_RIDER
from gateway.tests.chromium import Visit

from . import people
from .conftest import ARTIFACTS
from .site import Site, running_site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
_TRIES: Final = 120
_POLL_MS: Final = 500
_LATENCY_MS: Final = 20
# Set in a page, and gone once the page is loaded anew.
_MARK: Final = "window.ctzSamePage = true"
_TITLE: Final = "Rides of the week"
# What each service kept, as the page after a deletion calls it.
_PARTS: Final = ("Account", "Peloton", "Workouts", "Plan and exercises", "Challenges")


@pytest.fixture(scope="module")
def site(ctz_scratch: Path) -> Iterator[Site]:
    """The whole system, with everybody connected and nothing synced."""
    with running_site(ctz_scratch / "together", ARTIFACTS / "together.log", latency_ms=_LATENCY_MS) as site:
        people.settle(site)
        yield site


@pytest.fixture
def rider(site: Site, browser: Browser) -> Iterator[Visit]:
    """The rider's browser."""
    with people.window_of(browser, site, DEMO_RIDER, ARTIFACTS) as visit:
        yield visit


@pytest.fixture
def mate(site: Site, browser: Browser) -> Iterator[Visit]:
    """A mate's browser."""
    with people.window_of(browser, site, people.MATE.rider, ARTIFACTS) as visit:
        yield visit


@pytest.fixture
def administrator(site: Site, browser: Browser) -> Iterator[Visit]:
    """The administrator's browser."""
    with people.window_of(browser, site, DEMO_ADMINISTRATOR, ARTIFACTS) as visit:
        yield visit


def sync(visit: Visit) -> None:
    """Press "Sync now" in a second tab, and wait until the page says that it is over."""
    tab = visit.page.context.new_page()
    tab.goto(f"{visit.origin}/peloton/")
    with tab.expect_navigation():
        tab.get_by_role("button", name="Sync now").click()
    for _ in range(_TRIES):
        tab.wait_for_timeout(_POLL_MS)
        if tab.get_by_role("button", name="Sync now").is_enabled():
            break
    tab.close()


def day_list(page: Page, day: str) -> Locator:
    return page.locator(f'.board-items[data-date="{day}"]')


def test_a_template_is_started_and_an_item_moved_by_mouse_and_by_keyboard(rider: Visit) -> None:
    page = rider.open("/plan")
    rider.examine("plan-first", whole=False)
    page.get_by_role("link", name="Templates", exact=True).click()
    rider.examine("templates")
    page.get_by_role("link", name="3 Rides a Week").click()
    rider.examine("template")
    page.get_by_role("button", name="Put it into my plan").click()
    page.wait_for_url("**/plan*")
    items = page.locator(".board-week:not(.is-other) [data-move-url]")
    assert items.count() > 0

    by_mouse = items.first
    start = str(by_mouse.evaluate("item => item.closest('.board-items').dataset.date"))
    target = (date.fromisoformat(start) + timedelta(days=1)).isoformat()
    key = by_mouse.get_attribute("data-item")
    _drag(page, by_mouse, day_list(page, target))
    _await_told(page, target)
    assert 1 == day_list(page, target).locator(f'[data-item="{key}"]').count()

    page.locator(f'[data-item="{key}"] .item-link').focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    _await_told(page, start)
    page.reload()
    assert 1 == day_list(page, start).locator(f'[data-item="{key}"]').count(), "the server must have kept the move"

    assert {} == rider.findings


def test_what_was_done_ticks_what_was_planned_while_one_looks(site: Site, rider: Visit) -> None:
    ride = people.newest_ride(site)
    page = rider.open(f"/plan/items/new?date={ride.day}&kind=discipline")
    page.get_by_label("Discipline").select_option("cycling")
    page.get_by_label("Length").select_option(str(round((ride.reported_seconds or 0) / 60)))
    page.get_by_label("Day").fill(str(ride.day))
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/plan*")
    page.goto(f"{rider.origin}/plan?week={ride.day}")
    rider.examine("plan-before", whole=False)
    page.evaluate(_MARK)
    mine = day_list(page, str(ride.day)).locator("[data-move-url]").last
    before = mine.get_attribute("data-state")
    sync(rider)
    page.wait_for_function(
        "([day, before]) => [...document.querySelectorAll(`.board-items[data-date='${day}'] [data-move-url]`)]"
        ".some((item) => item.dataset.state !== before && item.classList.contains('is-done'))",
        arg=[str(ride.day), before],
    )
    assert page.evaluate("window.ctzSamePage"), "ticks must come without a reload"
    rider.examine("plan-ticked", whole=False)
    assert {} == rider.findings


def _await_told(page: Page, day: str) -> None:
    """Wait until the live region says that an item was moved to a day: the server has kept it then."""
    told = f"moved to {day_list(page, day).get_attribute('data-text')}"
    page.locator("[data-spoken]").filter(has_text=told).wait_for(state="attached")


def _drag(page: Page, item: Locator, target: Locator) -> None:
    page.locator(".plan-keys").wait_for()
    item.scroll_into_view_if_needed()
    begin, end = item.bounding_box(), target.bounding_box()
    assert begin is not None
    assert end is not None
    page.mouse.move(begin["x"] + begin["width"] / 2, begin["y"] + begin["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 20, steps=12)
    page.mouse.up()


def test_t077_a_form_sent_twice_and_a_page_loaded_again_make_nothing_twice(rider: Visit) -> None:
    page = rider.open("/plan/items/new?kind=note")
    page.get_by_label("Note").fill("Only once, please")
    day = page.get_by_label("Day").input_value()
    # As from two tabs: the same form, twice at once.
    answers = page.evaluate(
        """async () => {
            const form = document.querySelector("form.fields");
            const send = () => fetch(form.action, {method: "POST", body: new FormData(form)});
            return (await Promise.all([send(), send()])).map((answer) => answer.status);
        }"""
    )
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(lambda url: "/items/new" not in url)
    page.reload()
    page.goto(f"{rider.origin}/plan?week={day}")

    assert [200, 200] == answers
    assert 1 == day_list(page, day).get_by_text("Only once, please").count()


def test_a_routine_is_played_to_its_end_and_closes_the_ring(rider: Visit) -> None:
    page = rider.open("/exercises")
    rider.examine("exercises")
    page.goto(f"{rider.origin}/exercises/pelvic-floor")
    page.get_by_label("What closes the ring").select_option("1")
    page.get_by_role("button", name="Save").click()
    assert re.search(r"\b0/1\b", rider.open("/today").locator(".dial-box").inner_text())

    page = rider.open("/exercises/quick-pulses")
    rider.examine("exercise")
    page.clock.install()
    page.get_by_role("link", name="Start", exact=True).click()
    page.locator("[data-stage]").wait_for()
    page.locator("[data-pause]").click()
    page.clock.run_for(4_000)
    rider.examine("player", whole=False)
    for _ in range(_TRIES):
        if page.locator("[data-stage]").is_hidden():
            break
        page.clock.run_for(10_000)
    page.get_by_role("heading", name="Log it").wait_for()
    rider.examine("player-end", whole=False)
    page.locator(".efforts label").filter(has_text=re.compile(r"^4$")).click()
    page.get_by_role("button", name="Log it").click()
    page.wait_for_url(lambda url: "/player/" not in url)
    page.clock.resume()

    today = rider.open("/today")
    rider.examine("today-ring")
    assert re.search(r"\b1/1\b", today.locator(".dial-box").inner_text())
    assert {} == rider.findings


def test_two_teams_ride_and_points_arrive_and_are_explained(
    site: Site, administrator: Visit, rider: Visit, mate: Visit
) -> None:
    # Who joins counts from the first day of the week that runs: it has to be the challenge's first one.
    first = datetime.now(UTC).date() - timedelta(days=6)
    address = _made(administrator, first)
    for visit, team in ((rider, "Climbers"), (mate, "Sprinters")):
        page = visit.open(address)
        page.get_by_role("button", name="Join", exact=True).click()
        page.wait_for_load_state()
        visit.open(f"{address}/teams")
        page.get_by_role("button", name=f"Join {team}").click()
        page.wait_for_load_state()
    page = rider.open(address)
    page.evaluate(_MARK)
    row = page.locator(".ranks-row", has_text="Sprinters")
    row.wait_for()
    assert 0.0 == _points(row)
    sync(mate)
    for _ in range(_TRIES):
        if _points(page.locator(".ranks-row", has_text="Sprinters")) > 0:
            break
        page.wait_for_timeout(_POLL_MS)
    assert _points(page.locator(".ranks-row", has_text="Sprinters")) > 0
    assert page.evaluate("window.ctzSamePage"), "points must come without a reload"
    rider.examine("challenge")

    page = mate.open(address)
    page.get_by_role("link", name="How is this scored?").click()
    page.locator("dialog.drawer[open] .counted li").first.wait_for()
    mate.examine("challenge-explained", whole=False)
    lines = [_number(text) for text in page.locator("dialog.drawer .counted-points").all_inner_texts()]
    total = _number(page.locator("dialog.drawer .counted-total .num").inner_text())
    assert total == pytest.approx(sum(lines), abs=0.06 * len(lines))
    assert total > 0
    assert {} == {**administrator.findings, **rider.findings, **mate.findings}


def test_an_account_is_deleted_and_every_part_tells_that_it_is_erased(site: Site, browser: Browser) -> None:
    people.let_leaver_in(site)
    with people.window_of(browser, site, people.LEAVER.rider, ARTIFACTS) as visit:
        page = visit.open("/account/delete")
        visit.examine("account-delete")
        page.get_by_label("Your password for this site").fill(people.LEAVER.rider.password)
        page.get_by_label("Delete everything for good.").check()
        page.get_by_role("button", name="Delete my account").click()
        page.wait_for_url("**/erased/*")
        page.get_by_text("Everything about you is erased, in every part.").wait_for()
        visit.examine("erased")
        parts = page.locator(".erased-list > li")
        assert set(_PARTS) == set(parts.locator("b").all_inner_texts())
        assert len(_PARTS) == page.locator(".erased-list > .is-done").count()

        assert urlsplit(visit.open("/today").url).path == "/sign-in"
        people.fill_sign_in(page, people.LEAVER.rider)
        page.get_by_text("The e-mail address or the password is not right.").wait_for()
        assert {} == visit.findings


def _made(administrator: Visit, first: date) -> str:
    """A published team challenge with one core item a week and points for minutes; its path."""
    page = administrator.open("/challenges/new")
    administrator.examine("challenge-new")
    page.get_by_label("Title", exact=True).fill(_TITLE)
    page.locator('input[name="kind"][value="mixed"]').check(force=True)
    page.locator('input[name="mode"][value="team"]').check(force=True)
    page.get_by_label("First day").fill(first.isoformat())
    page.get_by_label("Last day").fill((first + timedelta(days=13)).isoformat())
    page.get_by_role("button", name="Add a rule for minutes, kJ, distance or TSS").click()
    rule = page.locator(".build-rule")
    rule.wait_for()
    rule.get_by_label("Points", exact=True).fill("0.5")
    rule.get_by_label("Unit").select_option("minutes")
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("button", name="Publish").wait_for()
    administrator.examine("challenge-draft")
    page.get_by_role("button", name="Publish").click()
    page.wait_for_load_state()
    address = re.sub(r"/edit$", "", page.url.removeprefix(administrator.origin).split("?")[0])
    for team in ("Climbers", "Sprinters"):
        administrator.open(f"{address}/teams")
        page.get_by_label("Name").fill(team)
        page.get_by_role("button", name="Make the team").click()
        page.wait_for_load_state()
    return address


def _points(row: Locator) -> float:
    return _number(row.locator(".ranks-points").inner_text()) if row.count() else 0.0


def _number(text: str) -> float:
    found = re.search(r"[−-]?\d[\d,]*(?:\.\d+)?", text)
    assert found is not None, text
    return float(found[0].replace(",", "").replace("−", "-"))
