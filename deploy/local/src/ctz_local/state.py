"""What a running supervisor tells the commands beside it: one file, and the lock that says whether it is true."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from ctz_local.errors import AlreadyRunning
from ctz_local.secrets import write_private


@dataclass(frozen=True, slots=True)
class RunState:
    """Where everything of one run is; `broker_urls` by service name."""

    pid: int
    mode: str
    public_url: str
    status_port: int
    front_port: int
    database_dsn: str
    broker_kind: str
    broker_urls: dict[str, str]
    ports: dict[str, int]

    def write(self, home: Path) -> None:
        """Publish it (it holds passwords: for the owner's eyes only)."""
        write_private(_state_file(home), json.dumps(asdict(self)).encode())

    @classmethod
    def read(cls, home: Path) -> Self | None:
        """Return the state of the supervisor that runs on this folder; None when none does."""
        if not is_held(home):
            return None
        try:
            return cls(**json.loads(_state_file(home).read_text()))
        except (OSError, ValueError, TypeError):
            return None


def _state_file(home: Path) -> Path:
    return home / "run" / "state.json"


def processes_folder(home: Path) -> Path:
    """Return where the running processes are recorded, for the start after a kill."""
    return home / "run" / "processes"


def _lock_file(home: Path) -> Path:
    return home / "run" / "lock"


@contextmanager
def hold(home: Path) -> Iterator[None]:
    """Be the only supervisor of this folder, or raise AlreadyRunning. The kernel frees the lock of the dead."""
    prepare_home(home)
    with _lock_file(home).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            state = RunState.read(home)
            pid, url = (state.pid, state.public_url) if state else (_pid_in(file.name), "")
            raise AlreadyRunning(home, pid, url) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            _state_file(home).unlink(missing_ok=True)


def is_held(home: Path) -> bool:
    """Tell whether a supervisor runs on this folder."""
    with suppress(OSError), _lock_file(home).open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def holder_pid(home: Path) -> int | None:
    """Return the process of the supervisor that runs on this folder."""
    return _pid_in(str(_lock_file(home))) if is_held(home) else None


def prepare_home(home: Path) -> None:
    """Make the state folder: others may pass through it (server accounts must), and read nothing in it."""
    home.mkdir(mode=0o711, parents=True, exist_ok=True)
    (home / "run").mkdir(mode=0o700, exist_ok=True)
    processes_folder(home).mkdir(mode=0o700, exist_ok=True)


def _pid_in(path: str) -> int:
    try:
        return int(Path(path).read_text() or 0)
    except (OSError, ValueError):
        return 0
