"""A whole sync through everything real: workers, HTTP, outbox, broker, all consumers; Peloton is simulated apart."""

import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom
from typing import Any, Final
from uuid import uuid4

import psycopg

import ctz_challenges.cli
import ctz_identity.cli.processes
import ctz_peloton_sync.cli
import ctz_plans.cli
import ctz_workouts.cli
from ctz_challenges.settings import Settings as ChallengesSettings
from ctz_chassis.assembly import Schema, consumer_thread
from ctz_chassis.broker import QueueSpec
from ctz_chassis.broker.connect import declare
from ctz_chassis.clock import utc_now
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, StatementCount, count_statements
from ctz_chassis.idempotency import RequestKey
from ctz_chassis.serve import BackgroundThread
from ctz_chassis.settings import CommonSettings, ServiceSettings, load
from ctz_identity.cli.composition import QUEUE as IDENTITY_QUEUE
from ctz_identity.cli.composition import build_base, build_event_consumer
from ctz_identity.settings import Settings as IdentitySettings
from ctz_local.rabbitmq import RabbitNode
from ctz_local.testing import ServiceDatabase
from ctz_local.testing.servers import private_rabbitmq
from ctz_peloton_sync.app import connect, sync
from ctz_peloton_sync.app.connect import Connector
from ctz_peloton_sync.app.sealing import Sealer
from ctz_peloton_sync.settings import Settings as SyncServiceSettings
from ctz_peloton_sync.store.unit_of_work import Store
from ctz_peloton_sync.workers.assembly import Workshop
from ctz_plans.settings import Settings as PlansSettings
from ctz_workouts.settings import Settings as WorkoutsSettings

from .floor import floor_seconds
from .rig import Meter, Rig, on_processor_seconds
from .seeding import make_rider

PASSWORD: Final = "simulated-password"
_LONGEST_SECONDS: Final = 900
_LOOK_SECONDS: Final = 1.0
_FAST: Final = {
    "CTZ_PELOTON_SYNC_RATE_FLEET": "1000",
    "CTZ_PELOTON_SYNC_RATE_ACCOUNT": "1000",
    "CTZ_PELOTON_SYNC_BURST": "100",
    "CTZ_PELOTON_SYNC_CONCURRENCY": "4",
    "CTZ_PELOTON_SYNC_RUN_HOURS": "0",
    "CTZ_PELOTON_SYNC_LIBRARY_HOURS": "0",
}


class SyncUnfinished(Exception):
    """The sync did not end in time."""


@dataclass(frozen=True, slots=True)
class SyncCost:
    """One whole sync; processor seconds of this process, Postgres and the broker, without the simulator."""

    workouts: int
    broker: str
    calls: Mapping[str, int]
    statements: Mapping[str, int]
    elapsed_seconds: float
    python_seconds: float
    postgres_seconds: float
    broker_seconds: float
    floor_seconds: float

    @property
    def cpu_ms_per_workout(self) -> float:
        """Processor time of the whole system for one workout."""
        return 1000 * (self.python_seconds + self.postgres_seconds + self.broker_seconds) / self.workouts

    @property
    def floor_ms_per_workout(self) -> float:
        """The least that it could cost."""
        return 1000 * self.floor_seconds / self.workouts


@dataclass(frozen=True, slots=True)
class _Part:
    """One service's share: what it consumes, and the threads that it works in."""

    schema: Schema
    queue: QueueSpec
    database: Database
    threads: Sequence[BackgroundThread]


def measure_sync(rig: Rig, database: ServiceDatabase, workouts: int, *, with_rabbitmq: bool) -> SyncCost:
    """Connect a simulated rider and sync the whole history, until every consumer has handled every fact."""
    with ExitStack() as stack:
        node = private_rabbitmq(rig.folder, "rabbitmq") if with_rabbitmq else None
        if node is not None:
            stack.callback(node.stop)
        address = stack.enter_context(_simulator(workouts))
        environs = _environs(rig, database, node, address)
        sync_settings = load(SyncServiceSettings, "PELOTON_SYNC", environs("peloton-sync"))
        store = Store(ctz_peloton_sync.cli.SCHEMA.open(sync_settings.service, pool_size=10), utc_now)
        parts = [_peloton_sync(sync_settings, store), *_consumers(environs)]
        for part in parts:
            stack.callback(part.database.close)
        declare(node.operator_url() if node else database.queue_url(), [part.queue for part in parts])
        seen = {part.schema.service: stack.enter_context(count_statements(part.database.engine)) for part in parts}
        broker_before, meter = _node_seconds(node), Meter.start(rig)
        with _working([thread for part in parts for thread in part.threads]):
            _start(sync_settings, store)
            _wait(database, parts)
            elapsed, python, postgres = meter.read()
        return SyncCost(
            workouts,
            node.description if node is not None else "queue table in Postgres",
            _calls(address),
            _counted(seen),
            elapsed,
            python,
            postgres,
            _node_seconds(node) - broker_before,
            floor_seconds(rig, database, make_rider(workouts)),
        )


