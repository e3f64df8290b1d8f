"""Merging all pairs that are certain, and taking them apart again, in the background.

A chunk is merged in a transaction with the count of it, so that a worker that dies leaves nothing half done, and one
whose batch was turned round meanwhile writes nothing.
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.db import Database
from ctz_chassis.ids import uuid7
from ctz_workouts.app import merging
from ctz_workouts.app.importing import ClaimLostError, Stopping
from ctz_workouts.domain.transfer_errors import MergeRefusedError
from ctz_workouts.store.duplicates import DuplicateStore
from ctz_workouts.store.merge_batches import BatchClaim, MergeBatchQueue, MergeBatchStore
from ctz_workouts.store.riders import RiderStore

CHUNK = 40
"""Pairs of one transaction: about a twentieth of a second, during which the rider's other changes wait."""


def begin(connection: sa.Connection, user_id: UUID) -> UUID:
    """Begin to merge what is certain now; answer the batch under way where there is one."""
    RiderStore(connection).take_turn(user_id)
    store = MergeBatchStore(connection, user_id)
    known = store.under_way()
    if known is not None:
        return known
    batch_id = uuid7()
    found = merging.certain_of(DuplicateStore(connection, user_id))
    store.begin(batch_id, [(each.staying_key, each.going_key) for each in found])
    return batch_id


def undo(connection: sa.Connection, user_id: UUID, batch_id: UUID) -> None:
    """Let what a batch merged be taken apart again; while another one is under way that must wait."""
    RiderStore(connection).take_turn(user_id)
    store = MergeBatchStore(connection, user_id)
    if store.under_way() not in {None, batch_id}:
        raise MergeRefusedError("Other workouts are being merged just now. Wait until that is done, then try again.")
    store.undo(batch_id)


@dataclass(frozen=True, slots=True)
class MergingMany:
    """Takes batches one by one. Any number may run at once, in any number of processes."""

    database: Database
    lease_seconds: float

    def run_once(self, stop: Stopping) -> bool:
        """Take a batch and go on with it to its end; False when none waits."""
        with self.database.begin() as connection:
            queue = MergeBatchQueue(connection)
            queue.give_up()
            claim = queue.claim(self.lease_seconds)
        if claim is None:
            return False
        with suppress(ClaimLostError):
            self._go_on(claim, stop)
        return True

    def _go_on(self, claim: BatchClaim, stop: Stopping) -> None:
        finished = claim.finished_count
        while finished < claim.pair_count:
            if stop.is_set():
                with self.database.begin() as connection:
                    MergeBatchQueue(connection).put_back(claim)
                return
            finished = self.database.run(partial(self._chunk, claim, finished))

    def _chunk(self, claim: BatchClaim, first: int, connection: sa.Connection) -> int:
        """Deal with some pairs; how many are dealt with then."""
        timelines = RiderStore(connection).take_turn(claim.user_id)
        queue = MergeBatchQueue(connection)
        pairs = queue.pairs(claim, first, CHUNK)
        if claim.is_undone:
            wanted = [(pair.primary_id, pair.absorbed_id) for pair in pairs if pair.is_merged]
            changed = set(merging.part_merged(connection, claim.user_id, timelines, wanted))
        else:
            wanted = [(pair.primary_id, pair.absorbed_id) for pair in pairs]
            changed = set(merging.merge_certain(connection, claim.user_id, timelines, wanted))
        places = [pair.place for pair in pairs if (pair.primary_id, pair.absorbed_id) in changed]
        finished = first + len(pairs) if pairs else claim.pair_count
        if not queue.note(claim, finished, places, self.lease_seconds):
            raise ClaimLostError
        return finished
