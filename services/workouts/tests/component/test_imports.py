"""Files from elsewhere: sent by HTTP, read by a process of its own, kept like synced workouts."""

from collections.abc import Iterator
from datetime import timedelta
from typing import IO, Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import transfers_pb2 as pb
from ctz.workouts.v1 import transfers_pb2_grpc as pb_grpc
from ctz.workouts.v1 import workouts_pb2

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer, User
from ctz_workouts.app.importing import Importing
from ctz_workouts.formats.reading import Item, Opened, Reader, Sniffed
from ctz_workouts.formats.zones_of_time import rider_zone
from ctz_workouts.store import tables
from ctz_workouts.store.imports import FileQueue
from ctz_workouts.store.transfer_tables import import_chunk, import_file

from .harness import recorded
from .transfers import PELOTON, RIDE_START, Doors, NotStopping, begin, files_of, fit, importing, run_all, zipped

pytestmark = [pytest.mark.component, pytest.mark.usefixtures("nothing_waits")]

POP_RIDE = "2026-03-30 18:00 (-04),Live,Ben Alldis,30,Cycling,,30 min Pop Ride,,300,160,41%,85,20.1,10.0,400,141.50,,"


def test_a_fit_file_becomes_a_workout_with_its_figures(
    door: Doors, database: Database, rider: User, imports: Any, workouts: Any
) -> None:
    name = begin(imports)
    answer = door.send(rider, name, fit([200.0] * 1200), "../../etc/ride.fit")
    assert 201 == answer.status_code
    assert pb.TRANSFER_STATE_WAITING == imports.GetImport(pb.GetImportRequest(name=name)).state
    run_all(importing(database))

    told = imports.GetImport(pb.GetImportRequest(name=name))
    assert (pb.TRANSFER_STATE_DONE, 1, 1, 0) == (told.state, told.created_count, told.item_count, told.problem_count)
    (file,) = files_of(imports, name)
    assert answer.json["name"] == file.name
    assert ("ride.fit", pb.FILE_FORMAT_FIT) == (file.file_name, file.format)
    view = workouts.GetWorkout(workouts_pb2.GetWorkoutRequest(name=file.workouts[0]))
    assert "30 min Power Zone Endurance Ride" == view.workout.title
    assert ("import", "cycling", "2026-03-29") == (
        view.workout.source,
        view.workout.discipline,
        view.workout.local_date,
    )
    assert "power_zone_endurance" == view.workout.class_type
    assert 200 == pytest.approx(view.analysis.normalized_power_watts)
    assert (240.0, 130.0) == (view.workout.work_kilojoules, view.workout.mean_heart_rate_bpm)
    with database.read() as connection:
        own = import_chunk.c.user_id == rider.user_id
        assert 0 == connection.execute(sa.select(sa.func.count()).where(own)).scalar()
        stored = connection.execute(sa.select(tables.outbox).where(tables.outbox.c.subject == str(rider.user_id))).all()
    kinds = [row.type for row in stored]
    assert ["workouts.workout.recorded.v1", "workouts.workout.analyzed.v1"] == kinds
    fact = peloton.WorkoutRecorded.FromString(stored[0].data)
    assert ("import", 1, "power_zone_endurance") == (fact.source, fact.revision, fact.class_type)


def test_the_same_file_again_is_recognised(door: Doors, database: Database, rider: User, imports: Any) -> None:
    """Within one import by its bytes, in a later one by what was recorded, in a zip too."""
    name, data = begin(imports), fit()
    first, second = (door.send(rider, name, data, f"{number}.fit") for number in (1, 2))
    assert first.json == second.json
    run_all(importing(database))
    again = begin(imports)
    door.send(rider, again, zipped({"a/other name.fit": data}), "all.zip")
    run_all(importing(database))
    told = imports.GetImport(pb.GetImportRequest(name=again))
    assert (0, 1, pb.TRANSFER_STATE_DONE) == (told.created_count, told.known_count, told.state)
    assert files_of(imports, name)[0].workouts == files_of(imports, again)[0].workouts


def test_an_import_leads_to_no_workout_that_was_deleted(
    door: Doors, database: Database, server: RunningServer, rider: User, imports: Any
) -> None:
    name, data = begin(imports), zipped({"a.fit": fit(), "b.fit": fit(start_time=RIDE_START + timedelta(days=1))})
    door.send(rider, name, data, "both.zip")
    run_all(importing(database))
    (first, second) = files_of(imports, name)[0].workouts
    manual = server.client(pb_grpc.ManualWorkoutServiceStub, user=rider)
    manual.DeleteManualWorkout(pb.DeleteManualWorkoutRequest(name=first, revision=1))

    assert [second] == files_of(imports, name)[0].workouts


