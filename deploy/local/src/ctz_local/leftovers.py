"""What a killed predecessor left running: each process is recorded in a file, so that the next start can end it."""

import contextlib
import json
import os
import signal
import time
from pathlib import Path

from ctz_local.procfs import ProcessIdentity, family, identify
from ctz_local.waiting import wait_until


def remember(record: Path, pid: int) -> None:
    """Write down that `pid` serves this folder."""
    identity = identify(pid)
    if identity is not None:
        text = json.dumps({"pid": identity.pid, "start_ticks": identity.start_ticks})
        temporary = record.with_suffix(".new")
        temporary.write_text(text)
        temporary.replace(record)


def recorded(record: Path) -> ProcessIdentity | None:
    """Return the process of the record, when it still runs."""
    try:
        data = json.loads(record.read_text())
        identity = ProcessIdentity(int(data["pid"]), int(data["start_ticks"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return identity if identity.is_alive() else None


def end_recorded(record: Path, *, first_signal: signal.Signals, grace_seconds: float) -> bool:
    """End the recorded process and its descendants: politely, then by force. True when there was one."""
    identity = recorded(record)
    if identity is not None:
        members = [member for pid in family([identity.pid]) if (member := identify(pid)) is not None]
        _send(identity, first_signal)
        if not wait_until(lambda: not identity.is_alive(), timeout_seconds=grace_seconds):
            _send(identity, signal.SIGKILL)
        if not wait_until(lambda: not any(member.is_alive() for member in members), timeout_seconds=5):
            for member in members:
                _send(member, signal.SIGKILL)
            wait_until(lambda: not any(member.is_alive() for member in members), timeout_seconds=5)
    record.unlink(missing_ok=True)
    return identity is not None


def end_all_recorded(folder: Path, *, grace_seconds: float) -> int:
    """End every process that is recorded in the folder, all at once; return how many there were."""
    records = list(folder.glob("*.json"))
    for record in records:
        identity = recorded(record)
        if identity is not None:
            _send(identity, signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    return sum(
        end_recorded(record, first_signal=signal.SIGTERM, grace_seconds=max(0.0, deadline - time.monotonic()))
        for record in records
    )


def _send(identity: ProcessIdentity, number: signal.Signals) -> None:
    if identity.is_alive():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(identity.pid, number)
