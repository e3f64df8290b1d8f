"""The week board and the guided player in Chromium under the real content policy: mouse, keyboard, no script."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.tests.sample_visits import SampleVisit

pytestmark = pytest.mark.e2e
FRIDAY, SATURDAY, SUNDAY = "2025-06-13", "2025-06-14", "2025-06-15"
REFUSED = re.compile("status of (409|503)")


def titles(page: Page, day: str) -> list[str]:
    """What stands on a day."""
    return page.locator(f'.board-items[data-date="{day}"] .item-title').all_inner_texts()


def item(page: Page, title: str) -> str:
    """The selector of an item of the chosen week."""
    return f'.board-week:not(.is-other) [data-title="{title}"]'


def hold_the_board(page: Page) -> None:
    """Let a renewal find the page as it is: the sample knows nothing of a move."""
    page.route("**/samples/plan", lambda route: route.abort())


def test_an_item_is_moved_by_mouse_and_sent_at_once(visit: SampleVisit) -> None:
    page = visit.open("plan")
    hold_the_board(page)
    target = page.locator(f'.board-items[data-date="{SATURDAY}"]')
    box = page.locator(item(page, "Upper Body 20")).bounding_box()
    goal = target.bounding_box()
    assert box is not None
    assert goal is not None
    page.mouse.move(box["x"] + 40, box["y"] + 15)
    page.mouse.down()
    page.mouse.move(box["x"] + 70, box["y"] + 25, steps=3)
    page.mouse.move(goal["x"] + 40, goal["y"] + goal["height"] - 4, steps=5)
    expect(target.locator(".drop-mark")).to_be_visible()
    with page.expect_request("**/plan/items/*/move") as sent:
        page.mouse.up()

    fields = str(sent.value.post_data)
    assert SATURDAY in fields
    assert 'name="revision"\r\n\r\n3' in fields
    assert 'name="csrf_token"\r\n\r\ncsrf-sample' in fields


def test_an_item_is_moved_by_a_finger_after_it_was_held(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{address}/samples/plan")
    lifted = page.locator(item(page, "Upper Body 20"))
    lifted.scroll_into_view_if_needed()
    goal = page.locator(f'.board-items[data-date="{SATURDAY}"]')
    begin, end = lifted.bounding_box(), goal.bounding_box()
    assert begin is not None
    assert end is not None
    finger = context.new_cdp_session(page)

    def touch(kind: str, x: float, y: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, top = begin["x"] + 60, begin["y"] + 20
    touch("touchStart", x, top)
    expect(page.locator(".is-lifted")).to_have_count(1)
    for step in range(1, 9):
        touch("touchMove", x, top + (end["y"] + 10 - top) * step / 8)
    with page.expect_request("**/plan/items/*/move") as sent:
        touch("touchEnd", 0, 0)

    assert SATURDAY in str(sent.value.post_data)
    context.close()


def test_an_item_is_moved_by_keyboard_and_told(visit: SampleVisit) -> None:
    page = visit.open("plan")
    page.locator(f"{item(page, 'Upper Body 20')} .item-link").focus()
    page.keyboard.press("m")
    spoken = page.locator("[data-spoken]")
    expect(spoken).to_contain_text("Upper Body 20 lifted, Friday 13 June 2025")
    page.keyboard.press("ArrowRight")
    expect(spoken).to_contain_text("Saturday 14 June 2025")
    assert "Upper Body 20" in titles(page, SATURDAY)
    with page.expect_request("**/plan/items/*/move") as sent:
        page.keyboard.press("Enter")

    assert SATURDAY in str(sent.value.post_data)
    expect(spoken).to_contain_text("moved to Saturday 14 June 2025")
    assert [] == visit.complaints


def test_escape_takes_a_lifted_item_back(visit: SampleVisit) -> None:
    page = visit.open("plan")
    page.locator(f"{item(page, 'Upper Body 20')} .item-link").focus()
    for key in ("m", "ArrowRight", "ArrowRight", "Escape"):
        page.keyboard.press(key)

    assert ["Upper Body 20"] == titles(page, FRIDAY)
    expect(page.locator("[data-spoken]")).to_contain_text("Taken back")
    assert 0 == page.locator(".is-lifted").count()


def test_a_stale_move_goes_back_and_says_both(visit: SampleVisit) -> None:
    page = visit.open("plan")
    page.locator(f"{item(page, 'Upper Body 20')} .item-link").focus()
    for key in ("m", "ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    banner = page.locator("[data-conflict]")

    expect(banner).to_contain_text(
        "It is now: Upper Body 20, Saturday 14 June 2025. You moved it to Sunday 15 June 2025."
    )
    assert ["Upper Body 20"] == titles(page, FRIDAY)
    banner.get_by_role("button", name="Leave it there").click()
    expect(banner).to_be_hidden()
    assert [] == [words for words in visit.complaints if not REFUSED.search(words)]


def test_a_sheet_opens_over_the_board_and_gives_the_focus_back(visit: SampleVisit) -> None:
    page = visit.open("plan")
    link = page.locator(f"{item(page, 'Power Zone Max 45')} .item-link")
    link.click()
    dialog = page.locator("[data-sheet-dialog]")

    expect(dialog).to_contain_text("Your word on it")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()
    assert [] == visit.complaints


def play(page: Page) -> None:
    """Begin the session."""
    page.locator("[data-pause]").click()
    expect(page.locator("[data-player]")).to_have_attribute("data-running", "true")


def test_a_session_is_played_to_the_end_and_logged_at_the_second_try(visit: SampleVisit) -> None:
    page = visit.open("player-short")
    expect(page.locator("[data-word-now]")).to_have_text("Get ready")
    page.keyboard.press("Space")
    expect(page.locator("[data-word-now]")).to_have_text("Lift")
    expect(page.locator("#log-title")).to_be_focused()
    page.get_by_role("radio", name="7", exact=True).check(force=True)
    page.get_by_role("button", name="Log it").click()
    expect(page.locator("[data-log-problem]")).to_contain_text("The server did not answer")
    assert page.get_by_role("radio", name="7", exact=True).is_checked()
    page.get_by_role("button", name="Log it").click()
    page.wait_for_url("**/samples/today")

    assert [] == [words for words in visit.complaints if not REFUSED.search(words)]


def test_a_session_that_was_left_goes_on_where_it_stood(visit: SampleVisit) -> None:
    page = visit.open("player")
    play(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    left = page.locator("[data-left]").inner_text()
    page.keyboard.press("Escape")
    page.wait_for_url("**/samples/today")
    page = visit.open("player")

    assert "0:30" != left
    assert left == page.locator("[data-left]").inner_text()
    assert "Lift" == page.locator("[data-word-now]").inner_text()


def test_sound_and_voice_are_remembered(visit: SampleVisit) -> None:
    page = visit.open("player")
    sound = page.locator("[data-switch=sound]")
    assert "true" == sound.get_attribute("aria-pressed")
    sound.click()
    page = visit.open("player")

    assert "false" == page.locator("[data-switch=sound]").get_attribute("aria-pressed")
    assert "Sound off" in page.locator("[data-switch=sound]").inner_text()


@pytest.mark.parametrize("name", ["plan", "plan-item", "plan-add-routine", "template-edit", "routine-edit", "player"])
def test_plans_read_well_without_javascript(browser: Browser, address: str, name: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/samples/{name}")

    assert page.locator("h1").is_visible()
    assert 0 == page.locator("main button[type=button]:visible").count()
    context.close()


def test_without_a_script_the_player_is_a_list_with_a_form(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/samples/player")

    assert "Long holds, set 1 of 2" in page.locator(".play-lines").inner_text()
    assert page.get_by_label("Minutes done").is_visible()
    assert page.get_by_role("button", name="Log it").is_visible()
    context.close()
