"""A private RabbitMQ node: own name, folders, ports and cookie; loopback only; no guest, no plug-ins."""

import contextlib
import hashlib
import json
import logging
import os
import signal
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from ctz_local.accounts import ServerAccount, server_account, server_folder
from ctz_local.errors import ServerFailed
from ctz_local.leftovers import end_recorded, remember
from ctz_local.logtail import tail
from ctz_local.ports import LOOPBACK, free_ports
from ctz_local.procfs import family
from ctz_local.rabbitmq_definitions import OPERATOR, VIRTUAL_HOST, broker_user, definitions
from ctz_local.rabbitmq_installation import RabbitInstallation
from ctz_local.waiting import wait_until

_LOG: Final = logging.getLogger("ctz.rabbitmq")

# One scheduler of each kind, no busy waiting, and process and atom tables of the size that a private node can use:
# measured 95 MB PSS against 107 MB with the defaults.
_VM_ARGUMENTS: Final = (
    "+S 1:1 +SDcpu 1:1 +SDio 2 +A 1 +P 65536 +t 1048576 +sbwt none +sbwtdcpu none +sbwtdio none "
    "-kernel inet_dist_use_interface {127,0,0,1}"
)
_PROTOCOL_HEADER: Final = b"AMQP\x00\x00\x09\x01"


