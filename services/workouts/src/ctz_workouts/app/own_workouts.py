"""Workouts of our own, entered or imported: kept like synced ones, and published with the same words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from ctz.common.v1 import training_pb2 as training
from ctz.peloton_sync.events.v1 import events_pb2 as peloton

from ctz_chassis import outbox
from ctz_chassis.clock import utc_now
from ctz_chassis.errors import NotFound
from ctz_chassis.events import new_event
from ctz_workouts.app import intake
from ctz_workouts.app.publishing import SOURCE
from ctz_workouts.app.summaries import summary_of
from ctz_workouts.domain.discipline import discipline_of
from ctz_workouts.domain.errors import RevisionStaleError
from ctz_workouts.domain.series import Series, series_of
from ctz_workouts.domain.sources import OWN
from ctz_workouts.domain.targets import class_family
from ctz_workouts.domain.transfer_errors import NotOwnEntryError
from ctz_workouts.formats.activity import CADENCE, OUTPUT, RESISTANCE, SPEED, UNITS, Activity, mean
from ctz_workouts.store import tables
from ctz_workouts.store.own_rows import forget
from ctz_workouts.store.riders import RiderStore
from ctz_workouts.store.workouts import StoredWorkout, WorkoutStore

RECORDED = "workouts.workout.recorded.v1"
DELETED = "workouts.workout.deleted.v1"
_METERS_PER_KILOMETER = 1000
_JOULES_PER_KILOJOULE = 1000
_SECONDS_PER_MINUTE = 60
_NAMES = {"heart_rate": "Heart Rate"}
_AVERAGED = {OUTPUT: "avg_output", CADENCE: "avg_cadence", RESISTANCE: "avg_resistance", SPEED: "avg_speed"}
_SAME = ("source", "source_id", "utc_offset_seconds", "discipline", "workout_type", "title", "instructor", "class_id")


@dataclass(frozen=True, slots=True)
class Told:
    """A workout in the words of the events: its summary without ids, and what was recorded."""

    recorded: peloton.WorkoutRecorded
    performance: peloton.WorkoutPerformance
    series: Series | None


def told_of(activity: Activity, source: str, source_id: str, offset_seconds: int) -> Told:
    """An activity in the words of the events."""
    discipline = discipline_of(activity.discipline)
    title = activity.title or _title(activity.duration_seconds, discipline.title)
    class_type = activity.class_type
    if not class_type and discipline.is_on_a_bike and (family := class_family(title)):
        class_type = str(family)
    recorded = peloton.WorkoutRecorded(
        source=source,
        source_id=source_id,
        utc_offset_seconds=offset_seconds,
        local_date=(activity.start_time + timedelta(seconds=offset_seconds)).date().isoformat(),
        discipline=discipline.event_word,
        workout_type=activity.workout_type or ("class" if activity.instructor else "freestyle"),
        title=title,
        instructor=activity.instructor,
        duration_seconds=activity.duration_seconds,
        total_work_joules=_times(activity.work_kilojoules, _JOULES_PER_KILOJOULE),
        device_type=activity.device,
        chart_state=peloton.CHART_STATE_DUE if activity.samples.seconds else peloton.CHART_STATE_NONE,
        class_type=class_type,
    )
    recorded.start_time.FromDatetime(activity.start_time)
    if activity.end_time is not None:
        recorded.end_time.FromDatetime(activity.end_time)
    if activity.pause_seconds:
        recorded.detail.has_paused, recorded.detail.pause_seconds = True, activity.pause_seconds
        for second, seconds in activity.pauses:
            recorded.detail.pauses.add(after_second=second, seconds=seconds)
    return Told(recorded, _performance(activity), _series(activity))


def keep(connection: sa.Connection, user_id: UUID, workout_id: UUID, revision: int, told: Told) -> None:
    """Keep a workout of our own as it now is, and tell it."""
    part = _part(user_id, workout_id, revision, told.recorded)
    _publish(connection, user_id, told.recorded)
    performance = intake.Performance(told.performance, told.series)
    intake.take_in(connection, [intake.Arrival(part, summary_of(told.recorded), performance)])


def keep_summary(
    connection: sa.Connection, user_id: UUID, workout_id: UUID, revision: int, recorded: peloton.WorkoutRecorded
) -> None:
    """Keep only what was told of it, and tell it."""
    part = _part(user_id, workout_id, revision, recorded)
    _publish(connection, user_id, recorded)
    intake.take_in(connection, [intake.Arrival(part, summary_of(recorded))])


def _part(user_id: UUID, workout_id: UUID, revision: int, recorded: peloton.WorkoutRecorded) -> intake.Part:
    recorded.workout_id, recorded.user_id, recorded.revision = str(workout_id), str(user_id), revision
    return intake.Part(workout_id, user_id, revision)


def _publish(connection: sa.Connection, user_id: UUID, recorded: peloton.WorkoutRecorded) -> None:
    outbox.add(connection, tables.outbox, new_event(RECORDED, source=SOURCE, user_id=user_id, message=recorded))


def own_row(connection: sa.Connection, user_id: UUID, workout_id: UUID) -> StoredWorkout:
    """A workout that this rider entered or imported, in the rider's turn."""
    RiderStore(connection).take_turn(user_id)
    return own_row_unheld(connection, user_id, workout_id)


def own_row_unheld(connection: sa.Connection, user_id: UUID, workout_id: UUID) -> StoredWorkout:
    """The same, only to be read."""
    standing = WorkoutStore(connection).own_standing(workout_id, user_id)
    if standing is None or not standing.workout.has_summary:
        raise NotFound
    if standing.workout.source not in OWN:
        raise NotOwnEntryError
    return standing.workout


