"""What an operator sees and switches."""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.clock import Clock
from ctz_peloton_sync.domain.limits import Gate
from ctz_peloton_sync.store.runs import Run
from ctz_peloton_sync.store.unit_of_work import Store

logger = logging.getLogger(__name__)

ROWS_SHOWN = 50
OUTBOX_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class ConsoleView:
    """The state of the whole fleet."""

    gate: Gate
    outbox_pending: int
    tasks_by_state: dict[str, int]
    runs: list[Run]
    due: list[sa.Row[tuple[UUID, UUID, str, str, str, int, datetime]]]


def view(store: Store, clock: Clock) -> ConsoleView:
    """Read everything that the console shows."""
    with store.read() as tx:
        return ConsoleView(
            gate=tx.gates.get(),
            outbox_pending=tx.outbox_pending(OUTBOX_COUNTED),
            tasks_by_state=tx.tasks.counts_by_state(),
            runs=tx.runs.latest(ROWS_SHOWN),
            due=tx.tasks.due(clock(), ROWS_SHOWN),
        )


def set_kill_switch(store: Store, *, is_killed: bool, reason: str, by: str) -> bool:
    """Stop or allow all calls; allowing them also ends the pauses of refused accounts. False when it was so already."""
    with store.begin() as tx:
        changed = tx.gates.set_kill_switch(is_killed=is_killed, reason=reason, by=by, now=tx.now)
        if not is_killed:
            tx.connections.end_refusals()
            tx.runs.unpark_refused()
            tx.wake_workers()
    logger.warning("fleet.kill_switch", extra={"is_killed": is_killed, "by": by, "changed": changed})
    return changed
