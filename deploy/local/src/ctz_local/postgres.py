"""A private Postgres server: TCP on loopback, SCRAM, lean memory, and durable as the defaults make it."""

import contextlib
import logging
import os
import shutil
import signal
import subprocess
import tempfile
from enum import Enum
from pathlib import Path
from typing import Any, Final

import psycopg

from ctz_local.accounts import ServerAccount, server_account, server_folder
from ctz_local.database_address import DatabaseAddress
from ctz_local.errors import ServerFailed
from ctz_local.leftovers import end_recorded, remember
from ctz_local.logtail import tail
from ctz_local.ports import LOOPBACK, free_ports
from ctz_local.postgres_binaries import PostgresBinaries, find_binaries
from ctz_local.procfs import family, is_zombie
from ctz_local.waiting import wait_until

_LOG: Final = logging.getLogger("ctz.postgres")
SUPERUSER: Final = "ctz_superuser"

# Everything that keeps acknowledged data is left at its default (fsync, synchronous_commit, full_page_writes: on).
# The rest is cut to what one machine with a few dozen connections needs.
_SETTINGS: Final = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "150",
    "shared_buffers": "48MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "32MB",
    "effective_cache_size": "256MB",
    "max_wal_size": "256MB",
    "min_wal_size": "64MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_compression": "on",
    "max_worker_processes": "2",
    "max_parallel_workers": "1",
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "autovacuum_max_workers": "1",
    "autovacuum_naptime": "20s",
    "jit": "off",
    "huge_pages": "off",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] %u ",
    "lc_messages": "C",
}


class StopMode(Enum):
    """How a running server is asked to go: the signals of the Postgres manual, "Shutting Down the Server"."""

    FAST = signal.SIGINT
    IMMEDIATE = signal.SIGQUIT


