"""What is too much of an import is refused, and what nobody will read is let go."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from ctz.workouts.v1 import transfers_pb2 as pb

from ctz_chassis.db import Database
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer, User, deletions
from ctz_workouts.http.files import Limits
from ctz_workouts.store.file_bytes import CHUNKS_AT_ONCE, sweep_chunks
from ctz_workouts.store.transfer_tables import import_chunk, import_file

from .transfers import Doors, begin, doors, files_of, fit, importing, run_all

pytestmark = [pytest.mark.component, pytest.mark.usefixtures("nothing_waits")]


def test_t086_bytes_of_a_deleted_import_go_in_small_statements_and_count_no_more_at_once(
    door: Doors, database: Database, rider: User, imports: Any
) -> None:
    """A hundred megabytes under the real statement time-out; the rider need not wait for it."""
    name = begin(imports)
    door.send(rider, name, fit())
    own = import_chunk.c.user_id == rider.user_id
    file_id = sa.select(import_file.c.file_id).where(import_file.c.user_id == rider.user_id).scalar_subquery()
    with database.begin() as connection:
        columns = ["file_id", "place", "user_id", "size_bytes", "data"]
        place, size = sa.func.generate_series(1, 200).column_valued("place"), 512 * 1024
        data = sa.func.decode(sa.func.repeat(sa.func.md5(sa.cast(place, sa.Text)), size // 16), "hex")
        rows = sa.select(file_id, place, sa.literal(rider.user_id), sa.literal(size), data)
        connection.execute(sa.insert(import_chunk).from_select(columns, rows))
    with deletions(database.engine) as gone:
        imports.DeleteImport(pb.DeleteImportRequest(name=name))
        with database.read() as connection:
            assert 0 == connection.execute(sa.select(sa.func.sum(import_chunk.c.size_bytes)).where(own)).scalar()
        assert [] == gone["import_chunk"]
        run_all(importing(database))
    assert 201 == sum(gone["import_chunk"])
    assert CHUNKS_AT_ONCE == max(gone["import_chunk"])


def test_t086_what_is_too_much_is_refused_and_leaves_nothing(
    database: Database, server: RunningServer, rider: User, imports: Any
) -> None:
    """A file over its size, files over the rider's room, more files than an import takes; an upload that broke off."""
    small = doors(database, server.keys, Limits(file_bytes=300_000, waiting_bytes=400_000, files=2))
    name = begin(imports)
    assert 413 == small.send(rider, name, b"x" * 300_001).status_code
    assert 400 == small.send(rider, name, b"").status_code
    assert 201 == small.send(rider, name, b"a" * 250_000).status_code
    refused = small.send(rider, name, b"b" * 250_000)
    assert (429, "IMPORT_FULL") == (refused.status_code, refused.json["reason"])
    assert 201 == small.send(rider, name, b"c" * 1_000).status_code
    assert 429 == small.send(rider, name, b"d").status_code
    broken = small.client.post(
        f"/{name}/files", input_stream=io.BytesIO(b"e" * 10), content_length=900, headers=small.headers(rider)
    )
    assert 400 <= broken.status_code < 500
    with database.read() as connection:
        kept = connection.execute(
            sa.select(sa.func.sum(import_chunk.c.size_bytes)).where(import_chunk.c.user_id == rider.user_id)
        ).scalar()
    assert 251_000 == kept


def test_t086_bytes_of_an_upload_that_was_killed_are_swept(database: Database, rider: User) -> None:
    with database.begin() as connection:
        old = sa.func.now() - sa.text("interval '2 hours'")
        row = {"user_id": rider.user_id, "place": 0, "size_bytes": 1, "data": b"x"}
        connection.execute(sa.insert(import_chunk).values(row | {"file_id": uuid7(), "created_at": old}))
        connection.execute(sa.insert(import_chunk).values(row | {"file_id": uuid7()}))
        assert 1 == sweep_chunks(connection)


def test_bytes_of_a_file_whose_reader_died_after_its_end_are_swept(
    door: Doors, database: Database, rider: User, imports: Any
) -> None:
    name = begin(imports)
    door.send(rider, name, fit())
    own = import_chunk.c.user_id == rider.user_id
    old = sa.func.now() - sa.text("interval '2 hours'")
    with database.begin() as connection:
        connection.execute(sa.update(import_chunk).where(own).values(created_at=old))
        assert 0 == sweep_chunks(connection)
        is_here = import_file.c.user_id == rider.user_id
        connection.execute(sa.update(import_file).where(is_here).values(state=3))
        assert 1 == sweep_chunks(connection)


def test_t083_a_zip_bomb_is_told_and_the_rest_is_read(
    database: Database, server: RunningServer, rider: User, imports: Any
) -> None:
    wide = doors(database, server.keys, Limits(file_bytes=30_000_000, waiting_bytes=40_000_000, files=5))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("bomb.fit", "w") as entry:
            for _ in range(200):
                entry.write(b"\0" * 1_000_000)
        archive.writestr("ride.fit", fit())
    name = begin(imports)
    assert 201 == wide.send(rider, name, held.getvalue(), "bomb.zip").status_code
    run_all(importing(database))
    (file,) = files_of(imports, name)
    assert (1, ["FILE_TOO_LARGE"]) == (file.created_count, [problem.reason for problem in file.problems])


def test_t086_uploads_at_the_same_time_share_one_room(
    database: Database, server: RunningServer, rider: User, imports: Any
) -> None:
    """Eight at once, of which three fit."""
    name = begin(imports)
    limits = Limits(file_bytes=200_000, waiting_bytes=350_000, files=100)
    app = doors(database, server.keys, limits)

    def send(number: int) -> int:
        door = Doors(app.client.application.test_client(), server.keys)
        status: int = door.send(rider, name, bytes([number]) * 100_000).status_code
        return status

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(send, range(8)))
    assert [201] * 3 + [429] * 5 == statuses
    with database.read() as connection:
        own = import_chunk.c.user_id == rider.user_id
        assert 300_000 == connection.execute(sa.select(sa.func.sum(import_chunk.c.size_bytes)).where(own)).scalar()
