"""What of a workout's row follows from the rider's own word: a load that was told, and what it is found by."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_workouts.domain.words import words_of
from ctz_workouts.domain.workload import LoadSource, told_load
from ctz_workouts.store import terms

if TYPE_CHECKING:
    from ctz_workouts.store.workouts import StoredWorkout

_RECORDED_LOADS = (LoadSource.POWER, LoadSource.HEART_RATE)
_COMING = (pb.SERIES_STATE_DUE, pb.SERIES_STATE_ON_OPEN)
_NO_LOAD = pb.ABSENT_REASON_NO_PERCEIVED_EXERTION


def found_by_terms(workout: "StoredWorkout", tags: Sequence[str], notes: str) -> "StoredWorkout":
    """The row with what lists show of the rider's words, and what it is found by; nothing unless it is listed."""
    if not workout.is_listed:
        return replace(workout, tags=[], words=[], has_notes=False, terms=[])
    words = words_of(workout.title, workout.instructor, *tags, notes)
    told = replace(workout, tags=list(tags), words=list(words), has_notes=bool(notes))
    return replace(told, terms=terms.numbers_of(told))


def with_told_load(workout: "StoredWorkout", perceived_exertion: int | None) -> "StoredWorkout":
    """The row with the load that the rider's word tells, unless the recording tells one."""
    if workout.load_source in _RECORDED_LOADS:
        return workout if not workout.load_absent_reason else replace(workout, load_absent_reason=0)
    if not workout.has_summary:
        return replace(workout, load=None, load_source=0, load_absent_reason=0)
    seconds = workout.ridden_seconds if workout.ridden_seconds is not None else workout.reported_seconds
    told = told_load(perceived_exertion, seconds)
    reason = _NO_LOAD if told.load is None else 0
    if reason and workout.uses_heart_rate:
        reason = pb.ABSENT_REASON_NO_HEART_RATE_THRESHOLDS
    elif reason and workout.series_state in _COMING:
        reason = pb.ABSENT_REASON_NO_SERIES_YET
    return replace(workout, load=told.load, load_source=int(told.source), load_absent_reason=reason)
