"""T030: Postgres is torn down ten times under riders who write; what a service acknowledged is there."""

import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import grpc
import psycopg
import pytest
from ctz.common.v1 import training_pb2
from ctz.identity.v1 import metrics_pb2, metrics_pb2_grpc
from ctz.workouts.v1 import workouts_pb2, workouts_pb2_grpc
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

import ctz_identity.cli.composition
import ctz_identity.cli.processes
import ctz_workouts.cli
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, DatabaseUnavailable, make_engine
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.migrations import migrate
from ctz_chassis.settings import load
from ctz_chassis.testing import Keys, RunningServer, User, make_keys, running_server
from ctz_identity.settings import Settings
from ctz_local.postgres import PostgresServer, StopMode
from ctz_local.testing import DatabaseMaker, ServiceDatabase

from .harness import add_account, eventually, recorded

pytestmark = pytest.mark.faults

RESTARTS = 10
ACKS_BETWEEN = 12
WRITERS = 3


@dataclass
class Ledger:
    """What was acknowledged to each rider, and how calls failed."""

    acknowledged: dict[UUID, list[int]] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)

    def write(self, rider: UUID, act: Callable[[int], object]) -> None:
        """Write numbers from 1 on until it is over; a refused number is not tried again."""
        mine = self.acknowledged.setdefault(rider, [])
        number = 0
        while not self.over.is_set():
            number += 1
            try:
                act(number)
            except RemoteError as error:
                self.refused[error.code.name] += 1
                self.over.wait(0.05)
            else:
                mine.append(number)

    @property
    def count(self) -> int:
        """How much was acknowledged in all."""
        return sum(map(len, self.acknowledged.values()))


@dataclass(frozen=True, slots=True)
class Rig:
    """Identity and workouts on the server that dies."""

    database: ServiceDatabase
    identity: RunningServer
    workouts: RunningServer
    workouts_database: Database
    keys: Keys


