"""Which pace table holds for a workout: Peloton's own, else ours for the level of that day."""

from dataclasses import dataclass

from ctz.common.v1 import training_pb2 as training
from ctz.peloton_sync.events.v1 import events_pb2 as peloton

from ctz_workouts.domain.discipline import Discipline
from ctz_workouts.domain.errors import PaceLevelUnknownError
from ctz_workouts.domain.pace import Activity, PaceDistance, PaceTable, PublishedPace
from ctz_workouts.store.riders import Timelines
from ctz_workouts.store.workouts import StoredWorkout

PACE_LEVEL_KINDS = {
    Activity.RUNNING: training.METRIC_KIND_RUNNING_PACE_LEVEL,
    Activity.WALKING: training.METRIC_KIND_WALKING_PACE_LEVEL,
    Activity.ROWING: training.METRIC_KIND_ROWING_PACE_LEVEL,
}


@dataclass(frozen=True, slots=True)
class Pace:
    """The pace table of a workout, and the dated level that it rests on, where it does."""

    table: PaceTable | None = None
    kind: int = 0
    level: float | None = None


def pace_of(
    workout: StoredWorkout,
    reported: peloton.WorkoutPerformance,
    timelines: Timelines,
    discipline: Discipline,
    distance: PaceDistance | None,
) -> Pace:
    """Peloton's own table, else ours for the level that it used, else ours for the rider's level of that day.

    Peloton's is given for `distance`, the one of the recorded pace or speed; without one it cannot be read.
    """
    activity = discipline.pace_activity
    if reported.pace_bands and distance is not None:
        published = (
            PublishedPace(
                band.intensity,
                band.display_name,
                band.slow_seconds if band.HasField("slow_seconds") else None,
                band.fast_seconds,
            )
            for band in reported.pace_bands
        )
        return Pace(PaceTable.of_published(published, distance))
    if activity is None or workout.start_time is None:
        return Pace()
    if reported.HasField("pace_level"):
        return Pace(_own_table(activity, reported.pace_level))
    kind = PACE_LEVEL_KINDS[activity]
    dated = timelines.at(kind, workout.start_time)
    return Pace(_own_table(activity, int(dated.value)) if dated else None, kind, dated.value if dated else None)


def _own_table(activity: Activity, level: int) -> PaceTable | None:
    try:
        return PaceTable.of_level(activity, level)
    except PaceLevelUnknownError:
        return None
