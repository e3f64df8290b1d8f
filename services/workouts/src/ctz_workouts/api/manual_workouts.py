"""ManualWorkoutService."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from ctz.workouts.v1 import transfers_pb2 as pb
from ctz.workouts.v1 import transfers_pb2_grpc as pb_grpc

from ctz_chassis import idempotency, resource_name
from ctz_chassis.clock import Clock, utc_now
from ctz_chassis.db import Database
from ctz_chassis.errors import InvalidArgument
from ctz_chassis.grpc_server import person_of
from ctz_chassis.idempotency import request_key
from ctz_chassis.ids import uuid7
from ctz_workouts.api import entries
from ctz_workouts.app import own, own_workouts
from ctz_workouts.domain.sources import MANUAL
from ctz_workouts.store import tables

_LONGEST_NOTES = 4_000
_HARDEST_EFFORT = 10


class ManualWorkoutServicer(pb_grpc.ManualWorkoutServiceServicer):
    """Workouts that the person entered or imported."""

    def __init__(self, database: Database, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    def CreateManualWorkout(self, request: pb.CreateManualWorkoutRequest, context: Any) -> pb.ManualWorkout:
        """Enter a workout; a repeated request gets the same one."""
        user_id = person_of(context).user_id
        entry, note = entries.entry_of(request.workout, self._clock()), _note(request)
        key = request_key(request)

        def work(connection: sa.Connection) -> pb.ManualWorkout:
            def enter() -> bytes:
                workout_id = uuid7()
                told = own_workouts.told_of(entry, MANUAL, "", entry.utc_offset_seconds or 0)
                own_workouts.keep(connection, user_id, workout_id, 1, told)
                if note:
                    own.write_note(connection, workout_id, user_id, note)
                return workout_id.bytes

            entered = idempotency.once(connection, tables.request_ids, user_id, key, enter)
            return entries.told(own_workouts.own_row(connection, user_id, UUID(bytes=entered.body)))

        return self._database.run(work)

    def GetManualWorkout(self, request: pb.GetManualWorkoutRequest, context: Any) -> pb.ManualWorkout:
        """A workout that was entered or imported, as it can be changed."""
        workout_id, user_id = _id(request.name), person_of(context).user_id
        with self._database.read() as connection:
            return entries.told(own_workouts.own_row_unheld(connection, user_id, workout_id))

    def UpdateManualWorkout(self, request: pb.UpdateManualWorkoutRequest, context: Any) -> pb.ManualWorkout:
        """Replace what was entered, where the revision is the stored one."""
        workout_id, user_id, now = _id(request.workout.name, "workout.name"), person_of(context).user_id, self._clock()

        def work(connection: sa.Connection) -> pb.ManualWorkout:
            row = own_workouts.own_row(connection, user_id, workout_id)
            if row.source == MANUAL:
                entry = entries.entry_of(request.workout, now)
                told = own_workouts.told_of(entry, MANUAL, "", entry.utc_offset_seconds or 0)
                revision = own_workouts.checked_revision(row, request.workout.revision)
                own_workouts.keep(connection, user_id, workout_id, revision, told)
            else:
                words = {
                    name: text
                    for name, text in entries.words_of(request.workout).items()
                    if text or name != "discipline"
                }
                revision = own_workouts.checked_revision(row, request.workout.revision)
                own_workouts.rename(connection, row, revision, words)
            return entries.told(own_workouts.own_row(connection, user_id, workout_id))

        return self._database.run(work)

    def DeleteManualWorkout(
        self, request: pb.DeleteManualWorkoutRequest, context: Any
    ) -> pb.DeleteManualWorkoutResponse:
        """Delete a workout that was entered or imported."""
        workout_id, user_id = _id(request.name), person_of(context).user_id
        self._database.run(lambda connection: own_workouts.delete(connection, user_id, workout_id, request.revision))
        return pb.DeleteManualWorkoutResponse()


def _note(request: pb.CreateManualWorkoutRequest) -> dict[str, Any]:
    if len(request.notes) > _LONGEST_NOTES or "\0" in request.notes:
        raise InvalidArgument("notes", f"is text of at most {_LONGEST_NOTES} characters")
    if not 0 <= request.perceived_exertion <= _HARDEST_EFFORT:
        raise InvalidArgument("perceived_exertion", f"is 1 to {_HARDEST_EFFORT}, or 0 when not told")
    values = {"notes": request.notes, "perceived_exertion": request.perceived_exertion}
    return {name: value for name, value in values.items() if value}


def _id(name: str, field: str = "name") -> UUID:
    return resource_name.parse(entries.COLLECTION, name, field=field)
