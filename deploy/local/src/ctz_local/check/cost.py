"""What a run costs the machine: processor time of the whole system, and of the simulator apart."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ctz_local.procfs import family

_TICKS: Final = os.sysconf("SC_CLK_TCK")
# Fields of /proc/<pid>/stat after the command: user and system time, own and of children that were waited for.
_TIMES: Final = slice(11, 15)


@dataclass(frozen=True, slots=True)
class CPUSeconds:
    """Processor seconds so far: of the product with its servers, and of the simulator."""

    product: float
    simulator: float

    def since(self, before: "CPUSeconds") -> "CPUSeconds":
        """Return what was used in between."""
        return CPUSeconds(self.product - before.product, self.simulator - before.simulator)


def cpu_seconds(product: Iterable[int], simulator: Iterable[int]) -> CPUSeconds:
    """Measure processes and their descendants."""
    return CPUSeconds(_of(product), _of(simulator))


def _of(roots: Iterable[int]) -> float:
    return sum(_ticks(pid) for pid in family(roots)) / _TICKS


def _ticks(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    return sum(int(ticks) for ticks in text.rpartition(")")[2].split()[_TIMES])
