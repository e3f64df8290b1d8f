"""Decides before each call whether it fails, and how: rate limit, closed endpoints, scripted failures."""

import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Lock

from ctz_simulator.calls import SIGN_IN_KINDS, Call
from ctz_simulator.knobs import Body, Failure, Knobs

TOO_MANY_REQUESTS, FORBIDDEN = 429, 403


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a call gets instead of, or on top of, its answer."""

    failure: Failure
    retry_after: str | None = None


class Gate:
    """The current knobs and what has been used up of them; safe from several threads."""

    def __init__(self, knobs: Knobs, clock: Callable[[], float]) -> None:
        """Start with these knobs; `clock` gives epoch seconds."""
        self._initial = knobs
        self._clock = clock
        self._lock = Lock()
        self._turn(knobs)

    @property
    def knobs(self) -> Knobs:
        """The knobs in force."""
        return self._knobs

    def turn(self, knobs: Knobs) -> None:
        """Put new knobs in force; scripts start from their beginning."""
        with self._lock:
            self._turn(knobs)

    def reset(self) -> None:
        """Back to the knobs of the start."""
        self.turn(self._initial)

    def judge(self, call: Call) -> Verdict | None:
        """The verdict on a call, none if it may pass."""
        with self._lock:
            if call.kind not in SIGN_IN_KINDS and self._knobs.endpoint_gone:
                return Verdict(Failure(status=FORBIDDEN))
            if self._is_too_fast():
                return Verdict(Failure(status=TOO_MANY_REQUESTS, body=Body.CLOUDFLARE), self._retry_after())
            for index, failure in enumerate(self._knobs.failures):
                if self._hits(index, failure, call):
                    return Verdict(failure, failure.retry_after)
            return None

    def takes_refresh_answer(self) -> bool:
        """Whether the answer to this refresh is to be lost."""
        with self._lock:
            if self._answers_to_lose == 0:
                return False
            self._answers_to_lose -= 1
            return True

    def _turn(self, knobs: Knobs) -> None:
        self._knobs = knobs
        self._seen: Counter[int] = Counter()
        self._hit: Counter[int] = Counter()
        self._random = random.Random(knobs.seed)
        self._patterns = tuple(re.compile(failure.match) for failure in knobs.failures)
        self._answers_to_lose = knobs.lose_refresh_answers
        self._free_at = 0.0

    def _hits(self, index: int, failure: Failure, call: Call) -> bool:
        if failure.kind not in ("", call.kind) or failure.username not in ("", call.username):
            return False
        if not self._patterns[index].search(call.path):
            return False
        self._seen[index] += 1
        if self._seen[index] <= failure.skip or (failure.count is not None and self._hit[index] >= failure.count):
            return False
        if failure.probability < 1.0 and self._random.random() >= failure.probability:
            return False
        self._hit[index] += 1
        return True

    def _is_too_fast(self) -> bool:
        """A bucket that refills at the given rate (GCRA): the theoretical time of the next call must not run ahead."""
        if self._knobs.rate_per_second is None:
            return False
        now, step = self._clock(), 1.0 / self._knobs.rate_per_second
        free_at = max(self._free_at, now)
        if free_at - now > step * (self._knobs.rate_burst - 1) + 1e-9:
            return True
        self._free_at = free_at + step
        return False

    def _retry_after(self) -> str | None:
        seconds = self._knobs.retry_after_seconds
        match self._knobs.retry_after_form:
            case "none":
                return None
            case "date":
                moment = datetime.fromtimestamp(self._clock(), UTC) + timedelta(seconds=seconds)
                return format_datetime(moment, usegmt=True)
            case _:
                return str(seconds)
