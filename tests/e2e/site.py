"""The whole system as `ctz demo` runs it, on free ports, beside a simulated Peloton with a rider of its own."""

import dataclasses
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from ctz_local.console import Console
from ctz_local.demo import DEMO_ACCOUNT, SimulatedPeloton
from ctz_local.ports import free_ports
from ctz_local.runs import running
from ctz_local.settings import LocalSettings
from ctz_local.supervisor import Mode

WORKOUTS: Final = 150
# Slow enough that the first sync can be watched.
_LATENCY_MS: Final = 400
_SHOWN_LINES: Final = 60


@dataclass(frozen=True, slots=True)
class Site:
    """A running system: `origin` is the address of its pages, `log` what its processes write."""

    origin: str
    front_port: int
    peloton: SimulatedPeloton
    log: Path

    def violations(self) -> list[str]:
        """Violations of the content policy that browsers have reported to the server."""
        return [line for line in self.log.read_text().splitlines() if "content_policy_violation" in line]


@contextmanager
def running_site(home: Path, log: Path) -> Iterator[Site]:
    """Start everything on an empty folder, and stop it at the end."""
    home.mkdir(mode=0o711)
    log.parent.mkdir(parents=True, exist_ok=True)
    port = free_ports(1)[0]
    settings = LocalSettings.from_env({**os.environ, "CTZ_HOME": str(home), "CTZ_PORT": str(port)})
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    peloton = SimulatedPeloton(
        free_ports(1)[0], yesterday, dataclasses.replace(DEMO_ACCOUNT, workouts=WORKOUTS), latency_ms=_LATENCY_MS
    )
    with log.open("w", encoding="utf-8") as stream:
        console = Console(stream)
        with running(settings, Mode.DEMO, console, peloton.additions()) as run:
            yield Site(run.system.public_url, run.system.front_port, peloton, log)


def last_lines(log: Path) -> str:
    """The end of what the processes wrote."""
    return "\n".join(log.read_text().splitlines()[-_SHOWN_LINES:]) if log.exists() else ""
