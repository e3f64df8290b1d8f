"""T003: the archive's consumer is killed -9 at random moments; every event has exactly one effect."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from ctz.workouts.events.v1 import events_pb2 as ctz_workouts_events

import ctz_workouts.cli
from ctz_chassis.broker import Outcome, QueueSpec, connect_dead_letters, connect_publisher, declare
from ctz_chassis.events import Event
from ctz_chassis.ids import uuid7
from ctz_chassis.migrations import migrate
from ctz_chassis.testing import make_keys
from ctz_local.rabbitmq import RabbitNode
from ctz_local.testing import DatabaseMaker, ServiceDatabase

from .harness import eventually, performed, recorded

pytestmark = pytest.mark.faults

WORKOUTS = 150
KILLS = 4
SEED = 3
ANALYZED = "workouts.workout.analyzed.v1"


@pytest.fixture
def database(test_databases: DatabaseMaker) -> Iterator[ServiceDatabase]:
    made = test_databases.create(["workouts"])
    schema = ctz_workouts.cli.SCHEMA
    migrate(made.owner_url("workouts"), schema.name, schema.migrations, "ctz_workouts_app")
    yield made
    test_databases.drop(made)


@contextmanager
def consumer(database: ServiceDatabase, node: RabbitNode, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The process that an operator runs; killed at the end of the block."""
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "CTZ_ENV": "test",
        "CTZ_PUBLIC_URL": "https://zones.example",
        "CTZ_BROKER_URL": node.url("workouts"),
        "CTZ_JWKS_FILE": str(folder / "jwks.json"),
        "CTZ_WORKOUTS_DATABASE_URL": database.app_url("workouts"),
        "CTZ_WORKOUTS_SIGNING_KEY_FILE": str(folder / "workouts.pem"),
    }
    command = [sys.executable, "-m", "ctz_workouts", "consume"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def publish(node: RabbitNode, events: list[Event]) -> None:
    """Publish everything with confirms, as peloton-sync's relay does."""
    publisher = connect_publisher(node.url("peloton-sync"))
    assert {Outcome.CONFIRMED} == set(publisher.publish(events))
    publisher.close()


Look = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def look(database: ServiceDatabase) -> Iterator[Look]:
    """Look behind the scenes, over one connection: killing at a moment needs a quick look."""
    with psycopg.connect(database.superuser_dsn(), autocommit=True) as connection:
        yield lambda statement: connection.execute(statement.encode()).fetchall()


def handled(look: Look) -> int:
    ((count,),) = look("SELECT count(*) FROM workouts.inbox WHERE handled_at IS NOT NULL")
    return int(count)


@pytest.mark.timeout(280)
def test_t003_a_consumer_killed_at_any_moment_has_one_effect_for_each_event(
    database: ServiceDatabase, look: Look, killable_rabbitmq: RabbitNode, tmp_path: Path
) -> None:
    """Four kills between the first event and the last; nothing is lost, doubled, or put with the dead letters."""
    dice, rider = random.Random(SEED), uuid4()
    make_keys().write(tmp_path)
    declare(killable_rabbitmq.url("workouts"), [ctz_workouts.cli.QUEUE])
    declare(killable_rabbitmq.url("plans"), [QueueSpec("plans.events", (ANALYZED,))])
    ids = [uuid7() for _ in range(WORKOUTS)]
    events = [make(each, rider, number) for number, each in enumerate(ids) for make in (recorded, performed)]
    dice.shuffle(events)
    publish(killable_rabbitmq, events)

    moments = sorted(dice.sample(range(1, len(events) - 40), KILLS))
    for moment in [*moments, len(events)]:
        with consumer(database, killable_rabbitmq, tmp_path):
            eventually(lambda moment=moment: handled(look) >= moment, f"{moment} events handled", seconds=100)  # type: ignore[misc]

    assert {str(event.id) for event in events} == {
        str(row[0]) for row in look("SELECT event_id FROM workouts.inbox WHERE handled_at IS NOT NULL")
    }
    assert_whole(look, ids, rider)
    letters = connect_dead_letters(killable_rabbitmq.url("workouts"), ctz_workouts.cli.QUEUE)
    assert [] == list(letters.list())
    letters.close()


def assert_whole(look: Look, ids: list[UUID], rider: UUID) -> None:
    """Every workout once, with its own series, and its analysis told under revisions that count up one by one."""
    stored = look("SELECT workout_id, user_id, summary_revision, performance_revision FROM workouts.workout")
    assert sorted((each, rider, 1, 1) for each in ids) == sorted(stored)
    powers = look("SELECT workout_id, mean_power_watts FROM workouts.workout")
    assert {each: 100.0 + number for number, each in enumerate(ids)} == dict(powers)
    told = look(f"SELECT data FROM workouts.outbox WHERE type = '{ANALYZED}'")  # noqa: S608 - our own constant
    revisions: dict[str, list[int]] = {}
    for (data,) in told:
        message = ctz_workouts_events.WorkoutAnalyzed.FromString(bytes(data))
        revisions.setdefault(message.workout_id, []).append(message.revision)
    assert {str(each) for each in ids} == set(revisions)
    assert {key: list(range(1, len(value) + 1)) for key, value in revisions.items()} == {
        key: sorted(value) for key, value in revisions.items()
    }
