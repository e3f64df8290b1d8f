"""The demo: a simulated Peloton beside the product, with one rider whose history waits to be synced."""

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
from ctz_local.secrets import write_private
from ctz_local.services import PELOTON_SYNC
from ctz_local.supervisor import Extra

_STAGE: Final = 0
# The simulator needs no politeness: these rates show a whole history within minutes.
_CALLS_PER_SECOND: Final = "40"
_CONCURRENCY: Final = "4"
_DEMO_WORKOUTS: Final = 4_000
_RIDER_SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True)
class SimulatedRider:
    """A member of the simulated Peloton: sign-in, number of workouts, and the seed of the history."""

    username: str = "demo-rider"
    password: str = "demo-rider-at-peloton"  # noqa: S105 (it opens nothing but the simulator)
    workouts: int = _DEMO_WORKOUTS
    seed: int = 7

    def as_argument(self) -> str:
        """Write it as the simulator's command line wants it."""
        return f"{self.username}:{self.password}:{self.workouts}:{self.seed}"


# The simulator's own name and password for the member whose history is a folder of recordings.
_REPLAYED: Final = SimulatedRider("replay", "simulated-password", workouts=0)


@dataclass(frozen=True, slots=True)
class SimulatedPeloton:
    """A simulator process with one member: generated up to the day `ends_on`, or a folder of recordings."""

    port: int
    ends_on: date
    rider: SimulatedRider = SimulatedRider()
    replay: Path | None = None
    latency_ms: int = 0

    @classmethod
    def for_demo(cls, home: Path) -> "SimulatedPeloton":
        """Place the demo's on a free port; its history ends where it ended at the first start."""
        return cls(free_ports(1)[0], _remembered_end(home))

    @classmethod
    def for_check(cls, *, workouts: int, replay: Path | None, latency_ms: int) -> "SimulatedPeloton":
        """Place one on a free port, with so many workouts unless it replays recordings."""
        rider = _REPLAYED if replay is not None else SimulatedRider(workouts=workouts)
        return cls(free_ports(1)[0], _yesterday(), rider, replay, latency_ms)

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
            command += ["--rider", self.rider.as_argument(), "--ends-on", self.ends_on.isoformat()]
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
                    f"{prefix}CONCURRENCY": _CONCURRENCY,
                }
            },
        )


def prepare_rider(home: Path, peloton: SimulatedPeloton, *, says_yes_to_ftp: bool) -> None:
    """Have the demo rider signed up and connected; raises CommandFailed with the reason."""
    rider = peloton.rider
    command = [sys.executable, "-m", "ctz_local.demo_rider", str(home), rider.username, rider.password]
    command += ["--ftp"] if says_yes_to_ftp else []
    done = subprocess.run(
        command, env=inherited_environment(), capture_output=True, text=True, timeout=_RIDER_SECONDS, check=False
    )
    if done.returncode:
        raise CommandFailed("ctz_local.demo_rider", done.returncode, done.stderr)


def _remembered_end(home: Path) -> date:
    """Return the last day of the demo's history: chosen once, since another one would be another history."""
    file = home / "demo.json"
    try:
        return date.fromisoformat(json.loads(file.read_text())["ends_on"])
    except (OSError, ValueError, KeyError, TypeError):
        ends_on = _yesterday()
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
        write_private(file, json.dumps({"ends_on": ends_on.isoformat()}).encode())
        return ends_on


def _yesterday() -> date:
    """Return the last day that is over everywhere west of Greenwich: no workout may lie in the future."""
    return (datetime.now(UTC) - timedelta(days=1)).date()
