"""Workouts as files: one at once, all of them as a zip with a link that expires."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from ctz.workouts.v1 import transfers_pb2 as pb
from ctz.workouts.v1 import transfers_pb2_grpc as pb_grpc
from ctz.workouts.v1 import workouts_pb2
from garmin_fit_sdk import Decoder, Stream
from google.protobuf.field_mask_pb2 import FieldMask

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer, User, deletions
from ctz_workouts.app.exporting import Exporting
from ctz_workouts.formats.csv_own import read_own_csv
from ctz_workouts.formats.errors import FormatError
from ctz_workouts.store.exports import ExportQueue
from ctz_workouts.store.file_bytes import CHUNKS_AT_ONCE
from ctz_workouts.store.transfer_tables import export, export_chunk

from .harness import metric, performance, recorded
from .transfers import Doors, NotStopping, exporting, importing, run_all

pytestmark = pytest.mark.component

SPEEDS = [15.2 + number / 100 for number in range(120)]


@pytest.fixture
def exports(server: RunningServer, rider: User) -> pb_grpc.ExportServiceStub:
    return server.client(pb_grpc.ExportServiceStub, user=rider)


def ridden(consumer: Consumer, rider: User, **given: Any) -> str:
    """A ride of two minutes with power, heart rate, and speed in miles an hour."""
    workout = uuid7()
    watts = [100 + number % 90 for number in range(120)]
    metrics = [
        metric("output", "watts", watts),
        metric("heart_rate", "bpm", [None if number % 50 == 7 else 130 + number % 9 for number in range(120)]),
        metric("speed", "mph", SPEEDS, scale=100),
    ]
    consumer.handle(recorded(workout, rider.user_id, **given))
    consumer.handle(performance(workout, rider.user_id, watts=watts, metrics=metrics))
    return f"workouts/{workout}"


def decoded(data: bytes) -> Any:
    """What Garmin's own decoder reads; it must find nothing wrong."""
    assert Decoder(Stream.from_byte_array(bytearray(data))).check_integrity()
    messages, errors = Decoder(Stream.from_byte_array(bytearray(data))).read()
    assert not errors
    return messages


def test_a_workout_as_fit_decodes_with_garmins_own_sdk(door: Doors, consumer: Consumer, rider: User) -> None:
    name = ridden(consumer, rider)
    answer = door.get(rider, f"/{name}/file", format="fit")
    assert 200 == answer.status_code
    assert f'attachment; filename="2026-03-29-0641-{name[9:]}.fit"' == answer.headers["Content-Disposition"]
    assert "nosniff" == answer.headers["X-Content-Type-Options"]
    records = decoded(answer.data)["record_mesgs"]
    assert [100 + number % 90 for number in range(120)] == [each["power"] for each in records]
    beats = [each.get("heart_rate") for each in records]
    assert [None if number % 50 == 7 else 130 + number % 9 for number in range(120)] == beats
    told = [each["enhanced_speed"] for each in records]
    assert [pytest.approx(mph * 0.44704, abs=0.0006) for mph in SPEEDS] == told
    (session,) = decoded(answer.data)["session_mesgs"]
    assert ("cycling", pytest.approx(14.2 * 1609.344, abs=0.01)) == (session["sport"], session["total_distance"])


def test_a_workout_as_tcx_and_csv(door: Doors, consumer: Consumer, rider: User) -> None:
    name = ridden(consumer, rider, title="=SUM(A1)")
    tcx = door.get(rider, f"/{name}/file", format="tcx")
    assert 120 == tcx.data.count(b"<Trackpoint>")
    told = door.get(rider, f"/{name}/file", format="csv").data
    assert b"'=SUM(A1)" in told
    (again,) = read_own_csv(told, datetime(2026, 11, 22, tzinfo=UTC))
    assert not isinstance(again, FormatError)
    assert ("=SUM(A1)", 120) == (again.title, len(again.samples.seconds))
    assert 400 == door.get(rider, f"/{name}/file", format="exe").status_code


