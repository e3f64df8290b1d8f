"""The projection of recorded workouts: upserts that an older revision cannot undo."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.upserts import keep_newer
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

    def keep_summary(self, summary: Summary) -> None:
        """Keep what `recorded` tells, unless something newer is known; a higher revision lifts a deletion."""
        told = {name: getattr(summary, name) for name in _NO_SUMMARY}
        values = {"user_id": summary.user_id, "summary_revision": summary.revision, "is_deleted": False, **told}
        self._keep(summary.workout_id, values, "summary_revision")

    def keep_deletion(self, workout_id: UUID, user_id: UUID, revision: int) -> None:
        """Keep that a workout is gone, without its facts, as a row that only a higher `recorded` lifts."""
        values = {"user_id": user_id, "summary_revision": revision, "is_deleted": True, **_NO_SUMMARY}
        self._keep(workout_id, values, "summary_revision")

    def keep_load(self, load: Load) -> None:
        """Keep what `analyzed` tells, unless something newer is known."""
        values = {
            "user_id": load.user_id,
            "analyzed_revision": load.revision,
            "training_stress_score": load.training_stress_score,
            "zone_seconds": list(load.zone_seconds),
        }
        self._keep(load.workout_id, values, "analyzed_revision")

    def keep_absorption(self, absorption: Absorption) -> None:
        """Keep beneath which workout this one lies, or that it lies beneath none, unless something newer is known."""
        values = {
            "user_id": absorption.user_id,
            "absorbed_revision": absorption.revision,
            "absorbed_into": absorption.into_id,
        }
        self._keep(absorption.workout_id, values, "absorbed_revision")

    def _keep(self, workout_id: UUID, values: dict[str, Any], revision: str) -> None:
        keep_newer(self._connection, table, {"workout_id": workout_id}, values, revision=revision, fixed=["user_id"])
