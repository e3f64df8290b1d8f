"""`workouts.workout.analyzed.v1`: published in the transaction that changes the figures, and only then."""

from dataclasses import replace
from hashlib import blake2b

import sqlalchemy as sa
from ctz.workouts.events.v1 import events_pb2
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_chassis.events import Event, new_event
from ctz_workouts.app.analysing import Figures
from ctz_workouts.domain.distance import meters_of
from ctz_workouts.store.workouts import StoredWorkout, WorkoutStore

ANALYZED = "workouts.workout.analyzed.v1"
SOURCE = "workouts"
_DIGEST_BYTES = 16
# What makes a workout worth telling of: its FTP alone would not.
_FIGURES = (
    "normalized_power_watts",
    "training_stress_score",
    "zone_seconds",
    "best_efforts",
    "distance_meters",
    "load",
)


def published(figures: Figures) -> tuple[StoredWorkout, Event | None]:
    """The row that remembers what was published of it, and the event where its figures are not the published ones.

    A workout without any figure, such as a yoga class, is published only when it had some before. A distance is one,
    also of a workout without series.
    """
    workout = figures.workout
    message = _message(figures)
    has_figures = any(field.name in _FIGURES for field, _ in message.ListFields())
    digest = blake2b(message.SerializeToString(deterministic=True), digest_size=_DIGEST_BYTES).digest()
    if digest == workout.analyzed_digest or (workout.analyzed_digest is None and not has_figures):
        return workout, None
    message.revision = workout.analyzed_revision + 1
    event = new_event(ANALYZED, source=SOURCE, user_id=workout.user_id, message=message)
    return replace(workout, analyzed_revision=message.revision, analyzed_digest=digest), event


def published_again(
    connection: sa.Connection, before: StoredWorkout, after: StoredWorkout
) -> tuple[StoredWorkout, Event | None]:
    """The same where nothing was analysed, but the rider's word may have changed the load."""
    if not after.has_summary or (before.load, before.load_source) == (after.load, after.load_source):
        return after, None
    stored = WorkoutStore(connection).analysis(after.workout_id) if after.performance_revision else None
    return published(Figures(after, pb.Analysis.FromString(stored or b"")))


def _message(figures: Figures) -> events_pb2.WorkoutAnalyzed:
    workout, analysis = figures.workout, figures.analysis
    if workout.start_time is None or workout.local_date is None:
        raise ValueError("a workout without its summary has no figures")
    message = events_pb2.WorkoutAnalyzed(
        workout_id=str(workout.workout_id),
        user_id=str(workout.user_id),
        local_date=workout.local_date.isoformat(),
        ftp_watts=workout.ftp_watts_used,
        normalized_power_watts=workout.normalized_power_watts,
        training_stress_score=workout.training_stress_score,
        zone_seconds=workout.zone_seconds,
        best_efforts=[
            events_pb2.BestEffort(
                duration_seconds=effort.duration_seconds,
                mean_power_watts=effort.mean_power_watts,
                start_seconds=effort.start_seconds,
            )
            for effort in analysis.best_efforts
        ],
        distance_meters=meters_of(workout.distance, workout.distance_unit),
        load=workout.load,
        load_source=workout.load_source,
    )
    message.start_time.FromDatetime(workout.start_time)
    return message
