"""Queries on dated metrics."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_identity.domain.errors import MetricExists, NotFound, TooManyMetrics
from ctz_identity.domain.metrics import (
    MAX_ENTRIES_PER_KIND,
    MetricDraft,
    MetricEntry,
    MetricKind,
    MetricSource,
    Timeline,
)
from ctz_identity.store.tables import metric_entry, metric_timeline


class Metrics:
    """Dated metrics inside one transaction. Change entries of a kind only after `advance` of that kind."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def advance(self, user_id: UUID, kind: MetricKind) -> None:
        """Count a change of a timeline; other changes of it wait until the commit, so revisions have their order."""
        new = pg.insert(metric_timeline).values(user_id=user_id, kind=kind.value, revision=1)
        self._connection.execute(
            new.on_conflict_do_update(
                index_elements=[metric_timeline.c.user_id, metric_timeline.c.kind],
                set_={"revision": metric_timeline.c.revision + 1},
            )
        )

    def add(self, user_id: UUID, entries: Sequence[MetricEntry], *, now: datetime) -> None:
        """Store entries; refuse a second value of a kind from the same moment, and too many."""
        rows = [
            {
                "id": entry.entry_id,
                "user_id": user_id,
                "kind": entry.kind.value,
                "effective_at": entry.effective_at,
                "value": entry.value,
                "source": entry.source.value,
                "created_at": now,
            }
            for entry in entries
        ]
        added = self._connection.execute(
            pg.insert(metric_entry).values(rows).on_conflict_do_nothing().returning(metric_entry.c.id)
        ).all()
        if len(added) < len(rows):
            raise MetricExists
        fullest = self._connection.execute(
            sa.select(sa.func.count())
            .where(metric_entry.c.user_id == user_id, metric_entry.c.kind.in_({row["kind"] for row in rows}))
            .group_by(metric_entry.c.kind)
            .order_by(sa.func.count().desc())
            .limit(1)
        ).scalar_one()
        if fullest > MAX_ENTRIES_PER_KIND:
            raise TooManyMetrics

    def get_owned(self, user_id: UUID, entry_id: UUID) -> MetricEntry:
        """Return one of a person's entries."""
        row = self._connection.execute(
            sa.select(metric_entry).where(metric_entry.c.id == entry_id, metric_entry.c.user_id == user_id)
        ).one_or_none()
        if row is None:
            raise NotFound
        return _entry(row)

    def correct_owned(self, user_id: UUID, entry_id: UUID, draft: MetricDraft) -> None:
        """Replace the time, value and source of one of a person's entries."""
        taken = self._connection.execute(
            sa.select(metric_entry.c.id).where(
                metric_entry.c.user_id == user_id,
                metric_entry.c.kind == draft.kind.value,
                metric_entry.c.effective_at == draft.effective_at,
                metric_entry.c.id != entry_id,
            )
        ).first()
        if taken is not None:
            raise MetricExists
        corrected = self._connection.execute(
            sa.update(metric_entry)
            .where(metric_entry.c.id == entry_id, metric_entry.c.user_id == user_id)
            .values(effective_at=draft.effective_at, value=draft.value, source=draft.source.value)
        )
        if corrected.rowcount == 0:
            raise NotFound

    def delete_owned(self, user_id: UUID, entry_id: UUID) -> None:
        """Delete one of a person's entries."""
        deleted = self._connection.execute(
            sa.delete(metric_entry).where(metric_entry.c.id == entry_id, metric_entry.c.user_id == user_id)
        )
        if deleted.rowcount == 0:
            raise NotFound

    def timelines(self, user_id: UUID, kinds: Collection[MetricKind]) -> list[Timeline]:
        """Return a person's timelines of these kinds (all when none is named) in one statement, empty ones too."""
        timeline, entry = metric_timeline, metric_entry
        query = (
            sa.select(timeline.c.kind.label("timeline_kind"), timeline.c.revision, entry)
            .select_from(
                timeline.outerjoin(
                    entry, sa.and_(entry.c.user_id == timeline.c.user_id, entry.c.kind == timeline.c.kind)
                )
            )
            .where(timeline.c.user_id == user_id)
            .order_by(timeline.c.kind, entry.c.effective_at)
        )
        if kinds:
            query = query.where(timeline.c.kind.in_([kind.value for kind in kinds]))
        found: dict[MetricKind, tuple[int, list[MetricEntry]]] = {}
        for row in self._connection.execute(query):
            _, entries = found.setdefault(MetricKind(row.timeline_kind), (row.revision, []))
            if row.id is not None:
                entries.append(_entry(row))
        return [Timeline(kind, revision, tuple(entries)) for kind, (revision, entries) in found.items()]


def _entry(row: Any) -> MetricEntry:
    return MetricEntry(row.id, MetricKind(row.kind), row.effective_at, row.value, MetricSource(row.source))