def checked_revision(row: StoredWorkout, revision: int) -> int:
    """The next revision, where the rider saw the stored one."""
    if row.summary_revision != revision:
        raise RevisionStaleError(row.summary_revision)
    return revision + 1


def delete(connection: sa.Connection, user_id: UUID, workout_id: UUID, revision: int) -> None:
    """Delete a workout of our own for good, with its series and what the rider wrote, and tell it."""
    following = checked_revision(own_row(connection, user_id, workout_id), revision)
    intake.keep_deletion(connection, intake.Part(workout_id, user_id, following))
    forget(connection, user_id, workout_id)
    message = peloton.WorkoutDeleted(workout_id=str(workout_id), user_id=str(user_id), revision=following)
    message.delete_time.FromDatetime(utc_now())
    outbox.add(connection, tables.outbox, new_event(DELETED, source=SOURCE, user_id=user_id, message=message))


def rename(connection: sa.Connection, row: StoredWorkout, revision: int, words: Mapping[str, str]) -> None:
    """Change title, discipline, class type or instructor of a workout whose rest its file told."""
    recorded = _recorded_again(row)
    for name, text in words.items():
        setattr(recorded, name, text)
    recorded.title = recorded.title or row.title
    keep_summary(connection, row.user_id, row.workout_id, revision, recorded)


def _recorded_again(row: StoredWorkout) -> peloton.WorkoutRecorded:
    """The summary of a workout as it stands, to be told again with a change."""
    recorded = peloton.WorkoutRecorded(
        **{name: getattr(row, name) for name in _SAME},
        local_date=_day(row.local_date),
        duration_seconds=row.reported_seconds,
        total_work_joules=row.total_work_joules,
        device_type=row.device_type,
        chart_state=row.chart_state,  # type: ignore[arg-type]
        class_type=row.class_type,
    )
    if row.start_time is not None:
        recorded.start_time.FromDatetime(row.start_time)
    if row.end_time is not None:
        recorded.end_time.FromDatetime(row.end_time)
    if row.detail is not None:
        recorded.detail.ParseFromString(row.detail)
    return recorded


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _title(seconds: int, discipline: str) -> str:
    """A title by length and discipline, as classes have them."""
    return f"{max(round(seconds / _SECONDS_PER_MINUTE), 1)} min {discipline}"


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _series(activity: Activity) -> Series | None:
    samples = activity.samples
    if not samples.seconds:
        return None
    return series_of(samples.seconds, tuple((slug, UNITS[slug], values) for slug, values in samples.values.items()))


def _performance(activity: Activity) -> peloton.WorkoutPerformance:
    """Totals and means as far as they are told, and the names of what was recorded."""
    values = activity.samples.values
    means: dict[str, float | None] = {
        _AVERAGED[slug]: mean(column) for slug, column in values.items() if slug in _AVERAGED
    }
    means["avg_output"] = activity.mean_power_watts
    means["avg_heart_rate"] = activity.mean_heart_rate_bpm
    units = {told: UNITS[slug] for slug, told in _AVERAGED.items()} | {"avg_heart_rate": "bpm"}
    totals = (
        ("total_output", activity.work_kilojoules, "kj", "Total Output"),
        ("distance", _times(activity.distance_meters, 1 / _METERS_PER_KILOMETER), "km", "Distance"),
        ("calories", activity.calories_kcal, "kcal", "Calories"),
        *_told_by_device(activity),
    )
    return peloton.WorkoutPerformance(
        averages=[
            training.Measure(slug=slug, value=round(value, 2), unit=units[slug], display_name=_display(slug))
            for slug, value in means.items()
            if value is not None
        ],
        totals=[
            training.Measure(slug=slug, value=round(value, 6), unit=unit, display_name=name)
            for slug, value, unit, name in totals
            if value is not None
        ],
        metrics=[_metric(slug, column) for slug, column in values.items()],
        splits=_splits(activity),
    )


def _told_by_device(activity: Activity) -> tuple[tuple[str, float | None, str, str], ...]:
    """What stands beside the figures that we compute: those of the device, and how many samples were not recorded."""
    percent = _times(activity.device_intensity_factor, 100)
    return (
        ("device_normalized_power", activity.device_normalized_watts, "watts", "NP on the device"),
        ("device_intensity_factor", percent, "% of FTP", "Intensity on the device"),
        ("device_training_stress", activity.device_training_stress, "TSS", "Load on the device"),
        ("device_ftp", activity.device_ftp_watts, "watts", "FTP set on the device"),
        ("filled", activity.filled_seconds or None, "s", "Filled between neighbours"),
    )


def _display(slug: str) -> str:
    return slug.replace("avg_", "Avg ").replace("_", " ").title()


def _metric(slug: str, values: Any) -> peloton.MetricSeries:
    known = [value for value in values if value == value]  # noqa: PLR0124 - NaN
    return peloton.MetricSeries(
        slug=slug,
        display_name=_NAMES.get(slug, slug.capitalize()),
        unit=UNITS[slug],
        scale=1,
        average=mean(known),
        maximum=max(known, default=None),
    )


def _splits(activity: Activity) -> list[peloton.Split]:
    """Laps as splits, where there are several."""
    laps = activity.laps
    if len(laps) < 2:  # noqa: PLR2004 - one lap is the workout
        return []
    fastest = min(laps, key=lambda lap: lap.seconds / lap.meters)
    way, splits = 0.0, []
    for lap in laps:
        way += lap.meters
        splits.append(
            peloton.Split(
                distance=round(way / _METERS_PER_KILOMETER, 3),
                distance_unit="km",
                seconds=lap.seconds,
                elevation_change=lap.climb_meters,
                elevation_unit="m" if lap.climb_meters is not None else "",
                is_best=lap is fastest,
            )
        )
    return splits
