"""The threads that read files, make zips and merge what is certain: asleep while nothing waits, woken by Postgres."""

import logging
import threading
from typing import Protocol

from ctz_chassis.backoff import pause_seconds
from ctz_chassis.db import Database, DatabaseUnavailable
from ctz_chassis.listener import Listener
from ctz_workouts.app.importing import Stopping
from ctz_workouts.store.tables import SCHEMA

logger = logging.getLogger(__name__)

CHANNEL = f"{SCHEMA}.transfer"
POLL_SECONDS = 10.0
"""How late work whose worker died is noticed, beyond its lease."""
_LONGEST_PAUSE_SECONDS = 5.0


class Work(Protocol):
    """Something that is done piece by piece."""

    @property
    def database(self) -> Database:
        """Where it waits."""
        ...

    def run_once(self, stop: Stopping) -> bool:
        """Do one piece; False when none waits."""
        ...


def run(work: Work, stop: threading.Event) -> None:
    """Work until `stop` is set, through outages of Postgres."""
    listener = Listener(work.database.engine, CHANNEL)
    failures = 0
    try:
        while not stop.is_set():
            try:
                if not work.run_once(stop):
                    listener.wait(POLL_SECONDS, stop)
                failures = 0
            except DatabaseUnavailable as error:
                failures += 1
                logger.warning("transfer_paused", extra={"failures": failures, "cause": repr(error)})
                stop.wait(pause_seconds(failures, first=0.2, longest=_LONGEST_PAUSE_SECONDS))
    finally:
        listener.close()
