"""The time left for the work at hand; every hop passes on less than it has."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# What a hop keeps for itself, to be able to answer when the next one does not: more than the rounding of gRPC's
# timeout header (at most 1 % of the value).
RESERVE_SECONDS = 0.05
RESERVE_SHARE = 0.02

_ends_at: ContextVar[float | None] = ContextVar("ctz_deadline", default=None)


@contextmanager
def deadline_scope(seconds: float) -> Iterator[None]:
    """Give the block a budget; inside another block never more than that one has left."""
    ends_at = time.monotonic() + seconds
    outer = _ends_at.get()
    token = _ends_at.set(ends_at if outer is None else min(outer, ends_at))
    try:
        yield
    finally:
        _ends_at.reset(token)


def remaining_seconds() -> float | None:
    """Return what is left of the ambient budget (negative when overdrawn), or None without one."""
    ends_at = _ends_at.get()
    return None if ends_at is None else ends_at - time.monotonic()


def budget_seconds(timeout: float | None) -> float | None:
    """Return the time to give to the next hop: the time-out asked for, within what is left less the reserve."""
    left = remaining_seconds()
    if left is None:
        return timeout
    budget = left - max(RESERVE_SECONDS, left * RESERVE_SHARE)
    return budget if timeout is None else min(timeout, budget)
