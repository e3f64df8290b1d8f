"""Pauses between attempts: exponential with full jitter, so that a fleet does not knock in step."""

import random
from collections.abc import Callable


def pause_seconds(
    attempt: int, *, first: float, longest: float, draw: Callable[[float, float], float] = random.uniform
) -> float:
    """Return the pause after the attempt with this number (from 1 on), between half of its bound and all of it.

    Full jitter without its short half (Brooker, "Exponential Backoff And Jitter", AWS 2015, there called equal jitter):
    an idle loop must never spin.
    """
    bound: float = min(longest, first * 2 ** min(attempt - 1, 30))
    return draw(bound / 2, bound)
