"""One service on a real Postgres, against the simulator, under a clock that tests move."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from ctz.identity.events.v1 import events_pb2 as identity_pb
from ctz.peloton_sync.events.v1 import events_pb2 as pb

from ctz_chassis.db import Database, make_engine
from ctz_chassis.idempotency import RequestKey
from ctz_chassis.migrations import migrate
from ctz_local.testing import DatabaseMaker, ServiceDatabase
from ctz_peloton_sync.app import connect, sync
from ctz_peloton_sync.app.claim import Claimed, claim
from ctz_peloton_sync.app.connect import Connector
from ctz_peloton_sync.app.sealing import Sealer
from ctz_peloton_sync.clients.door import Doors
from ctz_peloton_sync.clients.http import HTTPLimits
from ctz_peloton_sync.settings import SyncSettings
from ctz_peloton_sync.store import tables
from ctz_peloton_sync.store.unit_of_work import Store
from ctz_peloton_sync.workers.assembly import Workshop
from ctz_simulator import Knobs, RiderSpec, Simulator

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PASSWORD = "simulated-password"
MESSAGES = {
    "peloton-sync.workout.recorded.v1": pb.WorkoutRecorded,
    "peloton-sync.workout.performance.v1": pb.WorkoutPerformance,
    "peloton-sync.workout.deleted.v1": pb.WorkoutDeleted,
    "peloton-sync.class.updated.v1": pb.ClassUpdated,
    "peloton-sync.connection.changed.v1": pb.ConnectionChanged,
    "peloton-sync.ftp.accepted.v1": pb.FTPAccepted,
    "identity.user.deleted.v1": identity_pb.UserDeleted,
    "peloton-sync.user.erased.v1": identity_pb.UserErased,
}


class VirtualClock:
    """A clock that stands still until it is moved; never back."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        self.now += timedelta(**amount)

    def advance_to(self, at: datetime) -> None:
        self.now = max(self.now, at)


@dataclass
class Harness:
    """The service with everything real but the clock, the dice and Peloton."""

    database: ServiceDatabase
    store: Store
    clock: VirtualClock
    sealer: Sealer
    settings: SyncSettings
    key: str
    dice: random.Random = field(default_factory=lambda: random.Random(7))

    def with_settings(self, **changes: Any) -> "Harness":
        self.settings = replace(self.settings, **changes)
        return self

    def at(self, sim: Simulator) -> "Harness":
        return self.with_settings(api_url=sim.url, auth_url=sim.url)

    @property
    def doors(self) -> Doors:
        limits = HTTPLimits(self.settings.call_seconds, self.settings.body_megabytes * 1024 * 1024)
        return Doors(self.settings.api_url, self.settings.auth_url, limits, is_loopback_allowed=True, clock=self.clock)

    @property
    def workshop(self) -> Workshop:
        return Workshop(self.settings, self.store, self.sealer, self.doors, self.clock, self.dice.random)

    @property
    def connector(self) -> Connector:
        own = self.settings
        door, waits = self.doors.door, lambda seconds: self.clock.advance(seconds=seconds)
        return Connector(self.store, self.sealer, door, own.fleet_rate, own.account_rate, self.clock, waits)

    def connect(self, username: str = "rider", user_id: UUID | None = None) -> UUID:
        user_id = user_id or uuid4()
        connect.connect_with_password(self.connector, user_id, username, PASSWORD)
        return user_id

    def start(self, user_id: UUID) -> sync.RunView:
        rescan = timedelta(days=self.settings.rescan_days)
        return sync.start_sync(self.store, user_id, key=RequestKey("", "StartSync", b""), rescan=rescan)

    def status(self, user_id: UUID) -> sync.SyncStatus:
        return sync.get_status(self.store, user_id, self.clock)

    def claim(self) -> Claimed | None:
        return claim(self.store, self.workshop.claim_policy)

    def drain(self, steps: int = 100_000, until: Callable[[], bool] | None = None) -> int:
        """Do all work there is, moving the clock to whatever is waited for; returns the tasks tried."""
        executor = self.workshop.executor()
        done, ends = 0, self.clock.now + timedelta(days=2)
        try:
            while done < steps and self.clock.now < ends and not (until is not None and until()):
                claimed = self.claim()
                if claimed is not None:
                    self.clock.advance_to(claimed.slot)
                    executor.execute(claimed.lease)
                    self.clock.advance(milliseconds=1)
                    done += 1
                elif not self._wait():
                    break
        finally:
            executor.api.close()
        return done

    def _wait(self) -> bool:
        """Move the clock to the next moment at which something may be claimed."""
        with self.store.read() as tx:
            gate, due = tx.gates.get(), tx.tasks.next_due()
            resume = [row for row in self.rows("SELECT resume_at FROM connection WHERE state = 'active'") if row[0]]
        if gate.is_killed or due is None:
            return False
        moments = [due, *(row[0] for row in resume)]
        if gate.breaker.next_probe_time is not None:
            moments.append(gate.breaker.next_probe_time)
        later = [moment for moment in moments if moment > self.clock.now]
        if not later:
            return self._wait_for_slot()
        self.clock.advance_to(min(later))
        return True

    def _wait_for_slot(self) -> bool:
        arrivals = [row[0] for row in self.rows("SELECT arrival_time FROM rate_bucket") if row[0] > self.clock.now]
        if arrivals:
            self.clock.advance_to(min(arrivals))
        return bool(arrivals)

    def sync(self, user_id: UUID) -> sync.SyncStatus:
        self.start(user_id)
        self.drain()
        return self.status(user_id)

    def rows(self, query: str, **values: Any) -> list[Any]:
        """Look behind the scenes; table names without schema."""
        with self.store.database.engine.connect() as connection:
            connection.execute(sa.text(f"SET LOCAL search_path TO {tables.SCHEMA}"))
            return list(connection.execute(sa.text(query), values))

    def events(self, name: str = "", user_id: UUID | None = None) -> list[Any]:
        """Messages of the outbox, oldest first."""
        rows = self.rows("SELECT type, subject, data FROM outbox ORDER BY id")
        return [
            MESSAGES[kind].FromString(bytes(data))
            for kind, subject, data in rows
            if name in kind and user_id in {None, UUID(subject) if subject else None}
        ]

    def mirror(self, user_id: UUID) -> dict[str, Any]:
        """What consumers hold in the end: newest summary by source id, tombstones left out."""
        newest: dict[str, Any] = {}
        for event in [*self.events("recorded", user_id), *self.events("deleted", user_id)]:
            if event.workout_id not in newest or event.revision > newest[event.workout_id].revision:
                newest[event.workout_id] = event
        return {each.source_id: each for each in newest.values() if isinstance(each, pb.WorkoutRecorded)}