def test_a_zip_tells_what_each_of_its_files_came_to(door: Doors, database: Database, rider: User, imports: Any) -> None:
    name = begin(imports)
    whole = fit()
    data = zipped(
        {
            "rides/one.fit": whole,
            "rides/cut.fit": fit(title="another")[:-40],
            "photo.jpg": b"\xff\xd8\xff\xe0" + b"x" * 100,
            "again.zip": zipped({"x.fit": whole}),
            "bomb.xml": b'<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "b">]><gpx>&a;</gpx>',
            "__MACOSX/rides/one.fit": b"x",
        }
    )
    door.send(rider, name, data, "all.zip")
    run_all(importing(database))
    (file,) = files_of(imports, name)
    assert (pb.FILE_FORMAT_ZIP, pb.TRANSFER_STATE_DONE) == (file.format, file.state)
    assert (1, 4, 5, 5) == (file.created_count, file.problem_count, file.finished_item_count, file.item_count)
    told = {problem.place: problem.reason for problem in file.problems}
    assert {
        "cut.fit": "FILE_DAMAGED",
        "photo.jpg": "ENTRY_PASSED_OVER",
        "again.zip": "ZIP_IN_ZIP",
        "bomb.xml": "XML_REFUSED",
    } == told
    assert all(problem.message.endswith(".") for problem in file.problems)


def test_what_is_no_workout_fails_in_words(door: Doors, database: Database, rider: User, imports: Any) -> None:
    name = begin(imports)
    door.send(rider, name, b"<svg onload=alert(1)>", "ride.fit")
    run_all(importing(database))
    (file,) = files_of(imports, name)
    assert (pb.TRANSFER_STATE_FAILED, "FORMAT_UNKNOWN") == (file.state, file.problems[0].reason)
    assert pb.TRANSFER_STATE_FAILED == imports.GetImport(pb.GetImportRequest(name=name)).state


def test_pelotons_csv_finds_what_was_synced_and_makes_the_rest(
    door: Doors, database: Database, consumer: Consumer, rider: User, imports: Any, workouts: Any
) -> None:
    consumer.handle(recorded(uuid7(), rider.user_id, title="45 min Power Zone Ride", class_id=""))
    rows = (
        # 06:41 UTC on this day is 02:41 in New York, whatever the label says of winter and summer.
        "2026-03-29 02:41 (EST),On Demand,Denis Morton,45,Cycling,,45 min Power Zone Ride,,514,190,40%,80,,,,,,\r\n"
        f"{POP_RIDE}\r\n{POP_RIDE}\r\n"
        "2026-03-31 07:00 (UTC),On Demand,Aditi Shah,10,Meditation,Focus,10 min Focus Meditation,,,,,,,,,,,\r\n"
        "yesterday,Live,Nobody,20,Cycling,,20 min Ride,,,,,,,,,,,\r\n"
    )
    name = begin(imports)
    door.send(rider, name, (PELOTON + rows).encode(), "workouts.csv")
    run_all(importing(database))
    (file,) = files_of(imports, name)
    assert (pb.FILE_FORMAT_PELOTON_CSV, pb.TRANSFER_STATE_DONE) == (file.format, file.state)
    assert (2, 2, 1) == (file.created_count, file.known_count, file.problem_count)
    assert ["line 6"] == [problem.place for problem in file.problems]
    listed = {one.title: one for one in workouts.ListWorkouts(workouts_pb2.ListWorkoutsRequest()).workouts}
    pop = listed["30 min Pop Ride"]
    assert ("2026-03-30", -14_400, 1800) == (pop.local_date, pop.utc_offset_seconds, pop.duration_seconds)
    assert (300, 160, 141.5, "Ben Alldis") == (
        pop.work_kilojoules,
        pop.mean_power_watts,
        pop.mean_heart_rate_bpm,
        pop.instructor,
    )
    assert 16.09344 == pop.distance.value
    assert 3 == len(listed)


class DyingReader:
    """Reads in this process, and ends it at an item as a killed worker would."""

    def __init__(self, dies_at: int) -> None:
        self._dies_at = dies_at

    def read(self, file: IO[bytes], zone: str) -> Iterator[Opened | Sniffed | Item]:
        seen = 0
        for said in Reader(RIDE_START, rider_zone(zone)).read(file):
            if not isinstance(said, Opened | Sniffed):
                seen += 1
                if seen == self._dies_at:
                    raise KeyboardInterrupt
            yield said


