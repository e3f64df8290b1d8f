"""Taking the next task: through the gate, in fair order, at the time that the limiter allows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ctz_peloton_sync.domain.limits import Passage, Rate, passage
from ctz_peloton_sync.domain.runs import Lease
from ctz_peloton_sync.store.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class ClaimPolicy:
    """How much may be taken, and how fast."""

    fleet: Rate
    account: Rate
    window: int
    lease: timedelta
    probe_interval: timedelta
    outbox_bound: int
    patience: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A task, and when its call may be made."""

    lease: Lease
    slot: datetime


class _SlotTooFar(Exception):
    """The limiter's next slot is further away than a task should be held for."""


def claim(store: Store, policy: ClaimPolicy) -> Claimed | None:
    """Take the next task; none when there is none, or none may be taken now."""
    try:
        with store.begin() as tx:
            return _claim(tx, policy)
    except _SlotTooFar:
        return None


def is_backed_up(store: Store, policy: ClaimPolicy) -> bool:
    """Whether more facts wait to be published than the bound: their consumers come first.

    The consumers' queues are bounded and refuse beyond their length, so a slow consumer shows here as well.
    """
    with store.read() as tx:
        return tx.outbox_pending(policy.outbox_bound + 1) > policy.outbox_bound


def _claim(tx: UnitOfWork, policy: ClaimPolicy) -> Claimed | None:
    now = tx.now
    gate = tx.gates.get()
    allowed = passage(gate, now)
    if allowed == Passage.PROBE:
        gate = tx.gates.get(lock=True)
        allowed = passage(gate, now)
    if allowed == Passage.SHUT:
        return None
    is_probe = allowed == Passage.PROBE
    lease = tx.tasks.claim(now=now, lease=policy.lease, window=policy.window, gate=gate, is_probe=is_probe)
    if lease is None:
        return None
    if is_probe:
        tx.gates.put_breaker(gate.breaker.probing(now, policy.probe_interval))
    slot = tx.gates.reserve(
        lease.user_id, fleet=policy.fleet, account=policy.account, now=now, patience=policy.patience
    )
    if slot is None:
        raise _SlotTooFar
    return Claimed(lease, slot)
