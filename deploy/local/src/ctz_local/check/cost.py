"""What a run costs the machine: processor time of every process with its descendants."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ctz_local.procfs import family

_TICKS: Final = os.sysconf("SC_CLK_TCK")
# Fields of /proc/<pid>/stat after the command: user and system time, own and of children that were waited for.
_TIMES: Final = slice(11, 15)


def cpu_seconds(roots: Mapping[str, int]) -> dict[str, float]:
    """Measure the processor seconds so far, by the names of the processes."""
    return {name: sum(map(_ticks, family([pid]))) / _TICKS for name, pid in roots.items()}


def since(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """Return what was used in between, most first; a process that was restarted counts from its start."""
    used = {name: round(seconds - min(seconds, before.get(name, 0.0)), 1) for name, seconds in after.items()}
    return dict(sorted(used.items(), key=lambda item: -item[1]))


def _ticks(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    return sum(int(ticks) for ticks in text.rpartition(")")[2].split()[_TIMES])
