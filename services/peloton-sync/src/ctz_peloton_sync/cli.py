"""Composition root of peloton-sync: builds its processes from settings; nothing happens at import."""

import argparse
import os
import random
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from ctz.peloton_sync.v1 import connections_pb2, connections_pb2_grpc, sync_pb2, sync_pb2_grpc

from ctz_chassis import idempotency, inbox, log, outbox
from ctz_chassis.assembly import Schema, consumer_thread, grpc_server
from ctz_chassis.auth.keys import load_jwks
from ctz_chassis.auth.tokens import Verifier
from ctz_chassis.broker import DeadLetters, QueueSpec, connect_dead_letters
from ctz_chassis.clock import utc_now
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.grpc_server import Registration
from ctz_chassis.http import health_app
from ctz_chassis.maintenance import Housekeeping
from ctz_chassis.serve import App, BackgroundThread, Commands, Process
from ctz_chassis.settings import Environment, SettingsError, load, prefix_of
from ctz_peloton_sync.api.connection_service import ConnectionServicer
from ctz_peloton_sync.api.sync_service import SyncPolicy, SyncServicer
from ctz_peloton_sync.app.connect import Connector
from ctz_peloton_sync.app.keys import check_keys, rotate
from ctz_peloton_sync.app.sealing import NoUsableKey, Sealer
from ctz_peloton_sync.app.upgrading import bring_up_to_date
from ctz_peloton_sync.clients.door import Doors
from ctz_peloton_sync.clients.http import HTTPLimits
from ctz_peloton_sync.consumers.users import ERASURE, HANDLERS, MESSAGE_TYPES
from ctz_peloton_sync.domain.errors import KeyStillInUse
from ctz_peloton_sync.http.console import console
from ctz_peloton_sync.settings import Settings
from ctz_peloton_sync.store import payloads, tables
from ctz_peloton_sync.store.unit_of_work import SERVICE, Store
from ctz_peloton_sync.workers.assembly import Workshop

FAILED, BAD_USAGE = 1, 2

SCHEMA = Schema(SERVICE, tables.SCHEMA, Path(__file__).parent / "migrations", tables.outbox)
QUEUE = QueueSpec(name=f"{SERVICE}.events", bindings=tuple(HANDLERS))


def doors(settings: Settings) -> Doors:
    """Ways to Peloton under the configured caps."""
    limits = HTTPLimits(settings.sync.call_seconds, settings.sync.body_megabytes * 1024 * 1024)
    is_loopback_allowed = settings.common.env is not Environment.PRODUCTION
    return Doors(settings.sync.api_url, settings.sync.auth_url, limits, is_loopback_allowed, utc_now)


def build_serve(settings: Settings) -> App:
    """Answer gRPC, probes and the console; with `consume` also handle events and publish the outbox."""
    own, common = settings.service, settings.common
    sealer = Sealer.from_file(settings.sync.fernet_keys_file)
    database = SCHEMA.open(own)
    store = Store(database, utc_now)
    readiness = SCHEMA.readiness(database)
    verifier = Verifier(load_jwks(common.jwks_file))
    server = grpc_server(
        SERVICE, own, common, verifier=verifier, servicers=registrations(settings, store, sealer), readiness=readiness
    )
    app = health_app(SERVICE, readiness, verifier)
    app.register_blueprint(console(store, utc_now))
    threads = [_housekeeping(settings, database)]
    if own.consume:
        threads += [consumer_thread(common, QUEUE, event_consumer(database))[1], SCHEMA.relay_thread(common, database)]
    return App(app, readiness, server, threads, database.close)


def registrations(settings: Settings, store: Store, sealer: Sealer) -> list[Registration]:
    """The gRPC services on a store."""
    connector = Connector(
        store=store,
        sealer=sealer,
        doors=doors(settings).door,
        fleet=settings.sync.fleet_rate,
        account=settings.sync.account_rate,
        clock=utc_now,
        pause=time.sleep,
    )
    policy = SyncPolicy(timedelta(days=settings.sync.rescan_days), settings.sync.rate_fleet)
    return [
        Registration(
            connections_pb2_grpc.add_ConnectionServiceServicer_to_server,
            ConnectionServicer(connector),
            connections_pb2.DESCRIPTOR.services_by_name["ConnectionService"],
        ),
        Registration(
            sync_pb2_grpc.add_SyncServiceServicer_to_server,
            SyncServicer(store, utc_now, policy),
            sync_pb2.DESCRIPTOR.services_by_name["SyncService"],
        ),
    ]


