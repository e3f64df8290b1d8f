"""The class library and the practice player in Chromium under the real content policy; practice by a virtual clock."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.tests.sample_visits import SampleVisit

pytestmark = pytest.mark.e2e


@pytest.fixture(autouse=True)
def _no_complaint(visit: SampleVisit) -> Iterator[None]:
    yield
    assert [] == visit.complaints


def opened(visit: SampleVisit, name: str) -> Page:
    """A player whose clock stands until the test moves it."""
    visit.page.clock.install()
    page = visit.open(name)
    page.clock.pause_at("2040-01-01")
    return page


def test_a_class_is_practised_block_by_block(visit: SampleVisit) -> None:
    page = opened(visit, "practice")
    expect(page.locator("[data-name]")).to_have_text("Get ready")
    page.locator("[data-pause]").click()
    page.clock.run_for(4_100)
    expect(page.locator("[data-interval]")).to_have_text("0:06")
    expect(page.locator("[data-next]")).to_contain_text("First nothing called for 1:00")
    page.clock.run_for(36_000)
    expect(page.locator("[data-interval]")).to_have_text("0:30")
    expect(page.locator("[data-elapsed]")).to_have_text("0:30")
    expect(page.locator("[data-next]")).to_have_text("Then Zone 2, Endurance for 10:00, 131–179 W")
    page.clock.run_for(31_000)
    expect(page.locator("[data-name]")).to_have_text("Zone 2, Endurance")
    expect(page.locator("[data-spoken]")).to_have_text("Zone 2, Endurance, 131–179 W, for 10:00.")
    expect(page.locator("[data-target]")).to_have_text("131–179 W")
    expect(page.locator("[data-left]")).to_have_text("29:59")


def test_pausing_skipping_and_steps_of_15_seconds(visit: SampleVisit) -> None:
    page = opened(visit, "practice")
    page.keyboard.press("Space")
    page.clock.run_for(20_000)
    page.keyboard.press("Space")
    page.clock.run_for(60_000)
    expect(page.locator("[data-elapsed]")).to_have_text("0:10")
    expect(page.locator("[data-spoken]")).to_have_text("Paused.")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[data-elapsed]")).to_have_text("0:25")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-name]")).to_have_text("Zone 4, Lactate threshold")
    expect(page.locator("[data-song-now]")).to_have_text("Music: Second Song, A. N. Other")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-elapsed]")).to_have_text("1:00")


def test_another_ftp_changes_the_targets_at_once(visit: SampleVisit) -> None:
    page = opened(visit, "practice")
    page.locator("[data-forward]").click()
    page.locator("[data-forward]").click()
    expect(page.locator("[data-target]")).to_have_text("131–179 W")
    page.get_by_label("For an FTP of, in watts").fill("300")
    expect(page.locator("[data-target]")).to_have_text("165–225 W")
    page.get_by_label("For an FTP of, in watts").fill("")
    expect(page.locator("[data-target]")).to_have_text("55–75 % of FTP")


def test_a_run_has_speeds_for_a_level(visit: SampleVisit) -> None:
    page = opened(visit, "practice-run")
    page.locator("[data-forward]").click()
    page.locator("[data-forward]").click()
    expect(page.locator("[data-target]")).to_have_text("10.8–12.1 km/h")
    page.get_by_label("For the level").select_option("10")
    expect(page.locator("[data-target]")).to_have_text("11.6–12.9 km/h")


def test_practice_ends_begins_again_and_goes_on_where_it_was_left(visit: SampleVisit) -> None:
    page = opened(visit, "practice")
    page.keyboard.press("Space")
    page.clock.run_for(100_000)
    page.goto("about:blank")
    page = opened(visit, "practice")
    expect(page.locator("[data-elapsed]")).to_have_text("1:30")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    expect(page.locator("[data-end-text]")).to_contain_text("Practice is not logged")
    page.get_by_role("button", name="Once more").click()
    expect(page.locator("[data-name]")).to_have_text("Get ready")


def test_sound_is_off_until_it_is_wanted_and_then_remembered(visit: SampleVisit) -> None:
    page = visit.open("practice")
    sound = page.locator("[data-switch=sound]")
    expect(sound).to_have_attribute("aria-pressed", "false")
    sound.click()
    page = visit.open("practice")
    expect(page.locator("[data-switch=sound]")).to_have_attribute("aria-pressed", "true")
    page = visit.open("player")
    page.locator("[data-switch=sound]").click()
    page = visit.open("practice")
    expect(page.locator("[data-switch=sound]")).to_have_attribute("aria-pressed", "true")


def test_a_favourite_is_marked_without_leaving_the_page(visit: SampleVisit) -> None:
    page = visit.open("classes")
    mark = page.get_by_role("button", name="Favourite: 15 min Yoga Flow")
    mark.click()

    expect(mark).to_have_attribute("aria-pressed", "true")
    expect(page.locator("p[role=status].unseen")).to_have_text("It is one of your favourites.")
    assert page.url.endswith("/samples/classes")


@pytest.mark.parametrize("name", ["classes", "class", "recording", "recorded-targets", "practice", "reference"])
def test_classes_read_well_without_javascript(browser: Browser, address: str, name: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/samples/{name}")

    assert page.locator("h1").is_visible()
    assert 0 == page.locator("main button[type=button]:visible").count()
    context.close()


def test_without_a_script_practice_is_a_table(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/samples/practice")

    assert "214–250 W" in page.get_by_role("region", name="Blocks", exact=True).inner_text()
    assert page.get_by_role("button", name="Show").is_visible()
    context.close()