@pytest.fixture(scope="session")
def service_database(test_databases: DatabaseMaker) -> Iterator[ServiceDatabase]:
    """A migrated database for the session."""
    database = test_databases.create(["peloton-sync"])
    folder = Path(tables.__file__).parents[1] / "migrations"
    role = sa.make_url(database.app_url("peloton-sync")).username
    migrate(database.owner_url("peloton-sync"), tables.SCHEMA, folder, role)
    yield database
    test_databases.drop(database)


@pytest.fixture
def store(service_database: ServiceDatabase) -> Iterator[Store]:
    """An empty database under the runtime role, with a virtual clock."""
    clock = VirtualClock()
    database = Database(make_engine(service_database.app_url("peloton-sync"), application_name="tests", pool_size=12))
    with database.begin() as connection:
        for table in reversed(tables.metadata.sorted_tables):
            connection.execute(sa.delete(table))
        connection.execute(sa.insert(tables.gate).values(id=1))
    yield Store(database, clock)
    database.close()


@pytest.fixture
def harness(service_database: ServiceDatabase, store: Store) -> Harness:
    """The service, fast and without limits that a test does not ask for."""
    key = Fernet.generate_key().decode()
    settings = SyncSettings(
        rate_fleet=1_000, rate_account=1_000, burst=100, concurrency=4, lease_seconds=3, call_seconds=5, run_hours=0
    )
    clock = store._clock
    assert isinstance(clock, VirtualClock)
    return Harness(service_database, store, clock, Sealer([key]), settings, key)


@pytest.fixture
def simulate(harness: Harness) -> Callable[..., Any]:
    """A simulator under the test's clock, for the time of a `with` block."""

    @contextmanager
    def run(*riders: RiderSpec, **knobs: Any) -> Iterator[Simulator]:
        simulator = Simulator(riders=riders, knobs=Knobs().changed(knobs), clock=lambda: harness.clock().timestamp())
        with simulator.running() as sim:
            harness.at(sim)
            yield sim

    return run