class RabbitNode:
    """One folder with the node's state and the processes on it."""

    def __init__(
        self,
        folder: Path,
        *,
        installation: RabbitInstallation,
        passwords: Mapping[str, str],
        operator_password: str,
        port: int | None = None,
        account: ServerAccount | None = None,
    ) -> None:
        self._account = account or server_account("rabbitmq")
        self._folder = server_folder(folder, self._account)
        self._installation = installation
        self._passwords = dict(passwords)
        self._operator_password = operator_password
        amqp, self._distribution_port, self._epmd_port = free_ports(3)
        self.port = port or amqp
        self._node_name = f"ctz-{hashlib.sha256(str(self._folder).encode()).hexdigest()[:10]}@localhost"
        self._log_file = self._folder / "rabbitmq.log"
        self._server: subprocess.Popen[bytes] | None = None
        self._epmd: subprocess.Popen[bytes] | None = None

    @property
    def description(self) -> str:
        """What runs here, for people."""
        return f"RabbitMQ {self._installation.version} (private node)"

    def url(self, service: str) -> str:
        """Return the AMQP URL of a service (`peloton-sync`)."""
        return self._url(broker_user(service), self._passwords[service])

    def urls(self) -> dict[str, str]:
        """Return the AMQP URL of every service, by its name."""
        return {service: self.url(service) for service in self._passwords}

    def operator_url(self) -> str:
        """Return the AMQP URL of the user who may do everything: for tests and repairs."""
        return self._url(OPERATOR, self._operator_password)

    def _url(self, user: str, password: str) -> str:
        return f"amqp://{user}:{quote(password, safe='')}@{LOOPBACK}:{self.port}/{VIRTUAL_HOST}"

    def start(self, *, timeout_seconds: float = 60) -> None:
        """Bring the node up and return when it speaks AMQP; after a kill it recovers its quorum queues first."""
        self.launch()
        self.wait_ready(timeout_seconds=timeout_seconds)

    def launch(self) -> None:
        """Start the processes without waiting for them (readiness takes seconds, and others can start meanwhile)."""
        if self.is_running():
            return
        # When only the script that wraps the node was killed, the node itself may still be there.
        self.kill()
        for name in ("server", "epmd"):
            end_recorded(self._record(name), first_signal=signal.SIGTERM, grace_seconds=20)
        self._write_configuration()
        if self._epmd is None or self._epmd.poll() is not None:
            epmd = [str(self._installation.epmd), "-port", str(self._epmd_port), "-address", LOOPBACK]
            self._epmd = self._spawn("epmd", epmd)
        self._server = self._spawn("server", [str(self._installation.scripts / "rabbitmq-server")])

    def wait_ready(self, *, timeout_seconds: float = 60) -> None:
        """Return when the node answers AMQP; an error with its last log lines when it does not."""
        wait_until(lambda: self.accepts() or not self.is_running(), timeout_seconds=timeout_seconds)
        if not self.accepts():
            name = "RabbitMQ"
            raise ServerFailed(name, f"did not answer within {timeout_seconds:.0f} s", tail(self._log_file, 30))
        _LOG.info("%s accepts connections on port %d", self.description, self.port)

    def accepts(self) -> bool:
        """Whether the node speaks AMQP: its listener opens last, after users and queues are there."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=2) as connection:
                connection.sendall(_PROTOCOL_HEADER)
                return connection.recv(1) == b"\x01"
        except OSError:
            return False

    def is_running(self) -> bool:
        """Whether the process that we started lives."""
        return self._server is not None and self._server.poll() is None

    def pids(self) -> list[int]:
        """Return the node's processes, the port mapper among them."""
        return family(one.pid for one in (self._server, self._epmd) if one is not None and one.poll() is None)

    def stop(self, *, timeout_seconds: float = 30) -> None:
        """Stop the node in order, by force when it does not obey in time."""
        if self._server is not None:
            self._signal_server(signal.SIGTERM)
            try:
                self._server.wait(timeout_seconds)
            except subprocess.TimeoutExpired:
                _LOG.warning("RabbitMQ did not stop within %.0f s and is killed", timeout_seconds)
        self.kill()
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait()
            self._epmd = None
        for name in ("server", "epmd"):
            self._record(name).unlink(missing_ok=True)

    def kill(self) -> None:
        """Kill -9 the node and everything that it started."""
        if self._server is not None:
            # Of a process that is gone already, only its group may still be there.
            members = family([self._server.pid]) if self.is_running() else []
            for pid in members:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._signal_server(signal.SIGKILL)
            self._server.wait()
            self._server = None

    def restart(self) -> None:
        """Stop in order and start again on the same ports."""
        self.stop()
        self.start()

    def rabbitmqctl(self, *arguments: str) -> str:
        """Run RabbitMQ's own tool against this node and return what it printed: for repairs and tests of alarms."""
        command = [str(self._installation.scripts / "rabbitmqctl"), "-n", self._node_name, *arguments]
        identity: dict[str, Any] = self._account.popen_identity()
        done: subprocess.CompletedProcess[str] = subprocess.run(
            command, capture_output=True, text=True, check=False, env=self._environment(), cwd=self._folder, **identity
        )
        if done.returncode != 0:
            name = "rabbitmqctl"
            raise ServerFailed(name, f"{' '.join(arguments)} failed", done.stderr[-2000:])
        return done.stdout

    def _signal_server(self, number: signal.Signals) -> None:
        if self._server is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._server.pid, number)

    def _record(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _spawn(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        identity: dict[str, Any] = self._account.popen_identity()
        with self._log_file.open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env=self._environment(),
                start_new_session=True,
                **identity,
            )
        remember(self._record(name), process.pid)
        return process

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))}
        return {
            **kept,
            "HOME": str(self._folder),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            # Keeps `~/.erlang_history` and crash dumps out of the way.
            "ERL_CRASH_DUMP_SECONDS": "0",
            "RABBITMQ_NODENAME": self._node_name,
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_MNESIA_BASE": str(self._folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self._folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(self._folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self._folder / "advanced.config"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self._folder / "generated"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "enabled_plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(self._folder / "rabbitmq-env.conf"),
            "RABBITMQ_PID_FILE": str(self._folder / "rabbitmq.pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _VM_ARGUMENTS,
        }

    def _write_configuration(self) -> None:
        grants = definitions(self._passwords, self._operator_password)
        settings = {
            "listeners.tcp.1": f"{LOOPBACK}:{self.port}",
            "load_definitions": str(self._folder / "definitions.json"),
            "default_vhost": VIRTUAL_HOST,
            "log.console": "true",
            "log.console.level": "warning",
            "log.file": "false",
            "vm_memory_high_watermark.absolute": "384MB",
            "disk_free_limit.absolute": "64MB",
            "raft.wal_max_size_bytes": "64000000",
        }
        self._write("rabbitmq.conf", "".join(f"{name} = {value}\n" for name, value in settings.items()))
        self._write("definitions.json", json.dumps(grants))
        self._write("enabled_plugins", "[].\n")
        self._write("rabbitmq-env.conf", "")
        cookie = self._folder / ".erlang.cookie"
        if not cookie.exists():
            self._write(cookie.name, hashlib.sha256(os.urandom(32)).hexdigest())
            cookie.chmod(0o400)

    def _write(self, name: str, text: str) -> None:
        path = self._folder / name
        path.write_text(text)
        self._account.own(path, 0o600)
