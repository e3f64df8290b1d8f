"""Reading files in a process of its own, which may die: then what it was reading is told as a problem."""

import logging
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from ctz_workouts.formats import frames
from ctz_workouts.formats.errors import TookTooLong
from ctz_workouts.formats.reading import Item, Opened, Sniffed

logger = logging.getLogger(__name__)

MODULE = "ctz_workouts.formats.child"
_MOST_DEATHS = 20
"""A zip with more files that kill their reader is not read to its end."""
_KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class ReadingProcess:
    """Starts one process a file, and another behind an entry of a zip that killed the one before."""

    silence_seconds: float
    """So long the process may say nothing; then it is ended."""

    def read(self, file: IO[bytes], zone: str) -> Iterator[Opened | Sniffed | Item]:
        """Everything in a file."""
        first_place = 0
        for _ in range(_MOST_DEATHS):
            at: Opened | None = None
            for said in self._read_from(file, zone, first_place):
                if said is None:
                    break
                at = said if isinstance(said, Opened) else at
                yield said
            else:
                return
            yield TookTooLong(at.name if at is not None else "")
            if at is None or at.left <= 1:
                return
            first_place = at.place + 1
        yield TookTooLong()

    def _read_from(self, file: IO[bytes], zone: str, first_place: int) -> Iterator[Opened | Sniffed | Item | None]:
        """What one process says; none as the last where it died."""
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        command = [sys.executable, "-I", "-m", MODULE, zone or "UTC", str(first_place)]
        environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
        with subprocess.Popen(
            command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, cwd="/"
        ) as process:
            try:
                if process.stdout is not None:
                    yield from frames.read(_Timed(process.stdout.fileno(), self.silence_seconds))
            except frames.FramesBroken:
                process.kill()
                logger.warning("reading_process_died", extra={"status": process.wait()})
                yield None
            finally:
                process.kill()


class _Timed:
    """The end of a pipe that gives up when nothing comes."""

    def __init__(self, descriptor: int, silence_seconds: float) -> None:
        self._descriptor = descriptor
        self._silence_seconds = silence_seconds

    def read(self, size: int) -> bytes:
        """So many bytes, or fewer where there are no more, or not in time."""
        parts, missing = [], size
        deadline = time.monotonic() + self._silence_seconds
        while missing:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._descriptor], [], [], left)[0]:
                break
            part = os.read(self._descriptor, missing)
            if not part:
                break
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)
