"""The supervisor runs the services' own commands: in order, each with its own settings, through crashes."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pika
import pika.exceptions
import psycopg
import pytest

from ctz_local.ports import free_ports
from ctz_local.procfs import ProcessIdentity, family, identify
from ctz_local.rabbitmq_installation import find_rabbitmq
from ctz_local.services import SERVICES
from ctz_local.state import RunState
from ctz_local.waiting import wait_until

_FAKE = Path(__file__).parent / "fake" / "service.py"
_MODULES = [*(service.module for service in SERVICES), "ctz_gateway"]
_PROCESSES = {
    *(service.name for service in SERVICES),
    *("supervisor", "postgres", "sync-work", "gateway", "front"),
}


class Machine:
    """A state folder, a port, and `ctz` on them with stand-ins for the services."""

    def __init__(self, folder: Path, broker: str = "queue-table") -> None:
        self.home = folder / "home"
        self.journal = folder / "journal"
        self.port = free_ports(1)[0]
        self._log = folder / "log"
        packages = folder / "packages"
        for module in _MODULES:
            (packages / module).mkdir(parents=True)
            (packages / module / "__init__.py").touch()
            (packages / module / "__main__.py").write_text(_FAKE.read_text())
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("CTZ_")},
            "PYTHONPATH": os.pathsep.join([str(packages), *filter(None, [os.environ.get("PYTHONPATH")])]),
            "CTZ_HOME": str(self.home),
            "CTZ_PORT": str(self.port),
            "CTZ_BROKER": broker,
            "CTZ_PELOTON_SYNC_RATE_FLEET": "40",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def ctz(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ctz_local.cli", *arguments]
        return subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False, timeout=60)

    def start(self) -> None:
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "ctz_local.cli", "run"]
            self.process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)
        process = self.process
        is_ready = wait_until(lambda: self.is_ready() or process.poll() is not None, timeout_seconds=60)
        assert is_ready, self.log()
        assert process.poll() is None, self.log()

    def stop(self) -> int:
        process, self.process = self.process, None
        if process is None:
            return 0
        process.terminate()
        return process.wait(60)

    def log(self) -> str:
        return self._log.read_text()

    def is_ready(self) -> bool:
        try:
            return RunState.read(self.home) is not None and self.status()["ready_seconds"] is not None
        except OSError:
            return False

    def status(self) -> dict[str, Any]:
        state = RunState.read(self.home)
        assert state is not None
        with urllib.request.urlopen(f"http://127.0.0.1:{state.status_port}/status.json", timeout=10) as answer:
            facts: dict[str, Any] = json.load(answer)
            return facts

    def reported(self, name: str) -> dict[str, Any]:
        return next(one for one in self.status()["processes"] if one["name"] == name)

    def notes(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.journal.read_text().splitlines()]

    def environment_of(self, module: str, role: str) -> dict[str, str]:
        return next(n["environment"] for n in self.notes() if (n["module"], n["role"]) == (module, role))


@pytest.fixture
def folder(ctz_scratch: Path, request: pytest.FixtureRequest) -> Path:
    folder = ctz_scratch / f"machine-{abs(hash(request.node.nodeid))}"
    folder.mkdir(mode=0o711)
    return folder


@pytest.fixture
def machine(folder: Path) -> Iterator[Machine]:
    machine = Machine(folder)
    yield machine
    machine.stop()


@pytest.fixture(scope="module")
def running(ctz_scratch: Path) -> Iterator[Machine]:
    """One running machine for the tests that only look at it."""
    folder = ctz_scratch / "machine-running"
    folder.mkdir(mode=0o711)
    machine = Machine(folder)
    machine.start()
    yield machine
    machine.stop()


@pytest.fixture
def machine_with_rabbitmq(folder: Path) -> Iterator[Machine]:
    if find_rabbitmq() is None:
        pytest.skip("this machine has no RabbitMQ")
    machine = Machine(folder, broker="auto")
    yield machine
    machine.stop()


def test_everything_comes_up_and_is_reported(running: Machine) -> None:
    """Each process of the table is ready, has memory, and `ctz status` says so."""
    facts = running.status()

    assert _PROCESSES == {one["name"] for one in facts["processes"]}
    assert {"ready"} == {one["phase"] for one in facts["processes"]}
    assert all(one["memory_bytes"] > 0 for one in facts["processes"])
    assert "queue table" in facts["broker"]
    assert f"http://127.0.0.1:{running.port}" in running.ctz("status").stdout


def test_a_process_is_given_its_own_settings_alone(running: Machine) -> None:
    """No service sees another one's database, keys or settings; only `migrate` sees the owner's password."""
    workouts = running.environment_of("ctz_workouts", "serve")
    gateway = running.environment_of("ctz_gateway", "serve")
    sync = running.environment_of("ctz_peloton_sync", "work")

    foreign = ("CTZ_IDENTITY_", "CTZ_PLANS_", "CTZ_PELOTON_SYNC_", "CTZ_GATEWAY_")
    assert not [name for name in workouts if name.startswith(foreign) and not name.endswith("_TARGET")]
    assert not [name for name in gateway if "DATABASE" in name]
    assert "CTZ_WORKOUTS_OWNER_DATABASE_URL" not in workouts
    assert "ctz_workouts_owner" in running.environment_of("ctz_workouts", "migrate")["CTZ_WORKOUTS_OWNER_DATABASE_URL"]
    assert "40" == sync["CTZ_PELOTON_SYNC_RATE_FLEET"]
    assert "production" == workouts["CTZ_ENV"]


def test_secrets_are_for_their_owner_alone(running: Machine) -> None:
    files = [path for path in (running.home / "secrets").iterdir() if path.is_file()]

    assert files
    assert {0o600} == {path.stat().st_mode & 0o777 for path in files}
    assert 0o700 == (running.home / "secrets").stat().st_mode & 0o777


def test_a_second_start_says_what_runs_where(running: Machine) -> None:
    assert running.process is not None
    second = running.ctz("run")

    assert 1 == second.returncode
    assert f"http://127.0.0.1:{running.port}" in second.stderr
    assert f"process {running.process.pid}" in second.stderr


def test_a_taken_port_is_named_with_a_way_out(machine: Machine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", machine.port))
        taken.listen()
        refused = machine.ctz("run")

    assert 1 == refused.returncode
    assert f"Port {machine.port} is taken" in refused.stderr
    assert "CTZ_PORT=" in refused.stderr


@pytest.mark.faults
def test_a_killed_service_is_started_again(machine: Machine) -> None:
    machine.start()
    killed = machine.reported("workouts")["pid"]
    os.kill(killed, signal.SIGKILL)

    def is_back() -> bool:
        now = machine.reported("workouts")
        return now["pid"] not in (0, killed) and now["phase"] == "ready" and now["crashes"] == 1

    assert wait_until(is_back, timeout_seconds=20, interval_seconds=0.2)


@pytest.mark.faults
def test_a_killed_postgres_is_started_again_on_its_port(machine: Machine) -> None:
    machine.start()
    state = RunState.read(machine.home)
    assert state is not None
    os.kill(machine.reported("postgres")["pid"], signal.SIGKILL)

    def answers() -> bool:
        try:
            psycopg.connect(state.database_dsn, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    assert wait_until(lambda: not answers(), timeout_seconds=5, interval_seconds=0.01)
    assert wait_until(answers, timeout_seconds=20, interval_seconds=0.2)


@pytest.mark.faults
def test_a_killed_rabbitmq_is_started_again_on_its_port(machine_with_rabbitmq: Machine) -> None:
    """Only the script in front of the node dies: beside the old node, a second one would never start."""
    machine = machine_with_rabbitmq
    machine.start()
    state = RunState.read(machine.home)
    assert state is not None
    url = state.broker_urls["workouts"]
    script = machine.reported("broker")["pid"]
    os.kill(script, signal.SIGKILL)

    def is_another_node() -> bool:
        return machine.reported("broker")["pid"] != script and _answers_amqp(url)

    assert wait_until(is_another_node, timeout_seconds=60, interval_seconds=0.3)


def _answers_amqp(url: str) -> bool:
    try:
        pika.BlockingConnection(pika.URLParameters(url)).close()
    except pika.exceptions.AMQPConnectionError:
        return False
    return True


def test_sigterm_drains_edges_before_services_and_leaves_nothing(machine: Machine) -> None:
    machine.start()
    assert machine.process is not None
    members = [identify(pid) for pid in family([machine.process.pid])]

    assert 0 == machine.stop(), machine.log()
    assert not [one for one in members if isinstance(one, ProcessIdentity) and one.is_alive()]
    stops = {(n["module"], n["role"]): n["stopped"] for n in machine.notes() if "stopped" in n}
    edges = [at for (module, role), at in stops.items() if module == "ctz_gateway" or role == "work"]
    services = [at for (module, role), at in stops.items() if module != "ctz_gateway" and role == "serve"]
    assert (3, 5) == (len(edges), len(services))
    assert max(edges) <= min(services)


@pytest.mark.faults
def test_a_killed_supervisor_is_followed_by_a_clean_start(machine: Machine) -> None:
    """Kill -9 leaves everything running; the next start ends it, and the data are there."""
    machine.start()
    assert machine.process is not None
    state = RunState.read(machine.home)
    assert state is not None
    with psycopg.connect(state.database_dsn) as connection:
        connection.execute("CREATE TABLE public.kept (id int)")
    orphans = [identify(pid) for pid in family([machine.process.pid]) if pid != machine.process.pid]
    machine.process.kill()
    machine.process.wait()

    machine.start()

    assert not [one for one in orphans if isinstance(one, ProcessIdentity) and one.is_alive()]
    after = RunState.read(machine.home)
    assert after is not None
    with psycopg.connect(after.database_dsn) as connection:
        assert (0,) == connection.execute("SELECT count(*) FROM public.kept").fetchone()


def test_lost_secrets_stop_the_start_before_anything_is_touched(machine: Machine) -> None:
    lost = "pepper"
    machine.start()
    assert 0 == machine.stop()
    (machine.home / "secrets" / lost).unlink()
    refused = machine.ctz("run")

    assert 1 == refused.returncode
    assert lost in refused.stderr
    assert not (machine.home / "secrets" / lost).exists()


def test_the_mail_folder_is_shown_with_its_links(running: Machine) -> None:
    state = RunState.read(running.home)
    assert state is not None
    text = "To: rider@example.org\nSubject: Confirm <b>\n\nOpen http://127.0.0.1/verify?token=abc now.\n"
    (running.home / "mail" / "1.eml").write_text(text)

    def page(path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{state.status_port}{path}", timeout=10) as answer:
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            content: bytes = answer.read()
            return content.decode()

    assert "Confirm &lt;b&gt;" in page("/mail")
    assert '<a href="http://127.0.0.1/verify?token=abc"' in page("/mail/1.eml")
    with pytest.raises(urllib.error.HTTPError):
        page("/mail/..%2Fsecrets%2Fpepper")


def test_ctz_stop_drains_and_status_says_that_nothing_runs(machine: Machine) -> None:
    machine.start()
    assert machine.process is not None
    stopped = machine.ctz("stop")

    assert 0 == stopped.returncode
    assert 0 == machine.process.wait(10)
    assert "does not run" in machine.ctz("status").stderr
