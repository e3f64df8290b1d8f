"""Rows of the authorization matrix: workouts."""

from collections.abc import Mapping
from typing import Any

from ctz.common.v1 import training_pb2
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

from .cells import HIDDEN, OWN, Outcome, Row, Things

FIRST_DAY, LAST_DAY = "2026-08-01", "2026-11-22"


def _draft(things: Things) -> Mapping[str, Any]:
    entry = training_pb2.MetricEntry(
        entry_id=things.metric.split("/")[1], effective_time=Timestamp(seconds=1_700_000_000), value=99, source=1
    )
    return {"entries": [entry]}


def _days(_: Things) -> Mapping[str, Any]:
    return {"from_date": FIRST_DAY, "to_date": LAST_DAY}


def _workout(things: Things) -> Mapping[str, Any]:
    return {"name": things.workout}


def _renamed_filter(things: Things) -> Mapping[str, Any]:
    return {
        "saved_filter": {"name": things.saved_filter, "title": "mine"},
        "update_mask": FieldMask(paths=["title"]),
    }


MATRIX: Mapping[str, Row] = {
    "workouts WorkoutService/ListWorkouts": Row(OWN),
    "workouts WorkoutService/GetCalendar": Row(
        OWN, lambda _: {"from_date": FIRST_DAY, "to_date": "2026-08-31", "filter": {"query": "mine"}}
    ),
    "workouts WorkoutService/GetWorkout": Row(HIDDEN, _workout),
    "workouts WorkoutService/GetSeries": Row(HIDDEN, _workout),
    "workouts WorkoutService/SummarizePeriod": Row(OWN, lambda things: {**_days(things), "size": 2}),
    "workouts WorkoutService/GetArchive": Row(OWN),
    "workouts WorkoutService/UpdateWorkout": Row(
        HIDDEN, lambda things: {"name": things.workout, "notes": "mine", "update_mask": FieldMask(paths=["notes"])}
    ),
    "workouts WorkoutService/DeleteWorkout": Row(HIDDEN, _workout),
    "workouts WorkoutService/UndeleteWorkout": Row(HIDDEN, _workout),
    # The ids of a draft's entries say which of the caller's entries stand; the archive looks nothing up by them.
    "workouts WorkoutService/PreviewFTP": Row(OWN, _draft),
    "workouts SavedFilterService/ListSavedFilters": Row(OWN),
    "workouts SavedFilterService/CreateSavedFilter": Row(OWN, lambda _: {"title": "mine"}),
    "workouts SavedFilterService/UpdateSavedFilter": Row(HIDDEN, _renamed_filter),
    "workouts SavedFilterService/DeleteSavedFilter": Row(HIDDEN, lambda things: {"name": things.saved_filter}),
    "workouts ComparisonService/CompareWorkout": Row(
        HIDDEN, lambda things: {"name": things.workout, "other": things.workout}
    ),
    "workouts ComparisonService/ListSimilarWorkouts": Row(HIDDEN, _workout),
}

REFERENCES: Mapping[str, Outcome] = {
    "workouts WorkoutService/GetWorkout name": HIDDEN,
    "workouts WorkoutService/GetSeries name": HIDDEN,
    "workouts WorkoutService/UpdateWorkout name": HIDDEN,
    "workouts WorkoutService/DeleteWorkout name": HIDDEN,
    "workouts WorkoutService/UndeleteWorkout name": HIDDEN,
    "workouts WorkoutService/PreviewFTP entries.entry_id": OWN,
    "workouts SavedFilterService/UpdateSavedFilter saved_filter.name": HIDDEN,
    "workouts SavedFilterService/DeleteSavedFilter name": HIDDEN,
    "workouts ComparisonService/CompareWorkout name": HIDDEN,
    "workouts ComparisonService/CompareWorkout other": HIDDEN,
    "workouts ComparisonService/ListSimilarWorkouts name": HIDDEN,
}
