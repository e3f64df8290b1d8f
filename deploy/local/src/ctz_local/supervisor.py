"""Starts everything in order, keeps it running, and drains it in the reverse order."""

import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ctz_local.bootstrap import prepare_database, start_migration, start_queue_table
from ctz_local.children import Child, Phase, ProcessSpec
from ctz_local.console import Console
from ctz_local.environment import DEVELOPMENT, PRODUCTION, Ports, System
from ctz_local.errors import PortTaken, ServerFailed
from ctz_local.leftovers import end_all_recorded
from ctz_local.ports import LOOPBACK, free_ports, is_free
from ctz_local.process_table import process_table
from ctz_local.procfs import pss_bytes
from ctz_local.schema_versions import note, up_to_date
from ctz_local.secrets import SecretStore
from ctz_local.servers import (
    Broker,
    DatabaseServer,
    QueueTable,
    choose_broker,
    choose_database,
    installation_has_data,
    product_database,
)
from ctz_local.services import SERVICES, Service
from ctz_local.settings import LocalSettings
from ctz_local.state import RunState, processes_folder

_START_SECONDS: Final = 120.0
_GRACE_SECONDS: Final = 20.0
_ORPHAN_SECONDS: Final = 5.0
_WATCH_SECONDS: Final = 0.2
_CALM_PROBE_SECONDS: Final = 3.0
# A process that crashes so often before everything was ready once will not get better by itself.
_CRASHES_AT_START: Final = 3


