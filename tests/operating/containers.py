"""The containers of the compose file as processes of this machine: other ports and folders, all else the same."""

import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ctz_local.ports import free_ports

from . import compose
from .environments import Installer
from .processes import Process

STATE = "/var/lib/ctz/state"
HTTP, GRPC = "8080", "50051"
_READY_SECONDS = 120
_STOP_SECONDS = 40


def completed(command: list[str], environment: Mapping[str, str]) -> str:
    """Run a command to its end; what it printed."""
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


@dataclass(frozen=True, slots=True)
class Container:
    """One container: its command, its environment, and what answers for its health."""

    command: list[str]
    environment: dict[str, str]
    probe: str
    """An address of a page, or `host:port` of what only accepts connections."""

    def run(self) -> str:
        """Run it to its end; what it printed."""
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
                output, _ = process.communicate(timeout=_STOP_SECONDS)
        assert process.returncode == 0, f"{self.command} ended with {process.returncode}\n{output[-3000:]}"

    def await_health(self) -> None:
        """Return when it is healthy."""
        deadline = time.monotonic() + _READY_SECONDS
        while not self._is_healthy():
            assert time.monotonic() < deadline, f"{self.command} says {answer(self.probe)}"
            time.sleep(0.1)

    def _is_healthy(self) -> bool:
        if self.probe.startswith("http"):
            return answer(self.probe)[0] == 200
        with socket.socket() as link:
            host, _, port = self.probe.partition(":")
            return link.connect_ex((host, int(port))) == 0


def answer(url: str, **headers: str) -> tuple[int, str]:
    """Status and body of a page; 0 while nobody answers."""
    if not url.startswith("http"):
        return 0, ""
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 (our own loopback address)
    try:
        with urllib.request.urlopen(request, timeout=5) as found:  # noqa: S310 (as above)
            return found.status, found.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


class Host:
    """A machine that would run the compose file: every service has ports of its own, and they find each other there."""

    def __init__(self, variables: Mapping[str, str], installer: Installer, secrets: Path, state: Path) -> None:
        self._services: Mapping[str, Mapping[str, Any]] = compose.project(variables)["services"]
        self._installer = installer
        self._secrets = secrets
        self._state = state
        numbers = iter(free_ports(2 * len(self._services)))
        self._ports = {name: {HTTP: next(numbers), GRPC: next(numbers)} for name in self._services}
        for folder in ("mail", "run"):
            (state / folder).mkdir(exist_ok=True)

    def process(self, process: Process) -> Container:
        """One of the product's processes."""
        probe = self._page(process.in_compose, "healthz" if process.service == "gateway" else "readyz")
        if process.role == "front":
            probe = f"127.0.0.1:{self._ports['front'][GRPC]}"
        return self.container(process.in_compose, process.service, probe)

    def container(self, name: str, component: str, probe: str = "") -> Container:
        """Any container of the file, in the environment of its image."""
        service = self._services[name]
        given = compose.own_environment(service, self._secrets, self._state) if "environment" in service else {}
        environment = {key: self._here(name, key, value) for key, value in given.items()}
        command = [self._here(name, "", each) for each in service["command"]]
        python = self._installer.environment(component)
        return Container([str(python), "-m", *command], environment | {"HOME": "/tmp"}, probe)

    def simulator(self) -> Container:
        """The simulated Peloton."""
        return self.container("simulator", "simulator", self._page("simulator", "_sim/health"))

    def site(self, path: str) -> tuple[int, str]:
        """What the pages answer a browser."""
        return answer(f"http://127.0.0.1:{self._ports['gateway'][HTTP]}{path}", Host="localhost:8000")

    def _page(self, name: str, path: str) -> str:
        return f"http://127.0.0.1:{self._ports[name][HTTP]}/{path}"

    def _here(self, name: str, key: str, value: str) -> str:
        """A value as it has to be on this machine."""
        if key.endswith("_PORT") or value.startswith("--port="):
            return value.replace(HTTP, str(self._ports[name][HTTP])).replace(GRPC, str(self._ports[name][GRPC]))
        for other, ports in self._ports.items():
            value = value.replace(f"dns:///{other}:{GRPC}", f"127.0.0.1:{ports[GRPC]}")
            value = value.replace(f"http://{other}:{HTTP}", f"http://127.0.0.1:{ports[HTTP]}")
        for folder, place in (
            (STATE, self._state),
            ("/var/lib/ctz/demo", self._state),
            ("/run/secrets/ctz", self._secrets / "local"),
        ):
            value = value.replace(folder, str(place))
        return value.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 (the other way round)
