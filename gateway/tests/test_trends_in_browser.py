"""The charts of power and fitness in Chromium: read by keyboard and by touch, opened as tables, redrawn for a theme."""

import sys

import pytest
from playwright.sync_api import Browser, expect

from gateway.tests.sample_visits import SampleVisit

pytestmark = pytest.mark.e2e


def test_the_power_curve_is_read_by_keyboard_and_leads_to_its_rides(visit: SampleVisit) -> None:
    page = visit.open("power")
    stage = page.locator("[data-drawn] [data-chart-stage]")
    stage.focus()
    page.keyboard.press("End")
    expect(stage).to_have_attribute(
        "aria-valuetext", "60 min, 2025 234 W, 3.34 W/kg, last 90 days 227 W, 3.24 W/kg, all time 253 W, 3.61 W/kg"
    )
    page.keyboard.press("Shift+ArrowLeft")
    expect(stage).to_have_attribute("aria-valuenow", "11")
    page.keyboard.press("Enter")

    assert "/workouts/" in str(page.evaluate("document.activeElement.href"))
    stage.focus()
    page.keyboard.press("Escape")
    expect(stage).to_have_attribute("aria-valuetext", "nothing chosen")
    assert [] == visit.complaints


def test_a_finger_on_the_power_curve_shows_figures_and_links(phone: SampleVisit) -> None:
    page = phone.open("power")
    stage = page.locator("[data-drawn] [data-chart-stage]")
    stage.scroll_into_view_if_needed()
    stage.tap(position={"x": 180, "y": 60})

    expect(page.locator("[data-chart-readout]")).to_contain_text("W/kg")
    assert 4 == page.locator("[data-chart-pick] a").count()
    assert 0 >= page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert [] == phone.complaints


def test_fitness_is_read_by_days_and_weeks_up_to_what_is_planned(visit: SampleVisit) -> None:
    page = visit.open("fitness")
    stage = page.locator("[data-drawn] [data-chart-stage]")
    stage.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    expect(stage).to_have_attribute("aria-valuenow", "7")
    page.keyboard.press("End")

    assert "Planned load" in str(stage.get_attribute("aria-valuetext"))
    assert [] == visit.complaints


@pytest.mark.parametrize(("name", "rows"), [("power", 16), ("fitness", 110)])
def test_a_chart_opens_as_a_table(visit: SampleVisit, name: str, rows: int) -> None:
    page = visit.open(name)
    page.locator("[data-table-toggle]").click()

    assert rows == page.locator(".chart-table tbody tr").count()
    assert "true" == page.locator("[data-table-toggle]").get_attribute("aria-expanded")
    assert [] == visit.axe()


@pytest.mark.parametrize("name", ["power", "fitness", "records", "milestones", "year", "shared-year"])
def test_pages_that_look_back_read_well_without_javascript(browser: Browser, address: str, name: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/samples/{name}")

    assert page.locator("h1").is_visible()
    assert 0 == page.locator("main button[type=button]:visible").count()
    context.close()


def test_a_chart_follows_the_theme(visit: SampleVisit) -> None:
    """The time of a redraw is printed; that it has other colours is asserted."""
    page = visit.open("fitness")
    page.locator("[data-drawn]").wait_for()
    picture = "document.querySelector('[data-trend-chart] canvas').toDataURL()"
    before = page.evaluate(picture)
    spent = page.evaluate(
        """() => {
            document.documentElement.dataset.theme = "dark";
            const start = performance.now();
            document.dispatchEvent(new CustomEvent("themechange"));
            return performance.now() - start;
        }"""
    )
    sys.stdout.write(f"redraw of 110 days: {spent:.1f} ms\n")

    assert before != page.evaluate(picture)
