"""T098: forty ways to smuggle a script into a text, in every text of every page, in Chromium."""

import dataclasses
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser

from gateway.tests.previews import create_preview_app
from gateway.tests.samples import pages
from gateway.tests.serving import serving

pytestmark = pytest.mark.e2e

# Each runs, or leaves an element or attribute behind, wherever a text is taken for markup, a script or an address.
PAYLOADS = (
    "<script>window.ctzHit=1</script>",
    "<ScRiPt>window.ctzHit=1</sCrIpT>",
    "<script src=data:,window.ctzHit=1></script>",
    "<scr<script>ipt>window.ctzHit=1</script>",
    "</script><script>window.ctzHit=1</script>",
    "</title><script>window.ctzHit=1</script>",
    "</textarea><script>window.ctzHit=1</script>",
    "</style><script>window.ctzHit=1</script>",
    "--><script>window.ctzHit=1</script>",
    "]]><script>window.ctzHit=1</script>",
    '"><script>window.ctzHit=1</script>',
    "'><script>window.ctzHit=1</script>",
    "<img src=x onerror=window.ctzHit=1 data-ctz-hit>",
    '"><img src=x onerror=window.ctzHit=1 data-ctz-hit>',
    "'><img src=x onerror=window.ctzHit=1 data-ctz-hit>",
    "<svg onload=window.ctzHit=1 data-ctz-hit>",
    "<svg><script>window.ctzHit=1</script></svg>",
    "<svg><animate onbegin=window.ctzHit=1 attributeName=x dur=1s data-ctz-hit>",
    "<math><mtext data-ctz-hit></mtext></math>",
    "<body onload=window.ctzHit=1>",
    "<iframe src=javascript:parent.ctzHit=1 data-ctz-hit></iframe>",
    "<iframe srcdoc='<script>parent.ctzHit=1</script>' data-ctz-hit></iframe>",
    "<object data=javascript:window.ctzHit=1 data-ctz-hit></object>",
    "<details open ontoggle=window.ctzHit=1 data-ctz-hit>",
    "<input autofocus onfocus=window.ctzHit=1 data-ctz-hit>",
    "<video><source onerror=window.ctzHit=1 data-ctz-hit></video>",
    "<a href=javascript:window.ctzHit=1 data-ctz-hit>x</a>",
    "<form action=javascript:window.ctzHit=1 data-ctz-hit><button>x</button></form>",
    "<base href=http://127.0.0.1:1/ data-ctz-hit>",
    "<link rel=stylesheet href=data:,x data-ctz-hit>",
    "<meta http-equiv=refresh content='0;url=javascript:window.ctzHit=1' data-ctz-hit>",
    '<div x-data="{}" x-init="window.ctzHit=1" data-ctz-hit></div>',
    '" x-data="{}" x-init="window.ctzHit=1" data-ctz-hit="',
    "' x-data='{}' x-init='window.ctzHit=1' data-ctz-hit='",
    '" onmouseover="window.ctzHit=1" data-ctz-hit="',
    '" autofocus onfocus="window.ctzHit=1" data-ctz-hit="',
    "{{constructor.constructor('window.ctzHit=1')()}}",
    "${window.ctzHit=1}",
    "\\u003cscript\\u003ewindow.ctzHit=1\\u003c/script\\u003e",
    "&lt;script&gt;window.ctzHit=1&lt;/script&gt;",
)
ROUNDS = 2


def with_payloads(value: Any, draw: Callable[[], str]) -> Any:
    """The same value with a payload in the place of each text; addresses, keys and numbers stay."""
    if isinstance(value, str):
        return draw() if _is_text(value) else value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {each.name: with_payloads(getattr(value, each.name), draw) for each in dataclasses.fields(value)}
        return dataclasses.replace(value, **fields)
    if isinstance(value, dict):
        return {key: with_payloads(each, draw) for key, each in value.items()}
    if type(value) in {list, tuple}:
        return type(value)(with_payloads(each, draw) for each in value)
    return value


def _is_text(value: str) -> bool:
    return not value.startswith(("/", "http")) and (" " in value or value[:1].isupper())


@pytest.fixture(scope="module")
def hostile() -> Iterator[tuple[str, Callable[[int], None], list[str]]]:
    """A site whose every text is a payload: its address, how to choose a page's first one, and the payloads drawn."""
    drawn: list[str] = []
    turn = count()

    def draw() -> str:
        drawn.append(PAYLOADS[next(turn) % len(PAYLOADS)])
        return drawn[-1]

    def turn_to(first: int) -> None:
        nonlocal turn
        turn = count(first)

    app = create_preview_app(lambda context: with_payloads(context, draw))
    with serving(app) as address:
        yield address, turn_to, drawn


def test_t098_no_text_of_any_page_runs_or_becomes_an_element(
    browser: Browser, hostile: tuple[str, Callable[[int], None], list[str]]
) -> None:
    address, turn_to, drawn = hostile
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    hit: list[str] = []
    for round_ in range(ROUNDS):
        for number, name in enumerate(pages("")):
            # A text that many pages share has another payload on each.
            turn_to(number + round_ * len(PAYLOADS) // ROUNDS)
            answer = page.goto(f"{address}/samples/{name}")
            assert answer is not None
            assert 200 == answer.status, name
            if page.evaluate(
                "!!window.ctzHit || !!document.querySelector('[data-ctz-hit], [href^=\"javascript:\" i]')"
            ):
                hit.append(f"{name}, round {round_}")
    context.close()

    assert [] == hit
    assert [] == dialogs
    assert set(PAYLOADS) == set(drawn)
