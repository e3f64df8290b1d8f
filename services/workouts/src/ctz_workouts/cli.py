"""Composition root of workouts: builds its processes from settings; nothing happens at import."""

import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from ctz.workouts.v1 import (
    analytics_pb2,
    analytics_pb2_grpc,
    classes_pb2,
    classes_pb2_grpc,
    comparisons_pb2,
    comparisons_pb2_grpc,
    saved_filters_pb2,
    saved_filters_pb2_grpc,
    workouts_pb2,
    workouts_pb2_grpc,
)
from flask import Flask

from ctz_chassis.assembly import Schema, consuming, event_threads, serving
from ctz_chassis.broker import QueueSpec
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.erasure import Erasure
from ctz_chassis.grpc_server import Registration
from ctz_chassis.maintenance import Sweep
from ctz_chassis.serve import App, BackgroundThread, Commands, Process
from ctz_workouts.api.analytics import AnalyticsServicer
from ctz_workouts.api.classes import ClassServicer
from ctz_workouts.api.comparisons import ComparisonServicer
from ctz_workouts.api.saved_filters import SavedFilterServicer
from ctz_workouts.api.transfers import transfer_services
from ctz_workouts.api.workouts import WorkoutServicer
from ctz_workouts.app.exporting import Exporting
from ctz_workouts.app.importing import Importing
from ctz_workouts.app.merging_many import MergingMany
from ctz_workouts.app.recompute import Recomputing
from ctz_workouts.app.upgrading import bring_up_to_date
from ctz_workouts.consumers import metrics, sessions, workouts
from ctz_workouts.http.files import Limits, add_file_routes
from ctz_workouts.settings import Settings
from ctz_workouts.store import tables
from ctz_workouts.store.file_bytes import CHUNKS_AT_ONCE, sweep_chunks
from ctz_workouts.store.imports import sweep_imports
from ctz_workouts.store.merge_batches import sweep_batches
from ctz_workouts.store.transfer_tables import export_chunk, import_chunk
from ctz_workouts.workers import recompute, transfers
from ctz_workouts.workers.reading_process import ReadingProcess

SERVICE = "workouts"
SCHEMA = Schema(
    SERVICE,
    tables.SCHEMA,
    Path(__file__).parent / "migrations",
    outbox=tables.outbox,
    inbox=tables.inbox,
    request_ids=tables.request_ids,
)
ERASURE = Erasure(
    SERVICE,
    tombstones=tables.tombstones,
    outbox_table=tables.outbox,
    # A workout takes its series along.
    heavy={tables.workout: 500, export_chunk: CHUNKS_AT_ONCE, import_chunk: CHUNKS_AT_ONCE},
)
HANDLERS = {**workouts.HANDLERS, **metrics.HANDLERS, **sessions.HANDLERS, **ERASURE.handlers}
GROUP_HANDLERS = workouts.GROUP_HANDLERS
MESSAGE_TYPES = {
    **workouts.MESSAGE_TYPES,
    **metrics.MESSAGE_TYPES,
    **sessions.MESSAGE_TYPES,
    **ERASURE.message_types,
}
QUEUE = QueueSpec(name=f"{SERVICE}.events", bindings=tuple(MESSAGE_TYPES))


def build_serve(settings: Settings) -> App:
    """Answer gRPC, probes and files; with `consume` also handle events, publish the outbox and recompute."""
    database = SCHEMA.open(settings.service)
    threads: list[BackgroundThread] = []
    if settings.service.consume:
        threads = event_threads(SCHEMA, settings.common, database, QUEUE, event_consumer(database))
        threads.append(_housekeeping(settings, database))
        threads += _work_threads(settings, database) if settings.recompute else []

    def add_routes(app: Flask) -> None:
        limits = Limits(settings.import_file_bytes, settings.import_waiting_bytes, settings.import_files)
        add_file_routes(app, database, limits)

    return serving(SCHEMA, settings, database, registrations(database), threads=threads, add_routes=add_routes)


