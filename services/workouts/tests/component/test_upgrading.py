"""A new version over an archive that an older one stored: `archive_0002.sql` is what that version made of `story`.

It had the migrations up to 0002, neither loads nor sums, and other words to search by; the riders' metrics had just
changed, so that some workouts waited for being recomputed when it stopped.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import workouts_pb2 as pb
from ctz.workouts.v1 import workouts_pb2_grpc
from google.protobuf.field_mask_pb2 import FieldMask

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, driver_url, make_engine
from ctz_chassis.events import Event
from ctz_chassis.ids import uuid7
from ctz_chassis.migrations import is_at_head, migrate
from ctz_chassis.testing import RunningServer, User, make_keys, running_server
from ctz_local.testing import ServiceDatabase
from ctz_workouts.app.recompute import Recomputing
from ctz_workouts.app.upgrading import bring_up_to_date
from ctz_workouts.cli import SCHEMA, event_consumer, registrations
from ctz_workouts.domain.analysis import ANALYSIS_VERSION
from ctz_workouts.store import tables
from ctz_workouts.store.library_tables import library_class, library_tally
from ctz_workouts.store.tables import task, workout

from . import test_aggregates as tallies
from .aggregates import from_scratch, kept
from .harness import CLASS_ID, block, class_updated, deleted, metric_changed, performance, recorded

pytestmark = pytest.mark.component

ARCHIVE = Path(__file__).with_name("archive_0002.sql")
RIDER, OTHER = UUID(int=1), UUID(int=2)
RIDES = {RIDER: 5, OTHER: 1}
PATIENCE_SECONDS = 120


def numbered(rider: UUID, number: int) -> UUID:
    """A workout of a rider's story."""
    return UUID(int=(rider.int << 32 | number) % (1 << 128))


def story(rider: UUID, rides: int) -> Iterator[Event]:
    """What peloton-sync and identity told: rides, a run, strength, a ride that is taken back, one that is half told."""
    yield class_updated(CLASS_ID, targets=[block(60, 90, 2), block(90, 120, 4)])
    yield metric_changed(rider, 1, [(date(2026, 1, 1), 200)])
    for ride in range(rides):
        watts = [150 + 10 * ride + second % 7 for second in range(1, 121)]
        yield recorded(numbered(rider, ride), rider, days=ride * 9)
        yield performance(numbered(rider, ride), rider, watts=watts, beats=[130 + ride] * 120)
    plain: dict[str, Any] = {"class_id": "", "chart_state": peloton.CHART_STATE_NONE, "total_work_joules": 0}
    run = {"discipline": "running", "title": "30 min Fun Run", "duration_seconds": 1800}
    strength = {"discipline": "strength", "title": "20 min Upper Body", "duration_seconds": 1200}
    yield recorded(numbered(rider, 5), rider, days=3, **run, **plain)
    yield recorded(numbered(rider, 6), rider, days=4, **strength, **plain)
    yield recorded(numbered(rider, 7), rider, days=50, title="15 min Easy Ride", class_id="")
    yield recorded(numbered(rider, 8), rider, days=51)
    yield deleted(numbered(rider, 8), rider, 2)
    yield performance(numbered(rider, 9), rider)
    yield metric_changed(rider, 2, [(date(2026, 1, 1), 200), (date(2026, 4, 20), 220)])


@pytest.fixture
def old(fresh_database: Callable[..., ServiceDatabase], tmp_path: Path) -> ServiceDatabase:
    """A database as the older version left it."""
    made = fresh_database("workouts")
    then = tmp_path / "then" / "versions"
    then.mkdir(parents=True)
    for file in sorted((SCHEMA.migrations / "versions").glob("000[12]_*.py")):
        shutil.copy(file, then)
    migrate(made.owner_url("workouts"), tables.SCHEMA, then.parent, "ctz_workouts_app")
    with owner(made) as connection:
        connection.exec_driver_sql(ARCHIVE.read_text())
    return made


@contextmanager
def owner(made: ServiceDatabase) -> Iterator[sa.Connection]:
    """A transaction of the schema's owner."""
    engine = sa.create_engine(driver_url(made.owner_url("workouts")), poolclass=sa.NullPool)
    with engine.begin() as connection:
        yield connection


