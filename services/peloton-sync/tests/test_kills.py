"""Real worker processes, really killed: the history arrives whole, once, without anybody's help."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from ctz_chassis.testing import make_keys
from ctz_peloton_sync.domain.runs import RunState
from ctz_simulator import RiderSpec

DEADLINE_SECONDS = 150
KILLS = 20


@pytest.fixture
def worker_environment(harness, tmp_path):
    """The environment of `python -m ctz_peloton_sync work` for the harness's database and simulator."""
    keys = tmp_path / "fernet"
    keys.write_text(harness.key + "\n")
    jwks = make_keys().write(tmp_path)
    harness.clock.now = datetime.now(UTC)  # the workers have clocks of their own

    def environment(**changes: str) -> dict[str, str]:
        prefix = "CTZ_PELOTON_SYNC_"
        own = {
            "DATABASE_URL": harness.database.app_url("peloton-sync"),
            "SIGNING_KEY_FILE": str(tmp_path / "peloton-sync.pem"),
            "API_URL": harness.settings.api_url,
            "AUTH_URL": harness.settings.auth_url,
            "FERNET_KEYS_FILE": str(keys),
            "RATE_FLEET": "1000",
            "RATE_ACCOUNT": "1000",
            "BURST": "100",
            "LEASE_SECONDS": "3",
            "CALL_SECONDS": "5",
            "CONCURRENCY": "3",
            "POLL_SECONDS": "0.2",
            "PROBE_PORT": "0",
            "LIBRARY_HOURS": "0",
            **changes,
        }
        return {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            **{prefix + name: value for name, value in own.items()},
            "CTZ_ENV": "test",
            "CTZ_BROKER_URL": "amqp://unused",
            "CTZ_JWKS_FILE": str(jwks),
            "CTZ_PUBLIC_URL": "http://127.0.0.1",
        }

    return environment


@contextmanager
def worker(environment) -> Iterator[subprocess.Popen]:
    """A `work` process; it is gone after the block, however it went."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ctz_peloton_sync", "work"], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def eventually(condition, seconds=DEADLINE_SECONDS):
    """Wait for a condition; whether it came."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if condition():
            return True
        time.sleep(0.02)
    return False


def calls_made(sim):
    return sum(sim.calls().values())


def assert_everything_arrived_once(harness, user_id, truth):
    """Nothing missing, nothing doubled: one summary per workout and one graph per due workout, revisions in step."""
    expected = {key for key, workout in truth["workouts"].items() if not workout["deleted"]}
    recorded = [(event.workout_id, event.revision) for event in harness.events("recorded", user_id)]
    graphs = [event.workout_id for event in harness.events("performance", user_id)]

    assert expected == set(harness.mirror(user_id))
    assert len(recorded) == len(set(recorded))
    assert len(graphs) == len(set(graphs)) == truth["due"]["graphs"]
    assert truth["due"]["classes"] == len(harness.events("class.updated"))


def is_done(harness, user_id):
    return harness.status(user_id).run.state in {RunState.DONE, RunState.DONE_WITH_FAILURES}


@pytest.mark.component
def test_t002_a_stopped_worker_leaves_pages_whole_and_another_goes_on(harness, simulate, worker_environment):
    """SIGTERM in the middle: the process ends by itself, and the next one asks no more than was in hand again."""
    with simulate(RiderSpec("rider", workouts=40), latency_ms=30) as sim:
        user_id = harness.connect()
        connecting = calls_made(sim)
        harness.start(user_id)
        with worker(worker_environment()) as first:
            assert eventually(lambda: calls_made(sim) > connecting + 15)
            first.send_signal(signal.SIGTERM)
            assert 0 == first.wait(timeout=30)
        assert [] == harness.rows("SELECT 1 FROM sync_task WHERE state = 'leased'")
        with worker(worker_environment()):
            assert eventually(lambda: is_done(harness, user_id))
        truth, run, calls = sim.truth("rider"), harness.status(user_id).run.run, calls_made(sim) - connecting

    assert_everything_arrived_once(harness, user_id, truth)
    assert run.calls == calls


@pytest.mark.faults
def test_t001_twenty_kills_lose_and_double_nothing(harness, simulate, worker_environment):
    dice = random.Random(20)
    with simulate(RiderSpec("rider", workouts=500), latency_ms=20) as sim:
        user_id = harness.connect()
        harness.start(user_id)
        kills = 0
        while kills < KILLS:
            with worker(worker_environment()) as process:
                made = calls_made(sim)
                at = made + dice.randint(1, 12)
                assert eventually(lambda made=at: calls_made(sim) >= made or is_done(harness, user_id))
                time.sleep(dice.uniform(0, 0.05))
                process.kill()
                kills += 1
        with worker(worker_environment()):
            assert eventually(lambda: is_done(harness, user_id))
        status = harness.status(user_id)
        truth = sim.truth("rider")

    assert (RunState.DONE, []) == (status.run.state, status.failures)
    assert_everything_arrived_once(harness, user_id, truth)


@pytest.mark.faults
@pytest.mark.parametrize("table", ["sync_task", "outbox", "sync_run"])
def test_t003_killed_inside_the_transaction_there_is_one_effect(harness, simulate, worker_environment, table):
    """The worker is held at its first write, in the middle and at its last (a lock of ours), and killed there."""
    with simulate(RiderSpec("rider", workouts=12)) as sim:
        user_id = harness.connect()
        harness.start(user_id)
        engine = harness.store.database.engine
        with engine.begin() as connection, worker(worker_environment()) as process:
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            connection.exec_driver_sql(f"LOCK TABLE peloton_sync.{table} IN SHARE MODE")
            waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE 'ctz%'"
            assert eventually(lambda: harness.rows(waiting))
            process.kill()
            process.wait()
        with worker(worker_environment()):
            assert eventually(lambda: is_done(harness, user_id))
        truth = sim.truth("rider")

    assert_everything_arrived_once(harness, user_id, truth)


@pytest.mark.faults
def test_t004_a_worker_stopped_past_its_lease_is_refused_when_it_wakes(harness, simulate, worker_environment):
    """SIGSTOP in the middle of calls, another worker finishes, SIGCONT: the sleeper changes nothing."""
    with simulate(RiderSpec("rider", workouts=30), latency_ms=200) as sim:
        user_id = harness.connect()
        connecting = calls_made(sim)
        harness.start(user_id)
        with worker(worker_environment()) as sleeper:
            assert eventually(lambda: calls_made(sim) >= connecting + 4)
            sleeper.send_signal(signal.SIGSTOP)
            with worker(worker_environment()):
                assert eventually(lambda: is_done(harness, user_id))
                before = harness.rows("SELECT count(*), max(id::text) FROM outbox")
                sleeper.send_signal(signal.SIGCONT)
                assert not eventually(lambda: harness.rows("SELECT count(*), max(id::text) FROM outbox") != before, 3)
        truth = sim.truth("rider")

    assert_everything_arrived_once(harness, user_id, truth)
