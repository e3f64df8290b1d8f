"""The processes of the service and the acts of its operator, as the chassis runs them."""

from datetime import datetime
from functools import partial
from pathlib import Path

from ctz_chassis.assembly import Schema, consuming, event_threads, serving
from ctz_chassis.maintenance import Sweep
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
from ctz_identity.http.keys import add_key_route
from ctz_identity.settings import Settings
from ctz_identity.store import tables
from ctz_identity.store.limits import Counters
from ctz_identity.store.secrets import Secrets
from ctz_identity.store.sessions import Sessions
from ctz_identity.store.tombstones import Tombstones
from ctz_identity.workers.rounds import offer_administration, send_mail

SERVICE = "identity"
MIGRATIONS = Path(__file__).parent.parent / "migrations"
SCHEMA = Schema(
    SERVICE,
    tables.SCHEMA,
    MIGRATIONS,
    outbox=tables.outbox,
    inbox=tables.inbox,
    request_ids=tables.request_ids,
)


def build_serve(settings: Settings) -> App:
    """Build the servers; on one machine the background tasks run beside them."""
    base = build_base(settings)
    threads = _administration(base)
    if settings.service.consume:
        threads += event_threads(SCHEMA, settings.common, base.database, QUEUE, build_event_consumer(base))
        threads += _upkeep(base)
    add_routes = partial(add_key_route, jwks_file=settings.common.jwks_file)
    return serving(SCHEMA, settings, base.database, build_servicers(base), threads=threads, add_routes=add_routes)


def build_consume(settings: Settings) -> Process:
    """Build the process that handles events and publishes the outbox."""
    base = build_base(settings)
    return consuming(SCHEMA, settings, base.database, QUEUE, build_event_consumer(base))


def build_work(settings: Settings) -> Process:
    """Build the process that sends mail and deletes what has expired."""
    base = build_base(settings)
    return Process(SCHEMA.readiness(base.database), _upkeep(base), base.database.close)


def migrate(settings: Settings) -> None:
    """Bring the schema to this version, as its owner."""
    if settings.service.owner_database_url is None:
        raise SettingsError("CTZ_IDENTITY_OWNER_DATABASE_URL", "is not set: migrations run as the owner of the schema")
    SCHEMA.migrate(settings)


def _upkeep(base: Base) -> list[BackgroundThread]:
    def now() -> datetime:
        return base.clock()

    sweeps: dict[str, Sweep] = {
        "sessions": lambda connection: Sessions(connection).prune(now=now()),
        "secrets": lambda connection: Secrets(connection).prune(now=now()),
        "tombstones": lambda connection: Tombstones(connection).prune(deleted_before=now() - WATCHED_FOR),
        "counters": lambda connection: Counters(connection).prune(now=now()),
    }
    return [
        BackgroundThread("mail", partial(send_mail, build_mail_round(base))),
        SCHEMA.housekeeping_thread(base.database, sweeps),
    ]


def _administration(base: Base) -> list[BackgroundThread]:
    link_file = base.settings.admin_link_file
    if link_file is None:
        return []
    return [BackgroundThread("administration", partial(offer_administration, build_operations(base), link_file))]


COMMANDS: Commands[Settings] = Commands(
    serve=build_serve,
    consume=build_consume,
    work=build_work,
    migrate=migrate,
    dead_letters=partial(SCHEMA.dead_letters, queue=QUEUE),
    replay=SCHEMA.replay,
)
