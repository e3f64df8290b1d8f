"""Taking in what is published of classes."""

from datetime import UTC

import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton

from ctz_workouts.app.target_plans import plan_from
from ctz_workouts.domain.library import CalledZones, called_zones
from ctz_workouts.store.classes import ClassStore
from ctz_workouts.store.library import LibraryRow, LibraryStore
from ctz_workouts.store.tasks import TaskStore


def keep_class(connection: sa.Connection, published: peloton.ClassUpdated) -> None:
    """Keep a class unless a newer form is known, and let the workouts that it changes wait for recomputing."""
    library, classes = LibraryStore(connection), ClassStore(connection)
    held = library.hold(published.class_id)
    if held.revision >= published.revision:
        return
    before = peloton.ClassUpdated.FromString(held.published) if held.revision else None
    classes.keep(
        published.class_id,
        published.revision,
        is_power_zone=published.is_power_zone,
        published=published.SerializeToString(),
    )
    library.put(row_of(published), row_of(before) if before is not None and held.is_shelved else None)
    if before is not None and _is_analysed_alike(before, published):
        return
    touched = classes.touched(
        published.class_id, is_power_zone=published.is_power_zone, has_targets=bool(published.targets)
    )
    tasks = TaskStore(connection)
    for user_id, workout_ids in sorted(touched.items()):
        tasks.add(user_id, workout_ids)


def shelve(connection: sa.Connection, class_id: str) -> None:
    """Put a class that is kept already into the library."""
    library = LibraryStore(connection)
    held = library.hold(class_id)
    if held.revision and not held.is_shelved:
        library.put(row_of(peloton.ClassUpdated.FromString(held.published)), None)


def row_of(published: peloton.ClassUpdated) -> LibraryRow:
    """A class as lists show and find it."""
    called = zones_of(published)
    return LibraryRow(
        class_id=published.class_id,
        title=published.title,
        instructor=published.instructor,
        discipline=published.discipline,
        class_type=published.class_type,
        language=published.language,
        duration_seconds=published.duration_seconds if published.HasField("duration_seconds") else None,
        air_time=published.air_time.ToDatetime(tzinfo=UTC) if published.HasField("air_time") else None,
        difficulty=published.difficulty if published.HasField("difficulty") else None,
        liked_share=published.liked_share if published.HasField("liked_share") else None,
        taken_count=published.taken_count if published.HasField("taken_count") else None,
        is_power_zone=published.is_power_zone,
        is_ftp_test=published.is_ftp_test,
        has_targets=bool(published.targets),
        is_retired=published.is_retired,
        zones=called.zones if called else 0,
        zone_seconds=list(called.zone_seconds) if called else [],
        expected_intensity=called.intensity_factor if called else None,
        expected_stress=called.training_stress if called else None,
        thumbnail_zones=called.bars if called else b"",
    )


def zones_of(published: peloton.ClassUpdated) -> CalledZones | None:
    """What the source calls in power zones; none when it calls none."""
    if not published.targets:
        return None
    plan = plan_from(published.targets, published.pedaling_start_offset_seconds)
    return called_zones(plan, published.duration_seconds if published.HasField("duration_seconds") else None)


def _is_analysed_alike(before: peloton.ClassUpdated, after: peloton.ClassUpdated) -> bool:
    """Whether nothing changed that the analysis of its workouts looks at."""
    return (
        before.is_power_zone == after.is_power_zone
        and before.pedaling_start_offset_seconds == after.pedaling_start_offset_seconds
        and list(before.targets) == list(after.targets)
    )
