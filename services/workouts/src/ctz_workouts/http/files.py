"""Files in and out by HTTP: an upload in pieces, one workout as a file, a ready export."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from ctz_chassis import resource_name
from ctz_chassis.db import Database
from ctz_chassis.errors import InvalidArgument, NotFound
from ctz_chassis.http import current_person, require_service_and_person
from ctz_chassis.ids import uuid7
from ctz_workouts.app.export_links import digest_of
from ctz_workouts.app.exporting import WRITERS, activity_of, file_stem
from ctz_workouts.domain.transfer_errors import ImportRefusedError
from ctz_workouts.formats.activity import plain
from ctz_workouts.formats.sniff import FileFormat
from ctz_workouts.store.exports import ExportStore
from ctz_workouts.store.imports import ImportStore

CHUNK_BYTES = 512 * 1024
LONGEST_NAME = 200
CREATED = 201
_TYPES = {
    FileFormat.FIT: "application/vnd.ant.fit",
    FileFormat.TCX: "application/vnd.garmin.tcx+xml",
    FileFormat.CSV: "text/csv; charset=utf-8",
}
_FORMATS = {ending: kind for kind, (ending, _) in WRITERS.items()}
_IMPORTS = "imports"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a rider may send."""

    file_bytes: int
    waiting_bytes: int
    """Of all files together that were not read yet."""
    files: int
    """Of one import."""


def add_file_routes(app: Flask, database: Database, limits: Limits) -> None:
    """Answer uploads and downloads; the gateway streams them through."""

    @app.post("/imports/<uuid:import_id>/files")
    @require_service_and_person(callers=("gateway",))
    def receive_file(import_id: UUID) -> Response:
        request.max_content_length = limits.file_bytes
        upload = _Upload(database, limits, current_person().user_id, import_id)
        file_id = upload.receive(_shown_name(request.args.get("file_name", "")))
        response = jsonify(name=f"{resource_name.format(_IMPORTS, import_id)}/files/{file_id}")
        response.status_code = CREATED
        return response

    @app.get("/workouts/<uuid:workout_id>/file")
    @require_service_and_person(callers=("gateway",))
    def write_workout(workout_id: UUID) -> Response:
        kind = _FORMATS.get(request.args.get("format", ""))
        if kind is None:
            raise InvalidArgument("format", "is fit, tcx or csv")
        with database.read() as connection:
            exported = ExportStore(connection, current_person().user_id).workout(workout_id)
        if exported is None:
            raise NotFound
        ending, writer = WRITERS[kind]
        return _attachment(writer(activity_of(exported)), _TYPES[kind], f"{file_stem(exported)}.{ending}")

    @app.get("/exports/<uuid:export_id>/file")
    @require_service_and_person(callers=("gateway",))
    def read_export(export_id: UUID) -> Response:
        user_id = current_person().user_id
        with database.read() as connection:
            row = ExportStore(connection, user_id).opened(export_id, digest_of(request.args.get("secret", "")))
        if row is None:
            raise NotFound
        name = f"chase-the-zones-{row.created_at:%Y-%m-%d}.zip"
        response = _attachment(_chunks(database, user_id, export_id), "application/zip", name)
        response.content_length = row.size_bytes
        return response


@dataclass(frozen=True, slots=True)
class _Upload:
    """One file on its way in."""

    database: Database
    limits: Limits
    user_id: UUID
    import_id: UUID

    def receive(self, file_name: str) -> UUID:
        """Keep the body as it comes; nothing of it stays unless all of it came."""
        self._check_room()
        file_id, digest, size = uuid7(), hashlib.sha256(), 0
        try:
            for place, data in enumerate(self._pieces()):
                size += len(data)
                digest.update(data)
                self._add(file_id, place, data)
            _check_whole(size)
        except BaseException:
            self.database.run(lambda connection: ImportStore(connection, self.user_id).drop(file_id))
            raise
        told = digest.digest()
        return self.database.run(
            lambda connection: ImportStore(connection, self.user_id).add_file(
                file_id, self.import_id, file_name, size, told
            )
        )

    def _check_room(self) -> None:
        with self.database.read() as connection:
            row = ImportStore(connection, self.user_id).one(self.import_id)
        if row is None:
            raise NotFound
        if row.file_count >= self.limits.files:
            raise ImportRefusedError(f"An import takes at most {self.limits.files:,} files. Begin another one.")

    def _pieces(self) -> Iterator[bytes]:
        held, size = bytearray(), 0
        while part := request.stream.read(CHUNK_BYTES - len(held)):
            held += part
            size += len(part)
            if size > self.limits.file_bytes:
                raise RequestEntityTooLarge
            if len(held) == CHUNK_BYTES:
                yield bytes(held)
                held.clear()
        if held:
            yield bytes(held)

    def _add(self, file_id: UUID, place: int, data: bytes) -> None:
        def work(connection: Any) -> bool:
            return ImportStore(connection, self.user_id).add_chunk(file_id, place, data, self.limits.waiting_bytes)

        if not self.database.run(work):
            raise ImportRefusedError(
                "Too much waits to be read already. Wait until some of it is done, then send more."
            )


def _check_whole(size: int) -> None:
    """Refuse a body that is empty, or shorter than it was to be: its sender went away."""
    if not size or size < (request.content_length or 0):
        raise BadRequest


def _shown_name(name: str) -> str:
    """The last part of a path as one line; used for nothing but showing."""
    return plain(name.replace("\\", "/").rpartition("/")[2], LONGEST_NAME) or "file"


def _chunks(database: Database, user_id: UUID, export_id: UUID) -> Iterator[bytes]:
    """The zip, each piece read on its own, so that a slow reader holds nothing."""
    place = 0
    while True:
        with database.read() as connection:
            data = ExportStore(connection, user_id).chunk(export_id, place)
        if data is None:
            return
        yield data
        place += 1


def _attachment(body: Iterator[bytes], mimetype: str, name: str) -> Response:
    response = Response(body, content_type=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
