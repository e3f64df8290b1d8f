"""What every service's composition root does alike: database, readiness, server, event threads, migration, replay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis import outbox
from ctz_chassis.auth.tokens import Verifier
from ctz_chassis.broker import QueueSpec, Subscription, connect_publisher, connect_subscription
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, make_engine
from ctz_chassis.grpc_server import Registration, Server
from ctz_chassis.migrations import is_at_head
from ctz_chassis.migrations import migrate as migrate_schema
from ctz_chassis.readiness import Readiness, latched
from ctz_chassis.serve import BackgroundThread
from ctz_chassis.settings import CommonSettings, Environment, ServiceSettings


@dataclass(frozen=True, slots=True)
class Schema:
    """A service's schema: its name, its migrations, its outbox."""

    service: str
    name: str
    migrations: Path
    outbox: sa.Table

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

    def migrate(self, settings: ServiceSettings) -> None:
        """Bring the schema to this version, as its owner where there is one."""
        owner_url = settings.owner_database_url or settings.database_url
        runtime_role = urlsplit(settings.database_url).username if settings.owner_database_url else None
        migrate_schema(owner_url, self.name, self.migrations, runtime_role)

    def replay(self, settings: ServiceSettings, user_id: UUID | None, since: datetime) -> int:
        """Publish events of the outbox again; returns how many."""
        database = self.open(settings, pool_size=1)
        try:
            return outbox.replay(database, self.outbox, user_id=user_id, since=since)
        finally:
            database.close()

    def relay_thread(self, common: CommonSettings, database: Database) -> BackgroundThread:
        """The thread that publishes the outbox."""
        return BackgroundThread("relay", outbox.Relay(database, connect_publisher(common.broker_url), self.outbox).run)


def grpc_server(
    service: str,
    own: ServiceSettings,
    common: CommonSettings,
    *,
    verifier: Verifier,
    servicers: Sequence[Registration],
    readiness: Readiness,
) -> Server:
    """The gRPC server of a service, as its settings say; what it offers can be asked for while developing."""
    return Server(
        service,
        host=own.host,
        port=own.grpc_port,
        threads=own.grpc_threads,
        verifier=verifier,
        servicers=servicers,
        readiness=readiness,
        is_reflection_open=common.env is Environment.DEVELOPMENT,
    )


def consumer_thread(
    common: CommonSettings, spec: QueueSpec, consumer: Consumer
) -> tuple[Subscription, BackgroundThread]:
    """The thread that handles a queue's events, and its subscription, which tells whether it consumes."""
    subscription = connect_subscription(common.broker_url, spec)
    run = partial(subscription.run, consumer.handle, together=consumer.together)
    return subscription, BackgroundThread("consumer", run)


def _answers(database: Database) -> bool:
    with database.read() as connection:
        return connection.execute(sa.select(1)).scalar() == 1
