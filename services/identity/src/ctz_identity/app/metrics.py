"""Dated metrics: added, corrected, deleted; every change tells the whole timeline."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ctz_chassis import idempotency
from ctz_chassis.clock import Clock
from ctz_chassis.idempotency import RequestKey
from ctz_chassis.ids import uuid7
from ctz_identity.app.events import metric_changed
from ctz_identity.domain.errors import InvalidField
from ctz_identity.domain.metrics import (
    MAX_ENTRIES_PER_CALL,
    MetricDraft,
    MetricEntry,
    MetricKind,
    MetricSource,
    Timeline,
    draft,
)
from ctz_identity.store.tables import request_ids
from ctz_identity.store.unit_of_work import Store, Transaction


@dataclass(frozen=True, slots=True)
class MetricWish:
    """A value as a rider or a tool states it."""

    kind: MetricKind
    effective_at: datetime
    value: float
    source: MetricSource


class MetricBook:
    """The only truth about FTP, weight, heart rates and pace levels."""

    def __init__(self, store: Store, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def list_timelines(self, user_id: UUID, kinds: Collection[MetricKind]) -> list[Timeline]:
        """Return a person's timelines that have an entry; of all kinds when none is named."""
        timelines = self._store.read(lambda tx: tx.metrics.timelines(user_id, kinds))
        return [timeline for timeline in timelines if timeline.entries]

    def add(self, user_id: UUID, wishes: Sequence[MetricWish], *, key: RequestKey) -> list[MetricEntry]:
        """Add entries, all or none; a repeated request adds nothing and gets those that it added, as they are now."""
        if not 1 <= len(wishes) <= MAX_ENTRIES_PER_CALL:
            raise InvalidField("metrics", f"Send 1 to {MAX_ENTRIES_PER_CALL} values.")
        now = self._clock()
        drafts = [draft(wish.kind, wish.effective_at, wish.value, wish.source, now=now) for wish in wishes]
        entries = [MetricEntry(uuid7(), each.kind, each.effective_at, each.value, each.source) for each in drafts]

        def work(tx: Transaction) -> list[MetricEntry]:
            def store() -> bytes:
                # Always in this order, so that adders cannot deadlock.
                kinds = sorted({entry.kind for entry in entries})
                for kind in kinds:
                    tx.metrics.advance(user_id, kind)
                tx.metrics.add(user_id, entries, now=now)
                self._publish(tx, user_id, kinds)
                return json.dumps([str(entry.entry_id) for entry in entries]).encode("ascii")

            answer = idempotency.once(tx.connection, request_ids, user_id, key, store)
            return _as_they_are(tx, user_id, json.loads(answer.body)) if answer.is_repeated else entries

        return self._store.run(work)

    def correct(
        self, user_id: UUID, entry_id: UUID, *, effective_at: datetime, value: float, source: MetricSource
    ) -> MetricEntry:
        """Replace the time, value and source of one of a person's entries."""
        now = self._clock()

        def work(tx: Transaction) -> MetricEntry:
            kind = tx.metrics.get_owned(user_id, entry_id).kind
            wanted = draft(kind, effective_at, value, source, now=now)
            tx.metrics.advance(user_id, kind)
            tx.metrics.correct_owned(user_id, entry_id, wanted)
            self._publish(tx, user_id, [kind])
            return _corrected(entry_id, wanted)

        return self._store.run(work)

    def delete(self, user_id: UUID, entry_id: UUID) -> None:
        """Take one of a person's entries away."""

        def work(tx: Transaction) -> None:
            kind = tx.metrics.get_owned(user_id, entry_id).kind
            tx.metrics.advance(user_id, kind)
            tx.metrics.delete_owned(user_id, entry_id)
            self._publish(tx, user_id, [kind])

        self._store.run(work)

    def _publish(self, tx: Transaction, user_id: UUID, kinds: Collection[MetricKind]) -> None:
        timelines = tx.metrics.timelines(user_id, kinds)
        tx.publish(*(metric_changed(user_id, timeline, clock=self._clock) for timeline in timelines))


def _as_they_are(tx: Transaction, user_id: UUID, entry_ids: Sequence[str]) -> list[MetricEntry]:
    mine = {entry.entry_id: entry for timeline in tx.metrics.timelines(user_id, ()) for entry in timeline.entries}
    return [mine[UUID(entry_id)] for entry_id in entry_ids if UUID(entry_id) in mine]


def _corrected(entry_id: UUID, wanted: MetricDraft) -> MetricEntry:
    return MetricEntry(entry_id, wanted.kind, wanted.effective_at, wanted.value, wanted.source)
