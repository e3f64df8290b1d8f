"""Files in Chromium over the real views: dropping, sending with a bar, refusals, figures that renew themselves."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ctz.workouts.v1 import transfers_pb2 as pb
from playwright.sync_api import Browser, Page, expect

from gateway.tests.fake_files import FULL, LARGEST_FILE
from gateway.tests.live import Live, living
from gateway.tests.neighbours import ids_of

pytestmark = pytest.mark.e2e
SOON = 12_000
HOSTILE = "<img src=x onerror=window.ctzHit=1>.fit"
DROP = """([zone, names]) => {
    const data = new DataTransfer();
    for (const name of names) data.items.add(new File(["ride"], name));
    zone.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def live(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    with living(browser, tmp_path, monkeypatch) as live:
        yield live


def choose(page: Page, *files: tuple[str, bytes]) -> None:
    page.locator("#files").set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": body} for name, body in files]
    )


def send(page: Page) -> None:
    page.get_by_role("button", name="Import", exact=True).click()


def test_files_are_dropped_listed_and_sent(live: Live) -> None:
    page = live.open("/import")
    page.evaluate(DROP, [page.locator(".drop").element_handle(), [HOSTILE, "two.tcx"]])
    expect(page.locator(".drop-list li")).to_have_count(2)
    send(page)
    page.wait_for_url("**/import/*")

    expect(page.locator(".file-name").first).to_have_text(HOSTILE)
    assert page.evaluate("!window.ctzHit && !document.querySelector('main img')")
    assert [] == live.complaints


def test_t098_names_and_strings_of_files_stay_text_in_the_browser(live: Live) -> None:
    town, payload = live.town, "<img src=x onerror=window.ctzHit=1>"
    ids = ids_of(town, town.a)
    file = town.transfers.files[f"imports/{ids.import_id}"][0]
    file.file_name = file.problems[0].place = file.problems[0].message = payload
    for member in town.transfers.members[town.a.user_id].values():
        member.device_type = member.workout.title = member.source = member.series_slugs[0] = payload
    for path in (f"/import/{ids.import_id}", "/duplicates", "/import", "/export"):
        page = live.open(path)

        assert page.evaluate("!window.ctzHit && !document.querySelector('main img')")
    assert [] == live.complaints


def test_a_refusal_is_said_where_the_files_were_chosen_and_they_stay_chosen(live: Live) -> None:
    page = live.open("/import")
    send(page)
    expect(page.get_by_text("Choose a file first.")).to_be_visible()
    choose(page, (FULL, b"ride"))
    send(page)

    expect(page.get_by_text("Too much waits to be read already.")).to_be_visible()
    expect(page.locator(".drop-list li")).to_have_count(1)
    assert ["422" in told for told in live.complaints] == [True]
    live.complaints.clear()


def test_more_than_may_be_sent_is_not_sent(live: Live) -> None:
    page = live.open("/import")
    page.locator("form[data-largest]").evaluate("(form) => { form.dataset.largest = '10'; }")
    choose(page, ("long.fit", b"x" * 4096))
    send(page)

    expect(page.get_by_text("That is 4 kB, more than can be sent at once.")).to_be_visible()
    assert 0 == live.town.transfers.begun


def test_what_was_not_taken_is_said_on_the_next_page(live: Live) -> None:
    page = live.open("/import")
    choose(page, ("huge.zip", b"x" * (2 * LARGEST_FILE)), ("one.fit", b"ride"))
    send(page)
    page.wait_for_url("**/import/*")

    expect(page.get_by_text("“huge.zip” was not taken.")).to_be_visible()
    assert [] == live.complaints


def test_an_import_renews_itself_until_everything_is_read(live: Live) -> None:
    ids = ids_of(live.town, live.town.a)
    told = live.town.transfers.imports[live.town.a.user_id][f"imports/{ids.import_id}"]
    told.state, told.finished_item_count = pb.TRANSFER_STATE_RUNNING, 1
    page = live.open(f"/import/{ids.import_id}")
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "33")
    told.finished_item_count = 2
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "66", timeout=SOON)
    told.state, told.finished_item_count = pb.TRANSFER_STATE_DONE, 3
    expect(page.get_by_text("Everything is read", exact=True)).to_be_visible(timeout=SOON)

    expect(page.locator("[role=status]", has_text="Everything is read:")).to_have_count(1)
    assert [] == live.complaints


def test_a_merge_is_undone_from_its_toast(live: Live) -> None:
    page = live.open("/duplicates")
    page.get_by_role("button", name=re.compile("^Merge ?:")).click()
    page.locator(".toast").get_by_role("button", name="Undo").click()

    expect(page.get_by_text("It is listed on its own again.")).to_be_visible()
    assert [] == live.complaints
