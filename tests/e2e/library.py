"""What a rider does in the class library: find a class by its load, practise, mark and plan it, record targets."""

from typing import Final

from playwright.sync_api import Page, expect

from gateway.tests.chromium import Visit, figures_in

LEAST_LOAD: Final = 30
COUNT_IN_SECONDS: Final = 10
PRACTISED_SECONDS: Final = 30


def find_by_load(visit: Visit) -> Page:
    """Open the class with the least load that the wish allows, by the filters as one types."""
    page = visit.open("/classes")
    visit.examine("classes", whole=False)
    page.get_by_text("Zones, load, difficulty, year").click()
    page.get_by_role("group", name="Expected load, TSS").get_by_label("from").fill(str(LEAST_LOAD))
    page.wait_for_url(f"**min_load={LEAST_LOAD}*")
    page.get_by_role("link", name=f"Remove load from {LEAST_LOAD} TSS").wait_for()
    loads = page.locator("#feed article .class-figures > div:first-child dd").all_inner_texts()
    assert loads
    assert all(figures_in(load)[0] >= LEAST_LOAD - 0.5 for load in loads)
    visit.examine("classes-filtered", whole=False)
    page.locator("#feed article h3 a").first.click()
    page.get_by_role("heading", name="What is called").wait_for()
    visit.examine("class")
    return page


def practise(visit: Visit) -> None:
    """Practise for half a minute of a clock that the test moves."""
    page = visit.page
    page.clock.install()
    page.get_by_role("link", name="Practise").click()
    page.locator("[data-stage]").wait_for()
    page.get_by_role("button", name="Go on").click()
    page.clock.fast_forward((COUNT_IN_SECONDS + PRACTISED_SECONDS) * 1000)
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("[data-elapsed]")).not_to_have_text("0:00")
    minutes, seconds = figures_in(page.locator("[data-elapsed]").inner_text().replace(":", " "))
    assert minutes * 60 + seconds >= PRACTISED_SECONDS
    visit.examine("practice")
    page.get_by_role("link", name="Leave").click()


def mark_and_plan(visit: Visit) -> None:
    """Make it a favourite, rate it, and find it among the favourites and in the plan."""
    page = visit.page
    title = page.locator("h1").inner_text()
    mark = page.get_by_role("button", name=f"Favourite: {title}")
    mark.click()
    expect(mark).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="4 of 5").click()
    page.get_by_text("You give it 4 of 5.").wait_for()
    page.get_by_role("button", name="Add to plan").click()
    page.wait_for_url("**/plan?week=*")
    expect(page.get_by_role("link", name=title).first).to_be_visible()
    page = visit.open("/classes?favourites=1")
    expect(page.locator("#feed article h3")).to_have_text([title])


def record_targets(visit: Visit) -> None:
    """Record targets for a ride that calls none, change them, and have rides analysed by them."""
    page = visit.open("/classes?discipline=cycling&q=Low+Impact")
    page.locator("#feed article h3 a").first.click()
    page.get_by_role("link", name="Record your own").click()
    page.get_by_role("textbox", name="Name").fill("Heard in class")
    for row, (start, called) in enumerate((("0:00", "2"), ("5:00", "4-5")), 1):
        page.get_by_label(f"From, row {row}", exact=True).fill(start)
        page.get_by_label(f"Called, row {row}", exact=True).fill(called)
    visit.examine("recording")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Heard in class").wait_for()
    page.get_by_role("link", name="Change").click()
    page.get_by_label("Called, row 1", exact=True).fill("3")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    page.get_by_role("button", name="Analyse my rides by it").click()
    page.get_by_text("Your rides are analysed by “Heard in class”.").wait_for()
    visit.examine("recorded-targets")
