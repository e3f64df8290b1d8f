"""The handler's thread: events go in, verdicts come out, while the adapter's own thread keeps the connection alive."""

import heapq
import itertools
import logging
import math
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ctz_chassis.backoff import pause_seconds
from ctz_chassis.broker.ports import Handler, Together
from ctz_chassis.errors import Unavailable
from ctz_chassis.events import Event, Poison
from ctz_chassis.metrics import counter

logger = logging.getLogger(__name__)

_VERDICTS_A_WAKE = 8
_LONGEST_RETRY_SECONDS = 30.0
_LONGEST_AWAY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Settled:
    """What to tell the broker about a delivery: acknowledge it, or first make it a dead letter with this reason."""

    tag: Any
    poison: Poison | None = None


@dataclass(frozen=True, slots=True)
class _Job:
    tag: Any
    event: Event
    failures: int = 0
    last_error: str = ""


class Lane:
    """Handles events on a thread of its own, and keeps those that have to be tried again.

    Those that wait at the same time are handled together where they may be; when that fails they go one by one, so
    that each is judged by itself. An event that raised waits here, unacknowledged, and comes again marked as
    redelivered: an attempt in this process and one after a crash are counted alike, and no broker's way of counting
    matters. While the database is away (`Unavailable`) the lane stands still and nothing is counted.
    """

    def __init__(
        self,
        handler: Handler,
        together: Together | None,
        *,
        name: str,
        retry_seconds: float,
        wake: Callable[[], None],
    ) -> None:
        self._handler = handler
        self._together = together
        self._name = name
        self._retry_seconds = retry_seconds
        self._wake = wake
        self._jobs: queue.SimpleQueue[Sequence[_Job] | None] = queue.SimpleQueue()
        self._settled: deque[Settled] = deque()
        self._failed: deque[_Job] = deque()
        self._later: list[tuple[float, int, _Job]] = []
        self._order = itertools.count()
        self._stopping = threading.Event()
        self._attempts = counter("ctz_consumer_attempts", "Attempts to handle an event, by result", ["queue", "result"])
        self._thread = threading.Thread(target=self._work, name=f"{name} handler", daemon=True)
        self._thread.start()

    def submit(self, deliveries: Iterable[tuple[Any, Event]]) -> None:
        """Queue deliveries that came at the same time, by their tags."""
        if jobs := [_Job(tag, event) for tag, event in deliveries]:
            self._jobs.put(jobs)

    def settled(self) -> list[Settled]:
        """Return the verdicts since the last call, and start the attempts that are due.

        Raises when the handler has ended its thread: a consumer that handles nothing must not look alive.
        """
        if not (self._thread.is_alive() or self._stopping.is_set()):
            raise RuntimeError(f"the thread of {self._name} has ended")
        self._schedule()
        verdicts = []
        while self._settled:
            verdicts.append(self._settled.popleft())
        return verdicts

    def seconds_to_next(self, now: float) -> float:
        """Return how long until `settled` has to be called to start an attempt; infinite while none waits."""
        return max(0.0, self._later[0][0] - now) if self._later else math.inf

    def stop(self, grace_seconds: float) -> None:
        """Let the handler finish its event, within the grace; what is queued is left to the broker."""
        self._stopping.set()
        self._jobs.put(None)
        self._thread.join(grace_seconds)

    def _schedule(self) -> None:
        now = time.monotonic()
        while self._failed:
            job = self._failed.popleft()
            pause = pause_seconds(job.failures, first=self._retry_seconds, longest=_LONGEST_RETRY_SECONDS)
            heapq.heappush(self._later, (now + pause, next(self._order), job))
        while self._later and self._later[0][0] <= now:
            self._jobs.put([heapq.heappop(self._later)[2]])

    def _work(self) -> None:
        while (jobs := self._jobs.get()) is not None:
            for group in self._groups(self._waiting(jobs)):
                if self._stopping.is_set():
                    return
                self._attempt_all(group)
                # While work is queued the verdicts can wait a little: one switch of threads serves several of them.
                if self._failed or len(self._settled) >= _VERDICTS_A_WAKE:
                    self._wake()
            self._wake()

    def _waiting(self, first: Sequence[_Job]) -> list[_Job]:
        """The jobs with all that wait behind them; the broker hands out no more than it was asked for."""
        jobs = list(first)
        while not self._jobs.empty():
            more = self._jobs.get()
            if more is None:
                self._jobs.put(None)
                break
            jobs += more
        return jobs

    def _groups(self, jobs: Sequence[_Job]) -> Iterable[Sequence[_Job]]:
        """The jobs as they may be handled together, in order."""
        groups: dict[Hashable, list[_Job]] = {}
        for number, job in enumerate(jobs):
            group = self._group_of(job.event)
            groups.setdefault(number if group is None else (group,), []).append(job)
        return groups.values()

    def _group_of(self, event: Event) -> Hashable | None:
        return None if self._together is None or event.redelivered else self._together.group_of(event)

    def _attempt_all(self, jobs: Sequence[_Job]) -> None:
        if self._together is None or len(jobs) == 1:
            self._attempt(jobs[0])
            return
        try:
            self._together.handle([job.event for job in jobs])
        except Exception as error:  # the edge of the consumer: each is handled again by itself
            logger.warning("events_parted", exc_info=True, extra={"consumer": self._name, "events": len(jobs)})
            # What raised was started with the others; poison and an absent database are nobody's failed attempt.
            is_attempt = not isinstance(error, Poison | Unavailable)
            for job in jobs:
                if not self._stopping.is_set():
                    self._attempt(replace(job, event=replace(job.event, redelivered=is_attempt)))
        else:
            self._settled.extend(Settled(job.tag) for job in jobs)
            self._attempts.labels(self._name, "done").inc(len(jobs))

    def _attempt(self, job: _Job) -> None:
        try:
            self._handle(job)
        except Poison as poison:
            if job.last_error:
                poison = Poison(poison.reason, f"{poison.detail}, last: {job.last_error}")
            logger.warning("event_dead", extra=self._facts(job) | {"reason": poison.reason, "detail": poison.detail})
            self._settled.append(Settled(job.tag, poison))
            self._attempts.labels(self._name, "dead").inc()
        except Exception as error:  # the edge of the consumer: logged once, with its traceback
            logger.exception("event_failed", extra=self._facts(job))
            again = replace(job.event, redelivered=True)
            self._failed.append(replace(job, event=again, failures=job.failures + 1, last_error=repr(error)[:500]))
            self._attempts.labels(self._name, "failed").inc()
        else:
            self._settled.append(Settled(job.tag))
            self._attempts.labels(self._name, "done").inc()

    def _handle(self, job: _Job) -> None:
        """Run the handler; while the database is away, wait and run it again, for that is not the event's fault."""
        event, outages = job.event, 0
        while True:
            try:
                return self._handler(event)
            except Unavailable as error:
                outages += 1
                logger.warning("consumer_paused", extra=self._facts(job) | {"cause": repr(error)})
                pause = pause_seconds(outages, first=0.2, longest=_LONGEST_AWAY_SECONDS)
                if self._stopping.wait(pause):
                    raise
                event = replace(event, redelivered=False)

    def _facts(self, job: _Job) -> dict[str, Any]:
        return {"consumer": self._name, "event_id": str(job.event.id), "event_type": job.event.type}
