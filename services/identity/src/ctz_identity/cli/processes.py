"""The processes of the service and the acts of its operator, as the chassis runs them."""

import threading
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis import idempotency, outbox
from ctz_chassis.auth.keys import load_jwks
from ctz_chassis.auth.tokens import Verifier
from ctz_chassis.broker import connect_publisher
from ctz_chassis.grpc_server import Server
from ctz_chassis.maintenance import Housekeeping
from ctz_chassis.migrations import is_at_head
from ctz_chassis.migrations import migrate as run_migrations
from ctz_chassis.outbox import Relay
from ctz_chassis.readiness import Readiness, latched
from ctz_chassis.serve import App, BackgroundThread, Commands, Process
from ctz_chassis.settings import Environment, SettingsError
from ctz_identity.cli.composition import Base, build_base, build_mail_round, build_operations, build_servicers
from ctz_identity.http.app import build_http
from ctz_identity.settings import Settings
from ctz_identity.store import tables
from ctz_identity.store.limits import Counters
from ctz_identity.store.secrets import Secrets
from ctz_identity.store.sessions import Sessions
from ctz_identity.workers.rounds import offer_administration, send_mail

SERVICE = "identity"
MIGRATIONS = Path(__file__).parent.parent / "migrations"


def build_serve(settings: Settings) -> App:
    """Build the servers; on one machine the background tasks run beside them."""
    base = build_base(settings)
    readiness = _readiness(base)
    verifier = Verifier(load_jwks(settings.common.jwks_file))
    server = Server(
        SERVICE,
        host=settings.service.host,
        port=settings.service.grpc_port,
        threads=settings.service.grpc_threads,
        verifier=verifier,
        servicers=build_servicers(base),
        readiness=readiness,
        is_reflection_open=settings.common.env is Environment.DEVELOPMENT,
    )
    threads = [*_relay(base), *_upkeep(base)] if settings.service.consume else []
    return App(
        build_http(readiness, verifier, settings.common.jwks_file),
        readiness,
        server,
        [*threads, *_administration(base)],
        base.database.close,
    )


def build_consume(settings: Settings) -> Process:
    """Build the process that publishes the outbox; identity consumes no events."""
    base = build_base(settings)
    return Process(_readiness(base), _relay(base), base.database.close)


def build_work(settings: Settings) -> Process:
    """Build the process that sends mail and deletes what has expired."""
    base = build_base(settings)
    return Process(_readiness(base), _upkeep(base), base.database.close)


def migrate(settings: Settings) -> None:
    """Bring the schema to this version, as its owner."""
    if settings.service.owner_database_url is None:
        raise SettingsError("CTZ_IDENTITY_OWNER_DATABASE_URL", "is not set: migrations run as the owner of the schema")
    runtime_role = sa.make_url(settings.service.database_url).username
    run_migrations(settings.service.owner_database_url, tables.SCHEMA, MIGRATIONS, runtime_role)


def replay(settings: Settings, user_id: UUID | None, since: datetime) -> int:
    """Publish events again, of one person or of all."""
    base = build_base(settings)
    try:
        with base.database.begin() as connection:
            return outbox.replay(connection, tables.outbox, user_id=user_id, since=since)
    finally:
        base.database.close()


def _readiness(base: Base) -> Readiness:
    def answers() -> bool:
        with base.database.read() as connection:
            return connection.execute(sa.select(sa.literal(1))).scalar_one() == 1

    return Readiness(
        {"database": answers, "migrations": latched(lambda: is_at_head(base.engine, tables.SCHEMA, MIGRATIONS))}
    )


def _relay(base: Base) -> list[BackgroundThread]:
    broker_url = base.settings.common.broker_url
    if not broker_url:
        raise SettingsError("CTZ_BROKER_URL", "is not set: events could not be published")

    def run(stop: threading.Event) -> None:
        Relay(base.database, connect_publisher(broker_url), tables.outbox).run(stop)

    return [BackgroundThread("relay", run)]


def _upkeep(base: Base) -> list[BackgroundThread]:
    def now() -> datetime:
        return base.clock()

    housekeeping = Housekeeping(
        base.database,
        {
            "outbox": lambda connection: outbox.prune(connection, tables.outbox),
            "request ids": lambda connection: idempotency.prune(connection, tables.request_ids),
            "sessions": lambda connection: Sessions(connection).prune(now=now()),
            "secrets": lambda connection: Secrets(connection).prune(now=now()),
            "counters": lambda connection: Counters(connection).prune(now=now()),
        },
    )
    return [
        BackgroundThread("mail", partial(send_mail, build_mail_round(base))),
        BackgroundThread("housekeeping", housekeeping.run),
    ]


def _administration(base: Base) -> list[BackgroundThread]:
    link_file = base.settings.admin_link_file
    if link_file is None:
        return []
    return [BackgroundThread("administration", partial(offer_administration, build_operations(base), link_file))]


COMMANDS = Commands[Settings](serve=build_serve, migrate=migrate, consume=build_consume, work=build_work, replay=replay)
