"""Chromium of the machine, and visits that note whatever a browser, the content policy or axe complain about."""

import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

ROOT: Final = Path(__file__).resolve().parents[2]
AXE: Final = ROOT / "gateway/frontend/node_modules/axe-core/axe.min.js"
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Where each thing stands that passes is not asked: that takes half the time.
_RUN_AXE: Final = """axe.run(document, {runOnly: RULES, resultTypes: ["violations"]}).then((found) => JSON.stringify(
    found.violations.map((finding) => [finding.id, finding.nodes.map((node) => node.target.join(" "))])))
""".replace("RULES", json.dumps(_RULES))
_TELL_VIOLATIONS: Final = """document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`content policy: ${event.effectiveDirective} ${event.blockedURI}`));
"""
_FROM_THE_TOP: Final = """scrollTo(0, 0),
    new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"""
# In CI nobody looks at them.
_TAKES_PICTURES: Final = os.environ.get("CTZ_CI") != "1"
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost"})
# Every name but loopback resolves to nothing (T066), and the browser itself calls nobody.
_ARGUMENTS: Final = [
    "--no-sandbox",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


@dataclass(frozen=True, slots=True)
class Variant:
    """A width of the window, in CSS pixels, and a colour scheme.

    Axe judges one of each width and scheme: it takes longer than all else.
    """

    name: str
    width: int
    scheme: Literal["light", "dark"]
    is_judged: bool = False


VARIANTS: Final = (
    Variant("wide-light", 1440, "light", is_judged=True),
    Variant("wide-dark", 1440, "dark"),
    Variant("narrow-dark", 360, "dark", is_judged=True),
    Variant("narrow-light", 360, "light"),
)


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium, until the end of the block."""
    chromium = os.environ.get("CTZ_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        yield browser
        browser.close()


class Visit:
    """A page that notes every complaint of the browser; screenshots of what is examined go to a folder."""

    def __init__(self, context: BrowserContext, origin: str, shots: Path) -> None:
        context.add_init_script(_TELL_VIOLATIONS)
        self.origin = origin
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.findings: dict[str, list[object]] = {}
        self._shots = shots
        shots.mkdir(parents=True, exist_ok=True)
        self.page.on(
            "console",
            lambda message: self.complaints.append(message.text) if message.type in {"error", "warning"} else None,
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", self._note_failure)
        self.page.on("request", self._note_foreign)
        self._devtools = context.new_cdp_session(self.page)

    def open(self, path: str) -> Page:
        """Open a path of the site and wait until its fonts and its chart are there."""
        self.page.goto(f"{self.origin}{path}")
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the page is whole, and its fonts and its chart are there."""
        self.page.wait_for_load_state()
        self.page.evaluate("document.fonts.ready")
        if self.page.locator("[data-ride-chart]").count():
            self.page.locator("[data-drawn]").wait_for()

    def examine(self, name: str, *, whole: bool = True, variants: Sequence[Variant] = VARIANTS) -> None:
        """Look at the page as it stands in widths and schemes: picture, width, axe. It ends in the first of them.

        Not `whole` where a page grows as it is scrolled, which a screenshot of all of it would set going.
        """
        self.settle()
        for variant in variants:
            self._show(variant)
            if _TAKES_PICTURES:
                self.page.screenshot(path=self._shots / f"{name}-{variant.name}.png", full_page=whole)
            wider = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            seen_by_axe = self.axe() if variant.is_judged else []
            found = [*seen_by_axe, *([f"{wider} px too wide"] if wider > 0 else [])]
            if found:
                self.findings[f"{name}, {variant.name}"] = found
        self._show(variants[0])
        if self.complaints:
            self.findings[name] = [*self.complaints]
            self.complaints.clear()

    def axe(self) -> list[object]:
        """Findings of axe; it is put in by the debugger, which the content policy does not bind."""
        if self._evaluate("typeof axe") == "undefined":
            self._evaluate(f"{AXE.read_text(encoding='utf-8')};0")
        return list(json.loads(str(self._evaluate(_RUN_AXE))))

    def _show(self, variant: Variant) -> None:
        # Nothing may be half way between two schemes when it is looked at.
        self.page.emulate_media(color_scheme=variant.scheme, reduced_motion="reduce")
        self.page.set_viewport_size({"width": variant.width, "height": 900})
        # From its top, where the bars that stay in place cover the same things at every look. Charts follow a new width
        # within two frames.
        self.page.evaluate(_FROM_THE_TOP)

    def _evaluate(self, expression: str) -> object:
        answer = self._devtools.send(
            "Runtime.evaluate", {"expression": expression, "awaitPromise": True, "returnByValue": True}
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def _note_failure(self, request: Request) -> None:
        """A request that did not arrive; one that a navigation cut short is no failure."""
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {request.url}, {request.failure}")

    def _note_foreign(self, request: Request) -> None:
        """A request to anybody else than this machine."""
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and address.hostname not in _LOOPBACK:
            self.complaints.append(f"foreign: {request.url}")


def figures_in(text: str) -> list[float]:
    """The numbers in a text, in their order; thousands are written with commas."""
    return [float(found.replace(",", "")) for found in re.findall(r"-?\d[\d,]*(?:\.\d+)?", text)]
