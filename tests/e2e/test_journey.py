"""The main job in a real browser on the whole system, and on every page: no complaint, no violation, no axe finding."""

import re
from urllib.parse import urlsplit

import grpc
import pytest
from ctz.workouts.v1 import workouts_pb2
from ctz.workouts.v1.workouts_pb2_grpc import WorkoutServiceStub
from playwright.sync_api import Browser, Locator, Page

from gateway.tests.chromium import Visit

from . import comparing, library, newcomer, transfers
from .conftest import ARTIFACTS, Member
from .site import WORKOUTS, Site

PAGE_SIZE = 20
POWER_ZONE = "/history?class_type=any_power_zone"

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
# What one test loads on purpose, to show that a violation is heard.
# Of these the product brings many.
BUILT_IN = re.compile(
    r"(/plan/templates/|/exercises/routines/|/exercises/(?!routines|sessions|pelvic-floor)|/player/\w+/)[^/]+"
)
PROVOKED = "http://127.0.0.1:9/pixel.png"


def number(place: Locator) -> float:
    """The first number of a figure; thousands have commas."""
    found = re.search(r"\d[\d,]*(\.\d+)?", place.inner_text())
    assert found is not None
    return float(found[0].replace(",", ""))


def clock_seconds(text: str) -> int:
    """Seconds of the first duration in a text, such as `1:15:00` or `26:50`."""
    found = re.search(r"(?:(\d+):)?(\d+):(\d\d)", text)
    assert found is not None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def tile(page: Page, label: str) -> float:
    """A figure at the head of a workout."""
    return number(page.locator(".tiles .stat").filter(has=page.locator("dt", has_text=label)).locator("dd").first)


def open_ride(visit: Visit) -> Page:
    """The newest Power Zone ride with targets, by way of the history."""
    page = visit.open(POWER_ZONE)
    page.locator("article.workout", has_text="Power Zone").get_by_role("link").first.click()
    visit.settle()
    return page


def test_t066_a_newcomer_signs_up_connects_and_watches_the_history_come(member: Member) -> None:
    assert {} == member.findings
    assert len(member.told) > 1, "the page must renew its figures by itself"
    done, due = re.findall(r"\d+", member.told[-1])
    assert done == due


def test_t066_the_history_is_searched_filtered_and_scrolled(visit: Visit) -> None:
    page = visit.open("/history")
    visit.examine("history", whole=False)
    assert page.locator("#results").get_by_text(f"{WORKOUTS} workouts since").is_visible()
    while page.locator("[data-older]").count():
        page.locator("#feed-foot").scroll_into_view_if_needed()
        page.wait_for_timeout(50)
    assert WORKOUTS == page.locator("article.workout").count()

    visit.open("/history")
    page.keyboard.press("/")
    page.keyboard.type("endurance")
    page.wait_for_url("**/history?q=endurance*")
    page.locator("#feed article.workout", has_not_text="Endurance").first.wait_for(state="detached")
    assert page.locator("article.workout").count() > 0
    page.get_by_label("Class type").select_option("any_power_zone")
    page.wait_for_url("**class_type=any_power_zone*")
    page.get_by_role("link", name="Remove Any Power Zone").wait_for()
    visit.examine("history-filtered", whole=False)
    _save_the_search(visit)
    page.goto(f"{visit.origin}/history?q=nothing+has+this+name")
    visit.examine("history-nothing")
    page.get_by_role("link", name="Clear all filters").click()
    page.wait_for_url("**/history")

    assert {} == visit.findings


def _save_the_search(visit: Visit) -> None:
    """The search in force is kept under a title, applied, seen as a calendar, and forgotten again."""
    page = visit.page
    count = page.locator("article.workout").count()
    page.get_by_text("Save this search").click()
    page.get_by_label("Title").fill("Endurance rides")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/history?saved=*")
    assert count == page.locator("article.workout").count()
    page.get_by_role("link", name="Calendar").click()
    page.wait_for_url("**view=calendar*")
    visit.examine("history-calendar", whole=False)
    page.get_by_role("link", name="Edit", exact=True).click()
    visit.examine("saved-filters")
    page.get_by_role("button", name="Delete Endurance rides").click()
    page.get_by_text("Nothing saved yet").wait_for()


def test_a_mistyped_search_finds_and_notes_and_tags_are_found(visit: Visit) -> None:
    page = visit.open("/history?q=endurnce")
    assert page.get_by_text("Searched for “endurance” instead.").is_visible()
    page.locator("article.workout a").first.click()
    page.get_by_label("Your note").fill("Saddle one notch higher")
    page.get_by_label("Tags").fill("Legs like lead, with Anna")
    page.get_by_label("How hard was it?").select_option("7")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved.").wait_for()
    page = visit.open("/history?q=sadle+notch+anna")
    assert 1 == page.locator("article.workout").count()
    assert page.locator(".rider-tag", has_text="legs like lead").is_visible()
    visit.examine("history-tagged")

    assert {} == visit.findings


