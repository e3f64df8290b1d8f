"""Charts of workouts in Chromium: bands of a pace, another attempt, music, by keyboard and as a table."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.e2e

STAGE = "[data-chart-stage]"
# Relative luminance of the seven zone colours, as WCAG computes it.
LUMINANCE = """() => {
  const probe = document.body.appendChild(document.createElement("span"));
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const linear = (byte) => (byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
  return [1, 2, 3, 4, 5, 6, 7].map((zone) => {
    probe.style.color = `var(--z${zone})`;
    canvas.fillStyle = getComputedStyle(probe).color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  });
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def opened(page: Page, address: str, name: str) -> Page:
    """A sample whose chart is there."""
    page.goto(f"{address}/samples/{name}")
    page.locator("[data-drawn]").wait_for()
    return page


def said(page: Page) -> str:
    """What a screen reader is told of the cursor."""
    return str(page.locator(STAGE).get_attribute("aria-valuetext"))


def test_a_run_is_read_against_its_called_paces(page: Page, address: str) -> None:
    opened(page, address, "kind-pace-run").locator(STAGE).focus()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")

    assert said(page).startswith("2:00, block 1 of 10, Pace 6:56 /km, 2 Easy")
    assert "Target 2 Easy, 7:17–6:35 /km" in said(page)
    page.keyboard.press("Shift+ArrowRight")
    assert "Target 3 Moderate" in said(page)


@pytest.mark.parametrize("name", ["kind-whole-ride", "kind-pace-run"])
def test_one_control_cycles_the_target_between_line_band_and_off(page: Page, address: str, name: str) -> None:
    """Each draws another picture."""
    opened(page, address, name)
    pictures = set()
    for way in ("line", "band", "off"):
        button = page.locator(f"[data-target={way}]")
        button.click()
        assert "true" == button.get_attribute("aria-pressed")
        pictures.add(page.evaluate("document.querySelector('[data-chart-stage] canvas').toDataURL()"))

    assert 3 == len(pictures)


def test_the_cursor_tells_the_music_and_the_balance(page: Page, address: str) -> None:
    opened(page, address, "kind-whole-ride").locator(STAGE).focus()
    page.keyboard.press("End")

    assert "Music Home, The Ferries" in said(page)
    assert "balance 1" in said(page)
    notes = page.locator("[data-chart-notes]").inner_text()
    assert "second opinion" in notes
    assert "critical power 231 W" in notes


def test_another_attempt_is_told_beside_this_one(page: Page, address: str) -> None:
    """By the cursor, and as two columns of the table."""
    opened(page, address, "compare").locator(STAGE).focus()
    page.keyboard.press("End")
    assert all(part in said(page) for part in ("Output, 10 June 2025", "5 March 2025", "Ahead 2.4 kJ"))
    page.locator("[data-table-toggle]").click()
    heads = page.locator(".chart-table thead th").all_inner_texts()

    assert ["Time", "Output, 10 June 2025", "5 March 2025", "Ahead"] == heads
    assert 45 == page.locator(".chart-table tbody tr").count()


def test_the_other_attempt_and_the_figures_of_a_picture_are_forms(browser: Browser, address: str) -> None:
    """They work without JavaScript, and so does the table of the trend."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/samples/compare")
    page.get_by_text("Show as table").last.click()

    assert page.get_by_role("cell", name="211 W").last.is_visible()
    assert "/compare" in str(page.locator("form.compare-choice").get_attribute("action"))
    page.goto(f"{address}/samples/share")
    assert 6 == page.locator("input[name=figure]:checked").count()
    assert 1200 == page.evaluate("document.querySelector('.share-picture').naturalWidth")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_zones_keep_their_order_in_greyscale_and_carry_their_numbers(
    browser: Browser, address: str, scheme: str
) -> None:
    """Hotter is darker on light paper and brighter on dark; every part of the bar has its number."""
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1440, "height": 900})  # type: ignore[arg-type]
    page = opened(context.new_page(), address, "kind-whole-ride")
    shades = page.evaluate(LUMINANCE)

    assert sorted(shades, reverse=scheme == "light") == shades
    assert 7 == len(set(shades))
    assert ["1", "2", "3", "4", "5"] == page.locator(".zone-bar-tall text").all_text_contents()
    context.close()
