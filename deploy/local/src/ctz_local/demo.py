"""The demo: a simulated Peloton beside the product, with one rider whose history waits to be synced."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ctz_local.children import ProcessSpec, http_ready
from ctz_local.ports import LOOPBACK, free_ports
from ctz_local.services import PELOTON_SYNC
from ctz_local.supervisor import Extra

_STAGE: Final = 0
# The simulator needs no politeness: these rates show a whole history within minutes.
_CALLS_PER_SECOND: Final = "40"
_CONCURRENCY: Final = "4"


@dataclass(frozen=True, slots=True)
class SimulatedRider:
    """A member of the simulated Peloton: sign-in, number of workouts, and the seed of the history."""

    username: str = "demo-rider"
    password: str = "demo-rider-at-peloton"  # noqa: S105 (it opens nothing but the simulator)
    workouts: int = 4_000
    seed: int = 7

    def as_argument(self) -> str:
        """Write it as the simulator's command line wants it."""
        return f"{self.username}:{self.password}:{self.workouts}:{self.seed}"


@dataclass(frozen=True, slots=True)
class SimulatedPeloton:
    """A simulator process: riders, or a folder of recordings."""

    port: int
    riders: tuple[SimulatedRider, ...] = (SimulatedRider(),)
    replay: Path | None = None
    knobs: str = "{}"

    @classmethod
    def on_free_port(
        cls, *, workouts: int = 4_000, replay: Path | None = None, knobs: str = "{}"
    ) -> "SimulatedPeloton":
        """Place it on a free port, with one rider of so many workouts unless it replays recordings."""
        riders = () if replay is not None else (SimulatedRider(workouts=workouts),)
        return cls(free_ports(1)[0], riders, replay, knobs)

    @property
    def url(self) -> str:
        """Where it serves both the sign-in pages and the API."""
        return f"http://{LOOPBACK}:{self.port}"

    def additions(self, environment: dict[str, str]) -> Extra:
        """Return the process, and what peloton-sync must know of it; `environment` is the process's own."""
        command = [sys.executable, "-m", "ctz_simulator", "--port", str(self.port), "--knobs", self.knobs]
        for rider in self.riders:
            command += ["--rider", rider.as_argument()]
        if self.replay is not None:
            command += ["--replay", str(self.replay)]
        spec = ProcessSpec(
            "simulator", tuple(command), environment, http_ready(self.port, "/_sim/health"), self.port, _STAGE
        )
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