def test_the_history_is_walked_without_javascript(browser: Browser, site: Site, member: Member) -> None:
    context = browser.new_context(storage_state=member.cookies, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.origin}/history")
    titles = page.locator("article.workout").count()
    while (older := page.get_by_role("link", name=f"Show {PAGE_SIZE} older")).count():
        older.click()
        page.wait_for_load_state()
        titles += page.locator("article.workout").count()
    context.close()

    assert WORKOUTS == titles


def test_t066_a_power_zone_ride_shows_figures_chart_and_blocks(visit: Visit) -> None:
    page = open_ride(visit)
    visit.examine("ride")
    page.screenshot(path=ARTIFACTS / "ride-for-readme.png")

    ftp = number(page.locator("header.head span").filter(has_text=" W ("))
    power, intensity, load = (tile(page, label) for label in ("Normalized power", "Intensity", "Load"))
    hours = clock_seconds(page.locator("#zones + .meta").inner_text()) / 3600
    assert intensity == pytest.approx(power / ftp, abs=0.006)
    assert load == pytest.approx(hours * (power / ftp) ** 2 * 100, abs=1)
    assert 7 == page.locator(".zone-list > div").count()
    assert page.locator("[data-blocks] tbody tr").count() > 3
    assert {} == visit.findings


def test_the_chart_of_a_ride_is_drawn_and_answers_the_keyboard(visit: Visit) -> None:
    page = open_ride(visit)
    drawn = [_picture(page)]
    for way in ("band", "off"):
        page.locator(f"[data-target={way}]").click()
        assert "true" == page.locator(f"[data-target={way}]").get_attribute("aria-pressed")
        drawn.append(_picture(page))
    assert len(set(drawn)) == len(drawn), "line, band and off must look different"
    assert page.evaluate(_COLOURS) > 7, "seven zones are more than seven colours"

    stage = page.locator("[data-chart-stage]")
    stage.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    before = str(stage.get_attribute("aria-valuetext"))
    page.keyboard.press("ArrowRight")
    assert re.match(r"\d+:\d\d, block 2 of \d+, Output \d+ W, zone [1-7]", before)
    assert before != stage.get_attribute("aria-valuetext")
    assert 1 == page.locator("[data-blocks] tr.is-cursor").count()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show as table").click()
    assert page.locator(".chart-table tbody tr").count() > 10
    visit.examine("ride-table")
    assert {} == visit.findings


_COLOURS = """() => {
    const canvas = document.querySelector("[data-chart-stage] canvas");
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
}"""


def _picture(page: Page) -> str:
    """What is on the canvas."""
    return str(page.evaluate("document.querySelector('[data-chart-stage] canvas').toDataURL()"))


def test_a_change_of_ftp_is_previewed_and_rides_are_computed_anew(visit: Visit) -> None:
    page = open_ride(visit)
    ride = urlsplit(page.url).path
    old = tile(page, "Load")
    page = visit.open("/profile/")
    visit.examine("profile")
    entry = page.locator("#ftp .metric-entry").first
    entry.get_by_text("Edit").click()
    value = entry.get_by_label("FTP, W")
    new_ftp = int(float(value.input_value())) + 20
    value.fill(str(new_ftp))
    entry.get_by_role("button", name="See what changes").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Save").wait_for()
    visit.examine("ftp-preview")
    promised = number(dialog.locator(f'tr:has(a[href="{ride}"]) td').last)
    assert 7 == dialog.locator("table").first.locator("tbody tr").count()
    assert promised < old
    dialog.get_by_role("button", name="Save").click()
    page.get_by_text("Rides it touches are being computed anew.").wait_for()

    for _ in range(240):
        visit.open(ride)
        if tile(page, "Load") != old:
            break
        page.wait_for_timeout(500)
    assert promised == tile(page, "Load")
    assert page.locator("header.head").get_by_text(f"{new_ftp} W (").is_visible()
    visit.examine("ride-recomputed")
    assert {} == visit.findings


def test_a_class_is_found_by_its_load_practised_marked_and_planned(visit: Visit) -> None:
    library.find_by_load(visit)
    library.practise(visit)
    library.mark_and_plan(visit)
    library.record_targets(visit)

    assert {} == visit.findings


def test_a_ride_is_compared_written_of_and_shared(visit: Visit) -> None:
    open_ride(visit)
    comparing.compare(visit)
    comparing.write(visit, "The last block was too much", "hard")
    comparing.share(visit, "too much")

    assert {} == visit.findings


def test_a_token_opens_the_door_for_tools_and_nothing_else_does(visit: Visit, site: Site) -> None:
    page = visit.open("/account/sessions")
    visit.examine("sessions")
    assert page.get_by_text("this browser").is_visible()
    visit.open("/account/tokens")
    page.get_by_role("textbox", name="Name").fill("spreadsheet")
    page.locator('input[name=scopes][value="workouts:read"]').check()
    page.get_by_role("button", name="Make token").click()
    secret = page.locator("#new-token").inner_text().strip()
    visit.examine("tokens")

    assert WORKOUTS == len(_listed(site, (("authorization", f"Bearer {secret}"),)))
    with pytest.raises(grpc.RpcError) as refused:
        _listed(site, ())
    assert grpc.StatusCode.UNAUTHENTICATED is refused.value.code()
    assert {} == visit.findings


