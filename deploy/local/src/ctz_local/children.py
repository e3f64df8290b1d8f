"""Processes of services: started, probed, restarted when they crash, and drained at the end."""

import contextlib
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from ctz_local.console import Console, Pump
from ctz_local.leftovers import end_recorded, remember
from ctz_local.ports import LOOPBACK, accepts
from ctz_local.procfs import family, pss_bytes

_FIRST_DELAY_SECONDS: Final = 0.5
_LONGEST_DELAY_SECONDS: Final = 30.0
# Who lived this long before a crash starts again at the first delay.
_STEADY_SECONDS: Final = 60.0
_PROBE_TIMEOUT_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One process of the table: `stage` orders the start, and backwards the stop."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    is_ready: Callable[[], bool] = field(repr=False)
    port: int
    stage: int


class Phase(StrEnum):
    """Where a process is in its life."""

    STARTING = "starting"
    READY = "ready"
    UNREADY = "not ready"
    WAITING = "restarts soon"
    STOPPED = "stopped"


def http_ready(port: int, path: str = "/readyz") -> Callable[[], bool]:
    """Build a probe that asks a page of the process."""

    def probe() -> bool:
        try:
            with urllib.request.urlopen(f"http://{LOOPBACK}:{port}{path}", timeout=_PROBE_TIMEOUT_SECONDS) as answer:
                return bool(answer.status == 200)  # noqa: PLR2004 (HTTP)
        except (urllib.error.URLError, OSError):
            return False

    return probe


def port_ready(port: int) -> Callable[[], bool]:
    """Build a probe that is content when the port accepts connections."""
    return lambda: accepts(port)


class Child:
    """One process of the table, through all its restarts."""

    def __init__(self, spec: ProcessSpec, folder: Path, console: Console) -> None:
        self.spec = spec
        self.phase = Phase.STOPPED
        self.crashes = 0
        self._record = folder / f"{spec.name}.json"
        self._console = console
        self._process: subprocess.Popen[bytes] | None = None
        self._pump: Pump | None = None
        self._started_at = 0.0
        self._next_start = 0.0
        self._delay_seconds = _FIRST_DELAY_SECONDS

    def start(self) -> None:
        """Start the process; its output goes to the console."""
        self._process = subprocess.Popen(
            self.spec.command,
            env=dict(self.spec.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Ctrl-C in the terminal reaches the supervisor alone, which drains in order.
            start_new_session=True,
        )
        remember(self._record, self._process.pid)
        if self._process.stdout is not None:
            self._pump = Pump(self.spec.name, self._process.stdout, self._console)
        self._started_at = time.monotonic()
        self.phase = Phase.STARTING

    def watch(self) -> None:
        """Notice a crash, and start again when its delay is over."""
        if self._process is not None and self._process.poll() is not None:
            self._note_crash(self._process.returncode)
        if self.phase is Phase.WAITING and time.monotonic() >= self._next_start:
            self.start()

    def probe(self) -> None:
        """Ask whether it is ready."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        ready = self.spec.is_ready()
        if ready:
            self.phase = Phase.READY
        elif self.phase is Phase.READY:
            self.phase = Phase.UNREADY

    def last_lines(self) -> str:
        """Return the last lines that the process wrote."""
        return self._pump.last_lines() if self._pump is not None else ""

    def is_alive(self) -> bool:
        """Tell whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def memory_bytes(self) -> int:
        """Return the proportional set size of the process and its descendants."""
        return pss_bytes(family([self._process.pid])) if self._process is not None and self.is_alive() else 0

    def pid(self) -> int:
        """Return the process number; 0 when it does not run."""
        return self._process.pid if self._process is not None and self.is_alive() else 0

    def ask_to_stop(self) -> None:
        """Send SIGTERM: the process drains and exits."""
        self.phase = Phase.STOPPED
        if self._process is not None and self.is_alive():
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()

    def finish(self, deadline: float) -> bool:
        """Wait for its end until the deadline (monotonic seconds), then force it. True when it went by itself."""
        if self._process is None:
            return True
        went = True
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            went = False
        # Also what it started itself (gunicorn's workers), should it have left any behind.
        end_recorded(self._record, first_signal=signal.SIGKILL, grace_seconds=1)
        self._process.wait()
        self._process = None
        return went

    def _note_crash(self, code: int) -> None:
        self.crashes += 1
        if time.monotonic() - self._started_at > _STEADY_SECONDS:
            self._delay_seconds = _FIRST_DELAY_SECONDS
        self._console.say(
            f"{self.spec.name} ended with status {code}; it starts again in {self._delay_seconds:.1f} s", important=True
        )
        self._next_start = time.monotonic() + self._delay_seconds
        self._delay_seconds = min(_LONGEST_DELAY_SECONDS, self._delay_seconds * 2)
        self._process = None
        self.phase = Phase.WAITING
