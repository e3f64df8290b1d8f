"""What a rider does with files: saves a ride, brings it in again, says that both are one, takes that back."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

from gateway.tests.chromium import Visit


@dataclass(frozen=True, slots=True)
class SavedRide:
    """A ride as a file, and the path of its page."""

    path: str
    content: bytes


def save_as_fit(page: Page) -> SavedRide:
    """Download the workout whose page is open."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as FIT").click()
    return SavedRide(urlsplit(page.url).path, Path(download.value.path()).read_bytes())


def bring_in(visit: Visit, content: bytes, name: str) -> str:
    """Import a file by the form, and wait until the page says by itself that it is read; the path of its workout."""
    page = visit.open("/import")
    visit.examine("import")
    page.locator("#files").set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})
    page.get_by_role("button", name="Import", exact=True).click()
    page.wait_for_url("**/import/*")
    page.get_by_text("Everything is read", exact=True).wait_for()
    assert page.get_by_text("1 workout added", exact=True).is_visible()
    visit.examine("import-done")
    return str(page.get_by_role("link", name="See it").get_attribute("href"))


def merge(visit: Visit, path: str) -> None:
    """Merge the pair of which the workout at a path is the one to be shown."""
    page = visit.open("/duplicates")
    visit.examine("duplicates")
    pair = page.locator("article.pair").filter(has=page.locator(f"a[href='{path}']"))
    pair.get_by_role("button", name=re.compile("^Merge ?:")).click()
    _toast(page).wait_for()


def take_apart(visit: Visit, path: str) -> None:
    """Undo the merge of the workout at a path."""
    page = visit.open(path)
    page.get_by_role("link", name="Take it apart").click()
    merged = page.locator("li").filter(has=page.locator(f"a[href='{path}']"))
    merged.get_by_role("button", name=re.compile("^Undo ?:")).click()
    page.get_by_text("It is listed on its own again.").wait_for()


def merge_all(visit: Visit) -> None:
    """Merge everything that is certain, and wait until the page says by itself that it is done."""
    page = visit.open("/duplicates")
    page.get_by_role("link", name="Look through them").click()
    page.wait_for_url("**/duplicates/certain")
    visit.examine("certain")
    page.locator("summary", has_text="Merge all").click()
    page.get_by_role("button", name="Merge them").click()
    page.get_by_role("heading", name="1 workout merged").wait_for()
    visit.examine("merge-batch")


def undo_all(visit: Visit) -> None:
    """Take everything that was merged together apart again, from the list of duplicates."""
    page = visit.open("/duplicates")
    page.locator("summary", has_text="Undo all").click()
    page.get_by_role("button", name="Undo all").click()
    page.get_by_role("heading", name="Everything is taken apart again").wait_for()


def delete(visit: Visit, path: str) -> None:
    """Delete a workout of the rider's own."""
    page = visit.open(path)
    page.get_by_role("link", name="Change or delete this workout").click()
    page.get_by_text("Delete the workout").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_text("The workout is deleted.").wait_for()


def _toast(page: Page) -> Locator:
    return page.locator(".toast").get_by_role("button", name="Undo")
