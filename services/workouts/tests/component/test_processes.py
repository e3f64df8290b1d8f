"""The processes as they are run: migrate, serve with everything in one, work by itself."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from ctz.workouts.v1 import transfers_pb2, transfers_pb2_grpc
from ctz.workouts.v1 import workouts_pb2 as pb
from ctz.workouts.v1 import workouts_pb2_grpc as pb_grpc

from ctz_chassis.broker import connect_publisher, declare
from ctz_chassis.broker.pgqueue_tables import install
from ctz_chassis.broker.ports import Outcome
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import Keys, TestChannel, User, make_keys
from ctz_local.services import QUEUE as QUEUE_TABLE
from ctz_local.testing import ServiceDatabase
from ctz_workouts.cli import QUEUE

from .harness import START, metric_changed, performance, recorded
from .transfers import fit

pytestmark = pytest.mark.component


@pytest.fixture
def keys() -> Keys:
    return make_keys()


@pytest.fixture
def environment(fresh_database: Callable[..., ServiceDatabase], keys: Keys, tmp_path: Path) -> dict[str, str]:
    database = fresh_database("workouts")
    install(database.queue_owner_url(), QUEUE_TABLE.app_role)
    return {
        "PATH": os.environ["PATH"],
        "CTZ_ENV": "test",
        "CTZ_PUBLIC_URL": "https://zones.example",
        "CTZ_JWKS_FILE": str(keys.write(tmp_path)),
        "CTZ_BROKER_URL": database.queue_url(),
        "CTZ_WORKOUTS_DATABASE_URL": database.app_url("workouts"),
        "CTZ_WORKOUTS_OWNER_DATABASE_URL": database.owner_url("workouts"),
        "CTZ_WORKOUTS_SIGNING_KEY_FILE": str(tmp_path / "workouts.pem"),
        "CTZ_WORKOUTS_HTTP_PORT": str(free_port()),
        "CTZ_WORKOUTS_GRPC_PORT": str(free_port()),
        "CTZ_WORKOUTS_PROBE_PORT": str(free_port()),
        "CTZ_WORKOUTS_CONSUME": "true",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_ready(port: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def eventually(holds: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


@contextmanager
def running(environment: dict[str, str], role: str, port: str) -> Iterator[None]:
    """Run a role until the block ends; it must become ready, and end well when it is asked to."""
    with subprocess.Popen([sys.executable, "-m", "ctz_workouts", role], env=environment) as process:
        try:
            assert eventually(lambda: is_ready(environment[port]))
            yield
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def publish(environment: dict[str, str], *events: object) -> None:
    publisher = connect_publisher(environment["CTZ_BROKER_URL"])
    assert {Outcome.CONFIRMED} == set(publisher.publish(list(events)))  # type: ignore[arg-type]
    publisher.close()


@contextmanager
def asking(environment: dict[str, str], keys: Keys, rider: User) -> Iterator[pb_grpc.WorkoutServiceStub]:
    target = f"127.0.0.1:{environment['CTZ_WORKOUTS_GRPC_PORT']}"
    channel = TestChannel(target, service_signer=keys.service_signer("gateway"), audience="workouts", user=rider)
    yield pb_grpc.WorkoutServiceStub(channel)  # type: ignore[no-untyped-call]
    channel.close()


def ftp_of(asked: pb_grpc.WorkoutServiceStub, workout: UUID) -> float:
    listed = asked.ListWorkouts(pb.ListWorkoutsRequest()).workouts
    if not listed or listed[0].series_state != pb.SERIES_STATE_STORED:
        return 0.0
    return asked.GetWorkout(pb.GetWorkoutRequest(name=f"workouts/{workout}")).analysis.ftp_watts


def test_one_process_takes_in_answers_and_recomputes(environment: dict[str, str], keys: Keys) -> None:
    """As on one machine: `serve` with its threads, events through the broker, questions through gRPC."""
    migrated = subprocess.run(
        [sys.executable, "-m", "ctz_workouts", "migrate"], env=environment, capture_output=True, text=True, check=False
    )
    assert migrated.returncode == 0, migrated.stderr
    declare(environment["CTZ_BROKER_URL"], [QUEUE])
    rider, workout = keys.user(), uuid7()
    with running(environment, "serve", "CTZ_WORKOUTS_HTTP_PORT"), asking(environment, keys, rider) as asked:
        publish(
            environment,
            metric_changed(rider.user_id, 1, [(START.date(), 200)]),
            performance(workout, rider.user_id),
            recorded(workout, rider.user_id),
        )
        assert eventually(lambda: ftp_of(asked, workout) == 200.0)
        publish(environment, metric_changed(rider.user_id, 2, [(START.date(), 250)]))
        assert eventually(lambda: ftp_of(asked, workout) == 250.0)


def test_consumers_and_workers_run_apart(environment: dict[str, str], keys: Keys) -> None:
    """As in a cluster: `consume` takes in, `work` recomputes, `serve` answers."""
    subprocess.run([sys.executable, "-m", "ctz_workouts", "migrate"], env=environment, check=True)
    declare(environment["CTZ_BROKER_URL"], [QUEUE])
    rider, workout = keys.user(), uuid7()
    apart = environment | {"CTZ_WORKOUTS_CONSUME": "false"}
    with running(environment, "consume", "CTZ_WORKOUTS_PROBE_PORT"):
        publish(environment, recorded(workout, rider.user_id), performance(workout, rider.user_id))
        publish(environment, metric_changed(rider.user_id, 1, [(START.date(), 200)]))
        with running(apart, "serve", "CTZ_WORKOUTS_HTTP_PORT"), asking(apart, keys, rider) as asked:
            waiting = pb.GetArchiveRequest()
            assert eventually(lambda: asked.GetArchive(waiting).recomputing_count == 1)
            own_port = {"CTZ_WORKOUTS_PROBE_PORT": str(free_port())}
            with running(apart | own_port, "work", "CTZ_WORKOUTS_PROBE_PORT"):
                assert eventually(lambda: ftp_of(asked, workout) == 200.0)


def test_a_file_sent_by_http_is_read_by_the_worker(environment: dict[str, str], keys: Keys) -> None:
    """`serve` takes the file, `work` reads it in a process of its own, the workout is listed."""
    subprocess.run([sys.executable, "-m", "ctz_workouts", "migrate"], env=environment, check=True)
    apart, rider = environment | {"CTZ_WORKOUTS_CONSUME": "false"}, keys.user()
    with running(apart, "serve", "CTZ_WORKOUTS_HTTP_PORT"), asking(apart, keys, rider) as asked:
        target = f"127.0.0.1:{environment['CTZ_WORKOUTS_GRPC_PORT']}"
        signer = keys.service_signer("gateway")
        channel = TestChannel(target, service_signer=signer, audience="workouts", user=rider)
        imports = transfers_pb2_grpc.ImportServiceStub(channel)  # type: ignore[no-untyped-call]
        name = imports.CreateImport(transfers_pb2.CreateImportRequest()).name
        address = f"http://127.0.0.1:{environment['CTZ_WORKOUTS_HTTP_PORT']}/{name}/files?file_name=ride.fit"
        headers = {"authorization": f"Bearer {signer.token('workouts')}", "ctz-user": rider.token}
        with urllib.request.urlopen(urllib.request.Request(address, fit(), headers), timeout=10) as answer:
            assert answer.status == 201
        told = transfers_pb2.GetImportRequest(name=name)
        assert transfers_pb2.TRANSFER_STATE_WAITING == imports.GetImport(told).state
        with running(apart, "work", "CTZ_WORKOUTS_PROBE_PORT"):
            assert eventually(lambda: imports.GetImport(told).state == transfers_pb2.TRANSFER_STATE_DONE)
        channel.close()
        assert 1 == len(asked.ListWorkouts(pb.ListWorkoutsRequest()).workouts)
