"""What a rider does with one ride: hold it against an earlier attempt, write of it, show it around."""

from playwright.sync_api import Page, expect

from gateway.tests.chromium import Visit, figures_in

PICTURE_PIXELS = [1200, 630]


def compare(visit: Visit) -> None:
    """From a ride's page to its best earlier attempt, and back."""
    page = visit.page
    page.get_by_role("link", name="Compare", exact=True).click()
    page.get_by_role("heading", name="Your attempts").wait_for()
    visit.settle()
    assert page.locator("table", has=page.get_by_text("Place")).locator("tbody tr").count() > 1
    this, other, ahead = (_tile(page, name) for name in ("This attempt", "The other", "the end"))
    # Each is rounded to a tenth.
    assert abs(abs(this - other) - abs(ahead)) <= 0.2
    visit.examine("compare")
    page.go_back()


def write(visit: Visit, note: str, tag: str) -> None:
    """A note and a tag, which stay."""
    page = visit.page
    page.get_by_label("Your note").fill(note)
    page.get_by_label("Tags").fill(tag)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved.").wait_for()
    page.reload()
    expect(page.get_by_label("Your note")).to_have_value(note)
    expect(page.get_by_label("Tags")).to_have_value(tag)


def share(visit: Visit, secret: str) -> None:
    """A picture with figures that the rider chooses; nothing that was written is told with it."""
    page = visit.page
    page.get_by_role("link", name="Share", exact=True).click()
    picture = page.locator("img.share-picture")
    expect(picture).to_have_js_property("complete", value=True)
    assert PICTURE_PIXELS == picture.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    before = picture.get_attribute("src")
    page.get_by_role("checkbox", checked=True).first.uncheck()
    page.get_by_role("button", name="Show").click()
    visit.settle()
    expect(picture).not_to_have_attribute("src", before or "")
    assert secret not in page.content()
    visit.examine("share")


def _tile(page: Page, label: str) -> float:
    figure = page.locator(".tiles .stat").filter(has=page.locator("dt", has_text=label)).locator("dd").first
    return figures_in(figure.inner_text())[0]
