"""Each image's content, without an engine: installed alone from the lock, every role runs on what compose gives it."""

import json
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ctz_local.containers.folders import STORE
from ctz_local.ports import free_ports
from ctz_local.postgres import PostgresServer
from ctz_local.rabbitmq import RabbitNode
from ctz_local.rabbitmq_installation import find_rabbitmq
from ctz_local.secrets import SecretStore
from tests.deploy import compose
from tests.deploy.environments import Installer
from tests.deploy.processes import MODULES, PROCESSES, Process

pytestmark = pytest.mark.faults
READY_SECONDS = 90
STOP_SECONDS = 40


@pytest.fixture(scope="module")
def installer(tmp_path_factory: pytest.TempPathFactory) -> Installer:
    return Installer.find(tmp_path_factory.mktemp("images"))


@pytest.fixture(scope="module")
def jobs(installer: Installer) -> Callable[..., str]:
    """Run a job of a start in the environment of the image `local`."""
    python = installer.environment("local")

    def run(*arguments: str) -> str:
        return completed([str(python), "-m", "ctz_local.containers", *arguments], {})

    return run


@pytest.fixture(scope="module")
def secrets(
    jobs: Callable[..., str],
    killable_postgres: PostgresServer,
    ctz_scratch: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    """The folders of secrets, and servers that were prepared by them: the first steps of a start with containers."""
    installation = find_rabbitmq()
    if installation is None:
        pytest.skip("this machine has no RabbitMQ")
    folder = tmp_path_factory.mktemp("secrets")
    (port,) = free_ports(1)
    address = killable_postgres.address.named("ctz").dsn()
    maintenance = killable_postgres.address.dsn()
    jobs("secrets", str(folder), f"--database-url={maintenance}", f"--broker-url=amqp://127.0.0.1:{port}")
    jobs("database", str(folder), f"--database-url={maintenance}")
    assert address.partition("@")[2] in (folder / "plans" / "database-url").read_text()
    store = SecretStore(folder / STORE)
    store.read_passwords()
    node = RabbitNode(
        ctz_scratch / "mq-images",
        installation=installation,
        passwords=store.broker_passwords(),
        operator_password=store.password("operator"),
        port=port,
    )
    node.start()
    yield folder
    node.stop()


@dataclass(frozen=True, slots=True)
class Container:
    """A process of the compose file on this machine: its command, its environment, the port of its probes."""

    command: list[str]
    environment: dict[str, str]
    port: int

    def run(self) -> str:
        """Run it to its end."""
        return completed(self.command, self.environment)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run it until the block ends; SIGTERM must end it well."""
        with subprocess.Popen(
            self.command, env=self.environment, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            try:
                yield
            finally:
                process.send_signal(signal.SIGTERM)
                output, _ = process.communicate(timeout=STOP_SECONDS)
        assert process.returncode == 0, f"{self.command} ended with {process.returncode}\n{output[-3000:]}"


def completed(command: list[str], environment: Mapping[str, str]) -> str:
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def container(process: Process, python: Path, secrets: Path, state: Path) -> Container:
    """As compose starts it, with other ports and folders."""
    service = compose.project({})["services"][process.in_compose]
    environment = compose.own_environment(service, secrets, state)
    ports = dict(zip(("8080", "50051"), free_ports(2), strict=True))
    prefix = f"CTZ_{process.service.upper().replace('-', '_')}_"
    for name, value in environment.items():
        if name.startswith(prefix) and name.endswith("_PORT"):
            environment[name] = str(ports[value])
        environment[name] = environment[name].replace("/var/lib/ctz/state", str(state))
    environment[f"{prefix}HOST"] = "127.0.0.1"
    command = [str(python), "-m", *service["command"]]
    own_port = ports["50051"] if process.role == "front" else ports["8080"]
    return Container(command, environment | {"HOME": "/tmp"}, own_port)


def is_ready(process: Process, port: int) -> bool:
    """By the probe that compose and the cluster use."""
    if process.role == "front":
        with socket.socket() as link:
            return link.connect_ex(("127.0.0.1", port)) == 0
    page = "healthz" if process.service == "gateway" else "readyz"
    return answer(f"http://127.0.0.1:{port}/{page}")[0] == 200


def answer(url: str, **headers: str) -> tuple[int, str]:
    """Status and body; 0 while nobody answers."""
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 (our own loopback address)
    try:
        with urllib.request.urlopen(request, timeout=5) as found:  # noqa: S310 (as above)
            return found.status, found.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def eventually(holds: Callable[[], bool], what: Callable[[], str]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not holds():
        assert time.monotonic() < deadline, what()
        time.sleep(0.1)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "mail").mkdir()
    (tmp_path / "run").mkdir()
    return tmp_path


@pytest.mark.parametrize("service", sorted(MODULES))
def test_a_service_alone_runs_in_every_role(installer: Installer, secrets: Path, state: Path, service: str) -> None:
    """Migrated, every role becomes ready on a real Postgres and RabbitMQ, and SIGTERM ends it with status 0."""
    python = installer.environment(service)
    of_this = [process for process in PROCESSES if process.service == service]
    containers = {process: container(process, python, secrets, state) for process in of_this}
    for process in of_this:
        if process.is_job:
            containers.pop(process).run()
    with ExitStack() as stack:
        for each in containers.values():
            stack.enter_context(each.running())
        for process, each in containers.items():
            eventually(
                lambda process=process, each=each: is_ready(process, each.port),  # type: ignore[misc]
                lambda process=process, each=each: f"{process} says {answer(f'http://127.0.0.1:{each.port}/readyz')}",  # type: ignore[misc]
            )


def test_the_gateway_alone_answers_pages_with_their_assets(installer: Installer, secrets: Path, state: Path) -> None:
    """Templates, styles and scripts are in the wheel; the services may all be away."""
    python = installer.environment("gateway")
    pages, front = (
        (process, container(process, python, secrets, state)) for process in PROCESSES if process.service == "gateway"
    )
    with pages[1].running(), front[1].running():
        for process, each in (pages, front):
            eventually(lambda process=process, each=each: is_ready(process, each.port), lambda: "not ready")  # type: ignore[misc]
        site = f"http://127.0.0.1:{pages[1].port}"
        status, page = answer(f"{site}/", Host="localhost:8000")
        assets = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', page)

        assert 200 == status
        assert {"css", "js"} == {asset.rpartition(".")[2] for asset in assets}
        assert {200} == {answer(f"{site}{asset}", Host="localhost:8000")[0] for asset in assets}


def test_the_simulator_alone_serves_the_histories_of_the_demo(
    installer: Installer, jobs: Callable[..., str], state: Path
) -> None:
    """The job writes who rides; the simulator has them."""
    histories = state / "histories.json"
    jobs("histories", str(histories))
    (port,) = free_ports(1)
    command: list[Any] = [installer.environment("simulator"), "-m", "ctz_simulator", f"--port={port}"]
    simulator = Container([*map(str, command), f"--riders-file={histories}"], {}, port)
    names = [rider["username"] for rider in json.loads(histories.read_text("utf-8"))]
    with simulator.running():
        eventually(lambda: answer(f"http://127.0.0.1:{port}/_sim/health")[0] == 200, lambda: "no answer")

    assert "demo-rider" in names
    assert len(set(names)) == len(names) > 1
