"""The thread that recomputes: asleep while nothing waits, woken by Postgres."""

import logging
import threading

from ctz_chassis.backoff import pause_seconds
from ctz_chassis.db import DatabaseUnavailable
from ctz_chassis.listener import Listener
from ctz_workouts.app.recompute import Recomputing
from ctz_workouts.store.tasks import CHANNEL

logger = logging.getLogger(__name__)

POLL_SECONDS = 10.0
"""How late a task whose worker died is noticed, beyond its lease."""
_LONGEST_PAUSE_SECONDS = 5.0


def run(recomputing: Recomputing, stop: threading.Event) -> None:
    """Carry out tasks until `stop` is set, through outages of Postgres."""
    listener = Listener(recomputing.database.engine, CHANNEL)
    failures = 0
    try:
        while not stop.is_set():
            try:
                if not recomputing.run_once():
                    listener.wait(POLL_SECONDS, stop)
                failures = 0
            except DatabaseUnavailable as error:
                failures += 1
                logger.warning("recompute_paused", extra={"failures": failures, "cause": repr(error)})
                stop.wait(pause_seconds(failures, first=0.2, longest=_LONGEST_PAUSE_SECONDS))
    finally:
        listener.close()
