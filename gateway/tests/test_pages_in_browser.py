"""Every page in Chromium under the real content policy: no error, violation or axe finding, nothing too wide.

Screenshots land in `artifacts/pages` at the top of the repository.
"""

import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request
from werkzeug.serving import make_server

from gateway.tests.previews import create_preview_app
from gateway.tests.samples import pages

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "gateway/frontend/node_modules/axe-core/axe.min.js"
SHOTS = ROOT / "artifacts/pages"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
VARIANTS = {
    "wide-light": (1440, "light"),
    "wide-dark": (1440, "dark"),
    "narrow-light": (360, "light"),
    "narrow-dark": (360, "dark"),
}
# Both widths and both schemes; axe takes longer than all else.
JUDGED = frozenset({"wide-light", "narrow-dark"})
RUN_AXE = """axe.run(document, {runOnly: RULES}).then((found) => JSON.stringify(
    found.violations.map((finding) => [finding.id, finding.nodes.map((node) => node.target.join(" "))])))
""".replace("RULES", json.dumps(RULES))

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_preview_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Visit:
    """A page that notes every complaint of the browser."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on(
            "console",
            lambda message: self.complaints.append(message.text) if message.type in {"error", "warning"} else None,
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", self._note_failure)
        self._devtools = context.new_cdp_session(self.page)

    def _note_failure(self, request: Request) -> None:
        """A request that did not arrive; one that a navigation cut short is no failure."""
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {request.url}, {request.failure}")

    def open(self, name: str) -> Page:
        """Open a sample and wait until its fonts and its chart are there."""
        self.page.goto(f"{self.address}/samples/{name}")
        self.page.evaluate("document.fonts.ready")
        if self.page.locator("[data-ride-chart]").count():
            self.page.locator("[data-drawn]").wait_for()
        return self.page

    def axe(self) -> list[object]:
        """Findings of axe; it is put in by the debugger, which the content policy does not bind."""
        self._devtools.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
        answer = self._devtools.send(
            "Runtime.evaluate", {"expression": RUN_AXE, "awaitPromise": True, "returnByValue": True}
        )
        return list(json.loads(answer["result"]["value"]))


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    yield Visit(context, address)
    context.close()


@pytest.mark.parametrize("variant", VARIANTS)
def test_t066_t100_every_page_is_clean(browser: Browser, address: str, variant: str) -> None:
    width, scheme = VARIANTS[variant]
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    visit = Visit(context, address)
    SHOTS.mkdir(parents=True, exist_ok=True)
    findings = {}
    for name in pages(""):
        page = visit.open(name)
        page.screenshot(path=SHOTS / f"{name}-{variant}.png", full_page=True)
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        seen_by_axe = visit.axe() if variant in JUDGED else []
        found = [*visit.complaints, *seen_by_axe, *([f"{wider} px too wide"] if wider > 0 else [])]
        visit.complaints.clear()
        if found:
            findings[name] = found
    context.close()

    assert {} == findings


@pytest.mark.parametrize("name", ["sign-in", "history", "profile", "ride", "peloton", "tokens"])
def test_pages_read_well_without_javascript(browser: Browser, address: str, name: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/samples/{name}")

    assert page.locator("h1").is_visible()
    assert 0 == page.locator("main button[type=button]:visible").count()
    context.close()


def test_the_chart_is_read_and_zoomed_by_keyboard(visit: Visit) -> None:
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


def test_the_chart_zooms_by_dragging_and_opens_as_a_table(visit: Visit) -> None:
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


def test_a_chart_of_an_hour_and_a_half_with_five_series_draws(visit: Visit) -> None:
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


def test_a_change_of_ftp_is_previewed_in_a_dialog_and_a_wrong_one_explained(visit: Visit) -> None:
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


def test_older_workouts_arrive_by_themselves_under_their_week(visit: Visit) -> None:
    page = visit.open("history")
    page.locator("#feed-foot").scroll_into_view_if_needed()
    page.get_by_text("That is everything.").wait_for()

    assert 3 == page.locator("section.week").count()
    assert 6 == page.locator('[data-week="2025-W23"] article').count()
    assert [] == visit.complaints


def test_search_acts_as_one_types_and_the_address_follows(visit: Visit) -> None:
    page = visit.open("history")
    page.keyboard.press("/")
    page.keyboard.type("max")
    page.wait_for_url("**/history?q=max*")

    assert "max" == page.locator("[name=q]").input_value()
    assert [] == visit.complaints


def test_the_progress_of_a_sync_renews_itself(visit: Visit) -> None:
    page = visit.open("peloton")
    page.get_by_text("813").wait_for()

    assert 64 == page.evaluate("document.querySelector('progress').value")
    assert [] == visit.complaints


def test_the_appearance_changes_at_once_and_charts_follow(visit: Visit) -> None:
    page = visit.open("ride")
    page.locator(".side .menu > summary").click()
    page.locator(".side button[value=dark]").click()

    assert "dark" == page.evaluate("document.documentElement.dataset.theme")
    assert "true" == page.locator(".side button[value=dark]").get_attribute("aria-pressed")
    page.keyboard.press("Escape")
    assert 0 == page.locator(".menu[open]").count()
    assert [] == visit.complaints


def test_a_new_token_is_copied(visit: Visit) -> None:
    page = visit.open("tokens")
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()

    assert page.locator("#new-token").inner_text().strip() == page.evaluate("navigator.clipboard.readText()")
