"""Rows of the authorization matrix: workouts that come in and go out."""

from collections.abc import Mapping
from typing import Any

from ctz.workouts.v1 import transfers_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from .cells import HIDDEN, OWN, Outcome, Row, Things

STARTED = 1_786_000_000


def entry(**given: Any) -> transfers_pb2.ManualWorkout:
    """A workout as a rider enters it."""
    start = Timestamp(seconds=STARTED)
    return transfers_pb2.ManualWorkout(start_time=start, duration_seconds=1_800, discipline="strength", **given)


def _changed(things: Things) -> Mapping[str, Any]:
    return {"workout": entry(name=things.manual_workout, revision=1, title="mine")}


def _pair(things: Things) -> Mapping[str, Any]:
    return {"workout": things.manual_workout, "other": things.workout}


def _import(things: Things) -> Mapping[str, Any]:
    return {"name": things.import_job}


def _merge_batch(things: Things) -> Mapping[str, Any]:
    return {"name": things.merge_batch}


def _export(things: Things) -> Mapping[str, Any]:
    return {"name": things.export}


MATRIX: Mapping[str, Row] = {
    "workouts ManualWorkoutService/CreateManualWorkout": Row(OWN, lambda _: {"workout": entry(title="mine")}),
    "workouts ManualWorkoutService/GetManualWorkout": Row(HIDDEN, lambda things: {"name": things.manual_workout}),
    "workouts ManualWorkoutService/UpdateManualWorkout": Row(HIDDEN, _changed),
    "workouts ManualWorkoutService/DeleteManualWorkout": Row(
        HIDDEN, lambda things: {"name": things.manual_workout, "revision": 1}
    ),
    "workouts ImportService/CreateImport": Row(OWN),
    "workouts ImportService/GetImport": Row(HIDDEN, _import),
    "workouts ImportService/ListImports": Row(OWN),
    "workouts ImportService/ListImportFiles": Row(HIDDEN, lambda things: {"import": things.import_job}),
    "workouts ImportService/DeleteImport": Row(HIDDEN, _import),
    # Of a workout that is not the caller's there are no pairs to list.
    "workouts DuplicateService/ListDuplicates": Row(OWN, lambda things: {"workout": things.workout}),
    "workouts DuplicateService/MergeWorkouts": Row(
        HIDDEN, lambda things: {"primary": things.manual_workout, "absorbed": [things.workout]}
    ),
    "workouts DuplicateService/UnmergeWorkout": Row(HIDDEN, lambda things: {"name": things.workout}),
    "workouts DuplicateService/GetMerge": Row(HIDDEN, lambda things: {"workout": things.workout}),
    "workouts DuplicateService/ListMerges": Row(OWN),
    "workouts DuplicateService/DismissDuplicate": Row(HIDDEN, _pair),
    "workouts DuplicateService/DismissDuplicates": Row(HIDDEN, lambda things: {"pairs": [_pair(things)]}),
    "workouts DuplicateService/ListCertainDuplicates": Row(OWN),
    "workouts DuplicateService/CreateMergeBatch": Row(OWN),
    "workouts DuplicateService/GetMergeBatch": Row(HIDDEN, _merge_batch),
    "workouts DuplicateService/UndoMergeBatch": Row(HIDDEN, _merge_batch),
    "workouts ExportService/CreateExport": Row(OWN),
    "workouts ExportService/GetExport": Row(HIDDEN, _export),
    "workouts ExportService/ListExports": Row(OWN),
    "workouts ExportService/CreateExportLink": Row(HIDDEN, _export),
    "workouts ExportService/DeleteExport": Row(HIDDEN, _export),
}

REFERENCES: Mapping[str, Outcome] = {
    # A new workout gets its id here, whatever a request says.
    "workouts ManualWorkoutService/CreateManualWorkout workout.name": OWN,
    "workouts ManualWorkoutService/GetManualWorkout name": HIDDEN,
    "workouts ManualWorkoutService/UpdateManualWorkout workout.name": HIDDEN,
    "workouts ManualWorkoutService/DeleteManualWorkout name": HIDDEN,
    "workouts ImportService/GetImport name": HIDDEN,
    "workouts ImportService/ListImportFiles import": HIDDEN,
    "workouts ImportService/DeleteImport name": HIDDEN,
    "workouts DuplicateService/ListDuplicates workout": OWN,
    "workouts DuplicateService/MergeWorkouts primary": HIDDEN,
    "workouts DuplicateService/MergeWorkouts absorbed": HIDDEN,
    "workouts DuplicateService/UnmergeWorkout name": HIDDEN,
    "workouts DuplicateService/GetMerge workout": HIDDEN,
    "workouts DuplicateService/DismissDuplicate workout": HIDDEN,
    "workouts DuplicateService/DismissDuplicate other": HIDDEN,
    "workouts DuplicateService/DismissDuplicates pairs.workout": HIDDEN,
    "workouts DuplicateService/DismissDuplicates pairs.other": HIDDEN,
    "workouts DuplicateService/GetMergeBatch name": HIDDEN,
    "workouts DuplicateService/UndoMergeBatch name": HIDDEN,
    "workouts ExportService/GetExport name": HIDDEN,
    "workouts ExportService/CreateExportLink name": HIDDEN,
    "workouts ExportService/DeleteExport name": HIDDEN,
}
