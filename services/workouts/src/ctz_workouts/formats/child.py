"""The process that reads one file: `python -m ctz_workouts.formats.child`. The file is its input, frames its output.

It reads what strangers made, so it may have little: memory, processor time, no file to write, and it knows no secret.
"""

import resource
import sys
from datetime import UTC, datetime

from ctz_workouts.formats import frames
from ctz_workouts.formats.reading import Opened, Reader
from ctz_workouts.formats.zones_of_time import rider_zone

MEMORY_BYTES = 128 * 1024 * 1024
CPU_SECONDS = 20
"""For one file, or one of a zip."""
_OPEN_FILES = 16


def main(arguments: list[str]) -> int:
    """Read standard input and say what is in it: arguments are the rider's zone and the first entry of a zip."""
    zone, first_place = arguments
    _limit()
    reader = Reader(datetime.now(UTC), rider_zone(zone))
    file, out = open(0, "rb", closefd=False), sys.stdout.buffer  # noqa: SIM115 - lives as long as the process
    for said in reader.read(file, int(first_place)):
        if isinstance(said, Opened):
            _grant_time()
        frames.write(said, out)
    frames.write(None, out)
    return 0


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    _grant_time()


def _grant_time() -> None:
    """So much processor time from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_SECONDS, hard))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
