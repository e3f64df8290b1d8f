"""Composition root of plans: builds its processes from settings; nothing happens at import."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from ctz.plans.v1 import exercises_pb2, exercises_pb2_grpc, recorded_days_pb2, recorded_days_pb2_grpc

from ctz_chassis.assembly import Schema, consumer_thread
from ctz_chassis.auth.keys import load_jwks
from ctz_chassis.auth.tokens import Verifier
from ctz_chassis.broker import DeadLetters, QueueSpec, connect_dead_letters
from ctz_chassis.clock import Clock, utc_now
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.grpc_server import Registration, Server
from ctz_chassis.http import health_app
from ctz_chassis.serve import App, Commands, Process
from ctz_chassis.settings import Environment
from ctz_plans.api.exercises import ExerciseServicer
from ctz_plans.api.recorded_days import RecordedDayServicer
from ctz_plans.api.sessions import SessionServicer
from ctz_plans.app.practice_routines import RoutineBook
from ctz_plans.app.practice_sessions import SessionBook
from ctz_plans.consumers.workouts import HANDLERS, MESSAGE_TYPES
from ctz_plans.domain.library import Library
from ctz_plans.settings import Settings
from ctz_plans.store import tables
from ctz_plans.store.practice_content import load_library
from ctz_plans.store.recorded import RecordedStore

SERVICE = "plans"
SCHEMA = Schema(SERVICE, tables.SCHEMA, Path(__file__).parent / "migrations", tables.outbox)
QUEUE = QueueSpec(name=f"{SERVICE}.events", bindings=tuple(HANDLERS))


def build_serve(settings: Settings) -> App:
    """Answer gRPC and probes; with `consume` also handle events and publish the outbox."""
    own, common = settings.service, settings.common
    database = SCHEMA.open(own)
    readiness = SCHEMA.readiness(database)
    verifier = Verifier(load_jwks(common.jwks_file))
    server = Server(
        SERVICE,
        host=own.host,
        port=own.grpc_port,
        threads=own.grpc_threads,
        verifier=verifier,
        servicers=registrations(database),
        readiness=readiness,
        is_reflection_open=common.env is Environment.DEVELOPMENT,
    )
    threads = []
    if own.consume:
        threads = [consumer_thread(common, QUEUE, event_consumer(database))[1], SCHEMA.relay_thread(common, database)]
    return App(health_app(SERVICE, readiness, verifier), readiness, server, threads, database.close)


def registrations(database: Database) -> list[Registration]:
    """The gRPC services on a database."""

    @contextmanager
    def reading() -> Iterator[RecordedStore]:
        with database.read() as connection:
            yield RecordedStore(connection)

    return [
        Registration(
            recorded_days_pb2_grpc.add_RecordedDayServiceServicer_to_server,
            RecordedDayServicer(reading),
            recorded_days_pb2.DESCRIPTOR.services_by_name["RecordedDayService"],
        ),
        *_practice(database, load_library(), utc_now),
    ]


def _practice(database: Database, library: Library, clock: Clock) -> list[Registration]:
    """Exercises, routines and sessions."""
    routines = RoutineBook(database, library, clock=clock)
    return [
        Registration(
            exercises_pb2_grpc.add_ExerciseServiceServicer_to_server,
            ExerciseServicer(database, library, routines),
            exercises_pb2.DESCRIPTOR.services_by_name["ExerciseService"],
        ),
        Registration(
            exercises_pb2_grpc.add_SessionServiceServicer_to_server,
            SessionServicer(SessionBook(database, library, clock=clock)),
            exercises_pb2.DESCRIPTOR.services_by_name["SessionService"],
        ),
    ]


def event_consumer(database: Database) -> Consumer:
    """The consumer of workout events."""
    return Consumer(QUEUE.name, database, tables.inbox, HANDLERS, MESSAGE_TYPES)


def build_consume(settings: Settings) -> Process:
    """Handle events and publish the outbox, without servers."""
    database = SCHEMA.open(settings.service)
    readiness = SCHEMA.readiness(database)
    subscription, thread = consumer_thread(settings.common, QUEUE, event_consumer(database))
    readiness.add("consuming", lambda: subscription.is_consuming(time.monotonic()))
    return Process(readiness, [thread, SCHEMA.relay_thread(settings.common, database)], database.close)


def migrate(settings: Settings) -> None:
    """Bring the schema to this version."""
    SCHEMA.migrate(settings.service)


def dead_letters(settings: Settings) -> DeadLetters:
    """Events that no handler could take."""
    return connect_dead_letters(settings.common.broker_url, QUEUE)


def replay(settings: Settings, user_id: UUID | None, since: datetime) -> int:
    """Publish events of the outbox again."""
    return SCHEMA.replay(settings.service, user_id, since)


COMMANDS: Commands[Settings] = Commands(
    serve=build_serve, migrate=migrate, consume=build_consume, dead_letters=dead_letters, replay=replay
)
