"""The main job as a rider does it in a browser: sign in, sync, choose the FTP, read the history, make a token."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ctz_local.check.browser import Browser
from ctz_local.check.pages import Row
from ctz_local.errors import LocalError
from ctz_local.rider import Rider

_POLL_SECONDS: Final = 0.5
_SYNC_SECONDS_AT_LEAST: Final = 240.0
_SECONDS_PER_WORKOUT: Final = 0.5
# How long events may still be on their way after the last step was done.
_SETTLE_SECONDS: Final = 120.0
_PELOTON: Final = "/peloton/"
_SYNC: Final = "/peloton/sync"
_PROGRESS: Final = "/peloton/progress"
_HISTORY: Final = "/history"
_SCOPES: Final = ("workouts:read", "plans:read", "challenges:read", "metrics:read", "sync:read")


class JobFailed(LocalError):
    """The main job cannot go on."""


@dataclass(frozen=True, slots=True)
class SyncTimes:
    """Seconds from "Sync now" until the list was whole, the sync was done, and every chart was analysed.

    `calls` are those that Peloton counted when the sync was done: the class library is read after that.
    """

    listed: float
    synced: float
    analysed: float
    calls: dict[str, int]


@dataclass(frozen=True, slots=True)
class History:
    """The whole history as its pages show it."""

    rows: list[Row]
    page_bytes: list[int]
    page_seconds: list[float]
    wire_bytes: list[int]


class Journey:
    """One rider at the gateway."""

    def __init__(self, browser: Browser, rider: Rider, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._browser = browser
        self._rider = rider
        self._pause = pause

    def sign_in(self) -> None:
        """Sign in by the form."""
        page = self._browser.open("/sign-in").page
        self._browser.submit(page, "/sign-in", {"email": self._rider.email, "password": self._rider.password})

    def sync(self, *, workouts: int, count_calls: Callable[[], dict[str, int]]) -> SyncTimes:
        """Press "Sync now" and watch the progress until everything is here and analysed."""
        deadline = time.monotonic() + max(_SYNC_SECONDS_AT_LEAST, workouts * _SECONDS_PER_WORKOUT)
        page = self._browser.open(_PELOTON).page
        begin = time.monotonic()
        self._browser.submit(page, _SYNC, {})
        listed = synced = 0.0
        calls: dict[str, int] = {}
        while True:
            progress = self._progress()
            elapsed = time.monotonic() - begin
            phases = {phase["slug"]: phase["state"] for phase in progress.get("phases", ())}
            is_over = bool(phases) and not progress["is_running"]
            listed = listed or (elapsed if is_over or phases.get("list") == "done" else 0.0)
            if is_over and not synced:
                synced, calls = elapsed, count_calls()
            if is_over and phases.get("analysis") == "done" and self._has_arrived(progress):
                return SyncTimes(listed, synced, time.monotonic() - begin, calls)
            if time.monotonic() > deadline:
                raise JobFailed(f"The sync was not done after {elapsed:.0f} s: {_told(progress)}")
            self._pause(_POLL_SECONDS)

    def choose_ftp(self) -> bool:
        """Take Peloton's own reading of the FTP in the wizard; False where it knows none."""
        deadline = time.monotonic() + _SETTLE_SECONDS
        while time.monotonic() < deadline:
            page = self._browser.open("/welcome/ftp").page
            form = page.form("/welcome/ftp")
            if form is not None and form.fields.get("reading") == "proposed":
                self._browser.submit(page, "/welcome/ftp", {})
                return True
            if "still being asked" not in page.words():
                return False
            self._pause(_POLL_SECONDS)
        raise JobFailed("Peloton's FTP was still being looked up.")

    def wait(self, is_done: Callable[[], bool]) -> float:
        """Wait until `is_done`, though not for ever: the comparison tells what did not come; seconds that it took."""
        begin = time.monotonic()
        while not is_done() and time.monotonic() - begin < _SETTLE_SECONDS:
            self._pause(_POLL_SECONDS)
        return time.monotonic() - begin

    def open_all(self, paths: Sequence[str], is_done: Callable[[], bool]) -> None:
        """Open workouts, which has fetched what a sync leaves out, and wait for it."""
        for path in paths:
            self._browser.open(path)
        self.wait(is_done)

    def history(self) -> History:
        """Walk the history from its newest page to its oldest."""
        history = History([], [], [], [])
        path = _HISTORY
        while path:
            begin = time.monotonic()
            answer = self._browser.open(path)
            history.page_seconds.append(time.monotonic() - begin)
            history.page_bytes.append(len(answer.body))
            history.wire_bytes.append(answer.wire_bytes)
            page = answer.page
            history.rows.extend(page.rows())
            path = page.older()
        return history

    def make_token(self) -> str:
        """Make a personal access token by the form; its secret."""
        page = self._browser.open("/account/tokens").page
        fields: dict[str, str | list[str]] = {
            "name": "ctz demo --check",
            "scopes": list(_SCOPES),
            "own_password": self._rider.password,
        }
        answer = self._browser.submit(page, "/account/tokens", fields)
        secret = answer.page.with_id("new-token")
        if secret is None:
            raise JobFailed("The token page shows no new token.")
        return secret.text

    def failures(self) -> str:
        """Return what the Peloton page says needs a look; empty when nothing does."""
        section = self._browser.open(_PELOTON).page.with_id("failures")
        return section.text if section is not None else ""

    def _progress(self) -> dict[str, Any]:
        progress: dict[str, Any] = self._browser.open(_PROGRESS, accept="application/json").json()
        return progress

    def _has_arrived(self, progress: dict[str, Any]) -> bool:
        """Tell whether the history counts as many workouts as the sync has listed: their events are all through."""
        results = self._browser.open(_HISTORY).page.with_id("results")
        return results is not None and results.text.startswith(f"{progress['done']} workout")


def _told(progress: dict[str, Any]) -> str:
    phases = [f"{phase['slug']} {phase['state']} {phase['done_text']}" for phase in progress.get("phases", ())]
    message = progress.get("message") or {}
    return ", ".join(phases) + (f" ({message.get('text')})" if message else "")
