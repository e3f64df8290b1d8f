"""Whether a process can do its work now, told truthfully and cheaply to probes."""

import logging
import threading
import time
from collections.abc import Callable, Mapping

Check = Callable[[], bool]

logger = logging.getLogger(__name__)

CACHE_SECONDS = 0.5
"""Probes are open to everybody, so they never cost more than this often."""


class Readiness:
    """Named checks; all must hold. After `close` the process is draining and never ready again."""

    def __init__(self, checks: Mapping[str, Check], *, cache_seconds: float = CACHE_SECONDS) -> None:
        self._checks = dict(checks)
        self._cache_seconds = cache_seconds
        self._lock = threading.Lock()
        self._closed = False
        self._known: dict[str, bool] = {}
        self._known_until = 0.0

    def add(self, name: str, check: Check) -> None:
        """Add a check."""
        with self._lock:
            self._checks[name] = check
            self._known_until = 0.0

    def close(self) -> None:
        """Say from now on that the process is going away."""
        self._closed = True

    def facts(self) -> dict[str, bool]:
        """Return what holds and what does not."""
        with self._lock:
            if time.monotonic() >= self._known_until:
                self._known = {name: _holds(name, check) for name, check in self._checks.items()}
                self._known_until = time.monotonic() + self._cache_seconds
            return {**self._known, "accepting": not self._closed}

    def is_ready(self) -> bool:
        """Tell whether everything holds."""
        return all(self.facts().values())


def _holds(name: str, check: Check) -> bool:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - whatever a check trips over means "not ready"
        logger.warning("readiness.check_failed", extra={"check": name, "error": repr(error)})
        return False


def latched(check: Check) -> Check:
    """Return a check that is not asked again once it held: for what cannot become false under a running process."""
    held = False

    def ask() -> bool:
        nonlocal held
        held = held or check()
        return held

    return ask
