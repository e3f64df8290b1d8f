"""Taking in a rider's dated metrics: the projection, and exactly the workouts that a change touches."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from ctz_workouts.app.pacing import PACE_LEVEL_KINDS
from ctz_workouts.store.affected import affected_ids
from ctz_workouts.store.riders import FTP_KIND, HEART_RATE_KINDS, Dated, RiderStore
from ctz_workouts.store.tasks import TaskStore

DECIDING_KINDS = frozenset({FTP_KIND, *PACE_LEVEL_KINDS.values(), *HEART_RATE_KINDS})
"""Kinds that figures are computed with."""


def keep_timeline(connection: sa.Connection, user_id: UUID, kind: int, revision: int, entries: Sequence[Dated]) -> None:
    """Keep a timeline unless a newer one is known, and let the workouts that it changes wait for recomputing."""
    riders = RiderStore(connection)
    timelines = riders.take_turn(user_id)
    if timelines.revision(kind) >= revision:
        return
    changed = timelines.changed(kind, revision, entries)
    riders.keep(user_id, changed)
    if kind in DECIDING_KINDS:
        TaskStore(connection).put_first(user_id, affected_ids(connection, kind, user_id, changed.entries(kind)))
