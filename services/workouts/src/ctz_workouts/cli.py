"""Composition root of workouts: builds its processes from settings; nothing happens at import."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

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

from ctz_chassis import idempotency, inbox, outbox
from ctz_chassis.assembly import Schema, consumer_thread, grpc_server
from ctz_chassis.auth.keys import load_jwks
from ctz_chassis.auth.tokens import Verifier
from ctz_chassis.broker import DeadLetters, QueueSpec, connect_dead_letters
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.erasure import Erasure
from ctz_chassis.grpc_server import Registration
from ctz_chassis.http import health_app
from ctz_chassis.maintenance import Housekeeping, RevivingDeadLetters, Sweep
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
SCHEMA = Schema(SERVICE, tables.SCHEMA, Path(__file__).parent / "migrations", tables.outbox)
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
    """Answer gRPC and probes; with `consume` also handle events, publish the outbox and recompute."""
    own, common = settings.service, settings.common
    database = SCHEMA.open(own)
    readiness = SCHEMA.readiness(database)
    verifier = Verifier(load_jwks(common.jwks_file))
    server = grpc_server(
        SERVICE, own, common, verifier=verifier, servicers=registrations(database), readiness=readiness
    )
    threads: list[BackgroundThread] = []
    if own.consume:
        threads = [consumer_thread(common, QUEUE, event_consumer(database))[1], *_upkeep(settings, database)]
        threads += _work_threads(settings, database) if settings.recompute else []
    app = health_app(SERVICE, readiness, verifier)
    add_file_routes(app, database, _limits(settings))
    return App(app, readiness, server, threads, database.close)


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


def build_consume(settings: Settings) -> Process:
    """Handle events and publish the outbox, without servers."""
    database = SCHEMA.open(settings.service)
    readiness = SCHEMA.readiness(database)
    subscription, thread = consumer_thread(settings.common, QUEUE, event_consumer(database))
    readiness.add("consuming", lambda: subscription.is_consuming(time.monotonic()))
    return Process(readiness, [thread, *_upkeep(settings, database)], database.close)


def build_work(settings: Settings) -> Process:
    """Recompute, read and write what waits."""
    database = SCHEMA.open(settings.service)
    return Process(SCHEMA.readiness(database), _work_threads(settings, database), database.close)


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


def _limits(settings: Settings) -> Limits:
    return Limits(settings.import_file_bytes, settings.import_waiting_bytes, settings.import_files)


def _upkeep(settings: Settings, database: Database) -> list[BackgroundThread]:
    sweeps: dict[str, Sweep] = {
        "outbox": partial(outbox.prune, table=tables.outbox),
        "inbox": partial(inbox.prune, table=tables.inbox),
        "erased_accounts": ERASURE.sweep,
        "request_ids": partial(idempotency.prune, table=tables.request_ids),
        "broken_uploads": sweep_chunks,
        "old_imports": partial(sweep_imports, keep_days=settings.import_keep_days),
        "old_merge_batches": partial(sweep_batches, keep_days=settings.import_keep_days),
    }
    housekeeping = BackgroundThread("housekeeping", Housekeeping(database, sweeps).run)
    return [SCHEMA.relay_thread(settings.common, database), housekeeping]


def migrate(settings: Settings) -> None:
    """Bring the schema, and what an older version stored in it, to this version."""
    SCHEMA.migrate(settings.service)
    database = SCHEMA.open(settings.service, pool_size=1)
    bring_up_to_date(database)
    database.close()


def dead_letters(settings: Settings) -> DeadLetters:
    """Events that no handler could take."""
    letters = connect_dead_letters(settings.common.broker_url, QUEUE)
    return RevivingDeadLetters(letters, SCHEMA.open(settings.service, pool_size=1), tables.inbox, QUEUE.name)


def replay(settings: Settings, user_id: UUID | None, since: datetime) -> int:
    """Publish events of the outbox again."""
    return SCHEMA.replay(settings.service, user_id, since)


COMMANDS: Commands[Settings] = Commands(
    serve=build_serve,
    migrate=migrate,
    consume=build_consume,
    work=build_work,
    dead_letters=dead_letters,
    replay=replay,
)