@pytest.fixture
def command(old: ServiceDatabase, tmp_path: Path) -> Callable[[], "subprocess.Popen[bytes]"]:
    """Starts `migrate` as an operator does."""
    environment = {
        "PATH": os.environ["PATH"],
        "CTZ_ENV": "test",
        "CTZ_PUBLIC_URL": "https://zones.example",
        "CTZ_JWKS_FILE": str(make_keys().write(tmp_path)),
        "CTZ_BROKER_URL": old.queue_url(),
        "CTZ_WORKOUTS_DATABASE_URL": old.app_url("workouts"),
        "CTZ_WORKOUTS_OWNER_DATABASE_URL": old.owner_url("workouts"),
        "CTZ_WORKOUTS_SIGNING_KEY_FILE": str(tmp_path / "workouts.pem"),
    }
    return lambda: subprocess.Popen([sys.executable, "-m", "ctz_workouts", "migrate"], env=environment)


@pytest.fixture
def opened(old: ServiceDatabase) -> Iterator[Database]:
    """The database as the new version opens it."""
    database = Database(make_engine(old.app_url("workouts"), application_name="test"))
    yield database
    database.close()


def recompute_all(database: Database) -> int:
    """Carry out every task that waits; how many there were."""
    recomputing, count = Recomputing(database, lease_seconds=30), 0
    while recomputing.run_once():
        count += 1
    return count


def normal(found: Any, rider: UUID) -> Any:
    """Aggregates with workouts by their number in the story."""
    numbers = {str(numbered(rider, number)): number for number in range(10)}

    def mark(told: Any) -> Any:
        return (*told[:2], numbers[told[2]]) if told is not None else None

    records = {at: {key: tuple(map(mark, marks)) for key, marks in each.items()} for at, each in found.records.items()}
    return found.totals, records, found.distances, found.streaks


def check(database: Database) -> None:
    """Everything is as if this version had been told the story itself."""
    with running_server("workouts", registrations(database), keys=make_keys()) as server:
        for rider, rides in RIDES.items():
            fresh = uuid7()
            tell_anew(database, server, fresh, rides)
            assert from_scratch(database, rider) == kept(database, rider)
            assert normal(kept(database, fresh), fresh) == normal(kept(database, rider), rider)
            assert tallies.from_scratch(database, rider) == tallies.kept(database, rider)
            assert tallies.kept(database, fresh) == tallies.kept(database, rider)
            assert listed(database, fresh) == listed(database, rider) == [*range(rides), 5, 6]
    shelved = {library_class.c.title: "45 min Power Zone Ride"}
    with database.read() as connection:
        assert list(shelved.values()) == connection.execute(sa.select(*shelved)).scalars().all()
        one = sa.select(library_tally.c.class_count).where(library_tally.c.kind == "class")
        assert [1] == connection.execute(one).scalars().all()


def tell_anew(database: Database, server: RunningServer, rider: UUID, rides: int) -> None:
    """Tell the story of a new rider, and let that rider write what the older one had written."""
    consumer = event_consumer(database)
    for event in story(rider, rides):
        consumer.handle(event)
    session = uuid7()
    user = User(rider, session, server.keys.user_signer().issue(rider, session))
    riding = server.client(workouts_pb2_grpc.WorkoutServiceStub, user=user)
    told = pb.UpdateWorkoutRequest(name=f"workouts/{numbered(rider, 6)}", notes="heavy day", perceived_exertion=7)
    told.update_mask.CopyFrom(FieldMask(paths=["notes", "perceived_exertion"]))
    riding.UpdateWorkout(told)
    riding.DeleteWorkout(pb.DeleteWorkoutRequest(name=f"workouts/{numbered(rider, 7)}"))
    recompute_all(database)


def listed(database: Database, rider: UUID) -> list[int]:
    """Numbers of the workouts that lists show and that are found by terms."""
    query = sa.select(workout.c.workout_id).where(
        workout.c.user_id == rider, workout.c.is_listed, workout.c.terms != []
    )
    with database.read() as connection:
        ids = set(connection.execute(query.where(workout.c.terms != [])).scalars())
    return [number for number in range(10) if numbered(rider, number) in ids]


