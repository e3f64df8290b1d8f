"""Everything of one workout as a message of the contract."""

from datetime import timedelta

from ctz.common.v1 import training_pb2 as training
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_chassis import resource_name
from ctz_workouts.api.class_requests import RECORDED
from ctz_workouts.api.messages import COLLECTION, workout
from ctz_workouts.app.pacing import Pace
from ctz_workouts.app.reading import ToldWorkout
from ctz_workouts.domain.pace import SECONDS_PER_HOUR
from ctz_workouts.domain.series import HEART_RATE
from ctz_workouts.store.riders import FTP_KIND

TESTED = frozenset({training.METRIC_SOURCE_TEST, training.METRIC_SOURCE_PELOTON_TEST})
"""Sources of an FTP that are the result of a test."""


def view(told: ToldWorkout) -> pb.WorkoutView:
    """Everything of one workout but its series."""
    stored, reported = told.view.workout, told.reported
    message = pb.WorkoutView(
        workout=workout(stored),
        averages=reported.averages,
        totals=reported.totals,
        analysis=told.analysis,
        segments=reported.segments,
        splits=reported.splits,
        detail=peloton.WorkoutDetail.FromString(stored.detail) if stored.detail is not None else None,
        heart_rate_zone_seconds=told.analysis.heart_rate_zone_seconds
        or reported.heart_rate_zone_seconds
        or stored.heart_rate_zone_seconds,
        notes=told.view.notes,
        perceived_exertion=told.view.perceived_exertion,
        feel=told.view.feel,
        pedaling_start_offset_seconds=stored.pedaling_start_offset_seconds or 0,
        class_id=stored.class_id,
        pace_level=reported.pace_level if reported.HasField("pace_level") else None,
        pace_bands=reported.pace_bands,
        insights=[pb.Insight(kind=fact.kind, figures=fact.figures, words=fact.words) for fact in told.insights],
        class_attempts=told.view.class_attempts,
        is_hidden=told.view.is_hidden,
    )
    # Hidden workouts keep their tags, which lists do not know.
    message.workout.tags[:] = told.view.tags
    message.workout.revision = told.view.revision
    if stored.end_time is not None:
        message.end_time.FromDatetime(stored.end_time)
    _tell_class(message, told.published_class)
    _tell_chosen(message, told)
    _tell_beats(message, told)
    _tell_pace(message, told.pace)
    _tell_ftp(message, told)
    _tell_test(message, told)
    return message


def _tell_class(message: pb.WorkoutView, published: peloton.ClassUpdated | None) -> None:
    if published is None:
        return
    if published.HasField("duration_seconds"):
        message.class_duration_seconds = published.duration_seconds
    if published.HasField("difficulty"):
        message.class_difficulty = published.difficulty
    if not message.pedaling_start_offset_seconds:
        message.pedaling_start_offset_seconds = published.pedaling_start_offset_seconds
    message.songs.extend(published.songs)


def _tell_chosen(message: pb.WorkoutView, told: ToldWorkout) -> None:
    """Whose targets judged the workout, where they are not its source's."""
    chosen, published = told.view.chosen, told.published_class
    if chosen is None or told.reported.targets or (published is not None and published.targets):
        return
    message.chosen_targets.title, message.chosen_targets.is_own = chosen.title, chosen.is_own
    if chosen.recorded_id is not None:
        message.chosen_targets.name = resource_name.format(RECORDED, chosen.recorded_id)


def _tell_beats(message: pb.WorkoutView, told: ToldWorkout) -> None:
    """Names of the series, and whose heart rate is among them; effort points where they were counted here."""
    slugs, lender = [metric.slug for metric in told.reported.metrics], told.view.lender
    is_told = message.workout.HasField("effort_points") and lender is None
    if told.analysis.HasField("effort_points") and not is_told:
        message.workout.effort_points = told.analysis.effort_points
    if lender is not None:
        slugs = [*(slug for slug in slugs if slug != HEART_RATE), HEART_RATE]
        message.borrowed_heart_rate.workout = resource_name.format(COLLECTION, lender.workout_id)
        message.borrowed_heart_rate.title = lender.title
        message.borrowed_heart_rate.source = lender.source
        message.borrowed_heart_rate.device_type = lender.device_type
    message.series_slugs[:] = slugs


def _tell_pace(message: pb.WorkoutView, pace: Pace) -> None:
    if pace.table is None:
        return
    if pace.level is not None:
        message.dated_pace_level = int(pace.level)
    kilometers = pace.table.distance.kilometres
    for band in pace.table.bands:
        message.pace_targets.add(
            intensity=band.intensity,
            title=band.title,
            slow_seconds_per_kilometer=SECONDS_PER_HOUR / (band.slowest * kilometers) if band.slowest else None,
            fast_seconds_per_kilometer=SECONDS_PER_HOUR / (band.fastest * kilometers) if band.fastest else None,
        )


def _tell_ftp(message: pb.WorkoutView, told: ToldWorkout) -> None:
    """Where the used FTP comes from, as long as the one now in force at the start is still that one."""
    stored = told.view.workout
    if stored.ftp_watts_used is None or stored.start_time is None:
        return
    entry = told.view.timelines.at(FTP_KIND, stored.start_time)
    if entry is not None and entry.value == stored.ftp_watts_used:
        message.analysis.ftp_source = entry.source  # type: ignore[assignment]
        message.analysis.ftp_effective_time.FromDatetime(entry.effective_time)


def _tell_test(message: pb.WorkoutView, told: ToldWorkout) -> None:
    """The result of an FTP test, in force from its end; accepted once the rider has a test's value of that day."""
    stored, result = told.view.workout, told.ftp_test
    if result is None or stored.start_time is None:
        return
    end = stored.end_time or stored.start_time + timedelta(seconds=stored.ridden_seconds or 0)
    day = timedelta(days=1)
    message.ftp_test.mean_power_watts, message.ftp_test.ftp_watts = result.mean_watts, result.ftp_watts
    message.ftp_test.effective_time.FromDatetime(end)
    message.ftp_test.is_accepted = any(
        entry.source in TESTED and stored.start_time <= entry.effective_time < stored.start_time + day
        for entry in told.view.timelines.entries(FTP_KIND)
    )