@pytest.fixture(scope="module")
def rig(killable_postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    database = DatabaseMaker(killable_postgres.address).create(["identity", "workouts"])
    for name, module in (("identity", ctz_identity.cli.processes), ("workouts", ctz_workouts.cli)):
        schema = module.SCHEMA
        migrate(database.owner_url(name), schema.name, schema.migrations, f"ctz_{name}_app")
    keys, folder = make_keys(), tmp_path_factory.mktemp("keys")
    with ExitStack() as stack:
        base = ctz_identity.cli.composition.build_base(load(Settings, "IDENTITY", environment(database, keys, folder)))
        stack.callback(base.database.close)
        archive = Database(make_engine(database.app_url("workouts"), application_name="test-workouts"))
        stack.callback(archive.close)
        servicers = ctz_identity.cli.composition.build_servicers(base)
        identity = stack.enter_context(running_server("identity", servicers, keys=keys))
        workouts = stack.enter_context(running_server("workouts", ctz_workouts.cli.registrations(archive), keys=keys))
        yield Rig(database, identity, workouts, archive, keys)


def environment(database: ServiceDatabase, keys: Keys, folder: Path) -> dict[str, str]:
    (folder / "pepper").write_text(secrets.token_urlsafe(32))
    return {
        "CTZ_ENV": "test",
        "CTZ_PUBLIC_URL": "https://zones.example",
        "CTZ_JWKS_FILE": str(keys.write(folder)),
        "CTZ_IDENTITY_DATABASE_URL": database.app_url("identity"),
        "CTZ_IDENTITY_SIGNING_KEY_FILE": str(folder / "identity.pem"),
        "CTZ_IDENTITY_USER_KEY_FILE": str(folder / "identity-user.pem"),
        "CTZ_IDENTITY_PEPPER_FILE": str(folder / "pepper"),
        "CTZ_IDENTITY_MAIL_DIR": str(folder / "mail"),
    }


def restart_under_load(server: PostgresServer, writers: dict[User, Callable[[int], object]]) -> Ledger:
    """Let all write; tear the server down ten times, each time after more was acknowledged; then once more of that."""
    ledger = Ledger()
    with ThreadPoolExecutor(len(writers)) as pool:
        running = [pool.submit(ledger.write, user.user_id, act) for user, act in writers.items()]
        try:
            for _ in range(RESTARTS):
                reach(ledger, ledger.count + ACKS_BETWEEN)
                server.restart(StopMode.IMMEDIATE)
            reach(ledger, ledger.count + ACKS_BETWEEN)
        finally:
            ledger.over.set()
        for each in running:
            each.result()
    return ledger


def reach(ledger: Ledger, count: int) -> None:
    eventually(lambda: ledger.count >= count, f"{count} acknowledged writes, without a restart of any service")


def rows(rig: Rig, statement: str, *values: object) -> list[tuple[object, ...]]:
    with psycopg.connect(rig.database.superuser_dsn(), autocommit=True) as connection:
        return connection.execute(statement.encode(), values).fetchall()


@pytest.mark.timeout(240)
def test_t030_no_acknowledged_metric_is_lost_and_no_transaction_is_half(
    rig: Rig, killable_postgres: PostgresServer
) -> None:
    """Each write is an entry, a revision and an event of one transaction: their numbers agree afterwards."""
    riders = [rig.keys.user() for _ in range(WRITERS)]
    for rider in riders:
        add_account(rig.database.superuser_dsn(), rider.user_id)

    def adding(rider: User) -> Callable[[int], object]:
        stub = rig.identity.client(metrics_pb2_grpc.MetricServiceStub, user=rider)

        def add(number: int) -> object:
            wish = metrics_pb2.NewMetric(
                kind=training_pb2.METRIC_KIND_FTP,
                effective_time=Timestamp(seconds=1_600_000_000 + number),
                value=200,
                source=training_pb2.METRIC_SOURCE_TEST,
            )
            return stub.AddMetrics(metrics_pb2.AddMetricsRequest(metrics=[wish]))

        return add

    ledger = restart_under_load(killable_postgres, {rider: adding(rider) for rider in riders})

    assert set(ledger.refused) <= {grpc.StatusCode.UNAVAILABLE.name}
    assert ledger.refused, "every restart was invisible: it did not fall into a write"
    for rider in riders:
        kept = {
            row[0]
            for row in rows(
                rig,
                "SELECT extract(epoch FROM effective_at)::bigint - 1600000000 FROM identity.metric_entry "
                "WHERE user_id = %s",
                rider.user_id,
            )
        }
        assert set() == set(ledger.acknowledged[rider.user_id]) - kept
        ((revision,),) = rows(rig, "SELECT revision FROM identity.metric_timeline WHERE user_id = %s", rider.user_id)
        ((events,),) = rows(rig, "SELECT count(*) FROM identity.outbox WHERE subject = %s", str(rider.user_id))
        assert (len(kept), len(kept)) == (revision, events)


@pytest.mark.timeout(240)
def test_t030_no_acknowledged_note_is_lost(rig: Rig, killable_postgres: PostgresServer) -> None:
    """Each rider overwrites one note: what stands in the end is the last acknowledged one, or a later try."""
    riders = [rig.keys.user() for _ in range(WRITERS)]
    consumer = ctz_workouts.cli.event_consumer(rig.workouts_database)
    notes: dict[User, Callable[[int], object]] = {}
    workouts = {rider.user_id: uuid7() for rider in riders}

    def noting(rider: User) -> Callable[[int], object]:
        stub = rig.workouts.client(workouts_pb2_grpc.WorkoutServiceStub, user=rider)
        name = f"workouts/{workouts[rider.user_id]}"

        def note(number: int) -> object:
            mask = FieldMask(paths=["notes"])
            return stub.UpdateWorkout(
                workouts_pb2.UpdateWorkoutRequest(name=name, notes=str(number), update_mask=mask), timeout=30
            )

        return note

    for rider in riders:
        eventually(lambda rider=rider: handled(consumer, workouts[rider.user_id], rider), "a workout to note on")  # type: ignore[misc]
        notes[rider] = noting(rider)
    ledger = restart_under_load(killable_postgres, notes)

    assert set(ledger.refused) <= {grpc.StatusCode.UNAVAILABLE.name}
    for rider in riders:
        stub = rig.workouts.client(workouts_pb2_grpc.WorkoutServiceStub, user=rider)
        request = workouts_pb2.GetWorkoutRequest(name=f"workouts/{workouts[rider.user_id]}")
        assert int(stub.GetWorkout(request).notes) >= ledger.acknowledged[rider.user_id][-1]


def handled(consumer: Consumer, workout_id: UUID, rider: User) -> bool:
    """Let the archive take a workout; as with a broker, it comes again when the database was away."""
    try:
        consumer.handle(recorded(workout_id, rider.user_id, 0))
    except DatabaseUnavailable:
        return False
    return True
