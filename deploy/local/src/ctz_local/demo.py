"""The demo: a simulated Peloton beside the product, with a rider whose history waits to be synced, and mates."""

import dataclasses
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from ctz_local.children import ProcessSpec, http_ready
from ctz_local.environment import inherited_environment
from ctz_local.errors import CommandFailed
from ctz_local.ports import LOOPBACK, free_ports
from ctz_local.rider import DEMO_MATES, SimulatedRider
from ctz_local.secrets import write_private
from ctz_local.services import PELOTON_SYNC
from ctz_local.supervisor import Extra

_STAGE: Final = 0
# The simulator needs no politeness: these rates show a whole history within minutes.
_CALLS_PER_SECOND: Final = "40"
# The whole library within two minutes of the first sync.
_LIBRARY_CALLS: Final = "20"
_CONCURRENCY: Final = "4"
_DEMO_WORKOUTS: Final = 4_000
_PEOPLE_SECONDS: Final = 300.0
# What the demo rider has at the simulated Peloton; the password opens nothing else.
DEMO_ACCOUNT: Final = SimulatedRider("demo-rider", "demo-rider-at-peloton", _DEMO_WORKOUTS, seed=7)
_MATES: Final = tuple(mate.account for mate in DEMO_MATES)
# The simulator's own name and password for the member whose history is a folder of recordings.
_REPLAYED: Final = SimulatedRider("replay", "simulated-password", workouts=0, seed=0)


@dataclass(frozen=True, slots=True)
class SimulatedPeloton:
    """A simulator process: the rider with a history up to the day `ends_on`, mates, or a folder of recordings."""

    port: int
    ends_on: date
    rider: SimulatedRider = DEMO_ACCOUNT
    mates: tuple[SimulatedRider, ...] = ()
    replay: Path | None = None
    latency_ms: int = 0

    @classmethod
    def for_demo(cls, home: Path) -> "SimulatedPeloton":
        """Place the demo's on a free port; its history ends where it ended at the first start."""
        return cls(free_ports(1)[0], _remembered_end(home), mates=_MATES)

    @classmethod
    def for_check(cls, *, workouts: int, replay: Path | None, latency_ms: int) -> "SimulatedPeloton":
        """Place one on a free port, with so many workouts unless it replays recordings."""
        port, ends_on = free_ports(1)[0], yesterday()
        if replay is not None:
            return cls(port, ends_on, _REPLAYED, replay=replay, latency_ms=latency_ms)
        return cls(port, ends_on, dataclasses.replace(DEMO_ACCOUNT, workouts=workouts), _MATES, latency_ms=latency_ms)

    @property
    def url(self) -> str:
        """Where it serves both the sign-in pages and the API."""
        return f"http://{LOOPBACK}:{self.port}"

    def additions(self) -> Extra:
        """Return the process, and what peloton-sync must know of it."""
        knobs = json.dumps({"latency_ms": self.latency_ms})
        command = [sys.executable, "-m", "ctz_simulator", "--port", str(self.port), "--knobs", knobs]
        if self.replay is not None:
            command += ["--replay", str(self.replay)]
        else:
            command += [part for one in (self.rider, *self.mates) for part in ("--rider", one.as_argument())]
            command += ["--ends-on", self.ends_on.isoformat()]
        is_ready = http_ready(self.port, "/_sim/health")
        spec = ProcessSpec("simulator", tuple(command), inherited_environment(), is_ready, self.port, _STAGE)
        prefix = PELOTON_SYNC.prefix
        return Extra(
            (spec,),
            {
                PELOTON_SYNC: {
                    f"{prefix}API_URL": self.url,
                    f"{prefix}AUTH_URL": self.url,
                    f"{prefix}RATE_FLEET": _CALLS_PER_SECOND,
                    f"{prefix}RATE_ACCOUNT": _CALLS_PER_SECOND,
                    f"{prefix}LIBRARY_BATCH": _LIBRARY_CALLS,
                    f"{prefix}CONCURRENCY": _CONCURRENCY,
                }
            },
        )


def prepare_rider(home: Path, peloton: SimulatedPeloton, *, says_yes_to_ftp: bool) -> None:
    """Have the demo rider signed up and connected; raises CommandFailed with the reason."""
    rider = peloton.rider
    _prepare(home, "rider", rider.username, rider.password, *(("--ftp",) if says_yes_to_ftp else ()))


def prepare_mates(home: Path, peloton: SimulatedPeloton, *, is_sync_awaited: bool) -> None:
    """Have an administrator, a challenge, and mates in it; raises CommandFailed with the reason."""
    _prepare(home, "mates", peloton.ends_on.isoformat(), *(("--wait",) if is_sync_awaited else ()))


def _prepare(home: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "ctz_local.demo_people", str(home), *arguments]
    done = subprocess.run(
        command, env=inherited_environment(), capture_output=True, text=True, timeout=_PEOPLE_SECONDS, check=False
    )
    if done.returncode:
        raise CommandFailed("ctz_local.demo_people", done.returncode, done.stderr)


def _remembered_end(home: Path) -> date:
    """Return the last day of the demo's history: chosen once, since another one would be another history."""
    file = home / "demo.json"
    try:
        return date.fromisoformat(json.loads(file.read_text())["ends_on"])
    except (OSError, ValueError, KeyError, TypeError):
        ends_on = yesterday()
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
        write_private(file, json.dumps({"ends_on": ends_on.isoformat()}).encode())
        return ends_on


def yesterday() -> date:
    """Return the last day that is over everywhere west of Greenwich: no workout may lie in the future."""
    return (datetime.now(UTC) - timedelta(days=1)).date()