def test_everything_as_a_zip(
    door: Doors, consumer: Consumer, database: Database, rider: User, client: Callable[..., Any], exports: Any
) -> None:
    names = [ridden(consumer, rider, days=-day, title=f"ride {day}") for day in range(3)]
    consumer.handle(recorded(uuid7(), rider.user_id, title="no chart", days=-9))
    noted = workouts_pb2.UpdateWorkoutRequest(name=names[0], notes="+windy", update_mask=FieldMask(paths=["notes"]))
    client(rider).UpdateWorkout(noted)
    asked = pb.CreateExportRequest(formats=[pb.FILE_FORMAT_FIT, pb.FILE_FORMAT_TCX], request_id=str(uuid4()))
    made = exports.CreateExport(asked)
    assert pb.TRANSFER_STATE_WAITING == made.state
    assert made.name == exports.CreateExport(asked).name == exports.CreateExport(pb.CreateExportRequest()).name
    with pytest.raises(RemoteError) as early:
        exports.CreateExportLink(pb.CreateExportLinkRequest(name=made.name))
    assert "EXPORT_NOT_READY" == early.value.reason
    run_all(exporting(database))

    told = exports.GetExport(pb.GetExportRequest(name=made.name))
    assert (pb.TRANSFER_STATE_DONE, 4, 4) == (told.state, told.workout_count, told.finished_count)
    secret = exports.CreateExportLink(pb.CreateExportLinkRequest(name=made.name)).secret
    answer = door.get(rider, f"/{made.name}/file", secret=secret)
    assert (200, told.size_bytes) == (answer.status_code, len(answer.data))
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        files = archive.namelist()
        listed = list(csv.reader(io.StringIO(archive.read("workouts.csv").decode())))
        fit = archive.read(next(each for each in files if each.endswith(f"{names[0][9:]}.fit")))
    assert (1 + 6, 1 + 4) == (len(files), len(listed))
    assert "'+windy" == listed[-1][-1]
    assert 120 == len(decoded(fit)["record_mesgs"])


def test_a_link_opens_only_to_its_rider_and_only_while_it_is_the_newest(
    door: Doors, consumer: Consumer, database: Database, server: RunningServer, rider: User, exports: Any
) -> None:
    ridden(consumer, rider)
    name = exports.CreateExport(pb.CreateExportRequest()).name
    run_all(exporting(database))
    first, second = (exports.CreateExportLink(pb.CreateExportLinkRequest(name=name)).secret for _ in range(2))
    path = f"/{name}/file"
    assert 404 == door.get(server.keys.user(), path, secret=second).status_code
    assert [404, 404, 404] == [door.get(rider, path, secret=wrong).status_code for wrong in (first, "", "x")]
    assert 200 == door.get(rider, path, secret=second).status_code
    with database.begin() as connection:
        past = {"secret_expires_at": sa.func.now() - sa.text("interval '1 second'")}
        connection.execute(sa.update(export).where(export.c.user_id == rider.user_id).values(past))
    assert 404 == door.get(rider, path, secret=second).status_code


def test_an_export_is_gone_when_its_time_is_over(database: Database, rider: User, exports: Any) -> None:
    name = exports.CreateExport(pb.CreateExportRequest()).name
    run_all(exporting(database))
    assert [name] == [each.name for each in exports.ListExports(pb.ListExportsRequest()).exports]
    with database.begin() as connection:
        past = {"expires_at": sa.func.now() - sa.text("interval '1 second'")}
        connection.execute(sa.update(export).where(export.c.user_id == rider.user_id).values(past))
    assert [] == list(exports.ListExports(pb.ListExportsRequest()).exports)
    with pytest.raises(RemoteError) as gone:
        exports.CreateExportLink(pb.CreateExportLinkRequest(name=name))
    assert "NOT_FOUND" == gone.value.code.name
    run_all(exporting(database))
    with database.begin() as connection:
        about = export_chunk.c.user_id == rider.user_id
        assert 0 == connection.execute(sa.select(sa.func.count()).where(about)).scalar()


def test_an_export_that_broke_off_is_made_anew_by_the_next_worker(
    consumer: Consumer, database: Database, rider: User, exports: Any
) -> None:
    """What the killed one wrote is gone; what a late one still writes is refused."""
    ridden(consumer, rider)
    name = exports.CreateExport(pb.CreateExportRequest()).name
    with database.begin() as connection:
        lost = ExportQueue(connection).claim(0)
        assert lost is not None
        assert ExportQueue(connection).add_chunk(lost, 0, b"half", 0)
    assert run_all(Exporting(database, lease_seconds=60, keep_hours=1)) >= 1
    assert pb.TRANSFER_STATE_DONE == exports.GetExport(pb.GetExportRequest(name=name)).state
    with database.begin() as connection:
        assert not ExportQueue(connection).add_chunk(lost, 1, b"late", 0)
        first = connection.execute(
            sa.select(export_chunk.c.data).where(export_chunk.c.user_id == rider.user_id, export_chunk.c.place == 0)
        ).scalar_one()
    assert first.startswith(b"PK")


