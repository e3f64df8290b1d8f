"""The processes of the service and the acts of its operator, as the chassis runs them."""

import time
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from ctz_chassis import idempotency, inbox, outbox
from ctz_chassis.assembly import Schema, consumer_thread, grpc_server
from ctz_chassis.auth.keys import load_jwks
from ctz_chassis.auth.tokens import Verifier
from ctz_chassis.broker import DeadLetters, connect_dead_letters
from ctz_chassis.maintenance import Housekeeping, RevivingDeadLetters
from ctz_chassis.serve import App, BackgroundThread, Commands, Process
from ctz_chassis.settings import SettingsError
from ctz_identity.cli.composition import (
    QUEUE,
    Base,
    build_base,
    build_event_consumer,
    build_mail_round,
    build_operations,
    build_servicers,
)
from ctz_identity.domain.erasure import WATCHED_FOR
from ctz_identity.http.app import build_http
from ctz_identity.settings import Settings
from ctz_identity.store import tables
from ctz_identity.store.limits import Counters
from ctz_identity.store.secrets import Secrets
from ctz_identity.store.sessions import Sessions
from ctz_identity.store.tombstones import Tombstones
from ctz_identity.workers.rounds import offer_administration, send_mail

SERVICE = "identity"
MIGRATIONS = Path(__file__).parent.parent / "migrations"
SCHEMA = Schema(SERVICE, tables.SCHEMA, MIGRATIONS, tables.outbox)


def build_serve(settings: Settings) -> App:
    """Build the servers; on one machine the background tasks run beside them."""
    base = build_base(settings)
    readiness = SCHEMA.readiness(base.database)
    verifier = Verifier(load_jwks(settings.common.jwks_file))
    server = grpc_server(
        SERVICE,
        settings.service,
        settings.common,
        verifier=verifier,
        servicers=build_servicers(base),
        readiness=readiness,
    )
    threads = [*_events(base), *_upkeep(base)] if settings.service.consume else []
    return App(
        build_http(readiness, verifier, settings.common.jwks_file),
        readiness,
        server,
        [*threads, *_administration(base)],
        base.database.close,
    )


def build_consume(settings: Settings) -> Process:
    """Build the process that handles events and publishes the outbox."""
    base = build_base(settings)
    readiness = SCHEMA.readiness(base.database)
    subscription, consumer = consumer_thread(settings.common, QUEUE, build_event_consumer(base))
    readiness.add("consuming", lambda: subscription.is_consuming(time.monotonic()))
    return Process(readiness, [consumer, SCHEMA.relay_thread(settings.common, base.database)], base.database.close)


def build_work(settings: Settings) -> Process:
    """Build the process that sends mail and deletes what has expired."""
    base = build_base(settings)
    return Process(SCHEMA.readiness(base.database), _upkeep(base), base.database.close)


def migrate(settings: Settings) -> None:
    """Bring the schema to this version, as its owner."""
    if settings.service.owner_database_url is None:
        raise SettingsError("CTZ_IDENTITY_OWNER_DATABASE_URL", "is not set: migrations run as the owner of the schema")
    SCHEMA.migrate(settings.service)


def dead_letters(settings: Settings) -> DeadLetters:
    """Return the events that no handler could take."""
    letters = connect_dead_letters(settings.common.broker_url, QUEUE)
    return RevivingDeadLetters(letters, SCHEMA.open(settings.service, pool_size=1), tables.inbox, QUEUE.name)


def replay(settings: Settings, user_id: UUID | None, since: datetime) -> int:
    """Publish events again, of one person or of all."""
    return SCHEMA.replay(settings.service, user_id, since)


def _events(base: Base) -> list[BackgroundThread]:
    common = base.settings.common
    if not common.broker_url:
        raise SettingsError("CTZ_BROKER_URL", "is not set: events could be neither published nor taken in")
    _, consumer = consumer_thread(common, QUEUE, build_event_consumer(base))
    return [consumer, SCHEMA.relay_thread(common, base.database)]


def _upkeep(base: Base) -> list[BackgroundThread]:
    def now() -> datetime:
        return base.clock()

    housekeeping = Housekeeping(
        base.database,
        {
            "outbox": lambda connection: outbox.prune(connection, tables.outbox),
            "inbox": lambda connection: inbox.prune(connection, tables.inbox),
            "request ids": lambda connection: idempotency.prune(connection, tables.request_ids),
            "sessions": lambda connection: Sessions(connection).prune(now=now()),
            "secrets": lambda connection: Secrets(connection).prune(now=now()),
            "tombstones": lambda connection: Tombstones(connection).prune(deleted_before=now() - WATCHED_FOR),
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


COMMANDS = Commands[Settings](
    serve=build_serve,
    migrate=migrate,
    consume=build_consume,
    work=build_work,
    dead_letters=dead_letters,
    replay=replay,
)