class PostgresServer:
    """One data folder and the server process on it."""

    def __init__(
        self,
        folder: Path,
        *,
        superuser_password: str,
        port: int | None = None,
        binaries: PostgresBinaries | None = None,
        account: ServerAccount | None = None,
        template: Path | None = None,
    ) -> None:
        self._account = account or server_account("postgres")
        self._folder = server_folder(folder, self._account)
        self.data = self._folder / "data"
        self._log_file = self._folder / "postgres.log"
        self._record = self._folder / "process.json"
        self._binaries = binaries or find_binaries(self._account, major=self._data_version())
        self._template = template
        self._process: subprocess.Popen[bytes] | None = None
        self.address = DatabaseAddress(LOOPBACK, port or free_ports(1)[0], SUPERUSER, superuser_password, "postgres")

    @property
    def description(self) -> str:
        """What runs here, for people."""
        return f"PostgreSQL {self._binaries.major} ({self._binaries.source})"

    @property
    def has_data(self) -> bool:
        """Whether the data folder was initialised before."""
        return (self.data / "PG_VERSION").exists()

    def _data_version(self) -> int | None:
        return int((self.data / "PG_VERSION").read_text().split(".")[0]) if self.has_data else None

    def url(self, database: str = "postgres") -> str:
        """Return the superuser's libpq URL of a database."""
        return self.address.named(database).dsn()

    def start(self, *, timeout_seconds: float = 60) -> None:
        """Bring the server up and return when it accepts connections.

        Right after a kill the old children may still hold the shared memory, or the dead postmaster wait to be reaped;
        the server then refuses to start, so starting is repeated until the time is over.
        """
        if self.is_running():
            return
        if not self.has_data:
            self._initialise()
        end_recorded(self._record, first_signal=StopMode.FAST.value, grace_seconds=30)
        if not wait_until(self._try_start, timeout_seconds=timeout_seconds, interval_seconds=0.2):
            name = "PostgreSQL"
            raise ServerFailed(name, f"did not start within {timeout_seconds:.0f} s", tail(self._log_file))
        _LOG.info("%s accepts connections on port %d", self.description, self.address.port)

    def is_running(self) -> bool:
        """Whether the process that we started lives."""
        return self._process is not None and self._process.poll() is None

    def pids(self) -> list[int]:
        """Return the server's processes."""
        return family([self._process.pid]) if self._process is not None and self.is_running() else []

    def stop(self, mode: StopMode = StopMode.FAST, *, timeout_seconds: float = 30) -> None:
        """Stop the server; when it does not obey in time, by force (recovery at the next start loses nothing)."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(mode.value)
        try:
            self._process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None
        self._record.unlink(missing_ok=True)

    def kill(self) -> None:
        """Kill -9 the postmaster; its children notice and leave by themselves."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self, mode: StopMode = StopMode.FAST) -> None:
        """Stop in the given way and start again on the same port."""
        self.stop(mode)
        self.start()

    def _initialise(self) -> None:
        unfinished = self._folder / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        if self._template is not None and self._template.exists():
            self._run(["cp", "-a", str(self._template), str(unfinished)])
        else:
            self._initdb(unfinished)
            if self._template is not None:
                self._run(["cp", "-a", str(unfinished), str(self._template)])
        unfinished.rename(self.data)

    def _initdb(self, target: Path) -> None:
        with tempfile.NamedTemporaryFile("w", dir=self._folder, prefix="pw") as password_file:
            password_file.write(self.address.password)
            password_file.flush()
            self._account.own(Path(password_file.name), 0o600)
            command = [
                *(str(self._binaries.folder / "initdb"), "--pgdata", str(target), "--username", SUPERUSER),
                *("--encoding=UTF8", "--auth=scram-sha-256", "--data-checksums", f"--pwfile={password_file.name}"),
            ]
            try:
                self._run([*command, *self._binaries.locale_arguments()])
            except ServerFailed:
                # A C library without C.UTF-8 (it came with glibc 2.35): plain C stores UTF-8 just as well.
                shutil.rmtree(target, ignore_errors=True)
                self._run([*command, "--locale=C"])

    def _run(self, command: list[str]) -> None:
        identity: dict[str, Any] = self._account.popen_identity()
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=self._folder, env=_environment(), **identity
        )
        if done.returncode != 0:
            name = Path(command[0]).name
            raise ServerFailed(name, f"ended with status {done.returncode}", done.stderr[-2000:])

    def _try_start(self) -> bool:
        if not self.is_running():
            self._forget_dead_postmaster()
            self._spawn()
        return self._accepts()

    def _spawn(self) -> None:
        settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        command = [
            str(self._binaries.folder / "postgres"),
            "-D",
            str(self.data),
            "-p",
            str(self.address.port),
            *settings,
        ]
        identity: dict[str, Any] = self._account.popen_identity()
        with self._log_file.open("ab") as log:
            # Its own session: Ctrl-C in the terminal reaches the supervisor, which stops the database last.
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env=_environment(),
                start_new_session=True,
                **identity,
            )
        remember(self._record, self._process.pid)

    def _accepts(self) -> bool:
        try:
            with psycopg.connect(self.url(), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def _forget_dead_postmaster(self) -> None:
        """Remove the lock file of a postmaster that died and was never reaped (its number still answers to kill -0)."""
        lock_file = self.data / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            if is_zombie(int(lock_file.read_text().split()[0])):
                lock_file.unlink()


class GivenPostgres:
    """A server that somebody else runs, named by CTZ_DATABASE_URL (a role that may create roles and databases)."""

    description = "PostgreSQL (given by CTZ_DATABASE_URL)"

    def __init__(self, url: str) -> None:
        self.address = DatabaseAddress.parse(url)

    def url(self, database: str = "postgres") -> str:
        """Return the given role's libpq URL of a database."""
        return self.address.named(database).dsn()

    def start(self, *, timeout_seconds: float = 60) -> None:
        """Wait until the server answers."""
        problem = ""

        def answers() -> bool:
            nonlocal problem
            try:
                with psycopg.connect(self.address.dsn(), connect_timeout=5):
                    return True
            except psycopg.OperationalError as error:
                problem = str(error)
                return False

        if not wait_until(answers, timeout_seconds=timeout_seconds, interval_seconds=0.5):
            raise ServerFailed(self.description, "does not answer", problem)

    def stop(self) -> None:
        """Leave it alone: it is not ours."""

    def is_running(self) -> bool:
        """Assumed; the services' own readiness says more."""
        return True

    def pids(self) -> list[int]:
        """No process of ours."""
        return []


def _environment() -> dict[str, str]:
    """No PG* variable of the operator may change what our server does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}
