"""What every service's composition root does alike: database, servers, event threads, migration, acts of operators."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from ctz_chassis import idempotency, inbox, outbox
from ctz_chassis.auth.keys import load_jwks
from ctz_chassis.auth.tokens import Verifier
from ctz_chassis.broker import (
    DeadLetters,
    QueueSpec,
    Subscription,
    connect_dead_letters,
    connect_publisher,
    connect_subscription,
)
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, make_engine
from ctz_chassis.grpc_server import Registration, Server
from ctz_chassis.http import health_app
from ctz_chassis.maintenance import Housekeeping, RevivingDeadLetters, Sweep
from ctz_chassis.migrations import is_at_head
from ctz_chassis.migrations import migrate as migrate_schema
from ctz_chassis.readiness import Readiness, latched
from ctz_chassis.serve import HTTP_PLACES, App, BackgroundThread, HasSettings, Process
from ctz_chassis.settings import CommonSettings, Environment, ServiceSettings, SettingsError


@dataclass(frozen=True, slots=True)
class Schema:
    """A service's schema: its name, its migrations, and the tables that it has of the chassis."""

    service: str
    name: str
    migrations: Path
    outbox: sa.Table
    inbox: sa.Table
    request_ids: sa.Table

    def open(self, settings: ServiceSettings, *, pool_size: int = 5) -> Database:
        """The database under the runtime role; nothing is opened before the first use."""
        engine = make_engine(settings.database_url, application_name=f"ctz-{self.service}", pool_size=pool_size)
        return Database(engine)

    def readiness(self, database: Database) -> Readiness:
        """Ready while the database answers and has every version of this code."""
        return Readiness(
            {
                "database": lambda: _answers(database),
                "migrations": latched(lambda: is_at_head(database.engine, self.name, self.migrations)),
            }
        )

    def relay_thread(self, common: CommonSettings, database: Database) -> BackgroundThread:
        """The thread that publishes the outbox."""
        return BackgroundThread("relay", outbox.Relay(database, connect_publisher(_broker(common)), self.outbox).run)

    def housekeeping_thread(self, database: Database, sweeps: Mapping[str, Sweep]) -> BackgroundThread:
        """The thread that deletes what is too old: of the chassis, and what the sweeps of the service find."""
        plumbing: dict[str, Sweep] = {
            "outbox": partial(outbox.prune, table=self.outbox),
            "inbox": partial(inbox.prune, table=self.inbox),
            "request ids": partial(idempotency.prune, table=self.request_ids),
        }
        return BackgroundThread("housekeeping", Housekeeping(database, plumbing | dict(sweeps)).run)

    def migrate(self, settings: HasSettings) -> None:
        """Bring the schema to this version, as its owner where there is one."""
        own = settings.service
        owner_url = own.owner_database_url or own.database_url
        runtime_role = urlsplit(own.database_url).username if own.owner_database_url else None
        migrate_schema(owner_url, self.name, self.migrations, runtime_role)

    def dead_letters(self, settings: HasSettings, queue: QueueSpec) -> DeadLetters:
        """The events that no handler of the queue's consumer could take; replayed, they have all their attempts."""
        letters = connect_dead_letters(_broker(settings.common), queue)
        return RevivingDeadLetters(letters, self.open(settings.service, pool_size=1), self.inbox, queue.name)

    def replay(self, settings: HasSettings, user_id: UUID | None, since: datetime) -> int:
        """Publish events of the outbox again; returns how many."""
        database = self.open(settings.service, pool_size=1)
        try:
            return outbox.replay(database, self.outbox, user_id=user_id, since=since)
        finally:
            database.close()


def _no_routes(_app: Flask) -> None:
    """Add nothing."""


def serving(
    schema: Schema,
    settings: HasSettings,
    database: Database,
    servicers: Sequence[Registration],
    *,
    threads: Sequence[BackgroundThread] = (),
    add_routes: Callable[[Flask], None] = _no_routes,
) -> App:
    """The process that answers gRPC, probes and the service's own routes; while developing gRPC tells what it has."""
    own, common = settings.service, settings.common
    readiness, verifier = schema.readiness(database), Verifier(load_jwks(common.jwks_file))
    server = Server(
        schema.service,
        host=own.host,
        port=own.grpc_port,
        threads=own.grpc_threads,
        verifier=verifier,
        servicers=servicers,
        readiness=readiness,
        is_reflection_open=common.env is Environment.DEVELOPMENT,
    )
    app = health_app(schema.service, readiness, verifier, places=HTTP_PLACES)
    add_routes(app)
    return App(app, readiness, server, threads, database.close)


def consuming(
    schema: Schema,
    settings: HasSettings,
    database: Database,
    queue: QueueSpec,
    consumer: Consumer,
    *,
    threads: Sequence[BackgroundThread] = (),
) -> Process:
    """The process that handles events and publishes the outbox, without servers; ready while the broker is heard."""
    readiness = schema.readiness(database)
    subscription, thread = consumer_thread(settings.common, queue, consumer)
    readiness.add("consuming", lambda: subscription.is_consuming(time.monotonic()))
    return Process(readiness, [thread, schema.relay_thread(settings.common, database), *threads], database.close)


def event_threads(
    schema: Schema, common: CommonSettings, database: Database, queue: QueueSpec, consumer: Consumer
) -> list[BackgroundThread]:
    """The threads that handle events and publish the outbox beside servers, which answer without the broker too."""
    return [consumer_thread(common, queue, consumer)[1], schema.relay_thread(common, database)]


def consumer_thread(
    common: CommonSettings, spec: QueueSpec, consumer: Consumer
) -> tuple[Subscription, BackgroundThread]:
    """The thread that handles a queue's events, and its subscription, which tells whether it consumes."""
    subscription = connect_subscription(_broker(common), spec)
    run = partial(subscription.run, consumer.handle, together=consumer.together)
    return subscription, BackgroundThread("consumer", run)


def _broker(common: CommonSettings) -> str:
    if not common.broker_url:
        raise SettingsError("CTZ_BROKER_URL", "is not set: events could be neither published nor taken in")
    return common.broker_url


def _answers(database: Database) -> bool:
    with database.read() as connection:
        return connection.execute(sa.select(1)).scalar() == 1
