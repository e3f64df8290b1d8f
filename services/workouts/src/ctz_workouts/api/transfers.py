"""The services of workouts that come in and go out, on a database."""

from ctz.workouts.v1 import transfers_pb2, transfers_pb2_grpc

from ctz_chassis.db import Database
from ctz_chassis.grpc_server import Registration
from ctz_workouts.api.duplicates import DuplicateServicer
from ctz_workouts.api.exports import ExportServicer
from ctz_workouts.api.imports import ImportServicer
from ctz_workouts.api.manual_workouts import ManualWorkoutServicer


def transfer_services(database: Database) -> list[Registration]:
    """Manual entry, imports, duplicates, exports."""
    services = transfers_pb2.DESCRIPTOR.services_by_name
    return [
        Registration(
            transfers_pb2_grpc.add_ManualWorkoutServiceServicer_to_server,
            ManualWorkoutServicer(database),
            services["ManualWorkoutService"],
        ),
        Registration(
            transfers_pb2_grpc.add_ImportServiceServicer_to_server, ImportServicer(database), services["ImportService"]
        ),
        Registration(
            transfers_pb2_grpc.add_DuplicateServiceServicer_to_server,
            DuplicateServicer(database),
            services["DuplicateService"],
        ),
        Registration(
            transfers_pb2_grpc.add_ExportServiceServicer_to_server, ExportServicer(database), services["ExportService"]
        ),
    ]