def build_consume(settings: Settings) -> Process:
    """Handle events and publish the outbox, without servers."""
    database = SCHEMA.open(settings.service)
    threads = [_housekeeping(settings, database)]
    return consuming(SCHEMA, settings, database, QUEUE, event_consumer(database), threads=threads)


def build_work(settings: Settings) -> Process:
    """Recompute, read and write what waits."""
    database = SCHEMA.open(settings.service)
    return Process(SCHEMA.readiness(database), _work_threads(settings, database), database.close)


def migrate(settings: Settings) -> None:
    """Bring the schema, and what an older version stored in it, to this version."""
    SCHEMA.migrate(settings)
    with closing(SCHEMA.open(settings.service, pool_size=1)) as database:
        bring_up_to_date(database)


def registrations(database: Database) -> list[Registration]:
    """The gRPC services on a database."""
    return [
        Registration(
            workouts_pb2_grpc.add_WorkoutServiceServicer_to_server,
            WorkoutServicer(database),
            workouts_pb2.DESCRIPTOR.services_by_name["WorkoutService"],
        ),
        Registration(
            comparisons_pb2_grpc.add_ComparisonServiceServicer_to_server,
            ComparisonServicer(database),
            comparisons_pb2.DESCRIPTOR.services_by_name["ComparisonService"],
        ),
        Registration(
            analytics_pb2_grpc.add_AnalyticsServiceServicer_to_server,
            AnalyticsServicer(database),
            analytics_pb2.DESCRIPTOR.services_by_name["AnalyticsService"],
        ),
        Registration(
            saved_filters_pb2_grpc.add_SavedFilterServiceServicer_to_server,
            SavedFilterServicer(database),
            saved_filters_pb2.DESCRIPTOR.services_by_name["SavedFilterService"],
        ),
        Registration(
            classes_pb2_grpc.add_ClassServiceServicer_to_server,
            ClassServicer(database),
            classes_pb2.DESCRIPTOR.services_by_name["ClassService"],
        ),
        *transfer_services(database),
    ]


def event_consumer(database: Database) -> Consumer:
    """The consumer of workouts, classes, metrics, guided sessions and deleted accounts."""
    return Consumer(
        QUEUE.name,
        database,
        tables.inbox,
        HANDLERS,
        MESSAGE_TYPES,
        group_handlers=GROUP_HANDLERS,
        tombstones=tables.tombstones,
        preparations=ERASURE.preparations,
    )


def _work_threads(settings: Settings, database: Database) -> list[BackgroundThread]:
    lease = settings.transfer_lease_seconds
    importing = Importing(database, ReadingProcess(settings.reading_silence_seconds), lease)
    exporting = Exporting(database, lease, settings.export_keep_hours)
    runs: dict[str, Callable[[threading.Event], None]] = {
        "recompute": partial(recompute.run, Recomputing(database, settings.task_lease_seconds)),
        "imports": partial(transfers.run, importing),
        "exports": partial(transfers.run, exporting),
        "merges": partial(transfers.run, MergingMany(database, lease)),
    }
    return [BackgroundThread(name, run) for name, run in runs.items()]


def _housekeeping(settings: Settings, database: Database) -> BackgroundThread:
    sweeps: dict[str, Sweep] = {
        "erased accounts": ERASURE.sweep,
        "broken uploads": sweep_chunks,
        "old imports": partial(sweep_imports, keep_days=settings.import_keep_days),
        "old merge batches": partial(sweep_batches, keep_days=settings.import_keep_days),
    }
    return SCHEMA.housekeeping_thread(database, sweeps)


COMMANDS: Commands[Settings] = Commands(
    serve=build_serve,
    consume=build_consume,
    work=build_work,
    migrate=migrate,
    dead_letters=partial(SCHEMA.dead_letters, queue=QUEUE),
    replay=SCHEMA.replay,
)
