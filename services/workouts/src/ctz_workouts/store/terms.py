"""What a listed workout is found by: terms of several kinds, kept as numbers in one indexed array of its row.

A term is a kind with a value, such as discipline and `cycling`, or word and `endurance`. Its number is a hash with the
rider as key, so that the entries of an index belong to one rider, however many there are.
"""

from collections.abc import Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, Final
from uuid import UUID

from ctz.workouts.v1 import workouts_pb2 as pb

if TYPE_CHECKING:
    from ctz_workouts.store.workouts import StoredWorkout

DISCIPLINE: Final = "discipline"
INSTRUCTOR: Final = "instructor"
CLASS_TYPE: Final = "class_type"
SOURCE: Final = "source"
TAG: Final = "tag"
MARK: Final = "mark"
MINUTES: Final = "minutes"
LOAD: Final = "load"
WORD: Final = "word"

CHARTED, POWER_ZONE, RECORD, NOTED = "charted", "power_zone", "record", "noted"
"""Values of a mark."""
LONGEST_MINUTES: Final = 180
"""Workouts of these minutes and longer share a term."""
LOAD_STEP: Final = 10
HIGHEST_LOAD_STEP: Final = 40
"""Workouts with a load of 400 and more share a term."""
Term = tuple[str, str]
"""Kind and value."""


def number_of(user_id: UUID, term: Term) -> int:
    """The number of a rider's term, as the index holds it."""
    kind, value = term
    return int.from_bytes(blake2b(f"{kind}\0{value}".encode(), key=user_id.bytes, digest_size=8).digest(), signed=True)


def numbers_of(workout: "StoredWorkout") -> list[int]:
    """The numbers of all terms of a workout, smallest first."""
    return sorted(number_of(workout.user_id, term) for term in set(terms_of(workout)))


def terms_of(workout: "StoredWorkout") -> Iterator[Term]:
    """All terms of a workout."""
    single = {
        DISCIPLINE: workout.discipline,
        INSTRUCTOR: workout.instructor,
        CLASS_TYPE: workout.class_type,
        SOURCE: workout.source,
        MINUTES: _minutes(workout),
        LOAD: load_step(workout.load) if workout.load is not None else "",
    }
    yield from ((kind, value) for kind, value in single.items() if value)
    marks = {
        CHARTED: workout.series_state == pb.SERIES_STATE_STORED,
        POWER_ZONE: workout.is_power_zone,
        RECORD: workout.is_total_work_record,
        NOTED: workout.has_notes,
    }
    yield from ((MARK, mark) for mark, holds in marks.items() if holds)
    yield from ((TAG, tag) for tag in workout.tags)
    yield from ((WORD, word) for word in workout.words)


def minutes_step(seconds: int) -> str:
    """The term of a length: whole minutes."""
    return str(min(seconds // 60, LONGEST_MINUTES))


def load_step(load: float) -> str:
    """The term of a load: whole tens."""
    return str(min(int(load // LOAD_STEP), HIGHEST_LOAD_STEP))


def _minutes(workout: "StoredWorkout") -> str:
    seconds = workout.ridden_seconds if workout.ridden_seconds is not None else workout.reported_seconds
    return minutes_step(seconds) if seconds is not None else ""
