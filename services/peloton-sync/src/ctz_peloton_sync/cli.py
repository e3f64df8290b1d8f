"""Composition root of peloton-sync: builds its processes from settings; nothing happens at import."""

import argparse
import os
import random
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

from ctz.peloton_sync.v1 import connections_pb2, connections_pb2_grpc, sync_pb2, sync_pb2_grpc
from flask import Flask

from ctz_chassis import log
from ctz_chassis.assembly import Schema, consuming, event_threads, serving
from ctz_chassis.broker import QueueSpec
from ctz_chassis.clock import utc_now
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.grpc_server import Registration
from ctz_chassis.maintenance import Sweep
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

SCHEMA = Schema(
    SERVICE,
    tables.SCHEMA,
    Path(__file__).parent / "migrations",
    outbox=tables.outbox,
    inbox=tables.inbox,
    request_ids=tables.request_ids,
)
QUEUE = QueueSpec(name=f"{SERVICE}.events", bindings=tuple(HANDLERS))


def doors(settings: Settings) -> Doors:
    """Ways to Peloton under the configured caps."""
    limits = HTTPLimits(settings.sync.call_seconds, settings.sync.body_megabytes * 1024 * 1024)
    is_loopback_allowed = settings.common.env is not Environment.PRODUCTION
    return Doors(settings.sync.api_url, settings.sync.auth_url, limits, is_loopback_allowed, utc_now)


def build_serve(settings: Settings) -> App:
    """Answer gRPC, probes and the console; with `consume` also handle events and publish the outbox."""
    sealer = Sealer.from_file(settings.sync.fernet_keys_file)
    database = SCHEMA.open(settings.service)
    store = Store(database, utc_now)
    threads = [_housekeeping(settings, database)]
    if settings.service.consume:
        threads += event_threads(SCHEMA, settings.common, database, QUEUE, event_consumer(database))

    def add_routes(app: Flask) -> None:
        app.register_blueprint(console(store, utc_now))

    servicers = registrations(settings, store, sealer)
    return serving(SCHEMA, settings, database, servicers, threads=threads, add_routes=add_routes)


def build_consume(settings: Settings) -> Process:
    """Handle events and publish the outbox, without servers."""
    database = SCHEMA.open(settings.service)
    return consuming(SCHEMA, settings, database, QUEUE, event_consumer(database))


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
    SCHEMA.migrate(settings)
    with closing(SCHEMA.open(settings.service, pool_size=1)) as database:
        bring_up_to_date(Store(database, utc_now))


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
    sweeps: dict[str, Sweep] = {
        "erased accounts": ERASURE.sweep,
        "raw payloads": partial(payloads.prune, keep=keep),
    }
    return SCHEMA.housekeeping_thread(database, sweeps)


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
    consume=build_consume,
    work=build_work,
    migrate=migrate,
    dead_letters=partial(SCHEMA.dead_letters, queue=QUEUE),
    replay=SCHEMA.replay,
)
