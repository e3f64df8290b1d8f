"""ExportService."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from ctz.workouts.v1 import transfers_pb2 as pb
from ctz.workouts.v1 import transfers_pb2_grpc as pb_grpc

from ctz_chassis import idempotency, resource_name
from ctz_chassis.db import Database
from ctz_chassis.errors import InvalidArgument, NotFound
from ctz_chassis.grpc_server import person_of
from ctz_chassis.idempotency import request_key
from ctz_chassis.ids import uuid7
from ctz_workouts.app.export_links import LINK_SECONDS, digest_of, new_secret
from ctz_workouts.domain.transfer_errors import ExportNotReadyError
from ctz_workouts.store import tables
from ctz_workouts.store.exports import ExportStore

COLLECTION = "exports"
MOST_LISTED = 20
FORMATS = (pb.FILE_FORMAT_FIT, pb.FILE_FORMAT_TCX, pb.FILE_FORMAT_CSV)


class ExportServicer(pb_grpc.ExportServiceServicer):
    """The person's exports. Files go by HTTP."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def CreateExport(self, request: pb.CreateExportRequest, context: Any) -> pb.Export:
        """Begin an export; a repeated request, and one while another is under way, gets that one."""
        user_id, formats = person_of(context).user_id, sorted(set(request.formats)) or [pb.FILE_FORMAT_FIT]
        key = request_key(request)
        if not set(formats) <= set(FORMATS):
            raise InvalidArgument("formats", "are FIT, TCX and CSV")

        def work(connection: sa.Connection) -> pb.Export:
            store = ExportStore(connection, user_id)
            begun = idempotency.once(
                connection, tables.request_ids, user_id, key, lambda: store.begin(uuid7(), formats).bytes
            )
            return _one(store, UUID(bytes=begun.body))

        return self._database.run(work)

    def GetExport(self, request: pb.GetExportRequest, context: Any) -> pb.Export:
        """An export and how far it is."""
        with self._database.read() as connection:
            return _one(ExportStore(connection, person_of(context).user_id), _id(request.name))

    def ListExports(self, _request: pb.ListExportsRequest, context: Any) -> pb.ListExportsResponse:
        """Exports that have not expired, newest first."""
        with self._database.read() as connection:
            rows = ExportStore(connection, person_of(context).user_id).newest(MOST_LISTED)
        return pb.ListExportsResponse(exports=[_told(row) for row in rows])

    def CreateExportLink(self, request: pb.CreateExportLinkRequest, context: Any) -> pb.ExportLink:
        """A secret that opens a ready export for a short time."""
        export_id, user_id, secret = _id(request.name), person_of(context).user_id, new_secret()

        def work(connection: sa.Connection) -> pb.ExportLink:
            store = ExportStore(connection, user_id)
            _one(store, export_id)
            until = store.give_secret(export_id, digest_of(secret), LINK_SECONDS)
            if until is None:
                raise ExportNotReadyError
            link = pb.ExportLink(secret=secret)
            link.expire_time.FromDatetime(until)
            return link

        return self._database.run(work)

    def DeleteExport(self, request: pb.DeleteExportRequest, context: Any) -> pb.DeleteExportResponse:
        """Delete an export and its file."""
        export_id, user_id = _id(request.name), person_of(context).user_id
        if not self._database.run(lambda connection: ExportStore(connection, user_id).delete(export_id)):
            raise NotFound
        return pb.DeleteExportResponse()


def _one(store: ExportStore, export_id: UUID) -> pb.Export:
    row = store.one(export_id)
    if row is None:
        raise NotFound
    return _told(row)


def _told(row: Any) -> pb.Export:
    message = pb.Export(
        name=resource_name.format(COLLECTION, row.export_id),
        state=row.state,
        workout_count=row.workout_count,
        finished_count=row.finished_count,
        size_bytes=row.size_bytes,
        formats=row.formats,
    )
    message.create_time.FromDatetime(row.created_at)
    if row.expires_at is not None and row.state == pb.TRANSFER_STATE_DONE:
        message.expire_time.FromDatetime(row.expires_at)
    if row.problem:
        message.problem.CopyFrom(pb.TransferProblem(reason="EXPORT_FAILED", message=row.problem))
    return message


def _id(name: str) -> UUID:
    return resource_name.parse(COLLECTION, name)