def test_h7_an_older_archive_comes_out_as_if_it_had_been_told_to_this_version(
    command: Callable[[], "subprocess.Popen[bytes]"], opened: Database
) -> None:
    assert 0 == command().wait(PATIENCE_SECONDS)
    assert is_at_head(opened.engine, tables.SCHEMA, SCHEMA.migrations)
    assert 2 == recompute_all(opened)
    check(opened)


def test_h7_migrating_twice_and_two_at_once_changes_nothing(
    command: Callable[[], "subprocess.Popen[bytes]"], opened: Database
) -> None:
    running = [command(), command()]
    assert [0, 0] == [each.wait(PATIENCE_SECONDS) for each in running]
    assert 0 == command().wait(PATIENCE_SECONDS)
    assert 2 == recompute_all(opened)
    check(opened)


HOLDS: Mapping[str, str] = {
    # The version that writes the history anew, before it began; the index that waits for everybody; what comes behind.
    "history": "LOCK TABLE workouts.rider_note IN ACCESS SHARE MODE",
    "index": "SELECT count(*) FROM workouts.tombstone",
    "queue": "SELECT 1 FROM workouts.rider FOR UPDATE",
}


@pytest.mark.parametrize("place", HOLDS)
def test_h7_a_migration_that_is_killed_is_done_by_the_next_one(
    place: str, old: ServiceDatabase, command: Callable[[], "subprocess.Popen[bytes]"], opened: Database
) -> None:
    with owner(old) as holding:
        holding.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        holding.execute(sa.text(HOLDS[place]))
        killed = command()
        wait_until_blocked(old, killed)
        killed.kill()
        killed.wait()
        # A server notices only by and by that its client is gone.
        end_blocked(old)
    assert 0 == command().wait(PATIENCE_SECONDS)
    assert 2 == recompute_all(opened)
    check(opened)
    with opened.read() as connection:
        broken = sa.text("SELECT count(*) FROM pg_index WHERE NOT indisvalid")
        assert 0 == connection.execute(broken).scalar_one()


BLOCKED = sa.text("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def wait_until_blocked(made: ServiceDatabase, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the migration waits for a lock."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with owner(made) as connection:
            if connection.execute(BLOCKED).first() is not None:
                return
        with suppress(subprocess.TimeoutExpired):
            pytest.fail(f"it ended with {process.wait(0.05)}")
    pytest.fail("it waits for nobody")


def end_blocked(made: ServiceDatabase) -> None:
    """Let the server end what waits for a lock."""
    with owner(made) as connection:
        for pid in connection.execute(BLOCKED).scalars().all():
            connection.execute(sa.select(sa.func.pg_terminate_backend(pid)))


def test_old_analyses_are_redone_once(consumer: Consumer, database: Database, recomputing: Recomputing) -> None:
    """Also those of a rider of whom something waits already; that is not put in twice."""
    user = uuid7()
    for event in story(user, 3):
        consumer.handle(event)
    while recomputing.run_once():
        pass
    as_it_was = kept(database, user)
    with database.begin() as connection:
        old = sa.update(workout).where(workout.c.user_id == user, workout.c.analysis_version > 0)
        connection.execute(old.values(analysis_version=ANALYSIS_VERSION - 1))
        some = {"task_id": uuid7(), "user_id": user, "workout_ids": [numbered(user, 1)], "place": 0}
        connection.execute(sa.insert(task).values(some))

    for _ in range(2):
        bring_up_to_date(database)
    with database.read() as connection:
        waiting = connection.execute(sa.select(task.c.workout_ids).where(task.c.user_id == user)).scalars().all()
    assert sorted(numbered(user, ride) for ride in range(3)) == sorted(each for ids in waiting for each in ids)
    while recomputing.run_once():
        pass

    assert as_it_was == from_scratch(database, user) == kept(database, user)
    bring_up_to_date(database)
    assert not recomputing.run_once()