def _listed(site: Site, metadata: tuple[tuple[str, str], ...]) -> list[str]:
    """Every workout's name, as a tool reads them through `front`."""
    names: list[str] = []
    request = workouts_pb2.ListWorkoutsRequest(page_size=100)
    with grpc.insecure_channel(f"127.0.0.1:{site.front_port}") as channel:
        stub = WorkoutServiceStub(channel)
        while True:
            answer = stub.ListWorkouts(request, metadata=metadata, timeout=20)
            names += [workout.name for workout in answer.workouts]
            if not answer.next_page_token:
                return names
            request.page_token = answer.next_page_token


def test_c16_a_ride_that_comes_again_as_a_file_is_merged_and_taken_apart(visit: Visit) -> None:
    ride = transfers.save_as_fit(open_ride(visit))
    copy = transfers.bring_in(visit, ride.content, '=watch "<b>".fit')
    transfers.merge(visit, ride.path)
    assert visit.open("/history").get_by_text(f"{WORKOUTS} workouts since").is_visible()
    assert visit.open(ride.path).locator(f"#merged-from ~ * a[href='{copy}']").is_visible()
    visit.examine("ride-merged")
    transfers.take_apart(visit, ride.path)
    assert visit.open("/history").get_by_text(f"{WORKOUTS + 1} workouts since").is_visible()
    transfers.delete(visit, copy)
    assert visit.open("/history").get_by_text(f"{WORKOUTS} workouts since").is_visible()

    assert {} == visit.findings


def test_c16_what_is_certain_is_merged_at_one_word_and_taken_apart_at_another(visit: Visit) -> None:
    ride = transfers.save_as_fit(open_ride(visit))
    copy = transfers.bring_in(visit, ride.content, "again.fit")
    transfers.merge_all(visit)
    assert visit.open("/history").get_by_text(f"{WORKOUTS} workouts since").is_visible()
    assert visit.open(ride.path).locator(f"#merged-from ~ * a[href='{copy}']").is_visible()
    transfers.undo_all(visit)
    assert visit.open("/history").get_by_text(f"{WORKOUTS + 1} workouts since").is_visible()
    transfers.delete(visit, copy)

    assert {} == visit.findings


def test_after_signing_out_the_back_button_shows_nothing_private(stranger: Visit, member: Member) -> None:
    newcomer.sign_in(stranger)
    page = stranger.open("/history")
    private = page.locator("article.workout h3").first.inner_text()
    page.locator(".side .menu > summary").click()
    page.locator(".side").get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{stranger.origin}/")
    page.go_back()
    page.wait_for_load_state()

    assert "/sign-in" == urlsplit(page.url).path
    assert private not in page.content()
    assert [] == stranger.complaints


def test_t100_every_page_obeys_the_content_policy(visit: Visit, stranger: Visit, site: Site) -> None:
    visited = {**_crawl(stranger, ["/", "/sign-up", "/sign-in", "/reset"]), **_crawl(visit, ["/today"])}
    # Its links lead to workouts that are not there.
    visit.open("/styleguide")
    visited["/styleguide"] = visit.complaints

    assert {
        "/history",
        "/peloton/",
        "/profile/",
        "/account/tokens",
        "/workouts/*",
        "/exercises/*",
        "/privacy",
    } <= visited.keys()
    assert {} == {path: wrong for path, wrong in visited.items() if wrong}
    assert [] == [told for told in site.violations() if PROVOKED not in told]


def _crawl(visit: Visit, starts: list[str]) -> dict[str, list[str]]:
    """Open every page that a link of the site leads to, of a kind one; what was wrong on each."""
    waiting, wrong = list(starts), dict[str, list[str]]()
    while waiting:
        path = waiting.pop()
        if (kind := _kind(path)) in wrong:
            continue
        page = visit.open(path)
        wrong[kind] = [*visit.complaints]
        visit.complaints.clear()
        # A picture on its own is shown by a page of the browser's, which has styles of its own.
        links = page.locator('a[href]:not([download]):not([href$=".png"])').evaluate_all(
            "links => links.map((link) => link.href)"
        )
        waiting += [link.removeprefix(visit.origin) for link in links if link.startswith(f"{visit.origin}/")]
    return wrong


def _kind(path: str) -> str:
    """Pages that differ only in whose workout or which exercise they show, or in a filter, are of one kind."""
    return BUILT_IN.sub(r"\1*", re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}", "*", urlsplit(path).path))


def test_t100_a_script_from_elsewhere_does_not_run_and_is_told(stranger: Visit) -> None:
    """What the other tests rely on: a violation is heard."""
    page = stranger.open("/faq")
    page.evaluate(
        """(address) => new Promise((heard) => {
            document.addEventListener("securitypolicyviolation", () => setTimeout(heard, 100));
            const image = new Image();
            image.src = address;
            document.body.append(image);
        })""",
        PROVOKED,
    )

    assert any(told.startswith("content policy: img-src") for told in stranger.complaints)