def _environs(
    rig: Rig, database: ServiceDatabase, node: RabbitNode | None, address: str
) -> Callable[[str], Mapping[str, str]]:
    """The environment of each service, which has its own login at the broker."""
    peloton = {"CTZ_PELOTON_SYNC_API_URL": address, "CTZ_PELOTON_SYNC_AUTH_URL": address}

    def of(service: str) -> Mapping[str, str]:
        broker = node.url(service) if node is not None else database.queue_url()
        return rig.environ(database, CTZ_BROKER_URL=broker, **_FAST, **peloton)

    return of


def _peloton_sync(settings: SyncServiceSettings, store: Store) -> _Part:
    workshop = Workshop(
        settings=settings.sync,
        store=store,
        sealer=Sealer.from_file(settings.sync.fernet_keys_file),
        doors=ctz_peloton_sync.cli.doors(settings),
        clock=utc_now,
        uniform=SystemRandom().random,
    )
    own = ctz_peloton_sync.cli
    consumer = own.event_consumer(store.database)
    part = _part(own.SCHEMA, own.QUEUE, store.database, consumer, settings.common)
    return _Part(part.schema, part.queue, part.database, [*part.threads, *workshop.threads()])


def _consumers(environs: Callable[[str], Mapping[str, str]]) -> Iterator[_Part]:
    identity = load(IdentitySettings, "IDENTITY", environs("identity"))
    base = build_base(identity)
    consumer = build_event_consumer(base)
    yield _part(ctz_identity.cli.processes.SCHEMA, IDENTITY_QUEUE, base.database, consumer, identity.common)
    kinds = (
        (ctz_workouts.cli, WorkoutsSettings, "WORKOUTS"),
        (ctz_plans.cli, PlansSettings, "PLANS"),
        (ctz_challenges.cli, ChallengesSettings, "CHALLENGES"),
    )
    for own, kind, prefix in kinds:
        settings: Any = load(kind, prefix, environs(own.SERVICE))
        service: ServiceSettings = settings.service
        database = own.SCHEMA.open(service)
        yield _part(own.SCHEMA, own.QUEUE, database, own.event_consumer(database), settings.common)


def _part(schema: Schema, queue: QueueSpec, database: Database, consumer: Consumer, common: CommonSettings) -> _Part:
    threads = [consumer_thread(common, queue, consumer)[1], schema.relay_thread(common, database)]
    return _Part(schema, queue, database, threads)


@contextmanager
def _simulator(workouts: int) -> Iterator[str]:
    """Run the simulator in a process of its own; gives its address."""
    today = make_rider(1).spec.ends_on.isoformat()
    command = [sys.executable, "-m", "ctz_simulator", "--rider", f"bench:{PASSWORD}:{workouts}:7", "--ends-on", today]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


@contextmanager
def _working(threads: Sequence[BackgroundThread]) -> Iterator[None]:
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.request_stop()
        for thread in threads:
            thread.join(10)


def _start(settings: SyncServiceSettings, store: Store) -> None:
    connector = Connector(
        store=store,
        sealer=Sealer.from_file(settings.sync.fernet_keys_file),
        doors=ctz_peloton_sync.cli.doors(settings).door,
        fleet=settings.sync.fleet_rate,
        account=settings.sync.account_rate,
        clock=utc_now,
        pause=time.sleep,
    )
    user_id = uuid4()
    connect.connect_with_password(connector, user_id, "bench", PASSWORD)
    unprotected = RequestKey("", "StartSync", b"")
    sync.start_sync(store, user_id, key=unprotected, rescan=timedelta(days=settings.sync.rescan_days))


def _wait(database: ServiceDatabase, parts: Sequence[_Part]) -> None:
    """Wait until the run has ended and every consumer has handled what it is bound to."""
    told = " UNION ALL ".join(f"SELECT type FROM {part.schema.name}.outbox" for part in parts)  # noqa: S608 - our names
    handled = ", ".join(
        f"(SELECT count(*) FROM ({told}) AS told WHERE type = ANY(%s)) - "  # noqa: S608 - names of our own schemas
        f"(SELECT count(*) FROM {part.schema.name}.inbox WHERE handled_at IS NOT NULL)"
        for part in parts
    )
    query = f"SELECT (SELECT count(*) FROM peloton_sync.sync_run WHERE state IN ('running', 'parked')), {handled}"  # noqa: S608
    bindings = [list(part.queue.bindings) for part in parts]
    ends = time.monotonic() + _LONGEST_SECONDS
    with closing(psycopg.connect(database.superuser_dsn(), autocommit=True)) as connection:
        while time.monotonic() < ends:
            row = connection.execute(query.encode(), bindings).fetchone()
            if row is not None and not any(row):
                return
            threading.Event().wait(_LOOK_SECONDS)
    raise SyncUnfinished(row)


def _node_seconds(node: RabbitNode | None) -> float:
    return sum(on_processor_seconds(pid) for pid in node.pids()) if node is not None else 0.0


def _calls(address: str) -> Mapping[str, int]:
    with urllib.request.urlopen(f"{address}/_sim/calls", timeout=10) as answer:  # noqa: S310 - loopback
        totals: Mapping[str, int] = json.load(answer)["totals"]
    return totals


def _counted(seen: Mapping[str, StatementCount]) -> Mapping[str, int]:
    return {service: each.count for service, each in seen.items()}