class Mode(StrEnum):
    """What the run is for."""

    RUN = "run"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Extra:
    """What a mode adds to the product: processes of its own, and variables for services."""

    processes: Sequence[ProcessSpec] = ()
    environment: Mapping[Service, Mapping[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class ProcessReport:
    """One line of the status page."""

    name: str
    phase: str
    pid: int
    port: int
    crashes: int
    memory_bytes: int


class Supervisor:
    """One run of the product on this machine; `started` is its life from start to drain."""

    def __init__(
        self, settings: LocalSettings, mode: Mode, console: Console, *, status_port: int, extra: Extra
    ) -> None:
        self._settings = settings
        self._mode = mode
        self._console = console
        self._status_port = status_port
        self._extra = extra
        self._stop = threading.Event()
        self._children: list[Child] = []
        self._database: DatabaseServer | None = None
        self._broker: Broker | None = None
        self._ended = threading.Event()
        self.front_port = near_port(settings.port + 1)
        self.ready_seconds: float | None = None

    @contextmanager
    def started(self) -> Iterator[System]:
        """Start everything, yield when all is ready, and drain at the end, also after a failed start."""
        begin = time.monotonic()
        self._ended.clear()
        watcher = threading.Thread(target=self._watch, name="watch", daemon=True)
        try:
            system = self._start(watcher)
            # From here on: before, a large database may have been migrated.
            self._await_ready(time.monotonic() + _START_SECONDS)
            self.ready_seconds = time.monotonic() - begin
            yield system
        finally:
            self._ended.set()
            if watcher.ident is not None:
                watcher.join()
            self._drain()

    def request_stop(self) -> None:
        """End the run; safe in a signal handler."""
        self._stop.set()

    def wait(self) -> None:
        """Return when the run was asked to end."""
        # With a time-out, since a wait without one would keep Python from running signal handlers on some systems.
        while not self._stop.wait(1):
            pass

    @property
    def broker_description(self) -> str:
        """Say which broker is in use."""
        return self._broker.description if self._broker is not None else "not started yet"

    def report(self) -> list[ProcessReport]:
        """Describe every process as it is now."""
        lines = [ProcessReport("supervisor", Phase.READY, os.getpid(), 0, 0, pss_bytes([os.getpid()]))]
        for name, server in (("postgres", self._database), ("broker", self._broker)):
            if server is not None and (pids := server.pids()):
                phase = Phase.READY if server.is_running() else Phase.WAITING
                lines.append(ProcessReport(name, phase, pids[0], 0, 0, pss_bytes(pids)))
        for child in self._children:
            port = child.spec.port
            lines.append(
                ProcessReport(child.spec.name, child.phase, child.pid(), port, child.crashes, child.memory_bytes())
            )
        return lines

    def _start(self, watcher: threading.Thread) -> System:
        settings = self._settings
        orphans = end_all_recorded(processes_folder(settings.home), grace_seconds=_ORPHAN_SECONDS)
        if orphans:
            self._console.say(f"Ended {orphans} processes that an earlier run had left.", important=True)
        if not is_free(settings.port):
            raise PortTaken(settings.port, "CTZ_PORT")
        store = SecretStore(settings.home / "secrets")
        store.open(has_data=installation_has_data(settings))
        self._database = choose_database(settings, store)
        product = self._database.address.named(product_database(settings))
        self._broker = choose_broker(settings, store, product)
        self._console.say(f"Database: {self._database.description}. Broker: {self._broker.description}.")
        self._broker.launch()
        self._database.start()
        prepare_database(self._database.address, product.database, store)
        system = self._system(store)
        (settings.home / "mail").mkdir(mode=0o700, exist_ok=True)
        table = [*self._extra.processes, *process_table(system, self._extra.environment)]
        self._children = [Child(spec, processes_folder(settings.home), self._console) for spec in table]
        self._publish(system)
        self._start_children(system)
        watcher.start()
        return system

    def _system(self, store: SecretStore) -> System:
        settings, database, broker = self._settings, self._database, self._broker
        if database is None or broker is None:
            raise RuntimeError("servers are chosen before the processes that need them")
        return System(
            home=settings.home,
            public_url=settings.public_url,
            profile=settings.service_environment.get("CTZ_ENV")
            or (DEVELOPMENT if self._mode is Mode.DEMO else PRODUCTION),
            log_level=settings.log_level,
            log_format=settings.log_format,
            database=database.address.named(product_database(settings)),
            broker_urls=broker.urls(),
            store=store,
            ports=Ports.choose(),
            gateway_port=settings.port,
            front_port=self.front_port,
            status_url=f"http://{LOOPBACK}:{self._status_port}",
            given=settings.service_environment,
        )

    def _start_children(self, system: System) -> None:
        """Migrate what needs it side by side; each service starts as soon as its own schema is done."""
        notes = self._settings.home / "run" / "schemas.json"
        current = up_to_date(notes, system.database)
        migrations = {
            service.name: start_migration(service, system.migration(service))
            for service in SERVICES
            if service not in current
        }
        if isinstance(self._broker, QueueTable):
            start_queue_table(system).finish()
        for child in sorted(self._children, key=lambda one: one.spec.stage):
            migration = migrations.pop(child.spec.name, None)
            if migration is not None:
                migration.finish()
            child.start()
        note(notes, system.database)

    def _publish(self, system: System) -> None:
        RunState(
            pid=os.getpid(),
            mode=self._mode.value,
            public_url=system.public_url,
            status_port=self._status_port,
            front_port=system.front_port,
            database_dsn=system.database.dsn(),
            broker_kind=self.broker_description,
            broker_urls=dict(system.broker_urls),
            ports=dict(system.ports.by_role),
        ).write(self._settings.home)

    def _await_ready(self, deadline: float) -> None:
        while not self._all_ready():
            if self._stop.wait(_WATCH_SECONDS):
                raise KeyboardInterrupt
            failing = [child for child in self._children if child.crashes >= _CRASHES_AT_START]
            late = time.monotonic() > deadline
            if failing or late:
                culprit = failing[0] if failing else self._first_unready()
                name = culprit.spec.name if culprit is not None else self.broker_description
                problem = "did not start" if failing else f"was not ready after {_START_SECONDS:.0f} s"
                raise ServerFailed(name, problem, culprit.last_lines() if culprit is not None else "")

    def _all_ready(self) -> bool:
        return self._first_unready() is None and self._broker is not None and self._broker.accepts()

    def _first_unready(self) -> Child | None:
        return next((child for child in self._children if child.phase is not Phase.READY), None)

    def _watch(self) -> None:
        """Probe and restart until the end of the run; probing is eager until all was ready once."""
        next_probe = 0.0
        while not self._ended.wait(_WATCH_SECONDS):
            self._keep_servers()
            for child in self._children:
                child.watch()
            calm = time.monotonic() < next_probe
            for child in self._children:
                if not calm or child.phase is not Phase.READY:
                    child.probe()
            if not calm:
                next_probe = time.monotonic() + _CALM_PROBE_SECONDS

    def _keep_servers(self) -> None:
        try:
            if self._database is not None and not self._database.is_running():
                self._console.say(f"{self._database.description} has ended; starting it again", important=True)
                self._database.start()
            if self._broker is not None and not self._broker.is_running():
                self._console.say(f"{self._broker.description} has ended; starting it again", important=True)
                self._broker.launch()
        except ServerFailed as error:
            self._console.say(str(error), important=True)

    def _drain(self) -> None:
        """Stop the edges first, then the services, then what they stand on."""
        self._console.say("Stopping …")
        for stage in sorted({child.spec.stage for child in self._children}, reverse=True):
            members = [child for child in self._children if child.spec.stage == stage]
            for child in members:
                child.ask_to_stop()
            deadline = time.monotonic() + _GRACE_SECONDS
            for child in members:
                if not child.finish(deadline):
                    self._console.say(f"{child.spec.name} did not drain in time and was ended", important=True)
        if self._broker is not None:
            self._broker.stop()
        if self._database is not None:
            self._database.stop()
        self._console.say("Stopped.")


def near_port(wanted: int) -> int:
    """Take a port that people can remember, or any free one when it is taken."""
    return wanted if is_free(wanted) else free_ports(1)[0]


@contextmanager
def stopping_on_signals(supervisor: Supervisor) -> Iterator[None]:
    """Let SIGTERM and Ctrl-C end the run in order."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: supervisor.request_stop()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
