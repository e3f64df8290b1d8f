"""Being polite and giving up: rate limit, backoff, breaker, kill switch. Time and chance come in as arguments."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

BACKOFF_BASE = timedelta(seconds=2)
BACKOFF_CAP = timedelta(minutes=10)
# Peloton was well if it answered anybody this lately.
RECENT_SUCCESS = timedelta(minutes=2)
LONGEST_OUTAGE = timedelta(hours=24)
MAXIMUM_RETRY_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Rate:
    """Calls per second, and how many may come at once."""

    per_second: float
    burst: int = 1

    @property
    def interval(self) -> timedelta:
        """Time between two calls."""
        return timedelta(seconds=1 / self.per_second)

    @property
    def tolerance(self) -> timedelta:
        """How far the theoretical arrival time may run ahead of the clock."""
        return self.interval * (self.burst - 1)


def backoff(attempt: int, uniform: Callable[[], float]) -> timedelta:
    """Full jitter: a uniform share of a ceiling that doubles with each attempt (AWS Builders' Library)."""
    ceiling = min(BACKOFF_CAP, BACKOFF_BASE * (1 << min(attempt, 20)))
    return ceiling * uniform()


class BreakerState(StrEnum):
    """Closed lets calls through; open lets one probe through now and then."""

    CLOSED = "closed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """So many failures within the window open the breaker; then one probe per interval."""

    failures: int = 5
    window: timedelta = timedelta(seconds=60)
    probe_interval: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Breaker:
    """The breaker that all workers share."""

    state: BreakerState = BreakerState.CLOSED
    reason: str = ""
    failures: int = 0
    window_start: datetime | None = None
    next_probe_time: datetime | None = None
    last_success: datetime | None = None

    def is_open(self) -> bool:
        """Whether only probes may go through."""
        return self.state == BreakerState.OPEN

    def is_outage(self, now: datetime) -> bool:
        """Whether failures are Peloton's and not the task's; after a day of nothing but failures they are."""
        return self.is_open() and (self.window_start is None or now - self.window_start < LONGEST_OUTAGE)

    def is_probe_due(self, now: datetime) -> bool:
        """Whether the next call may be tried although the breaker is open."""
        return self.is_open() and (self.next_probe_time is None or self.next_probe_time <= now)

    def probing(self, now: datetime, interval: timedelta) -> "Breaker":
        """One probe is under way; the next comes an interval later."""
        return replace(self, next_probe_time=now + interval)

    def blames_upstream(self, now: datetime, *, is_first_attempt: bool) -> bool:
        """Whether a failure speaks against Peloton: one bad item, tried again while others arrive, does not."""
        is_quiet = self.last_success is None or now - self.last_success > RECENT_SUCCESS
        return is_first_attempt or is_quiet or self.is_open()

    def wants_success(self, now: datetime) -> bool:
        """Whether the next good answer has to be noted; not each one, which would be a write for every call."""
        is_old = self.last_success is None or now - self.last_success > RECENT_SUCCESS / 4
        return is_old or self.failures > 0

    def failed(self, now: datetime, policy: BreakerPolicy) -> "Breaker":
        """One more failure of the upstream as a whole."""
        if self.is_open():
            return replace(self, next_probe_time=max(self.next_probe_time or now, now + policy.probe_interval))
        is_stale = self.window_start is None or now - self.window_start > policy.window
        failures = 1 if is_stale else self.failures + 1
        start = now if is_stale else self.window_start
        if failures >= policy.failures:
            return replace(
                self,
                state=BreakerState.OPEN,
                reason="peloton_down",
                failures=failures,
                window_start=start,
                next_probe_time=now + policy.probe_interval,
            )
        return replace(self, failures=failures, window_start=start)

    def limited(self, now: datetime, retry_after: timedelta | None, policy: BreakerPolicy) -> "Breaker":
        """Peloton asked us to wait: nobody calls before that time."""
        wait = min(retry_after, MAXIMUM_RETRY_AFTER) if retry_after is not None else policy.probe_interval
        until = max(now + wait, self.next_probe_time or now)
        return replace(self, state=BreakerState.OPEN, reason="rate_limited", next_probe_time=until)

    def succeeded(self, now: datetime) -> "Breaker":
        """A call went through."""
        return Breaker(last_success=now)


@dataclass(frozen=True, slots=True)
class Gate:
    """What stands between the workers and Peloton."""

    breaker: Breaker
    is_killed: bool
    kill_reason: str


class Passage(StrEnum):
    """Whether work may be claimed."""

    FREE = "free"
    PROBE = "probe"
    SHUT = "shut"


def passage(gate: Gate, now: datetime) -> Passage:
    """What the gate allows at this moment."""
    if gate.is_killed:
        return Passage.SHUT
    if not gate.breaker.is_open():
        return Passage.FREE
    return Passage.PROBE if gate.breaker.is_probe_due(now) else Passage.SHUT
