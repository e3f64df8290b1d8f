"""Folders of ephemeral servers, in memory where the machine allows it; the next run sweeps what a killed one left."""

import json
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
_OWNER: Final = "owner.json"


def make_scratch() -> Path:
    """Make a folder which server accounts can enter; syncing costs nothing where it lies in memory."""
    parent = _parent()
    for folder in parent.glob(f"{_PREFIX}{os.getuid()}-*"):
        if not _owner_lives(folder):
            remove_scratch(folder)
    scratch = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getuid()}-", dir=parent))
    scratch.chmod(0o711)
    me = identify(os.getpid())
    start_ticks = me.start_ticks if me is not None else 0
    (scratch / _OWNER).write_text(json.dumps({"pid": os.getpid(), "start_ticks": start_ticks}))
    return scratch


def remove_scratch(scratch: Path) -> None:
    """End every server that still runs in the folder, and remove it."""
    for record in scratch.glob("*/*.json"):
        if record.name in ("process.json", "server.json", "epmd.json"):
            end_recorded(record, first_signal=signal.SIGQUIT, grace_seconds=5)
    shutil.rmtree(scratch, ignore_errors=True)


def _parent() -> Path:
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _NEEDED_BYTES:
        return _MEMORY
    return Path(tempfile.gettempdir())


def _owner_lives(scratch: Path) -> bool:
    try:
        owner = json.loads((scratch / _OWNER).read_text())
        return ProcessIdentity(owner["pid"], owner["start_ticks"]).is_alive()
    except (OSError, ValueError, KeyError):
        return False
