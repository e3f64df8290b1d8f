"""Waiting for a condition with a deadline, on the monotonic clock."""

import time
from collections.abc import Callable


def wait_until(condition: Callable[[], bool], *, timeout_seconds: float, interval_seconds: float = 0.02) -> bool:
    """Poll `condition` until it holds; False when the time-out passes first."""
    deadline = time.monotonic() + timeout_seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(interval_seconds)
    return True
