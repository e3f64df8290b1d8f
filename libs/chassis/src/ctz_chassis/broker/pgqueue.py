"""A queue table in Postgres behind the ports: what was acknowledged is never lost, what was not comes again."""

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.backoff import pause_seconds
from ctz_chassis.broker.pgqueue_session import Session
from ctz_chassis.broker.pgqueue_tables import BINDING, MESSAGE, QUEUE, channel
from ctz_chassis.broker.ports import BrokerUnavailable, Handler, Outcome, QueueSpec, Together
from ctz_chassis.db import Database, DatabaseUnavailable, make_engine
from ctz_chassis.events import Event, to_headers
from ctz_chassis.listener import Listener

logger = logging.getLogger(__name__)

_LONGEST_PAUSE_SECONDS = 5.0


@lru_cache(maxsize=4096)
def matches(pattern: str, routing_key: str) -> bool:
    """Tell whether a topic pattern takes a routing key: `*` is one word, `#` is any number of words."""
    return _fits(tuple(pattern.split(".")), tuple(routing_key.split(".")))


def _fits(pattern: tuple[str, ...], words: tuple[str, ...]) -> bool:
    if not pattern:
        return not words
    first, rest = pattern[0], pattern[1:]
    if first == "#":
        return _fits(rest, words) or (bool(words) and _fits(pattern, words[1:]))
    return bool(words) and first in {"*", words[0]} and _fits(rest, words[1:])


def declare_queues(url: str, specs: Sequence[QueueSpec]) -> None:
    """Make queues and their bindings; raises `BrokerUnavailable` when Postgres does not answer."""
    database = Database(make_engine(url, application_name="broker declare", pool_size=1, max_overflow=0))
    try:
        with database.begin() as connection:
            for spec in specs:
                connection.execute(pg.insert(QUEUE).values(name=spec.name).on_conflict_do_nothing())
                wanted = [{"queue": spec.name, "pattern": pattern} for pattern in spec.bindings]
                if wanted:
                    connection.execute(pg.insert(BINDING).on_conflict_do_nothing(), wanted)
    except DatabaseUnavailable as error:
        raise BrokerUnavailable(str(error)) from error
    finally:
        database.close()


class PgPublisher:
    """Publishes by inserting one row for every queue that wants the event."""

    def __init__(self, url: str) -> None:
        self._database = Database(make_engine(url, application_name="publisher", pool_size=1, max_overflow=0))

    def publish(self, events: Sequence[Event]) -> list[Outcome]:
        """Publish in one transaction; its commit is the confirm."""
        try:
            with self._database.begin() as connection:
                return self._insert(connection, events)
        except DatabaseUnavailable as error:
            raise BrokerUnavailable(str(error)) from error

    @staticmethod
    def _insert(connection: sa.Connection, events: Sequence[Event]) -> list[Outcome]:
        bindings = connection.execute(sa.select(BINDING.c.queue, BINDING.c.pattern)).all()
        rows: list[dict[str, Any]] = []
        outcomes = []
        for event in events:
            queues = {binding.queue for binding in bindings if matches(binding.pattern, event.type)}
            headers = to_headers(event)
            rows += [{"queue": queue, "headers": headers, "data": event.data} for queue in sorted(queues)]
            outcomes.append(Outcome.CONFIRMED if queues else Outcome.UNROUTABLE)
        if rows:
            connection.execute(sa.insert(MESSAGE), rows)
            told = sorted({channel(row["queue"]) for row in rows})
            names = sa.func.unnest(sa.literal(told, pg.ARRAY(sa.Text))).column_valued("name")
            connection.execute(sa.select(sa.func.pg_notify(names, "")))
        return outcomes

    def close(self) -> None:
        """Close the connection."""
        self._database.close()


class PgSubscription:
    """Consumes one queue: messages are leased, and a lease that is not renewed makes them come again."""

    def __init__(
        self,
        url: str,
        spec: QueueSpec,
        *,
        lease_seconds: float = 30,
        poll_seconds: float = 5,
        grace_seconds: float = 30,
    ) -> None:
        self._url = url
        self._spec = spec
        self._lease_seconds = lease_seconds
        self._poll_seconds = poll_seconds
        self._grace_seconds = grace_seconds
        self._heard_at: float | None = None

    def is_consuming(self, now: float) -> bool:
        """Tell whether Postgres answered lately."""
        heard_at = self._heard_at
        return heard_at is not None and now - heard_at <= 2 * max(self._poll_seconds, self._lease_seconds / 3)

    def run(self, handler: Handler, stop: threading.Event, together: Together | None = None) -> None:
        """Consume until `stop` is set, through outages of Postgres."""
        # Whatever a crash of the server takes back here is only delivered again.
        engine = make_engine(
            self._url, application_name=self._spec.name, pool_size=1, max_overflow=1, synchronous_commit=False
        )
        session = Session(Database(engine), self._spec, handler, together, timedelta(seconds=self._lease_seconds))
        listener = Listener(engine, channel(self._spec.name))
        with ExitStack() as stack:
            stack.callback(engine.dispose)
            stack.callback(listener.close)
            stack.callback(self._note_silence)
            stack.callback(session.leave, self._grace_seconds)
            self._loop(session, listener, stop)

    def _note_silence(self) -> None:
        self._heard_at = None

    def _loop(self, session: Session, listener: Listener, stop: threading.Event) -> None:
        failures, is_declared = 0, False
        while not stop.is_set():
            try:
                if not is_declared:
                    declare_queues(self._url, [self._spec])
                    is_declared = True
                seconds = session.turn(self._poll_seconds)
                self._heard_at = time.monotonic()
                failures = 0
                session.is_told |= listener.wait(seconds, stop, also=session.woken)
            except (DatabaseUnavailable, BrokerUnavailable) as error:
                failures += 1
                extra = {"queue": self._spec.name, "failures": failures, "cause": repr(error)}
                logger.warning("consumer_disconnected", extra=extra)
                stop.wait(pause_seconds(failures, first=0.2, longest=_LONGEST_PAUSE_SECONDS))
