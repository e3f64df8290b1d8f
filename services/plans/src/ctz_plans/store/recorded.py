"""The projection of recorded workouts: upserts that an older revision cannot undo."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.upserts import keep_newest
from ctz_plans.domain.recorded import Absorption, Load, Summary
from ctz_plans.store.tables import recorded_workout as table

_NO_SUMMARY = {
    "local_date": None,
    "start_time": None,
    "discipline": "",
    "class_id": "",
    "title": "",
    "duration_seconds": None,
    "work_joules": None,
    "class_type": "",
    "elapsed_seconds": None,
}


class RecordedStore:
    """Recorded workouts within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def keep_summaries(self, summaries: Sequence[Summary]) -> None:
        """Keep what `recorded` tells, unless something newer is known; a higher revision lifts a deletion."""
        self._keep([_row_of(summary) for summary in summaries], "summary_revision")

    def keep_deletion(self, workout_id: UUID, user_id: UUID, revision: int) -> None:
        """Keep that a workout is gone, without its facts, as a row that only a higher `recorded` lifts."""
        ids = {"workout_id": workout_id, "user_id": user_id}
        self._keep([{**ids, "summary_revision": revision, "is_deleted": True, **_NO_SUMMARY}], "summary_revision")

    def keep_loads(self, loads: Sequence[Load]) -> None:
        """Keep what `analyzed` tells, unless something newer is known."""
        rows = [
            {
                "workout_id": load.workout_id,
                "user_id": load.user_id,
                "analyzed_revision": load.revision,
                "load": load.load,
                "zone_seconds": list(load.zone_seconds),
            }
            for load in loads
        ]
        self._keep(rows, "analyzed_revision")

    def keep_absorption(self, absorption: Absorption) -> None:
        """Keep beneath which workout this one lies, or that it lies beneath none, unless something newer is known."""
        row = {
            "workout_id": absorption.workout_id,
            "user_id": absorption.user_id,
            "absorbed_revision": absorption.revision,
            "absorbed_into": absorption.into_id,
        }
        self._keep([row], "absorbed_revision")

    def _keep(self, rows: Sequence[Mapping[str, Any]], revision: str) -> None:
        keep_newest(self._connection, table, ["workout_id"], rows, revision=revision, fixed=["user_id"])


def _row_of(summary: Summary) -> Mapping[str, Any]:
    ids = {"workout_id": summary.workout_id, "user_id": summary.user_id}
    told = {name: getattr(summary, name) for name in _NO_SUMMARY}
    return {**ids, "summary_revision": summary.revision, "is_deleted": False, **told}