def event_consumer(database: Database) -> Consumer:
    """The consumer of deleted accounts."""
    return Consumer(
        QUEUE.name,
        database,
        tables.inbox,
        HANDLERS,
        MESSAGE_TYPES,
        tombstones=tables.tombstones,
        preparations=ERASURE.preparations,
    )


def _housekeeping(settings: Settings, database: Database) -> BackgroundThread:
    keep = timedelta(days=settings.sync.payload_days)
    sweeps = {
        "outbox": lambda connection: outbox.prune(connection, tables.outbox),
        "inbox": lambda connection: inbox.prune(connection, tables.inbox),
        "request_ids": lambda connection: idempotency.prune(connection, tables.request_ids),
        "raw_payloads": lambda connection: payloads.prune(connection, keep),
        "erased_accounts": ERASURE.sweep,
    }
    return BackgroundThread("housekeeping", Housekeeping(database, sweeps).run)


def build_consume(settings: Settings) -> Process:
    """Handle events and publish the outbox, without servers."""
    database = SCHEMA.open(settings.service)
    readiness = SCHEMA.readiness(database)
    subscription, thread = consumer_thread(settings.common, QUEUE, event_consumer(database))
    readiness.add("consuming", lambda: subscription.is_consuming(time.monotonic()))
    return Process(readiness, [thread, SCHEMA.relay_thread(settings.common, database)], database.close)


def build_work(settings: Settings) -> Process:
    """Claim and do tasks; refuses to start without a key that opens every stored token."""
    sealer = Sealer.from_file(settings.sync.fernet_keys_file)
    database = SCHEMA.open(settings.service, pool_size=settings.sync.threads + 3)
    readiness = SCHEMA.readiness(database)
    store = Store(database, utc_now)
    check_keys(store, sealer)
    workshop = Workshop(
        settings=settings.sync,
        store=store,
        sealer=sealer,
        doors=doors(settings),
        clock=utc_now,
        uniform=random.SystemRandom().random,
    )
    return Process(readiness, workshop.threads(), database.close)


def migrate(settings: Settings) -> None:
    """Bring the schema, and what an older version told, to this version."""
    SCHEMA.migrate(settings.service)
    database = SCHEMA.open(settings.service, pool_size=1)
    bring_up_to_date(Store(database, utc_now))
    database.close()


def dead_letters(settings: Settings) -> DeadLetters:
    """Events that no handler could take."""
    return connect_dead_letters(settings.common.broker_url, QUEUE)


def replay(settings: Settings, user_id: UUID | None, since: datetime) -> int:
    """Publish events of the outbox again."""
    return SCHEMA.replay(settings.service, user_id, since)


def keys(argv: Sequence[str]) -> int:
    """Run one command of the operator; returns the exit code."""
    parser = argparse.ArgumentParser(prog="ctz_peloton_sync keys")
    parser.add_argument(
        "act", choices=["rotate", "check"], help="seal all tokens with the first key; see what is in use"
    )
    act = parser.parse_args(argv).act
    try:
        settings = load(Settings, prefix_of(SERVICE), os.environ)
        sealer = Sealer.from_file(settings.sync.fernet_keys_file)
    except (SettingsError, NoUsableKey) as error:
        print(f"ctz-peloton-sync: {error}", file=sys.stderr)
        return BAD_USAGE
    log.configure(SERVICE, settings.common.log_level, settings.common.log_format)
    database = SCHEMA.open(settings.service, pool_size=1)
    store = Store(database, utc_now)
    try:
        if act == "rotate":
            print(f"{rotate(store, sealer)} tokens sealed with key {sealer.key_id}")
        check_keys(store, sealer)
        print(f"every token opens with the keys of the file; key {sealer.key_id} seals")
    except KeyStillInUse as error:
        print(f"ctz-peloton-sync: rows need keys that are not in the file: {error}", file=sys.stderr)
        return FAILED
    finally:
        database.close()
    return 0


COMMANDS: Commands[Settings] = Commands(
    serve=build_serve,
    migrate=migrate,
    consume=build_consume,
    work=build_work,
    dead_letters=dead_letters,
    replay=replay,
)
