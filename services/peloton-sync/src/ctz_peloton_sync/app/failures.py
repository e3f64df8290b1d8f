"""What each kind of trouble means for the task, the rider and the fleet."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from ctz_peloton_sync.app import changes, library, stages
from ctz_peloton_sync.app.progress import Cadence, count
from ctz_peloton_sync.clients import errors
from ctz_peloton_sync.domain.limits import BreakerPolicy, Rate, backoff
from ctz_peloton_sync.domain.runs import PHASE_OF, Lease, TaskKind
from ctz_peloton_sync.store.runs import Progress
from ctz_peloton_sync.store.unit_of_work import Store, UnitOfWork

logger = logging.getLogger(__name__)

REFUSED_LATELY = timedelta(hours=1)
# Refusals of single things that make the whole account look refused.
REFUSALS_OF_ACCOUNT = 2
RETRY_SHARE = 0.1
RETRY_BURST = 10


class LeaseLost(Exception):
    """Somebody else has the task now: nothing of ours may be written."""


@dataclass(frozen=True, slots=True)
class FailurePolicy:
    """How trouble is answered."""

    maximum_attempts: int
    breaker: BreakerPolicy
    refused_accounts: int
    refused_pause: timedelta
    fleet: Rate

    @property
    def retry_interval(self) -> timedelta:
        """Time between retries of all workers together: they may be a tenth of the calls (S19)."""
        return self.fleet.interval / RETRY_SHARE

    def delay(self, attempts: int, uniform: Callable[[], float]) -> timedelta:
        """Pause before the next try."""
        return backoff(attempts, uniform)


def settle(
    tx: UnitOfWork,
    lease: Lease,
    error: errors.UpstreamError,
    policy: FailurePolicy,
    cadence: Cadence,
    uniform: Callable[[], float],
) -> None:
    """Decide about a task that Peloton did not answer; raises LeaseLost when it is no longer ours."""
    match error:
        case errors.RateLimited():
            _limited(tx, lease, error, policy)
        case errors.Transient():
            _again(tx, lease, error, policy, cadence, uniform)
        case errors.PaymentRequired() | errors.Forbidden() if library.is_of_library(lease):
            fail(tx, lease, error.key, cadence, uniform())  # the library is closed, not the rider's account
        case errors.PaymentRequired():
            _release(tx, lease, error)
            changes.need_reconnect(tx, lease.user_id, error.key)
        case errors.Forbidden():
            _forbidden(tx, lease, error, policy, cadence, uniform)
        case errors.NotFound():
            _not_found(tx, lease, error, cadence, uniform)
        case _:
            fail(tx, lease, error.key, cadence, uniform())


def fail(tx: UnitOfWork, lease: Lease, reason: str, cadence: Cadence, jitter: float, *, calls: int = 1) -> None:
    """The task failed for good; the run goes on without it. What nobody waits for is no failure of a rider's."""
    if library.is_of_library(lease):
        if not tx.tasks.finish(lease):
            raise LeaseLost
        library.give_up(tx, lease)
        return
    if not tx.tasks.fail(lease, error=reason, now=tx.now):
        raise LeaseLost
    count(tx, lease.run_id, Progress(PHASE_OF[lease.kind], failed=1, calls=calls), cadence, jitter)


def fail_unexpected(
    store: Store, lease: Lease, policy: FailurePolicy, cadence: Cadence, uniform: Callable[[], float]
) -> None:
    """A fault of ours: try a few times, then show it as failed; everybody else's tasks go on."""
    try:
        with store.begin() as tx:
            if lease.attempts >= policy.maximum_attempts:
                fail(tx, lease, "internal_error", cadence, uniform())
                return
            later = tx.now + policy.delay(lease.attempts, uniform)
            tx.tasks.release(lease, not_before=later, error="internal_error", is_attempt=True)
    except LeaseLost:
        logger.warning("task.lease_lost", extra={"task_id": str(lease.task_id)})


