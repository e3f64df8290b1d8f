"""What keeps a service's plumbing tidy: hourly sweeps, and dead letters that get all their attempts back."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa

from ctz_chassis import inbox
from ctz_chassis.broker.ports import DeadLetter, DeadLetters
from ctz_chassis.db import Database, DatabaseUnavailable

logger = logging.getLogger(__name__)

Sweep = Callable[[sa.Connection], int]
"""Deletes some of what is too old, and returns how many rows; called again at once until it returns 0."""


class Housekeeping:
    """Runs every sweep soon after the start and once an hour from then on, each round in a transaction of its own."""

    def __init__(
        self,
        database: Database,
        sweeps: Mapping[str, Sweep],
        *,
        first_seconds: float = 60,
        every_seconds: float = 3_600,
    ) -> None:
        """The first time comes soon, because a machine at home may never be up for an hour."""
        self._database = database
        self._sweeps = dict(sweeps)
        self._first_seconds = first_seconds
        self._every_seconds = every_seconds

    def run(self, stop: threading.Event) -> None:
        """Sweep until `stop` is set."""
        pause = self._first_seconds
        while not stop.wait(pause):
            self.sweep(stop)
            pause = self._every_seconds

    def sweep(self, stop: threading.Event) -> dict[str, int]:
        """Sweep now; return how many rows went, by sweep. One that fails is left to the next time, the others go on."""
        return {name: self._exhaust(name, sweep, stop) for name, sweep in self._sweeps.items()}

    def _exhaust(self, name: str, sweep: Sweep, stop: threading.Event) -> int:
        total = 0
        try:
            while not stop.is_set() and (swept := self._database.run(sweep)):
                total += swept
        except DatabaseUnavailable as error:
            logger.warning("sweep_skipped", extra={"sweep": name, "cause": repr(error)})
        except Exception:  # one of the edges: logged once, and tried again the next time
            logger.exception("sweep_failed", extra={"sweep": name})
        return total


class RevivingDeadLetters:
    """Dead letters of a consumer whose replay lets the consumer forget how often it had tried; every act is logged."""

    def __init__(self, letters: DeadLetters, database: Database, inbox_table: sa.Table, consumer: str) -> None:
        self._letters = letters
        self._database = database
        self._inbox = inbox_table
        self._consumer = consumer

    def list(self, limit: int = 100) -> Sequence[DeadLetter]:
        """Return the oldest ones, leaving them where they are."""
        return self._letters.list(limit)

    def replay(self, keys: Sequence[str] | None = None) -> Sequence[DeadLetter]:
        """Put these, or all, back into their queue, with all their attempts."""
        # Forgotten first: the consumer may have the event before the broker answers here.
        waiting = [letter for letter in self._letters.list(_ALL) if keys is None or letter.key in keys]
        event_ids = [letter.event_id for letter in waiting if letter.event_id is not None]
        with self._database.begin() as connection:
            inbox.forget_starts(connection, self._inbox, self._consumer, event_ids)
        return self._logged("dead_letter_replayed", self._letters.replay([letter.key for letter in waiting]))

    def discard(self, keys: Sequence[str]) -> Sequence[DeadLetter]:
        """Delete these for good."""
        return self._logged("dead_letter_discarded", self._letters.discard(keys))

    def close(self) -> None:
        """Let go of the connections."""
        self._letters.close()
        self._database.close()

    def _logged(self, what: str, letters: Sequence[DeadLetter]) -> Sequence[DeadLetter]:
        for letter in letters:
            facts = {"consumer": self._consumer, "key": letter.key, "event_id": str(letter.event_id)}
            logger.info(what, extra=facts | {"event_type": letter.type, "reason": letter.reason})
        return letters


_ALL = 100_000
