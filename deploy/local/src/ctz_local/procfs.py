"""Processes as the kernel shows them: identity, family and memory."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """A process that cannot be mistaken for a later one with the same number (`start_ticks` since boot)."""

    pid: int
    start_ticks: int

    def is_alive(self) -> bool:
        """Whether exactly this process still executes (a zombie does not)."""
        stat = _read_stat(self.pid)
        return stat is not None and stat.start_ticks == self.start_ticks and stat.state not in "ZX"


@dataclass(frozen=True, slots=True)
class _Stat:
    state: str
    parent: int
    start_ticks: int


def _read_stat(pid: int) -> _Stat | None:
    try:
        text = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    # The command name stands in parentheses and may itself hold spaces and parentheses: proc(5).
    fields = text.rpartition(")")[2].split()
    return _Stat(state=fields[0], parent=int(fields[1]), start_ticks=int(fields[19]))


def identify(pid: int) -> ProcessIdentity | None:
    """Return the identity of a process that runs now; None when there is none (or only a zombie)."""
    stat = _read_stat(pid)
    if stat is None or stat.state in "ZX":
        return None
    return ProcessIdentity(pid, stat.start_ticks)


def is_zombie(pid: int) -> bool:
    """Whether the process is dead and only waits to be reaped."""
    stat = _read_stat(pid)
    return stat is not None and stat.state in "ZX"


def family(roots: Iterable[int]) -> list[int]:
    """Return the given processes and all their descendants, each once, parents first."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in _PROC.iterdir():
        if entry.name.isdecimal() and (stat := _read_stat(int(entry.name))) is not None:
            children[stat.parent].append(int(entry.name))
    found: dict[int, None] = {}
    waiting = list(roots)
    while waiting:
        pid = waiting.pop(0)
        if pid not in found:
            found[pid] = None
            waiting.extend(children[pid])
    return list(found)


def pss_bytes(pids: Iterable[int]) -> int:
    """Sum the proportional set size: a shared page counts by its share; processes that cannot be read count 0."""
    total = 0
    for pid in pids:
        try:
            lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total
