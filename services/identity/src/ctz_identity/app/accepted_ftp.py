"""Peloton's FTP history, once the rider said yes to it: values become dated metrics like any other."""

from collections.abc import Sequence
from uuid import UUID

from ctz_chassis.clock import Clock
from ctz_chassis.ids import uuid7
from ctz_identity.app.events import metric_changed
from ctz_identity.app.metrics import MetricWish
from ctz_identity.domain.errors import InvalidField
from ctz_identity.domain.metrics import MetricDraft, MetricEntry, MetricKind, draft
from ctz_identity.store.unit_of_work import Transaction


class AcceptedFTPs:
    """Adds the values that a rider said yes to where no FTP begins at the same instant yet."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock

    def take_over(self, tx: Transaction, user_id: UUID, wishes: Sequence[MetricWish]) -> None:
        """Add what is new and tell the whole timeline once; values outside the range of an FTP are left out."""
        now = self._clock()
        drafts = [usable for wish in wishes if (usable := _draft(wish, self._clock)) is not None]
        tx.metrics.advance(user_id, MetricKind.FTP)
        known = {
            entry.effective_at for line in tx.metrics.timelines(user_id, [MetricKind.FTP]) for entry in line.entries
        }
        new = {each.effective_at: each for each in drafts if each.effective_at not in known}
        if not new:
            return
        entries = [MetricEntry(uuid7(), each.kind, each.effective_at, each.value, each.source) for each in new.values()]
        tx.metrics.add(user_id, entries, now=now)
        timelines = tx.metrics.timelines(user_id, [MetricKind.FTP])
        tx.publish(*(metric_changed(user_id, timeline, clock=self._clock) for timeline in timelines))


def _draft(wish: MetricWish, clock: Clock) -> MetricDraft | None:
    try:
        return draft(wish.kind, wish.effective_at, wish.value, wish.source, now=clock())
    except InvalidField:
        return None