def test_a_deleted_export_is_made_no_more(database: Database, rider: User, exports: Any) -> None:
    name = exports.CreateExport(pb.CreateExportRequest()).name
    exports.DeleteExport(pb.DeleteExportRequest(name=name))
    run_all(exporting(database))
    assert [] == list(exports.ListExports(pb.ListExportsRequest()).exports)


def test_bytes_of_a_deleted_export_go_in_small_statements_and_open_to_nobody_at_once(
    door: Doors, consumer: Consumer, database: Database, rider: User, exports: Any
) -> None:
    ridden(consumer, rider)
    name = exports.CreateExport(pb.CreateExportRequest()).name
    run_all(exporting(database))
    secret = exports.CreateExportLink(pb.CreateExportLinkRequest(name=name)).secret
    with database.begin() as connection:
        place = sa.func.generate_series(1, 30).column_valued("place")
        data = sa.func.decode(sa.func.repeat("5a", 1024 * 1024), "hex")
        rows = sa.select(sa.literal(UUID(name[8:])), place, sa.literal(rider.user_id), data)
        connection.execute(sa.insert(export_chunk).from_select(["export_id", "place", "user_id", "data"], rows))
    exports.DeleteExport(pb.DeleteExportRequest(name=name))
    assert 404 == door.get(rider, f"/{name}/file", secret=secret).status_code
    with pytest.raises(RemoteError) as again:
        exports.DeleteExport(pb.DeleteExportRequest(name=name))
    with deletions(database.engine) as gone:
        run_all(exporting(database))
    assert "NOT_FOUND" == again.value.code.name
    assert (31, CHUNKS_AT_ONCE) == (sum(gone["export_chunk"]), max(gone["export_chunk"]))
    assert 1 <= sum(gone["export"])


def test_what_is_exported_comes_back_as_it_was(
    door: Doors, consumer: Consumer, database: Database, server: RunningServer, rider: User, client: Any, exports: Any
) -> None:
    """Into the same account nothing is doubled; into another one it is the same ride."""
    name = ridden(consumer, rider)
    exports.CreateExport(pb.CreateExportRequest())
    run_all(exporting(database))
    (made,) = exports.ListExports(pb.ListExportsRequest()).exports
    secret = exports.CreateExportLink(pb.CreateExportLinkRequest(name=made.name)).secret
    data = door.get(rider, f"/{made.name}/file", secret=secret).data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        listed, fit = (archive.read(each) for each in sorted(archive.namelist()))
    other = server.keys.user()
    for user, file, expected in ((rider, listed, (0, 1)), (other, fit, (1, 0))):
        imports = server.client(pb_grpc.ImportServiceStub, user=user)
        job = imports.CreateImport(pb.CreateImportRequest(time_zone="America/New_York")).name
        door.send(user, job, file)
        run_all(importing(database))
        told = imports.GetImport(pb.GetImportRequest(name=job))
        assert expected == (told.created_count, told.known_count)
    (copy,) = client(other).ListWorkouts(workouts_pb2.ListWorkoutsRequest()).workouts
    given = client(rider).GetWorkout(workouts_pb2.GetWorkoutRequest(name=name))
    taken = client(other).GetWorkout(workouts_pb2.GetWorkoutRequest(name=copy.name))
    assert given.analysis.best_efforts == taken.analysis.best_efforts
    assert given.workout.start_time == taken.workout.start_time
    assert pytest.approx(given.analysis.normalized_power_watts) == taken.analysis.normalized_power_watts


def test_a_stopping_worker_gives_its_export_back(
    consumer: Consumer, database: Database, rider: User, exports: Any
) -> None:
    class Stopping(NotStopping):
        def is_set(self) -> bool:
            return True

    ridden(consumer, rider)
    name = exports.CreateExport(pb.CreateExportRequest()).name
    assert exporting(database).run_once(Stopping())
    assert pb.TRANSFER_STATE_WAITING == exports.GetExport(pb.GetExportRequest(name=name)).state
    assert 1 == run_all(exporting(database))
