"""Composition root of challenges: builds its processes from settings; nothing happens at import."""

from functools import partial
from pathlib import Path

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
from ctz_chassis.assembly import Schema, consuming, event_threads, serving
from ctz_chassis.broker import QueueSpec
from ctz_chassis.clock import Clock, utc_now
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.grpc_server import Registration
from ctz_chassis.serve import App, BackgroundThread, Commands, Process

SERVICE = "challenges"
SCHEMA = Schema(
    SERVICE,
    tables.SCHEMA,
    Path(__file__).parent / "migrations",
    outbox=tables.outbox,
    inbox=tables.inbox,
    request_ids=tables.request_id,
)
MESSAGE_TYPES = {**workouts.MESSAGE_TYPES, **accounts.erasure(utc_now).message_types}
QUEUE = QueueSpec(name=f"{SERVICE}.events", bindings=tuple(MESSAGE_TYPES))


def build_serve(settings: Settings) -> App:
    """Answer gRPC and probes; with `consume` also handle events and publish the outbox."""
    database = SCHEMA.open(settings.service)
    threads: list[BackgroundThread] = []
    if settings.service.consume:
        threads = event_threads(SCHEMA, settings.common, database, QUEUE, event_consumer(database))
        threads += background_threads(database)
    return serving(SCHEMA, settings, database, registrations(database), threads=threads)


def build_consume(settings: Settings) -> Process:
    """Handle events and publish the outbox, without servers."""
    database = SCHEMA.open(settings.service)
    threads = background_threads(database)
    return consuming(SCHEMA, settings, database, QUEUE, event_consumer(database), threads=threads)


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
    return [
        BackgroundThread("recounter", recounter.run),
        SCHEMA.housekeeping_thread(database, {"erased accounts": accounts.erasure(utc_now).sweep}),
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
        preparations=accounts.preparations(clock),
        tombstones=tables.tombstones,
    )


COMMANDS: Commands[Settings] = Commands(
    serve=build_serve,
    consume=build_consume,
    migrate=SCHEMA.migrate,
    dead_letters=partial(SCHEMA.dead_letters, queue=QUEUE),
    replay=SCHEMA.replay,
)