def _release(tx: UnitOfWork, lease: Lease, error: errors.UpstreamError) -> None:
    if not tx.tasks.release(lease, not_before=tx.now, error=error.key, is_attempt=False):
        raise LeaseLost


def _limited(tx: UnitOfWork, lease: Lease, error: errors.RateLimited, policy: FailurePolicy) -> None:
    """Peloton asks to wait: all workers wait, the task is not to blame."""
    _release(tx, lease, error)
    gate = tx.gates.get(lock=True)
    tx.gates.put_breaker(gate.breaker.limited(tx.now, error.retry_after, policy.breaker))


def _again(
    tx: UnitOfWork,
    lease: Lease,
    error: errors.Transient,
    policy: FailurePolicy,
    cadence: Cadence,
    uniform: Callable[[], float],
) -> None:
    """Try later, with jitter; during an outage it is Peloton's fault and no attempt of the task."""
    breaker = tx.gates.get(lock=True).breaker
    if breaker.blames_upstream(tx.now, is_first_attempt=lease.attempts == 1):
        breaker = breaker.failed(tx.now, policy.breaker)
        tx.gates.put_breaker(breaker)
    later = tx.now + policy.delay(lease.attempts, uniform)
    if breaker.is_outage(tx.now):
        if not tx.tasks.release(lease, not_before=later, error=error.key, is_attempt=False):
            raise LeaseLost
    elif lease.attempts >= min(error.attempts, policy.maximum_attempts):
        fail(tx, lease, error.key, cadence, uniform())
    else:
        slot = tx.gates.retry_slot(interval=policy.retry_interval, burst=RETRY_BURST, now=tx.now)
        if not tx.tasks.release(lease, not_before=max(later, slot), error=error.key, is_attempt=True):
            raise LeaseLost


def _forbidden(
    tx: UnitOfWork,
    lease: Lease,
    error: errors.Forbidden,
    policy: FailurePolicy,
    cadence: Cadence,
    uniform: Callable[[], float],
) -> None:
    """One refused item is a failure; a refused account is left alone; refused accounts stop the fleet."""
    refusals = tx.connections.note_refusal(lease.user_id, tx.now)
    is_account = isinstance(error, errors.EndpointGone) or lease.kind in {TaskKind.ACCOUNT, TaskKind.LIST}
    if not is_account and refusals < REFUSALS_OF_ACCOUNT:
        fail(tx, lease, error.key, cadence, uniform())
        return
    _release(tx, lease, error)
    changes.refuse_account(tx, lease.user_id, error.key, policy.refused_pause)
    refused = tx.connections.refused_accounts(tx.now - REFUSED_LATELY)
    if refused >= policy.refused_accounts and tx.gates.set_kill_switch(
        is_killed=True, reason=error.key, by="peloton-sync", now=tx.now
    ):
        logger.error("fleet.killed", extra={"refused_accounts": refused, "reason_key": error.key})


def _not_found(
    tx: UnitOfWork, lease: Lease, error: errors.NotFound, cadence: Cadence, uniform: Callable[[], float]
) -> None:
    """An answer in itself for classes and FTP probes; a failure for a graph or a detail."""
    if lease.kind == TaskKind.PERFORMANCE and lease.workout_id is not None:
        stages.graph_is_missing(tx, lease.user_id, lease.workout_id)
    if lease.kind not in {TaskKind.CLASS, TaskKind.FTP}:
        fail(tx, lease, error.key, cadence, uniform())
        return
    if not tx.tasks.finish(lease):
        raise LeaseLost
    queued: list[TaskKind] = []
    if lease.kind == TaskKind.CLASS:
        tx.classes.note_missing(lease.target, tx.now)
    else:
        queued = stages.apply_ftp(tx, lease, None)
    count(tx, lease.run_id, Progress(PHASE_OF[lease.kind], done=1, calls=1, queued=queued), cadence, uniform())
