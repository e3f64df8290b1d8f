"""Every page in Chromium under the real content policy: no error, violation or axe finding, nothing too wide.

Screenshots land in `artifacts/pages` at the top of the repository.
"""

import sys
from collections.abc import Sequence

import pytest
from playwright.sync_api import Browser

from gateway.tests.chromium import VARIANTS, Variant
from gateway.tests.sample_visits import SampleVisit
from gateway.tests.samples import pages

pytestmark = pytest.mark.e2e


@pytest.mark.timeout(900)
@pytest.mark.parametrize("variants", [VARIANTS[:2], VARIANTS[2:]], ids=["wide", "narrow"])
def test_t066_t100_every_page_is_clean(browser: Browser, address: str, variants: Sequence[Variant]) -> None:
    first = variants[0]
    context = browser.new_context(viewport={"width": first.width, "height": 900}, color_scheme=first.scheme)
    visit = SampleVisit(context, address)
    for name in pages(""):
        visit.open(name)
        visit.examine(name, variants=variants)
    context.close()

    assert {} == visit.findings


@pytest.mark.parametrize("name", ["sign-in", "history", "profile", "ride", "peloton", "tokens"])
def test_pages_read_well_without_javascript(browser: Browser, address: str, name: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/samples/{name}")

    assert page.locator("h1").is_visible()
    assert 0 == page.locator("main button[type=button]:visible").count()
    context.close()


def test_the_chart_is_read_and_zoomed_by_keyboard(visit: SampleVisit) -> None:
    page = visit.open("ride")
    stage = page.locator("[data-chart-stage]")
    stage.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")

    assert str(stage.get_attribute("aria-valuetext")).startswith("12:00, block 1 of 13, Output")
    assert "12:00" in page.locator("[data-blocks] tr.is-cursor").inner_text()
    page.keyboard.press("ArrowRight")
    assert str(stage.get_attribute("aria-valuetext")).startswith("12:01")
    page.keyboard.press("+")
    assert page.locator("[data-zoom-reset]").is_visible()
    page.locator("[data-zoom-reset]").click()
    assert page.locator("[data-zoom-reset]").is_hidden()
    page.keyboard.press("Escape")
    assert "no moment chosen" == stage.get_attribute("aria-valuetext")
    assert [] == visit.complaints


def test_the_chart_zooms_by_dragging_and_opens_as_a_table(visit: SampleVisit) -> None:
    page = visit.open("ride")
    stage = page.locator("[data-chart-stage]")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 400, box["y"] + 120)
    page.mouse.down()
    page.mouse.move(box["x"] + 600, box["y"] + 120, steps=4)
    tip = page.locator("[data-chart-tip]").inner_text()
    page.mouse.up()

    assert "Mean output" in tip
    assert page.locator("[data-zoom-reset]").is_visible()
    page.locator("[data-table-toggle]").click()
    assert 45 == page.locator(".chart-table tbody tr").count()
    assert [] == visit.complaints


def test_a_chart_of_an_hour_and_a_half_with_five_series_draws(visit: SampleVisit) -> None:
    """5,400 points of five series: the figure is printed; correctness alone is asserted."""
    visit.page.route("**/static/example-ride*.json", lambda route: route.fulfill(json=_long_ride()))
    page = visit.open("ride")
    spent = page.evaluate(
        """() => new Promise((resolve) => {
            const start = performance.now();
            document.dispatchEvent(new CustomEvent("themechange"));
            resolve(performance.now() - start);
        })"""
    )
    sys.stdout.write(f"redraw of 5,400 points in five series: {spent:.1f} ms\n")

    assert "5400" == page.locator("[data-chart-stage]").get_attribute("aria-valuemax")
    assert [] == visit.complaints


def _long_ride() -> dict[str, object]:
    samples = 5400
    slugs = {
        "output": ("W", 190),
        "heart_rate": ("bpm", 140),
        "cadence": ("rpm", 85),
        "resistance": ("%", 40),
        "speed": ("km/h", 33),
    }
    metrics = {
        slug: {
            "name": slug,
            "unit": unit,
            "values": [base + (second * 7919) % 40 for second in range(samples)],
            "mean": base,
            "max": base + 40,
        }
        for slug, (unit, base) in slugs.items()
    }
    edges = [share * 238 for share in (0.55, 0.75, 0.9, 1.05, 1.2, 1.5)]
    blocks = [
        {"start_seconds": start, "end_seconds": start + 180, "zone": 1 + (start // 180) % 6}
        for start in range(600, 5100, 180)
    ]
    targets = {"blocks": blocks, "in_seconds": 900, "above_seconds": 1800, "below_seconds": 1800}
    return {
        "clock": [[0, samples, 1]],
        "duration_seconds": samples,
        "metrics": metrics,
        "zones": {"ftp_watts": 238, "edges_watts": edges},
        "targets": targets,
        "gaps": [],
    }


def test_a_change_of_ftp_is_previewed_in_a_dialog_and_a_wrong_one_explained(visit: SampleVisit) -> None:
    page = visit.open("profile")
    page.fill("#ftp-new-value", "246")
    page.locator("#ftp form").first.get_by_role("button", name="See what changes").click()
    dialog = page.locator("#metric-dialog")
    dialog.wait_for()

    assert "258–295 W" in dialog.inner_text()
    dialog.get_by_text("Cancel").click()
    dialog.wait_for(state="hidden")
    page.evaluate("document.querySelector('#ftp-new-value').removeAttribute('max')")
    page.fill("#ftp-new-value", "2460")
    with page.expect_response("**/profile/preview") as answer:
        page.locator("#ftp form").first.get_by_role("button", name="See what changes").click()
    assert 422 == answer.value.status
    page.locator("#ftp .field-error").first.wait_for()
    assert "Between 40 and 600 watts." in page.locator("#ftp .field-error").first.inner_text()


def test_older_workouts_arrive_by_themselves_under_their_week(visit: SampleVisit) -> None:
    page = visit.open("history")
    page.locator("#feed-foot").scroll_into_view_if_needed()
    page.get_by_text("That is everything.").wait_for()

    assert 3 == page.locator("section.week").count()
    assert 6 == page.locator('[data-week="2025-W23"] article').count()
    assert [] == visit.complaints


def test_search_acts_as_one_types_and_the_address_follows(visit: SampleVisit) -> None:
    page = visit.open("history")
    page.keyboard.press("/")
    page.keyboard.type("max")
    page.wait_for_url("**/history?q=max*")

    assert "max" == page.locator("[name=q]").input_value()
    assert [] == visit.complaints


def test_the_progress_of_a_sync_renews_itself(visit: SampleVisit) -> None:
    page = visit.open("peloton")
    page.get_by_text("813").wait_for()

    assert 64 == page.evaluate("document.querySelector('progress').value")
    assert [] == visit.complaints


def test_the_appearance_changes_at_once_and_charts_follow(visit: SampleVisit) -> None:
    page = visit.open("ride")
    page.locator(".side .menu > summary").click()
    page.locator(".side button[value=dark]").click()

    assert "dark" == page.evaluate("document.documentElement.dataset.theme")
    assert "true" == page.locator(".side button[value=dark]").get_attribute("aria-pressed")
    page.keyboard.press("Escape")
    assert 0 == page.locator(".menu[open]").count()
    assert [] == visit.complaints


def test_a_new_token_is_copied(visit: SampleVisit) -> None:
    page = visit.open("tokens")
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()

    assert page.locator("#new-token").inner_text().strip() == page.evaluate("navigator.clipboard.readText()")
