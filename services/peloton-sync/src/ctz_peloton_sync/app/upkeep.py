"""What has to happen now and then: dead workers' tasks come back, scheduled runs begin."""

from collections.abc import Callable
from datetime import timedelta

from ctz_peloton_sync.app.failures import LeaseLost, fail
from ctz_peloton_sync.app.progress import Cadence, schedule_next
from ctz_peloton_sync.app.sync import begin_run
from ctz_peloton_sync.domain.runs import Trigger
from ctz_peloton_sync.store.unit_of_work import Store, UnitOfWork

DUE_RUNS_AT_ONCE = 20


def sweep(store: Store, *, maximum_deaths: int, cadence: Cadence, uniform: Callable[[], float]) -> int:
    """Give back what dead workers held; a task that killed its worker too often fails. Returns how many failed."""
    with store.begin() as tx:
        hopeless = tx.tasks.sweep(tx.now, maximum_deaths)
    failed = 0
    for lease in hopeless:
        try:
            with store.begin() as tx:
                fail(tx, lease, "worker_died", cadence, uniform(), calls=0)
                failed += 1
        except LeaseLost:
            continue
    return failed


def start_scheduled(store: Store, *, rescan: timedelta, cadence: Cadence, uniform: Callable[[], float]) -> int:
    """Begin the runs that are due, and accounts whose pause is over go on. Returns how many began."""

    def work(tx: UnitOfWork) -> int:
        tx.runs.unpark_refused()
        due = tx.connections.due_for_run(tx.now, DUE_RUNS_AT_ONCE)
        started = 0
        for user_id in due:
            started += begin_run(tx, user_id, Trigger.SCHEDULED, rescan) is not None
            schedule_next(tx, user_id, cadence, uniform())
        return started

    return store.run(work)
