"""Composition root of challenges: builds its processes from settings; nothing happens at import."""

import time
from datetime import datetime
from pathlib import Path
from uuid import UUID

from ctz.challenges.v1 import challenges_pb2, challenges_pb2_grpc

from ctz_challenges.api.boards import BoardServicer
from ctz_challenges.api.challenges import ChallengeServicer
from ctz_challenges.api.teams import TeamServicer
from ctz_challenges.app.boards import BoardDesk
from ctz_challenges.app.challenge_pages import ChallengePages
from ctz_challenges.app.challenges import ChallengeDesk
from ctz_challenges.app.membership import MembershipDesk
from ctz_challenges.app.recounting import Recounter
from ctz_challenges.app.teams import TeamDesk
from ctz_challenges.consumers import accounts, workouts
from ctz_challenges.settings import Settings
from ctz_challenges.store import tables
from ctz_challenges.store.unit_of_work import Store
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
from ctz_chassis.maintenance import Housekeeping
from ctz_chassis.serve import App, BackgroundThread, Commands, Process

SERVICE = "challenges"
SCHEMA = Schema(SERVICE, tables.SCHEMA, Path(__file__).parent / "migrations", tables.outbox)
MESSAGE_TYPES = {**workouts.MESSAGE_TYPES, **accounts.erasure(utc_now).message_types}
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
    threads = []
    if own.consume:
        threads = [
            consumer_thread(common, QUEUE, event_consumer(database))[1],
            SCHEMA.relay_thread(common, database),
            *background_threads(database),
        ]
    return App(health_app(SERVICE, readiness, verifier), readiness, server, threads, database.close)


def registrations(database: Database, *, clock: Clock = utc_now) -> list[Registration]:
    """The gRPC services on a database."""
    store = Store(database)
    contract = challenges_pb2.DESCRIPTOR.services_by_name
    return [
        Registration(
            challenges_pb2_grpc.add_ChallengeServiceServicer_to_server,
            ChallengeServicer(
                ChallengePages(store, clock=clock),
                ChallengeDesk(store, clock=clock),
                MembershipDesk(store, clock=clock),
                clock=clock,
            ),
            contract["ChallengeService"],
        ),
        Registration(
            challenges_pb2_grpc.add_TeamServiceServicer_to_server,
            TeamServicer(TeamDesk(store, clock=clock)),
            contract["TeamService"],
        ),
        Registration(
            challenges_pb2_grpc.add_BoardServiceServicer_to_server,
            BoardServicer(BoardDesk(store, clock=clock), clock=clock),
            contract["BoardService"],
        ),
    ]


def background_threads(database: Database) -> list[BackgroundThread]:
    """What goes on without being asked: members scored anew after changes of rules, and what is too old deleted."""
    recounter = Recounter(Store(database), clock=utc_now)
    sweeps = {
        "outbox": lambda connection: outbox.prune(connection, tables.outbox),
        "inbox": lambda connection: inbox.prune(connection, tables.inbox),
        "request ids": lambda connection: idempotency.prune(connection, tables.request_id),
        "erased accounts": accounts.erasure(utc_now).sweep,
    }
    return [
        BackgroundThread("recounter", recounter.run),
        BackgroundThread("housekeeping", Housekeeping(database, sweeps).run),
    ]


def event_consumer(database: Database, *, clock: Clock = utc_now) -> Consumer:
    """The consumer of what riders did, and of deleted accounts."""
    handlers = {**workouts.handlers(clock), **accounts.erasure(clock).handlers}
    return Consumer(
        QUEUE.name,
        database,
        tables.inbox,
        handlers,
        MESSAGE_TYPES,
        group_handlers=workouts.group_handlers(clock),
        tombstones=tables.tombstones,
    )


def build_consume(settings: Settings) -> Process:
    """Handle events and publish the outbox, without servers."""
    database = SCHEMA.open(settings.service)
    readiness = SCHEMA.readiness(database)
    subscription, thread = consumer_thread(settings.common, QUEUE, event_consumer(database))
    readiness.add("consuming", lambda: subscription.is_consuming(time.monotonic()))
    threads = [thread, SCHEMA.relay_thread(settings.common, database), *background_threads(database)]
    return Process(readiness, threads, database.close)


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
