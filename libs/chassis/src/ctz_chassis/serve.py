"""What a service hands to the chassis to be run: its servers, its background threads, its commands.

Importing this module imports neither grpc nor flask: gunicorn's arbiter needs neither (memory, and forks).
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar
from uuid import UUID

from ctz_chassis.backoff import pause_seconds
from ctz_chassis.readiness import Readiness
from ctz_chassis.settings import CommonSettings, ServiceSettings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from ctz_chassis.broker.ports import DeadLetters
    from ctz_chassis.grpc_server import Server

logger = logging.getLogger(__name__)

HTTP_THREADS = 12
HTTP_PLACES = 10
"""Requests in hand at once: files go as slowly as their riders take them, and probes need a thread meanwhile."""
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
# A thread that ran this long before it failed starts its pauses anew.
_STEADY_SECONDS = 60.0


class BackgroundThread:
    """Work beside the servers, such as a relay or a consumer; started again, after a pause, when it fails."""

    def __init__(self, name: str, run: Callable[[threading.Event], None]) -> None:
        self.name = name
        self._run = run
        self._stop = threading.Event()
        self._is_working = False
        self._thread = threading.Thread(target=self._keep_running, name=name, daemon=True)

    def start(self) -> None:
        """Start working."""
        self._is_working = True
        self._thread.start()

    def is_working(self) -> bool:
        """Tell whether the work goes on; not while it waits to be started again."""
        return self._is_working and self._thread.is_alive()

    def request_stop(self) -> None:
        """Ask the work to end."""
        self._stop.set()

    def join(self, seconds: float) -> bool:
        """Wait for the end; tells whether it came."""
        if self._thread.ident is not None:
            self._thread.join(max(seconds, 0.0))
        return not self._thread.is_alive()

    def _keep_running(self) -> None:
        attempt = 0
        while not self._stop.is_set():
            started, error = time.monotonic(), None
            try:
                self._run(self._stop)
            except Exception as caught:  # noqa: BLE001 - one of the edges: logged once, then tried again
                error = caught
            if self._stop.is_set():
                break
            attempt = 1 if time.monotonic() - started > _STEADY_SECONDS else attempt + 1
            pause = pause_seconds(attempt, first=FIRST_PAUSE_SECONDS, longest=LONGEST_PAUSE_SECONDS)
            logger.error("thread.failed", exc_info=error, extra={"thread_name": self.name, "pause_seconds": pause})
            self._is_working = False
            self._stop.wait(pause)
            self._is_working = True


class Threads:
    """All background threads of a process."""

    def __init__(self, threads: Sequence[BackgroundThread], readiness: Readiness) -> None:
        self._threads = threads
        for each in threads:
            readiness.add(f"thread {each.name}", each.is_working)

    def start(self) -> None:
        """Start all."""
        for each in self._threads:
            each.start()

    def request_stop(self) -> None:
        """Ask all to end."""
        for each in self._threads:
            each.request_stop()

    def join(self, seconds: float) -> None:
        """Wait until all have ended, at most this long in all."""
        ends_at = time.monotonic() + seconds
        for each in self._threads:
            if not each.join(ends_at - time.monotonic()):
                logger.warning("thread.still_working", extra={"thread_name": each.name})


def nothing_to_close() -> None:
    """Do nothing: for a process that holds nothing open."""


@dataclass(frozen=True, slots=True)
class App:
    """What a process with servers is made of; built after the fork. `close` runs last."""

    flask_app: "WSGIApplication"
    readiness: Readiness
    grpc_server: "Server | None" = None
    threads: Sequence[BackgroundThread] = ()
    close: Callable[[], None] = nothing_to_close


@dataclass(frozen=True, slots=True)
class Process:
    """What a process without servers is made of: consumers, workers. `close` runs last."""

    readiness: Readiness
    threads: Sequence[BackgroundThread]
    close: Callable[[], None] = nothing_to_close


class HasSettings(Protocol):
    """Settings of a service: the common ones, the service's, and beside them its own."""

    @property
    def common(self) -> CommonSettings:
        """What every process reads."""
        ...

    @property
    def service(self) -> ServiceSettings:
        """What every service reads under its prefix."""
        ...


SettingsT = TypeVar("SettingsT", bound=HasSettings)


@dataclass(frozen=True)  # no slots: Python 3.11 cannot build `Commands[Settings](…)` of a frozen class with slots
class Commands(Generic[SettingsT]):
    """What `python -m ctz_<service>` can do: builders of the processes, and acts of the operator."""

    serve: Callable[[SettingsT], App]
    migrate: Callable[[SettingsT], None]
    consume: Callable[[SettingsT], Process] | None = None
    work: Callable[[SettingsT], Process] | None = None
    dead_letters: "Callable[[SettingsT], DeadLetters] | None" = None
    replay: Callable[[SettingsT, UUID | None, datetime], int] | None = field(default=None)
    """Publish again what the outbox holds: of one person or of all, since a time; returns the number of events."""
