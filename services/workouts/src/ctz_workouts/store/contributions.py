"""What one workout adds to the kept aggregates: amounts to sums, and marks to records."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from ctz_workouts.domain.amounts import MILLI, carries
from ctz_workouts.domain.discipline import discipline_of
from ctz_workouts.domain.distance import meters_of
from ctz_workouts.domain.marks import Mark
from ctz_workouts.domain.power import BEST_EFFORT_SECONDS
from ctz_workouts.domain.records import RecordKey, RecordKind, class_minutes
from ctz_workouts.domain.workload import LoadSource
from ctz_workouts.store.workouts import StoredWorkout

LOAD_AMOUNTS = {
    LoadSource.POWER: "power_load",
    LoadSource.HEART_RATE: "heart_rate_load",
    LoadSource.PERCEIVED_EXERTION: "effort_load",
}
_MOST = 1e9
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a listed workout adds, on its day and in its discipline."""

    workout_id: str
    day: date
    discipline: str
    amounts: Mapping[str, int]
    carried: tuple[int, int]
    """Fitness and fatigue that its load leaves at the end of its month."""
    marks: Mapping[str, Mark] = field(default_factory=dict)


def contribution_of(workout: StoredWorkout) -> Contribution | None:
    """What a workout adds; none while lists do not show it."""
    if not workout.is_listed or workout.local_date is None or workout.start_time is None:
        return None
    discipline, day, workout_id = discipline_of(workout.discipline).slug, workout.local_date, str(workout.workout_id)
    microseconds = (workout.start_time - _EPOCH) // timedelta(microseconds=1)
    text = day.isoformat()
    marks = {key.text: Mark(value, text, microseconds, workout_id) for key, value in _reached(workout)}
    return Contribution(workout_id, day, discipline, _amounts(workout), load_carries(workout.load, day), marks)


def load_carries(load: float | None, day: date) -> tuple[int, int]:
    """Carries of a load as it is summed, in thousandths."""
    return carries(load_milli(load) / MILLI, day) if load else (0, 0)


def load_milli(load: float) -> int:
    """A load as it is summed."""
    return _whole(load * MILLI)


def _whole(amount: float) -> int:
    """An amount as it is summed: whole, and never beyond what any workout can come to, whatever a file says."""
    return round(min(max(amount, 0), _MOST))


def seconds_of(workout: StoredWorkout) -> int:
    """Seconds ridden where the series tells, else the length as reported; 0 where nobody does."""
    seconds = workout.ridden_seconds if workout.ridden_seconds is not None else workout.reported_seconds
    return max(seconds or 0, 0)


def joules_of(workout: StoredWorkout) -> float | None:
    """Work as reported, by the list or else by the graph."""
    if workout.total_work_joules:
        return workout.total_work_joules
    from_graph = workout.graph_work_kilojoules
    return from_graph * 1000 if from_graph is not None else workout.total_work_joules


def _amounts(workout: StoredWorkout) -> Mapping[str, int]:
    meters = meters_of(workout.distance, workout.distance_unit)
    amounts = {
        "workout_count": 1,
        "duration_seconds": seconds_of(workout),
        "work_joules": _whole(joules_of(workout) or 0),
        "distance_meters": _whole(meters or 0),
    }
    if workout.load is not None and workout.load_source:
        amounts["scored_count"] = 1
        amounts[LOAD_AMOUNTS[LoadSource(workout.load_source)]] = load_milli(workout.load)
    amounts |= {f"zone_{zone}": seconds for zone, seconds in enumerate(workout.zone_seconds, 1)}
    return amounts


def _reached(workout: StoredWorkout) -> Iterator[tuple[RecordKey, float]]:
    """Figures of a workout that can be records."""
    for duration, watts in zip(BEST_EFFORT_SECONDS, workout.best_watts, strict=False):
        if watts is not None:
            yield RecordKey(RecordKind.POWER, duration), watts
    minutes = class_minutes(workout.reported_seconds) if workout.class_id else None
    joules, meters = joules_of(workout), meters_of(workout.distance, workout.distance_unit)
    for kind, value in ((RecordKind.WORK, joules), (RecordKind.DISTANCE, meters)):
        if value is not None and value > 0:
            yield RecordKey(kind), value
            if minutes is not None:
                yield RecordKey(kind, minutes), value
    if seconds := seconds_of(workout):
        yield RecordKey(RecordKind.DURATION), float(seconds)
    if workout.training_stress_score is not None:
        yield RecordKey(RecordKind.TRAINING_STRESS), workout.training_stress_score
