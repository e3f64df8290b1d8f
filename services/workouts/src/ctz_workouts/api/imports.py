"""ImportService."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from ctz.workouts.v1 import transfers_pb2 as pb
from ctz.workouts.v1 import transfers_pb2_grpc as pb_grpc

from ctz_chassis import idempotency, paging, resource_name
from ctz_chassis.db import Database
from ctz_chassis.errors import InvalidArgument, NotFound
from ctz_chassis.grpc_server import person_of
from ctz_chassis.idempotency import request_key
from ctz_chassis.ids import uuid7
from ctz_workouts.store import tables
from ctz_workouts.store.imports import ImportStore

COLLECTION = "imports"
DEFAULT_PAGE, LARGEST_PAGE = 10, 50
DEFAULT_FILES, MOST_FILES = 50, 200
_LONGEST_ZONE = 60
_WORKOUTS = "workouts"


class ImportServicer(pb_grpc.ImportServiceServicer):
    """The person's imports. The bytes of their files come by HTTP."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def CreateImport(self, request: pb.CreateImportRequest, context: Any) -> pb.Import:
        """Begin an import; a repeated request gets the same one."""
        user_id, zone, key = person_of(context).user_id, _zone(request.time_zone), request_key(request)

        def work(connection: sa.Connection) -> pb.Import:
            store = ImportStore(connection, user_id)

            def create() -> bytes:
                import_id = uuid7()
                store.create(import_id, zone)
                return import_id.bytes

            begun = idempotency.once(connection, tables.request_ids, user_id, key, create)
            return _one(store, UUID(bytes=begun.body))

        return self._database.run(work)

    def GetImport(self, request: pb.GetImportRequest, context: Any) -> pb.Import:
        """An import and how far it is."""
        with self._database.read() as connection:
            return _one(ImportStore(connection, person_of(context).user_id), _id(request.name))

    def ListImports(self, request: pb.ListImportsRequest, context: Any) -> pb.ListImportsResponse:
        """Imports, newest first."""
        user_id, digest = person_of(context).user_id, paging.filter_digest(of="imports")
        limit = paging.page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
        with self._database.read() as connection:
            rows = ImportStore(connection, user_id).page(_place(request.page_token, digest), limit)
        token = paging.encode_token({"i": str(rows[limit - 1].import_id)}, digest) if len(rows) > limit else ""
        return pb.ListImportsResponse(imports=[_told(row) for row in rows[:limit]], next_page_token=token)

    def ListImportFiles(self, request: pb.ListImportFilesRequest, context: Any) -> pb.ListImportFilesResponse:
        """Files of an import, with what could not be read."""
        import_id = resource_name.parse(COLLECTION, getattr(request, "import"), field="import")
        digest = paging.filter_digest(of="files", import_id=import_id)
        limit = paging.page_size(request.page_size, DEFAULT_FILES, MOST_FILES)
        with self._database.read() as connection:
            store = ImportStore(connection, person_of(context).user_id)
            rows = store.files(import_id, _place(request.page_token, digest), limit)
            if not rows:
                _one(store, import_id)
        token = paging.encode_token({"i": str(rows[limit - 1].file_id)}, digest) if len(rows) > limit else ""
        return pb.ListImportFilesResponse(files=[_told_file(row) for row in rows[:limit]], next_page_token=token)

    def DeleteImport(self, request: pb.DeleteImportRequest, context: Any) -> pb.DeleteImportResponse:
        """Delete what is known of an import."""
        import_id, user_id = _id(request.name), person_of(context).user_id
        if not self._database.run(lambda connection: ImportStore(connection, user_id).delete(import_id)):
            raise NotFound
        return pb.DeleteImportResponse()


def _one(store: ImportStore, import_id: UUID) -> pb.Import:
    row = store.one(import_id)
    if row is None:
        raise NotFound
    return _told(row)


def _told(row: Any) -> pb.Import:
    message = pb.Import(
        name=resource_name.format(COLLECTION, row.import_id),
        state=_state(row),
        file_count=row.file_count,
        finished_file_count=row.finished_file_count,
        item_count=row.item_count,
        finished_item_count=row.finished_count,
        created_count=row.created_count,
        known_count=row.known_count,
        problem_count=row.problem_count,
    )
    message.create_time.FromDatetime(row.created_at)
    return message


def _state(row: Any) -> "pb.TransferState.ValueType":
    if row.file_count and row.finished_file_count == row.file_count:
        is_failed = row.failed_file_count == row.file_count
        return pb.TRANSFER_STATE_FAILED if is_failed else pb.TRANSFER_STATE_DONE
    return pb.TRANSFER_STATE_RUNNING if row.begun_file_count else pb.TRANSFER_STATE_WAITING


def _told_file(row: Any) -> pb.ImportFile:
    name = f"{resource_name.format(COLLECTION, row.import_id)}/files/{row.file_id}"
    return pb.ImportFile(
        name=name,
        file_name=row.file_name,
        size_bytes=row.size_bytes,
        format=row.format,
        state=row.state,
        item_count=row.item_count,
        finished_item_count=row.finished_count,
        created_count=row.created_count,
        known_count=row.known_count,
        problem_count=row.problem_count,
        problems=[pb.TransferProblem(reason=one[0], message=one[1], place=one[2]) for one in row.problems],
        workouts=[resource_name.format(_WORKOUTS, workout_id) for workout_id in row.workout_ids],
    )


def _zone(name: str) -> str:
    if not name:
        return "UTC"
    try:
        if len(name) <= _LONGEST_ZONE:
            return ZoneInfo(name).key
    except (ValueError, OSError, KeyError):
        pass
    raise InvalidArgument("time_zone", "is a zone such as America/New_York")


def _place(token: str, digest: str) -> UUID | None:
    payload = paging.decode_token(token, digest)
    if not payload:
        return None
    try:
        return UUID(payload["i"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InvalidArgument("page_token", "does not belong to this list; start again without it") from None


def _id(name: str) -> UUID:
    return resource_name.parse(COLLECTION, name)
