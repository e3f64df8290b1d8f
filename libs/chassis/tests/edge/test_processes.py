"""Process roles as the operating system sees them: started by command, drained by SIGTERM."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import grpc
import psutil
import pytest
from ctz.identity.v1 import metrics_pb2, metrics_pb2_grpc

from ctz_chassis.errors import Unreachable
from ctz_chassis.grpc_client import Channel, client
from ctz_chassis.testing import Keys, User

PATIENCE_SECONDS = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def until(condition: Callable[[], object]) -> None:
    """Wait for a condition, within patience."""
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < ends_at, "it never came"
        time.sleep(0.02)


@dataclass
class Sample:
    """A running sample service."""

    folder: Path
    environ: dict[str, str]
    http_port: int
    grpc_port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str, **settings: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ctz_sample", *arguments],
                env=self.environ | settings,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self.process

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def events(self) -> list[str]:
        return [json.loads(line)["event"] for line in self.log().splitlines()]

    def ready_status(self, port: int | None = None) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port or self.http_port}/readyz", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except OSError:
            return 0

    def has(self, mark: str) -> bool:
        return (self.folder / mark).exists()


@pytest.fixture
def sample(tmp_path: Path, keys: Keys) -> Iterator[Sample]:
    http_port, grpc_port = free_port(), free_port()
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parent / "sample"),
        "CTZ_JWKS_FILE": str(keys.write(tmp_path)),
        "CTZ_PUBLIC_URL": "http://127.0.0.1",
        "CTZ_IDENTITY_DATABASE_URL": "postgresql://nowhere",
        "CTZ_IDENTITY_SIGNING_KEY_FILE": str(tmp_path / "identity.pem"),
        "CTZ_IDENTITY_HTTP_PORT": str(http_port),
        "CTZ_IDENTITY_GRPC_PORT": str(grpc_port),
        "CTZ_IDENTITY_MARKS": str(tmp_path),
    }
    running = Sample(tmp_path, environ, http_port, grpc_port)
    yield running
    if running.process is not None and running.process.poll() is None:
        os.killpg(running.process.pid, signal.SIGKILL)
        running.process.wait()


def test_serve_drains_on_sigterm(sample: Sample, keys: Keys, user_a: User) -> None:
    """Unready first, still answering; then the running call ends, no new one begins, threads end, all is closed."""
    process = sample.start("serve", CTZ_IDENTITY_DRAIN_PAUSE_SECONDS="2")
    until(lambda: sample.ready_status() == 200)
    target, signer = f"127.0.0.1:{sample.grpc_port}", keys.service_signer("gateway")
    metadata = (("ctz-user", user_a.token),)
    request = metrics_pb2.ListMetricsRequest()
    with Channel(target, service_signer=signer, audience="identity") as channel, ThreadPoolExecutor(1) as pool:
        stub = client(channel, metrics_pb2_grpc.MetricServiceStub)
        running = pool.submit(stub.ListMetrics, request, timeout=PATIENCE_SECONDS, metadata=metadata)
        until(lambda: sample.has("called"))
        process.send_signal(signal.SIGTERM)
        until(lambda: sample.ready_status() == 503)
        until(lambda: is_refused(target, metadata, keys))
        (sample.folder / "answer").touch()
        assert metrics_pb2.ListMetricsResponse() == running.result(PATIENCE_SECONDS)
    assert 0 == process.wait(PATIENCE_SECONDS)
    assert sample.has("worked")
    assert sample.has("closed")
    assert "process.stopped" == [each for each in sample.events() if each.startswith("process.")][-1]


def is_refused(target: str, metadata: tuple[tuple[str, str], ...], keys: Keys) -> bool:
    with Channel(target, service_signer=keys.service_signer("gateway"), audience="identity") as channel:
        try:
            client(channel, metrics_pb2_grpc.MetricServiceStub).ListMetrics(
                metrics_pb2.ListMetricsRequest(), timeout=0.2, metadata=metadata
            )
        except Unreachable as error:
            return error.code is grpc.StatusCode.UNAVAILABLE
    return False


def test_t064_grpc_is_loaded_only_after_the_fork(sample: Sample) -> None:
    process = sample.start("serve")
    until(lambda: sample.ready_status() == 200)

    (worker,) = psutil.Process(process.pid).children()

    assert "cygrpc" not in Path(f"/proc/{process.pid}/maps").read_text()
    assert "cygrpc" in Path(f"/proc/{worker.pid}/maps").read_text()
    assert 1 == psutil.Process(process.pid).num_threads()


def test_a_killed_worker_is_replaced(sample: Sample) -> None:
    process = sample.start("serve")
    until(lambda: sample.ready_status() == 200)
    (worker,) = psutil.Process(process.pid).children()

    worker.kill()

    until(lambda: [each.pid for each in psutil.Process(process.pid).children()] not in ([], [worker.pid]))
    until(lambda: sample.ready_status() == 200)


def test_work_ends_its_thread_on_sigterm(sample: Sample) -> None:
    probe_port = free_port()
    process = sample.start("work", CTZ_IDENTITY_PROBE_PORT=str(probe_port))
    until(lambda: sample.ready_status(probe_port) == 200)
    until(lambda: sample.has("working"))

    process.send_signal(signal.SIGTERM)

    assert 0 == process.wait(PATIENCE_SECONDS)
    assert sample.has("worked")
    assert sample.has("closed")
    assert ["process.started", "process.draining", "process.stopped"] == sample.events()


def test_a_bad_setting_stops_the_start_and_is_named(sample: Sample) -> None:
    process = sample.start("serve", CTZ_IDENTITY_GRPC_PORT="many")

    assert 2 == process.wait(PATIENCE_SECONDS)
    assert "CTZ_IDENTITY_GRPC_PORT must be a whole number" in sample.log()


def test_a_setting_that_a_role_finds_unfit_is_named_without_a_traceback(sample: Sample) -> None:
    process = sample.start("work", CTZ_IDENTITY_MARKS="nowhere")

    assert 2 == process.wait(PATIENCE_SECONDS)
    assert "ctz-identity: CTZ_IDENTITY_MARKS names no folder\n" == sample.log()


def test_commands_run_and_missing_ones_say_so(sample: Sample) -> None:
    assert 0 == sample.start("migrate").wait(PATIENCE_SECONDS)
    assert sample.has("migrated")
    assert 1 == sample.start("consume").wait(PATIENCE_SECONDS)
    assert "nothing to consume" in sample.log()
