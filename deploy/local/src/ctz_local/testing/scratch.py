"""Folders of ephemeral servers, in memory where the machine allows it; the next run sweeps what a killed one left.

Whose a folder is stands in its name, which it has from its first moment: another run that sweeps just then leaves it.
"""

import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Final

from ctz_local.leftovers import end_recorded
from ctz_local.procfs import ProcessIdentity, identify

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 (a memory file system; every folder made there is random and owned)
_NEEDED_BYTES: Final = 2 << 30
_PREFIX: Final = "ctz-test-"


def make_scratch(parent: Path) -> Path:
    """Make a folder which server accounts can enter, and sweep those beside it whose owners have ended."""
    prefix = f"{_PREFIX}{os.getuid()}-"
    for folder in parent.glob(f"{prefix}*"):
        if not _owner_lives(folder.name.removeprefix(prefix)):
            remove_scratch(folder)
    me = identify(os.getpid())
    owner = f"{os.getpid()}-{me.start_ticks if me is not None else 0}"
    scratch = Path(tempfile.mkdtemp(prefix=f"{prefix}{owner}-", dir=parent))
    scratch.chmod(0o711)
    return scratch


def remove_scratch(scratch: Path) -> None:
    """End every server that still runs in the folder, and remove it."""
    for record in scratch.glob("*/*.json"):
        if record.name in ("process.json", "server.json", "epmd.json"):
            end_recorded(record, first_signal=signal.SIGQUIT, grace_seconds=5)
    shutil.rmtree(scratch, ignore_errors=True)


def fast_parent() -> Path:
    """Where folders are best made: syncing costs nothing in memory."""
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _NEEDED_BYTES:
        return _MEMORY
    return Path(tempfile.gettempdir())


def _owner_lives(owner: str) -> bool:
    pid, start_ticks, _ = [*owner.split("-"), "", ""][:3]
    return pid.isdecimal() and start_ticks.isdecimal() and ProcessIdentity(int(pid), int(start_ticks)).is_alive()
