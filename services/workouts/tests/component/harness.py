"""Events as peloton-sync and identity publish them, with figures that a test can compute by hand."""

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from ctz.common.v1 import training_pb2 as training
from ctz.identity.events.v1 import events_pb2 as identity
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from google.protobuf.message import Message

from ctz_chassis.events import Event, new_event
from ctz_workouts.consumers.metrics import METRIC_CHANGED
from ctz_workouts.consumers.workouts import CLASS_UPDATED, DELETED, PERFORMANCE, RECORDED

START = datetime(2026, 3, 29, 6, 41, tzinfo=UTC)
CLASS_ID = "c" * 32
NULL = -(2**31)


def event(kind: str, message: Message, user_id: UUID | None) -> Event:
    return new_event(kind, source=kind.split(".", 1)[0], user_id=user_id, message=message)


def recorded(workout: UUID, user: UUID, revision: int = 1, *, days: float = 0, **given: Any) -> Event:
    """A 45-minute Power Zone ride, `days` after `START`, whose chart is due."""
    start = START + timedelta(days=days)
    fields: dict[str, Any] = {
        "source": "peloton",
        "source_id": workout.hex,
        "local_date": start.date().isoformat(),
        "discipline": "cycling",
        "workout_type": "class",
        "title": "45 min Power Zone Ride",
        "instructor": "Denis Morton",
        "class_id": CLASS_ID,
        "duration_seconds": 2700,
        "pedaling_start_offset_seconds": 60,
        "total_work_joules": 514_000,
        "chart_state": peloton.CHART_STATE_DUE,
    } | given
    message = peloton.WorkoutRecorded(workout_id=str(workout), user_id=str(user), revision=revision, **fields)
    message.start_time.FromDatetime(start)
    return event(RECORDED, message, user)


def deleted(workout: UUID, user: UUID, revision: int) -> Event:
    message = peloton.WorkoutDeleted(workout_id=str(workout), user_id=str(user), revision=revision)
    return event(DELETED, message, user)


def deltas(values: Sequence[float | None], scale: int = 1) -> list[int]:
    """Differences as the contract packs them."""
    packed, last = [], 0
    for value in values:
        if value is None or math.isnan(value):
            packed.append(NULL)
            continue
        whole = round(value * scale)
        packed.append(whole - last)
        last = whole
    return packed


def performance(
    workout: UUID,
    user: UUID,
    revision: int = 1,
    *,
    watts: Sequence[float | None] = (150,) * 120,
    seconds: Sequence[int] | None = None,
    beats: Sequence[float | None] | None = None,
    targets: Sequence[training.TargetBlock] = (),
    **given: Any,
) -> Event:
    """A series of power, and heart rate if given, one sample a second from second 1 on."""
    at = list(seconds if seconds is not None else range(1, len(watts) + 1))
    metrics = [metric("output", "watts", watts, average=150)]
    if beats is not None:
        metrics.append(metric("heart_rate", "bpm", beats, average=130))
    fields: dict[str, Any] = {
        "averages": [training.Measure(slug="avg_output", value=150, unit="watts", display_name="Avg Output")],
        "totals": [training.Measure(slug="distance", value=14.2, unit="mi", display_name="Distance")],
        "metrics": metrics,
    } | given
    message = peloton.WorkoutPerformance(
        workout_id=str(workout),
        user_id=str(user),
        revision=revision,
        second_deltas=[*at[:1], *(after - before for before, after in pairwise(at))],
        targets=targets,
        **fields,
    )
    return event(PERFORMANCE, message, user)


def metric(
    slug: str, unit: str, values: Sequence[float | None], *, scale: int = 1, average: float | None = None
) -> peloton.MetricSeries:
    return peloton.MetricSeries(
        slug=slug,
        display_name=slug.capitalize(),
        unit=unit,
        scale=scale,
        value_deltas=deltas(values, scale),
        average=average,
    )


def block(start: int, end: int, zone: int) -> training.TargetBlock:
    called = training.TargetRange(metric="power_zone", lower=zone, upper=zone)
    return training.TargetBlock(start_seconds=start, end_seconds=end, segment_type="power_zone", ranges=[called])


def class_updated(class_id: str, revision: int = 1, **given: Any) -> Event:
    fields = {"title": "45 min Power Zone Ride", "pedaling_start_offset_seconds": 60, "is_power_zone": True} | given
    return event(CLASS_UPDATED, peloton.ClassUpdated(class_id=class_id, revision=revision, **fields), None)


def metric_changed(
    user: UUID,
    revision: int,
    entries: Sequence[tuple[date | datetime, float]],
    kind: "training.MetricKind.ValueType" = training.METRIC_KIND_FTP,
) -> Event:
    message = identity.MetricChanged(user_id=str(user), kind=kind, revision=revision)
    for number, (at, value) in enumerate(entries):
        entry = message.entries.add(entry_id=str(UUID(int=number)), value=value, source=training.METRIC_SOURCE_TEST)
        instant = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, tzinfo=UTC)
        entry.effective_time.FromDatetime(instant)
    return event(METRIC_CHANGED, message, user)
