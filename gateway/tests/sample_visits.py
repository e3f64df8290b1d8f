"""Visits to samples of pages."""

from typing import Final

from playwright.sync_api import BrowserContext, Page

from gateway.tests.chromium import ROOT, Visit

SHOTS: Final = ROOT / "artifacts/pages"


class SampleVisit(Visit):
    """A page that notes every complaint of the browser, and opens samples by their names."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        super().__init__(context, origin, SHOTS)

    def open(self, path: str) -> Page:
        """Open the sample of that name and wait until its fonts and its chart are there."""
        return super().open(f"/samples/{path}")