def test_an_import_goes_on_where_a_killed_worker_stopped(
    door: Doors, database: Database, rider: User, imports: Any
) -> None:
    name = begin(imports)
    rides = {f"{number}.fit": fit([100.0 + number] * 90) for number in range(6)}
    door.send(rider, name, zipped(rides), "all.zip")
    for dies_at in (3, 5):
        with pytest.raises(KeyboardInterrupt):
            Importing(database, DyingReader(dies_at), lease_seconds=0).run_once(NotStopping())
    assert 4 == imports.GetImport(pb.GetImportRequest(name=name)).created_count
    run_all(importing(database))
    told = imports.GetImport(pb.GetImportRequest(name=name))
    assert (6, 0, 6, pb.TRANSFER_STATE_DONE) == (
        told.created_count,
        told.known_count,
        told.finished_item_count,
        told.state,
    )


def test_a_file_that_kills_every_worker_is_given_up(door: Doors, database: Database, rider: User, imports: Any) -> None:
    name = begin(imports)
    door.send(rider, name, fit(), "deadly.fit")
    dying = Importing(database, DyingReader(1), lease_seconds=0)
    for _ in range(5):
        with pytest.raises(KeyboardInterrupt):
            dying.run_once(NotStopping())
    run_all(dying)
    (file,) = files_of(imports, name)
    assert (pb.TRANSFER_STATE_FAILED, "READING_STOPPED") == (file.state, file.problems[0].reason)


def test_a_deleted_import_is_read_no_more(door: Doors, database: Database, rider: User, imports: Any) -> None:
    name = begin(imports)
    door.send(rider, name, fit())
    imports.DeleteImport(pb.DeleteImportRequest(name=name))
    run_all(Importing(database, DyingReader(1), lease_seconds=60))
    with pytest.raises(RemoteError) as refused:
        imports.GetImport(pb.GetImportRequest(name=name))
    assert "NOT_FOUND" == refused.value.code.name
    with database.read() as connection:
        own = import_chunk.c.user_id == rider.user_id
        assert 0 == connection.execute(sa.select(sa.func.count()).where(own)).scalar()


def test_another_riders_import_takes_no_files(door: Doors, server: RunningServer, rider: User, imports: Any) -> None:
    name, other = begin(imports), server.keys.user()
    assert 404 == door.send(other, name, fit()).status_code
    assert 404 == door.send(other, f"imports/{uuid7()}", fit()).status_code
    assert 401 == door.client.post(f"/{name}/files", data=fit()).status_code
    assert 403 == door.client.post(f"/{name}/files", data=fit(), headers=door.headers(rider, "plans")).status_code


def test_repeated_creates_make_one_import(imports: Any) -> None:
    request = pb.CreateImportRequest(request_id=str(uuid4()))
    assert imports.CreateImport(request).name == imports.CreateImport(request).name
    with pytest.raises(RemoteError) as refused:
        imports.CreateImport(pb.CreateImportRequest(time_zone="Mars/Olympus"))
    assert "INVALID_ARGUMENT" == refused.value.code.name


def test_imports_and_files_page_through(door: Doors, rider: User, imports: Any) -> None:
    names = [begin(imports) for _ in range(3)]
    first = imports.ListImports(pb.ListImportsRequest(page_size=2))
    rest = imports.ListImports(pb.ListImportsRequest(page_size=2, page_token=first.next_page_token))
    assert names[::-1] == [each.name for each in (*first.imports, *rest.imports)]
    assert "" == rest.next_page_token
    for number in range(3):
        door.send(rider, names[0], bytes([number]), f"{number}")
    request = {"import": names[0], "page_size": 2}
    page = imports.ListImportFiles(pb.ListImportFilesRequest(**request))
    last = imports.ListImportFiles(pb.ListImportFilesRequest(**request, page_token=page.next_page_token))
    assert ["0", "1", "2"] == [each.file_name for each in (*page.files, *last.files)]


def test_two_workers_never_take_the_same_file(door: Doors, database: Database, rider: User, imports: Any) -> None:
    run_all(importing(database))
    name = begin(imports)
    door.send(rider, name, fit())
    with database.begin() as one, database.begin() as two:
        first, second = FileQueue(one).claim(60), FileQueue(two).claim(60)
    assert [True, False] == [first is not None, second is not None]
    with database.begin() as connection:
        connection.execute(sa.delete(import_file).where(import_file.c.user_id == rider.user_id))


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\ride.fit", "ride.fit"),
        ("a\r\nSet-Cookie: x=1", "a Set-Cookie: x=1"),
        ('"><script>alert(1)</script>.fit', "script>.fit"),
        ("\u202egnp.tif\u0000", "gnp.tif"),
        ("", "file"),
        ("x" * 500, "x" * 200),
    ],
)
def test_t085_a_file_name_is_one_line_to_show(door: Doors, rider: User, imports: Any, sent: str, shown: str) -> None:
    name = begin(imports)
    assert 201 == door.send(rider, name, b"x", sent).status_code
    assert [shown] == [file.file_name for file in files_of(imports, name)]
