"""Classes as their source publishes them."""

from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.upserts import keep_newer
from ctz_workouts.store.tables import ridden_class, workout


class ClassStore:
    """Classes within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def keep(self, class_id: str, revision: int, *, is_power_zone: bool, published: bytes) -> bool:
        """Keep what is published of a class; False when as much or more is known."""
        values = {"revision": revision, "is_power_zone": is_power_zone, "published": published}
        return keep_newer(self._connection, ridden_class, {"class_id": class_id}, values)

    def touched(self, class_id: str, *, is_power_zone: bool, has_targets: bool) -> dict[UUID, list[UUID]]:
        """Workouts of the class that say something else than its newest form, by rider, newest first.

        Targets matter only where the chart is here and came without any.
        """
        lacks_targets = sa.and_(
            sa.literal(has_targets), workout.c.performance_revision > 0, sa.not_(workout.c.has_graph_targets)
        )
        query = (
            sa.select(workout.c.user_id, workout.c.workout_id)
            .where(
                workout.c.class_id == class_id,
                workout.c.class_id != sa.text("''"),
                sa.or_(workout.c.is_power_zone != is_power_zone, lacks_targets),
            )
            .order_by(workout.c.start_time.desc().nulls_last())
        )
        found: dict[UUID, list[UUID]] = {}
        for row in self._connection.execute(query):
            found.setdefault(row.user_id, []).append(row.workout_id)
        return found
