"""NP, IF and TSS of an imported ride: ours by the FTP of its day, those of the device beside them."""

import struct
from datetime import date
from uuid import uuid4

import pytest
from ctz.workouts.v1 import transfers_pb2 as pb
from ctz.workouts.v1 import transfers_pb2_grpc as pb_grpc
from ctz.workouts.v1 import workouts_pb2, workouts_pb2_grpc

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.testing import RunningServer, User
from ctz_workouts.formats.fit_container import checksum

from .harness import metric_changed
from .transfers import RIDE_START, doors, importing, run_all

pytestmark = pytest.mark.component

FIT_EPOCH_SECONDS = 631_065_600
SECONDS, WATTS = 1800, 200
ON_THE_DEVICE = {
    "device_normalized_power": (201.0, "watts"),
    "device_intensity_factor": (93.9, "% of FTP"),
    "device_training_stress": (44.1, "TSS"),
    "device_ftp": (214.0, "watts"),
}


def device_fit() -> bytes:
    """Half an hour as a head unit writes it, every seventh second left out; its own NP, IF, TSS and FTP are told."""
    start = int(RIDE_START.timestamp()) - FIT_EPOCH_SECONDS
    record = bytes((0x40, 0, 0, 20, 0, 2, 253, 4, 0x86, 7, 2, 0x84))
    kept = (second for second in range(SECONDS) if second % 7 != 3)
    records = b"".join(b"\0" + struct.pack("<IH", start + second, WATTS) for second in kept)
    fields = ((2, 4, 0x86), (5, 1, 0), (7, 4, 0x86), (8, 4, 0x86), *((number, 2, 0x84) for number in (34, 35, 36, 45)))
    session = bytes((0x41, 0, 0, 18, 0, len(fields))) + bytes(byte for field in fields for byte in field)
    told = b"\1" + struct.pack("<IBIIHHHH", start, 2, SECONDS * 1000, SECONDS * 1000, 201, 441, 939, 214)
    body = record + records + session + told
    whole = struct.pack("<BBHI4s", 12, 0x20, 2132, len(body), b".FIT") + body
    return whole + checksum(whole).to_bytes(2, "little")


def imported(database: Database, server: RunningServer, rider: User) -> workouts_pb2.WorkoutView:
    imports = server.client(pb_grpc.ImportServiceStub, user=rider)
    name = imports.CreateImport(pb.CreateImportRequest(request_id=str(uuid4()), time_zone="UTC")).name
    assert 201 == doors(database, server.keys).send(rider, name, device_fit()).status_code
    run_all(importing(database))
    (file,) = imports.ListImportFiles(pb.ListImportFilesRequest(**{"import": name})).files
    workouts = server.client(workouts_pb2_grpc.WorkoutServiceStub, user=rider)
    view: workouts_pb2.WorkoutView = workouts.GetWorkout(workouts_pb2.GetWorkoutRequest(name=file.workouts[0]))
    return view


def told_beside(view: workouts_pb2.WorkoutView) -> dict[str, tuple[float, str]]:
    return {each.slug: (each.value, each.unit) for each in view.totals if each.slug.startswith("device_")}


def test_without_an_ftp_the_devices_figures_stand_alone(database: Database, server: RunningServer) -> None:
    view = imported(database, server, server.keys.user())
    assert ON_THE_DEVICE == told_beside(view)
    assert pytest.approx(WATTS) == view.analysis.normalized_power_watts
    assert workouts_pb2.ABSENT_REASON_NO_FTP == view.analysis.ftp_absent_reason
    filled = {each.slug: each.value for each in view.totals}["filled"]
    assert sum(second % 7 == 3 for second in range(SECONDS)) == filled


def test_the_riders_ftp_of_that_day_is_used_and_not_the_devices(
    database: Database, server: RunningServer, consumer: Consumer
) -> None:
    rider = server.keys.user()
    consumer.handle(metric_changed(rider.user_id, 1, [(date(2020, 1, 1), 250), (date(2026, 6, 1), 180)]))
    view = imported(database, server, rider)
    assert (250.0, pytest.approx(0.8), pytest.approx(32.0)) == (
        view.analysis.ftp_watts,
        view.analysis.intensity_factor,
        view.analysis.training_stress_score,
    )
    assert ON_THE_DEVICE == told_beside(view)
