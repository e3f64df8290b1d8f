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
from ctz_local.rider import DEMO_MATES
from ctz_local.runs import running
from ctz_local.settings import LocalSettings
from ctz_local.supervisor import Mode

WORKOUTS: Final = 150
# Slow enough that the first sync can be watched.
_LATENCY_MS: Final = 400
_SHOWN_LINES: Final = 60
_MATES: Final = tuple(mate.account for mate in DEMO_MATES)


@dataclass(frozen=True, slots=True)
class Site:
    """A running system: `origin` is the address of its pages, `log` what its processes write."""

    origin: str
    home: Path
    front_port: int
    peloton: SimulatedPeloton
    log: Path

    def violations(self) -> list[str]:
        """Violations of the content policy that browsers have reported to the server."""
        return [line for line in self.log.read_text().splitlines() if "content_policy_violation" in line]


@contextmanager
def running_site(home: Path, log: Path, *, latency_ms: int = _LATENCY_MS) -> Iterator[Site]:
    """Start everything on an empty folder, and stop it at the end; each call to Peloton takes so long."""
    home.mkdir(mode=0o711)
    log.parent.mkdir(parents=True, exist_ok=True)
    port = free_ports(1)[0]
    settings = LocalSettings.from_env({**os.environ, "CTZ_HOME": str(home), "CTZ_PORT": str(port)})
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    account = dataclasses.replace(DEMO_ACCOUNT, workouts=WORKOUTS)
    peloton = SimulatedPeloton(free_ports(1)[0], yesterday, account, mates=_MATES, latency_ms=latency_ms)
    with log.open("w", encoding="utf-8") as stream:
        console = Console(stream)
        with running(settings, Mode.DEMO, console, peloton.additions()) as run:
            yield Site(run.system.public_url, home, run.system.front_port, peloton, log)


def last_lines(log: Path) -> str:
    """The end of what the processes wrote."""
    return "\n".join(log.read_text().splitlines()[-_SHOWN_LINES:]) if log.exists() else ""
