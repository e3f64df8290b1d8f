"""Idle workers wait here; a NOTIFY of Postgres ends the wait."""

import threading

import sqlalchemy as sa

from ctz_chassis.listener import Listener

LISTEN_SECONDS = 30.0


class Wake:
    """One bell for all worker threads of a process."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rings = 0

    def ring(self) -> None:
        """Let everybody look for work."""
        with self._condition:
            self._rings += 1
            self._condition.notify_all()

    def rings(self) -> int:
        """How often it rang; taken before looking for work, so that a ring in between is not missed."""
        with self._condition:
            return self._rings

    def wait(self, seen: int, seconds: float) -> None:
        """Wait for a ring after `seen`, at most so long."""
        with self._condition:
            self._condition.wait_for(lambda: self._rings != seen, timeout=seconds)


def listen(engine: sa.Engine, channel: str, wake: Wake, stop: threading.Event) -> None:
    """Ring whenever Postgres says that there is work; for a thread of its own."""
    listener = Listener(engine, channel)
    try:
        while not stop.is_set():
            if listener.wait(LISTEN_SECONDS, stop):
                wake.ring()
    finally:
        listener.close()
