"""Taking in what is published of classes."""

import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton

from ctz_workouts.store.classes import ClassStore
from ctz_workouts.store.tasks import TaskStore


def keep_class(connection: sa.Connection, published: peloton.ClassUpdated) -> None:
    """Keep a class unless a newer form is known, and let the workouts that it changes wait for recomputing."""
    classes = ClassStore(connection)
    is_newer = classes.keep(
        published.class_id,
        published.revision,
        is_power_zone=published.is_power_zone,
        published=published.SerializeToString(),
    )
    if not is_newer:
        return
    touched = classes.touched(
        published.class_id, is_power_zone=published.is_power_zone, has_targets=bool(published.targets)
    )
    tasks = TaskStore(connection)
    for user_id, workout_ids in sorted(touched.items()):
        tasks.add(user_id, workout_ids)
