"""Identifiers: UUID version 7 (RFC 9562, section 5.7), which sort by the time they were made."""

import secrets
import threading
import time
from uuid import UUID

_VERSION_7 = 0x7 << 76
_VARIANT_RFC = 0b10 << 62
_COUNTER_BITS = 42
_COUNTER_LIMIT = 1 << _COUNTER_BITS


class IdGenerator:
    """Makes UUIDs that grow strictly within one process, also when its clock steps back (RFC 9562, section 6.2)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._milliseconds = 0
        self._counter = 0

    def next(self) -> UUID:
        """Return a new id, greater than every id that this generator has given."""
        with self._lock:
            now = time.time_ns() // 1_000_000
            if now > self._milliseconds:
                self._milliseconds = now
                # The top bit stays clear, so that a millisecond has room for 2^41 ids.
                self._counter = secrets.randbits(_COUNTER_BITS - 1)
            else:
                self._counter += 1
            if self._counter == _COUNTER_LIMIT:
                self._milliseconds += 1
                self._counter = 0
            return _layout(self._milliseconds, self._counter, secrets.randbits(32))


def _layout(milliseconds: int, counter: int, tail: int) -> UUID:
    high, low = counter >> 30, counter & 0x3FFF_FFFF
    return UUID(int=milliseconds << 80 | _VERSION_7 | high << 64 | _VARIANT_RFC | low << 32 | tail)


# The only state of the chassis that belongs to a process: ids of one process must grow, whoever asks for them.
_process = IdGenerator()


def uuid7() -> UUID:
    """Return a new id, greater than every id that this process has made."""
    return _process.next()
