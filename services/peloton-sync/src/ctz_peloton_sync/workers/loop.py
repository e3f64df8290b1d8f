"""What each thread of the `work` process does."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from ctz_chassis import log, metrics
from ctz_chassis.clock import Clock
from ctz_chassis.db import DatabaseUnavailable
from ctz_peloton_sync.app.claim import Claimed, ClaimPolicy, claim, is_backed_up
from ctz_peloton_sync.app.execute import Executor
from ctz_peloton_sync.app.failures import fail_unexpected
from ctz_peloton_sync.app.library import LibraryPolicy, feed
from ctz_peloton_sync.app.progress import Cadence
from ctz_peloton_sync.app.upkeep import start_scheduled, sweep
from ctz_peloton_sync.store.unit_of_work import Store
from ctz_peloton_sync.workers.leases import LeaseBook, beat
from ctz_peloton_sync.workers.wake import Wake

logger = logging.getLogger(__name__)

BACKED_UP_PAUSE_SECONDS = 0.5
BACKED_UP_CHECK_SECONDS = 0.5
DATABASE_PAUSE_SECONDS = 1.0
UPKEEP_SECONDS = 5.0


class BackPressure:
    """Whether too many facts wait, looked at now and then for all threads together."""

    def __init__(self, store: Store, policy: ClaimPolicy) -> None:
        self._store = store
        self._policy = policy
        self._lock = threading.Lock()
        self._next_look = 0.0
        self._is_high = False

    def is_high(self) -> bool:
        """Whether to claim nothing for now."""
        with self._lock:
            if time.monotonic() >= self._next_look:
                self._is_high = is_backed_up(self._store, self._policy)
                self._next_look = time.monotonic() + BACKED_UP_CHECK_SECONDS
            return self._is_high


@dataclass(frozen=True, slots=True)
class Worker:
    """One thread's loop: claim, wait for the slot, do, again."""

    store: Store
    policy: ClaimPolicy
    executor_factory: Callable[[], Executor]
    pressure: BackPressure
    book: LeaseBook
    wake: Wake
    clock: Clock
    poll_seconds: float

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; the task in hand is finished."""
        executor = self.executor_factory()
        try:
            while not stop.is_set():
                try:
                    self._step(executor, stop)
                except DatabaseUnavailable:
                    logger.warning("worker.database_unavailable")
                    stop.wait(DATABASE_PAUSE_SECONDS)
        finally:
            executor.api.close()

    def _step(self, executor: Executor, stop: threading.Event) -> None:
        seen = self.wake.rings()
        if self.pressure.is_high():
            stop.wait(BACKED_UP_PAUSE_SECONDS)
            return
        claimed = claim(self.store, self.policy)
        if claimed is None:
            self.wake.wait(seen, self.poll_seconds)
            return
        with self.book.holding(claimed.lease):
            self._do(executor, claimed, stop)

    def _do(self, executor: Executor, claimed: Claimed, stop: threading.Event) -> None:
        """Wait for the limiter's slot, then do the task; a stop in between leaves it to the sweeper's colleague."""
        wait = (claimed.slot - self.clock()).total_seconds()
        if wait > 0 and stop.wait(wait):
            executor.hand_back(claimed.lease)
            return
        started = time.monotonic()
        lease = claimed.lease
        with log.bind(task_id=str(lease.task_id), user_id=str(lease.user_id)):
            try:
                executor.execute(lease)
            except DatabaseUnavailable:
                raise
            except Exception:
                logger.exception("task.failed_unexpectedly", extra={"kind": lease.kind.value})
                fail_unexpected(self.store, lease, executor.policy, executor.cadence, executor.uniform)
        seconds = metrics.histogram("ctz_sync_task_seconds", "Time of one task from call to commit.", ["kind"])
        seconds.labels(lease.kind.value).observe(time.monotonic() - started)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """The one thread that keeps leases alive, takes back lost ones, starts scheduled runs and feeds the library."""

    store: Store
    book: LeaseBook
    lease: timedelta
    maximum_deaths: int
    rescan: timedelta
    cadence: Cadence
    library: LibraryPolicy
    uniform: Callable[[], float]

    def run(self, stop: threading.Event) -> None:
        """Keep going until told to stop."""
        pause = min(UPKEEP_SECONDS, self.lease.total_seconds() / 4)
        while not stop.wait(pause):
            try:
                beat(self.store, self.book, self.lease)
                sweep(self.store, maximum_deaths=self.maximum_deaths, cadence=self.cadence, uniform=self.uniform)
                start_scheduled(self.store, rescan=self.rescan, cadence=self.cadence, uniform=self.uniform)
                feed(self.store, self.library)
            except DatabaseUnavailable:
                logger.warning("upkeep.database_unavailable")
