"""Composition root of plans: builds its processes from settings; nothing happens at import."""

from functools import partial
from pathlib import Path

from ctz.plans.v1 import exercises_pb2, exercises_pb2_grpc, plans_pb2, plans_pb2_grpc
from flask import Flask

from ctz_chassis.assembly import Schema, consuming, event_threads, serving
from ctz_chassis.broker import QueueSpec
from ctz_chassis.clock import Clock, utc_now
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.grpc_server import Registration
from ctz_chassis.maintenance import Sweep
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
SCHEMA = Schema(
    SERVICE,
    tables.SCHEMA,
    Path(__file__).parent / "migrations",
    outbox=tables.outbox,
    inbox=tables.inbox,
    request_ids=tables.request_ids,
)
HANDLERS = {**workouts.HANDLERS, **challenges.HANDLERS, **ERASURE.handlers}
GROUP_HANDLERS = workouts.GROUP_HANDLERS
MESSAGE_TYPES = {**workouts.MESSAGE_TYPES, **challenges.MESSAGE_TYPES, **ERASURE.message_types}
QUEUE = QueueSpec(name=f"{SERVICE}.events", bindings=tuple(MESSAGE_TYPES))


def build_serve(settings: Settings) -> App:
    """Answer gRPC, probes and the calendar feed; with `consume` also handle events and publish the outbox."""
    database = SCHEMA.open(settings.service)
    threads: list[BackgroundThread] = []
    if settings.service.consume:
        threads = event_threads(SCHEMA, settings.common, database, QUEUE, event_consumer(database))
        threads.append(_housekeeping(database))

    def add_routes(app: Flask) -> None:
        add_feed_route(app, database, load_library(), settings.common.public_url)

    return serving(SCHEMA, settings, database, registrations(database), threads=threads, add_routes=add_routes)


def build_consume(settings: Settings) -> Process:
    """Handle events and publish the outbox, without servers."""
    database = SCHEMA.open(settings.service)
    threads = [_housekeeping(database)]
    return consuming(SCHEMA, settings, database, QUEUE, event_consumer(database), threads=threads)


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
        preparations=ERASURE.preparations,
        tombstones=tables.tombstones,
    )


def _housekeeping(database: Database) -> BackgroundThread:
    sweeps: dict[str, Sweep] = {"erased accounts": ERASURE.sweep, "deleted items": prune_deleted}
    return SCHEMA.housekeeping_thread(database, sweeps)


COMMANDS: Commands[Settings] = Commands(
    serve=build_serve,
    consume=build_consume,
    migrate=SCHEMA.migrate,
    dead_letters=partial(SCHEMA.dead_letters, queue=QUEUE),
    replay=SCHEMA.replay,
)
