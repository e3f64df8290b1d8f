"""Challenges in Chromium over the real views: points that arrive, the drawer, tabs, the builder, the last page."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.tests.fake_challenges import Kept, Member
from gateway.tests.live import living
from gateway.tests.made_challenges import add_challenge, give
from gateway.tests.neighbours import PASSWORD, Town

pytestmark = pytest.mark.e2e
SOON = 12_000


@dataclass
class Site:
    """The gateway on a port of its own, a challenge in it, and a signed-in browser."""

    url: str
    town: Town
    page: Page
    kept: Kept
    complaints: list[str]

    def open(self, path: str) -> Page:
        """Open a page of the gateway."""
        self.page.goto(f"{self.url}{path}")
        return self.page

    @property
    def path(self) -> str:
        """The challenge's own page."""
        return f"/{self.kept.challenge.name}"


@pytest.fixture
def site(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Rider A, an administrator, is captain of one of two teams."""
    with living(browser, tmp_path, monkeypatch) as live:
        town = live.town
        town.a.is_administrator = True
        kept = add_challenge(town.challenges, "June Build")
        first, second = (f"teams/00000000-0000-4000-8000-00000000000{number}" for number in (1, 2))
        kept.teams.update({first: "Late Cadence", second: "Sunday Watts"})
        kept.members[town.a.user_id] = Member(town.a.user_id, first, is_captain=True)
        kept.members[town.b.user_id] = Member(town.b.user_id, second)
        give(kept, town.b.user_id, 0, "45 min PZ Endurance")
        yield Site(live.url, town, live.page, kept, live.complaints)


def own_points(page: Page) -> str:
    return str(page.locator(".ranks-row.is-own .ranks-points").inner_text())


def test_points_arrive_without_a_reload_and_are_spoken(site: Site) -> None:
    page = site.open(site.path)
    page.evaluate("window.stillHere = true")
    page.locator(".ranks-name a").first.focus()
    expect(page.locator(".ranks-row.is-own .ranks-rank b")).to_contain_text("2")
    for number in range(3):
        give(site.kept, site.town.a.user_id, number, "45 min Power Zone", week=2)
    expect(page.locator(".ranks-row.is-own .ranks-points")).to_contain_text("150.0", timeout=SOON)

    assert page.evaluate("window.stillHere")
    assert 3 == page.locator(".week-items").first.locator(".is-done").count()
    assert "You have 150 points. Late Cadence is 1st of 2." == page.locator("p.unseen[role=status]").inner_text()
    assert "Sunday Watts" == page.evaluate("document.activeElement.textContent")
    assert [] == site.complaints


def test_tabs_change_the_board_on_the_page_and_go_back_with_the_browser(site: Site) -> None:
    page = site.open(site.path)
    page.evaluate("window.stillHere = true")
    page.get_by_role("link", name="Riders").click()
    expect(page.locator(".ranks.is-riders .ranks-row")).to_have_count(2)
    page.wait_for_url("**board=riders**")
    address = page.url
    page.get_by_role("link", name="This week").click()
    expect(page.locator('nav[aria-label="Span"] [aria-current]')).to_have_text("This week")
    page.wait_for_url("**span=week**")
    page.go_back()
    expect(page.locator('nav[aria-label="Span"] [aria-current]')).to_have_text("Total")

    page.wait_for_url(address)
    assert page.evaluate("window.stillHere")
    assert [] == site.complaints


def test_the_drawer_explains_the_points_and_gives_the_focus_back(site: Site) -> None:
    give(site.kept, site.town.a.user_id, 0, "45 min PZ Endurance", week=2)
    page = site.open(site.path)
    opener = page.locator(".challenge-head [data-why]")
    opener.focus()
    page.keyboard.press("Enter")
    drawer = page.locator("dialog.drawer")
    expect(drawer).to_be_visible()

    assert "50.0 points divided by 1 active members is 50.0" == drawer.locator(".formula").get_attribute("aria-label")
    assert "week 2, core, as listed" in drawer.inner_text()
    drawer.get_by_role("link", name="Week 2").click()
    expect(drawer.locator(".segments [aria-current]")).to_have_text("Week 2")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('.challenge-head [data-why]')")
    assert [] == site.complaints


def test_anothers_points_open_from_the_board(site: Site) -> None:
    page = site.open(f"{site.path}?board=riders")
    page.locator(".ranks-row:not(.is-own) a").click()

    expect(page.locator("dialog.drawer")).to_contain_text(f"{site.town.b.name}: 50 points")


def test_the_builder_adds_and_drops_rows_in_place(site: Site) -> None:
    page = site.open("/challenges/new")
    page.evaluate("window.stillHere = true")
    page.fill("[name=title]", "Built by hand")
    page.get_by_role("button", name="Core item in Week 1").click()
    expect(page.locator("[name='i0.what']")).to_be_focused()
    page.select_option("[name='i0.what']", "c")
    expect(page.locator("[name='i0.ref']")).to_be_focused()
    page.fill("[name='i0.ref']", "abc123")
    page.get_by_role("button", name="or something else for Week 1, Core 1").click()
    expect(page.locator("[name='i0a0.what']")).to_be_focused()
    page.get_by_role("button", name="Bonus in Week 1").click()
    expect(page.locator("[name='i1.what']")).to_be_focused()
    page.get_by_role("button", name="Take Week 1, Bonus away").click()
    expect(page.locator("[name='i1.what']")).to_have_count(0)

    assert ("Built by hand", "abc123") == (page.input_value("[name=title]"), page.input_value("[name='i0.ref']"))
    assert page.evaluate("window.stillHere")
    page.select_option("[name='i0a0.what']", "t:climb")
    page.get_by_role("button", name="Save the draft").click()
    page.wait_for_url("**/edit")
    made = next(kept for kept in site.town.challenges.kept.values() if kept.challenge.title == "Built by hand")
    assert ["abc123"] == [item.activity.class_id for item in made.items]
    assert [] == site.complaints


def test_the_last_page_renews_itself_until_everything_is_erased(site: Site) -> None:
    page = site.open("/account/delete")
    page.fill("#own_password", PASSWORD)
    page.get_by_label("Delete everything for good.").check()
    page.get_by_role("button", name="Delete my account").click()
    page.wait_for_url("**/erased/*")
    expect(page.locator(".erased-list .is-done")).to_have_count(1)
    secret = page.url.rpartition("/")[2]
    site.town.identity.erasures[secret] |= {"peloton-sync", "workouts", "plans", "challenges"}
    expect(page.locator("#erased")).to_contain_text("Everything about you is erased, in every part.", timeout=SOON)

    assert "__Host-ctz_session" not in str(page.context.cookies(site.url))
    assert [] == site.complaints
