"""Counting, and what follows when the last task of a pass or a run is done."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from ctz_peloton_sync.app.passes import finish_pass
from ctz_peloton_sync.domain.runs import Phase, RunState, next_run_time
from ctz_peloton_sync.store.runs import Progress, Run
from ctz_peloton_sync.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Cadence:
    """When runs come by themselves; no interval is never."""

    interval: timedelta
    recheck: timedelta


def count(tx: UnitOfWork, run_id: UUID | None, progress: Progress, cadence: Cadence, jitter: float) -> None:
    """Add to the run's counters, last of all in the transaction; ends the pass and the run when nothing is open."""
    if progress.queued:
        tx.wake_workers()
    run = None if run_id is None else tx.runs.add(run_id, progress)
    if run is None or run.state in {RunState.DONE, RunState.DONE_WITH_FAILURES}:
        return
    if not run.is_listed and run.phases[Phase.LIST].open == 0:
        queued = finish_pass(tx, run)
        if queued:
            tx.wake_workers()
        run = tx.runs.add(run.id, Progress(Phase.LIST, queued=queued)) or run
        run = tx.runs.get(run.id) or run
    if run.is_listed and run.open == 0:
        _end(tx, run, cadence, jitter)


def _end(tx: UnitOfWork, run: Run, cadence: Cadence, jitter: float) -> None:
    failed = sum(phase.failed for phase in run.phases.values())
    tx.runs.end(run.id, RunState.DONE_WITH_FAILURES if failed else RunState.DONE, tx.now)
    schedule_next(tx, run.user_id, cadence, jitter)


def schedule_next(tx: UnitOfWork, user_id: UUID, cadence: Cadence, jitter: float) -> None:
    """Plan the next run; sooner while a workout is still going on."""
    if cadence.interval <= timedelta(0):
        tx.connections.schedule(user_id, None)
        return
    interval = min(cadence.recheck, cadence.interval) if tx.workouts.has_in_progress(user_id) else cadence.interval
    tx.connections.schedule(user_id, next_run_time(tx.now, interval, jitter))
