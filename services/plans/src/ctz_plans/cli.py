"""Composition root of plans: builds its processes from settings; nothing happens at import."""

import time
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from ctz.plans.v1 import exercises_pb2, exercises_pb2_grpc, plans_pb2, plans_pb2_grpc

from ctz_chassis import idempotency, inbox, outbox
from ctz_chassis.assembly import Schema, consumer_thread, grpc_server
from ctz_chassis.auth.keys import load_jwks
from ctz_chassis.auth.tokens import Verifier
from ctz_chassis.broker import DeadLetters, QueueSpec, connect_dead_letters
from ctz_chassis.clock import Clock, utc_now
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.grpc_server import Registration
from ctz_chassis.http import health_app
from ctz_chassis.maintenance import Housekeeping, RevivingDeadLetters, Sweep
from ctz_chassis.serve import App, BackgroundThread, Commands, Process
from ctz_plans.api.exercises import ExerciseServicer
from ctz_plans.api.feeds import CalendarFeedServicer
from ctz_plans.api.plans import PlanServicer
from ctz_plans.api.sessions import SessionServicer
from ctz_plans.api.templates import TemplateServicer
from ctz_plans.app.practice_routines import RoutineBook
from ctz_plans.app.practice_sessions import SessionBook
from ctz_plans.consumers import challenges, workouts
from ctz_plans.consumers.accounts import ERASURE
from ctz_plans.domain.library import Library
from ctz_plans.http.feeds import add_feed_route
from ctz_plans.settings import Settings
from ctz_plans.store import tables
from ctz_plans.store.items import prune_deleted
from ctz_plans.store.practice_content import load_library

SERVICE = "plans"
SCHEMA = Schema(SERVICE, tables.SCHEMA, Path(__file__).parent / "migrations", tables.outbox)
HANDLERS = {**workouts.HANDLERS, **challenges.HANDLERS, **ERASURE.handlers}
GROUP_HANDLERS = workouts.GROUP_HANDLERS
MESSAGE_TYPES = {**workouts.MESSAGE_TYPES, **challenges.MESSAGE_TYPES, **ERASURE.message_types}
QUEUE = QueueSpec(name=f"{SERVICE}.events", bindings=tuple(MESSAGE_TYPES))


def build_serve(settings: Settings) -> App:
    """Answer gRPC and probes; with `consume` also handle events and publish the outbox."""
    own, common = settings.service, settings.common
    database = SCHEMA.open(own)
    readiness = SCHEMA.readiness(database)
    verifier = Verifier(load_jwks(common.jwks_file))
    server = grpc_server(
        SERVICE, own, common, verifier=verifier, servicers=registrations(database), readiness=readiness
    )
    app = health_app(SERVICE, readiness, verifier)
    add_feed_route(app, database, load_library(), common.public_url)
    threads: list[BackgroundThread] = []
    if own.consume:
        threads = [consumer_thread(common, QUEUE, event_consumer(database))[1], *_upkeep(settings, database)]
    return App(app, readiness, server, threads, database.close)


def registrations(database: Database) -> list[Registration]:
    """The gRPC services on a database."""
    return [*_plans(database, utc_now), *_practice(database, load_library(), utc_now)]


def _plans(database: Database, clock: Clock) -> list[Registration]:
    """Templates, weeks and the calendar feed."""
    services = plans_pb2.DESCRIPTOR.services_by_name
    return [
        Registration(
            plans_pb2_grpc.add_TemplateServiceServicer_to_server,
            TemplateServicer(database, clock=clock),
            services["TemplateService"],
        ),
        Registration(
            plans_pb2_grpc.add_PlanServiceServicer_to_server,
            PlanServicer(database, clock=clock),
            services["PlanService"],
        ),
        Registration(
            plans_pb2_grpc.add_CalendarFeedServiceServicer_to_server,
            CalendarFeedServicer(database, clock=clock),
            services["CalendarFeedService"],
        ),
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
    """The consumer of workouts, challenges and deleted accounts."""
    return Consumer(
        QUEUE.name,
        database,
        tables.inbox,
        HANDLERS,
        MESSAGE_TYPES,
        group_handlers=GROUP_HANDLERS,
        tombstones=tables.tombstones,
    )


def _upkeep(settings: Settings, database: Database) -> list[BackgroundThread]:
    sweeps: dict[str, Sweep] = {
        "outbox": partial(outbox.prune, table=tables.outbox),
        "inbox": partial(inbox.prune, table=tables.inbox),
        "request ids": partial(idempotency.prune, table=tables.request_ids),
        "erased accounts": ERASURE.sweep,
        "deleted items": prune_deleted,
    }
    housekeeping = BackgroundThread("housekeeping", Housekeeping(database, sweeps).run)
    return [SCHEMA.relay_thread(settings.common, database), housekeeping]


def build_consume(settings: Settings) -> Process:
    """Handle events and publish the outbox, without servers."""
    database = SCHEMA.open(settings.service)
    readiness = SCHEMA.readiness(database)
    subscription, thread = consumer_thread(settings.common, QUEUE, event_consumer(database))
    readiness.add("consuming", lambda: subscription.is_consuming(time.monotonic()))
    return Process(readiness, [thread, *_upkeep(settings, database)], database.close)


def migrate(settings: Settings) -> None:
    """Bring the schema to this version."""
    SCHEMA.migrate(settings.service)


def dead_letters(settings: Settings) -> DeadLetters:
    """Events that no handler could take."""
    letters = connect_dead_letters(settings.common.broker_url, QUEUE)
    return RevivingDeadLetters(letters, SCHEMA.open(settings.service, pool_size=1), tables.inbox, QUEUE.name)


def replay(settings: Settings, user_id: UUID | None, since: datetime) -> int:
    """Publish events of the outbox again."""
    return SCHEMA.replay(settings.service, user_id, since)


COMMANDS: Commands[Settings] = Commands(
    serve=build_serve, migrate=migrate, consume=build_consume, dead_letters=dead_letters, replay=replay
)
