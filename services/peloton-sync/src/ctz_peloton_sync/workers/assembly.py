"""The threads of the `work` process, put together."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta

from ctz_chassis.clock import Clock
from ctz_chassis.serve import BackgroundThread
from ctz_peloton_sync.app.claim import ClaimPolicy
from ctz_peloton_sync.app.execute import Executor
from ctz_peloton_sync.app.failures import FailurePolicy
from ctz_peloton_sync.app.library import LibraryPolicy, Rhythm
from ctz_peloton_sync.app.progress import Cadence
from ctz_peloton_sync.app.sealing import Sealer
from ctz_peloton_sync.app.tokens import TokenKeeper
from ctz_peloton_sync.clients.door import Doors
from ctz_peloton_sync.settings import SyncSettings
from ctz_peloton_sync.store.tables import TASK_CHANNEL
from ctz_peloton_sync.store.unit_of_work import Store
from ctz_peloton_sync.workers.leases import LeaseBook
from ctz_peloton_sync.workers.loop import BackPressure, Upkeep, Worker
from ctz_peloton_sync.workers.wake import Wake, listen


@dataclass(frozen=True, slots=True)
class Workshop:
    """Everything that worker threads share."""

    settings: SyncSettings
    store: Store
    sealer: Sealer
    doors: Doors
    clock: Clock
    uniform: Callable[[], float]

    @property
    def claim_policy(self) -> ClaimPolicy:
        """How much may be taken, and how fast."""
        own = self.settings
        return ClaimPolicy(
            fleet=own.fleet_rate,
            account=own.account_rate,
            window=own.account_window,
            lease=own.lease,
            probe_interval=own.breaker.probe_interval,
            outbox_bound=own.outbox_bound,
        )

    @property
    def cadence(self) -> Cadence:
        """When runs come by themselves."""
        own = self.settings
        return Cadence(timedelta(hours=own.run_hours), timedelta(minutes=own.recheck_minutes))

    @property
    def library_policy(self) -> LibraryPolicy:
        """How often the class library is looked at, and how much at a time."""
        return LibraryPolicy(self.settings.library, self.settings.library_batch)

    def executor(self, turnstile: AbstractContextManager[object] | None = None) -> Executor:
        """An executor for one thread; `turnstile` bounds the calls of all threads together."""
        own = self.settings
        return Executor(
            store=self.store,
            keeper=TokenKeeper(self.store, self.sealer, self.doors.refresher, self.clock),
            api=self.doors.api(),
            policy=FailurePolicy(
                own.maximum_attempts,
                own.breaker,
                own.refused_accounts,
                timedelta(hours=own.refused_hours),
                own.fleet_rate,
            ),
            cadence=self.cadence,
            library_rhythm=Rhythm(own.library, timedelta(days=own.library_whole_days)),
            clock=self.clock,
            uniform=self.uniform,
            turnstile=turnstile or nullcontext(),
        )

    def upkeep(self, book: LeaseBook) -> Upkeep:
        """The thread that keeps leases and starts scheduled runs."""
        return Upkeep(
            store=self.store,
            book=book,
            lease=self.settings.lease,
            maximum_deaths=self.settings.maximum_deaths,
            rescan=timedelta(days=self.settings.rescan_days),
            cadence=self.cadence,
            library=self.library_policy,
            uniform=self.uniform,
        )

    def threads(self) -> list[BackgroundThread]:
        """All threads of the process."""
        book, wake = LeaseBook(), Wake()
        turnstile = threading.BoundedSemaphore(self.settings.concurrency)
        pressure = BackPressure(self.store, self.claim_policy)
        worker = Worker(
            store=self.store,
            policy=self.claim_policy,
            executor_factory=lambda: self.executor(turnstile),
            pressure=pressure,
            book=book,
            wake=wake,
            clock=self.clock,
            poll_seconds=self.settings.poll_seconds,
        )
        engine = self.store.database.engine
        return [
            BackgroundThread("upkeep", self.upkeep(book).run),
            BackgroundThread("wake", lambda stop: listen(engine, TASK_CHANNEL, wake, stop)),
            *(BackgroundThread(f"worker-{number}", worker.run) for number in range(self.settings.threads)),
        ]
