"""The golden file of `workouts.workout.analyzed.v1`: what version 1 wrote is read, and is still what is written."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from ctz.workouts.events.v1 import events_pb2
from ctz.workouts.v1 import workouts_pb2 as pb
from google.protobuf.json_format import MessageToDict, ParseDict

from ctz_workouts.app.analysing import Figures
from ctz_workouts.app.publishing import ANALYZED, published
from ctz_workouts.store.workouts import StoredWorkout

GOLDEN = Path(__file__).parent / "golden" / "workouts_workout_analyzed_v1.json"


def written() -> events_pb2.WorkoutAnalyzed:
    """The event of a fixed ride, as the service publishes it."""
    workout = StoredWorkout(
        workout_id=UUID("019a2f6e-8d40-7c11-9a3b-5f2d1c0b9e77"),
        user_id=UUID("019a2f6e-1111-7222-8333-944455556666"),
        summary_revision=1,
        performance_revision=1,
        start_time=datetime(2026, 3, 29, 6, 41, tzinfo=UTC),
        local_date=datetime(2026, 3, 29, tzinfo=UTC).date(),
        ftp_watts_used=200.0,
        normalized_power_watts=180.5,
        training_stress_score=61.25,
        zone_seconds=[60, 1200, 900, 480, 60, 0, 0],
        distance=14.2,
        distance_unit="mi",
        load=61.25,
        load_source=1,
    )
    best = pb.BestEffort(duration_seconds=60, mean_power_watts=240.5, start_seconds=301)
    event = published(Figures(workout, pb.Analysis(best_efforts=[best])))[1]
    assert event is not None
    assert (ANALYZED, "workouts", str(workout.user_id)) == (event.type, event.source, event.subject)
    return events_pb2.WorkoutAnalyzed.FromString(event.data)


def test_t029_the_golden_event_is_read_and_written_alike() -> None:
    golden = json.loads(GOLDEN.read_text())
    message = written()
    assert golden["type"] == ANALYZED
    assert golden["message"] == MessageToDict(message, preserving_proto_field_name=True)
    assert golden["wire_hex"] == message.SerializeToString(deterministic=True).hex()
    assert message == events_pb2.WorkoutAnalyzed.FromString(bytes.fromhex(golden["wire_hex"]))
    assert message == ParseDict(golden["message"], events_pb2.WorkoutAnalyzed())


def test_t029_every_field_of_the_event_is_in_the_golden_file() -> None:
    """A new field needs a new golden value."""
    golden = json.loads(GOLDEN.read_text())["message"]
    assert set(golden) == set(events_pb2.WorkoutAnalyzed.DESCRIPTOR.fields_by_name)
