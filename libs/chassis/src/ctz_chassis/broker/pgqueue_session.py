"""What a consumer of the queue table holds between two waits: leased messages, and verdicts on their way."""

import math
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.broker.lane import Lane, Settled
from ctz_chassis.broker.pgqueue_tables import MESSAGE, channel
from ctz_chassis.broker.ports import Handler, QueueSpec, Together
from ctz_chassis.db import Database, DatabaseUnavailable
from ctz_chassis.events import Event, Poison, from_headers

_KEYS = pg.ARRAY(sa.BigInteger)
_M = MESSAGE.c


def is_one_of(keys: Sequence[int]) -> sa.ColumnElement[bool]:
    """Return the condition that picks these messages, as one parameter."""
    return _M.id == sa.any_(sa.literal(list(keys), _KEYS))


class Session:
    """Claims what it has room for, hands it to the handler's thread, and tells Postgres the verdicts."""

    def __init__(
        self, database: Database, spec: QueueSpec, handler: Handler, together: Together | None, lease: timedelta
    ) -> None:
        self._database = database
        self._spec = spec
        self._lease = lease
        self._wake_up, self.woken = socket.socketpair()
        self._wake_up.setblocking(False)  # noqa: FBT003 (the standard library takes it by position)
        self.woken.setblocking(False)  # noqa: FBT003 (the standard library takes it by position)
        self._lane = Lane(handler, together, name=spec.name, retry_seconds=spec.retry_seconds, wake=self._wake)
        self._keys: set[int] = set()
        self._verdicts: list[Settled] = []
        self._claim_statement = _claim_statement(spec.name, lease)
        self._renewed_at = time.monotonic()
        self._polled_at = -math.inf
        self.is_told = True
        """Whether messages may wait that nobody has looked for yet."""

    def _wake(self) -> None:
        with suppress(OSError):
            self._wake_up.send(b"\0")

    def turn(self, poll_seconds: float) -> float:
        """Settle, renew and claim what is due; return how many seconds there is nothing to do."""
        with suppress(BlockingIOError):
            self.woken.recv(4096)
        self._settle()
        now = time.monotonic()
        third = self._lease.total_seconds() / 3
        if now - self._renewed_at >= third:
            self._renew()
            self._renewed_at = now
        room = self._spec.prefetch - len(self._keys)
        has_room = room > self._spec.prefetch // 2
        if has_room and (self.is_told or now - self._polled_at >= poll_seconds):
            self._polled_at = now
            # As many as asked for means that more may wait.
            self.is_told = self._claim(room) == room
        until_poll = self._polled_at + poll_seconds - now if has_room else math.inf
        return max(0.0, min(third, until_poll, self._lane.seconds_to_next(now)))

    def leave(self, grace_seconds: float) -> None:
        """Let the handler finish, and give everything else back at once."""
        self._lane.stop(grace_seconds)
        try:
            # Without Postgres the leases run out by themselves.
            with suppress(DatabaseUnavailable):
                self._settle()
                self._give_back()
        finally:
            self._wake_up.close()
            self.woken.close()

    def _claim(self, room: int) -> int:
        with self._database.begin() as connection:
            rows = connection.execute(self._claim_statement, {"room": room}).all()
        self._keys.update(row.id for row in rows)
        self._lane.submit(list(self._readable(sorted(rows, key=lambda row: int(row.id)))))
        return len(rows)

    def _readable(self, rows: Iterable[sa.Row[Any]]) -> Iterator[tuple[int, Event]]:
        for row in rows:
            try:
                yield row.id, from_headers(row.headers, bytes(row.data), redelivered=row.deliveries > 1)
            except Poison as poison:
                self._verdicts.append(Settled(row.id, poison))
                self._wake()

    def _settle(self) -> None:
        self._verdicts += self._lane.settled()
        if not self._verdicts:
            return
        done = [verdict.tag for verdict in self._verdicts if verdict.poison is None]
        with self._database.begin() as connection:
            if done:
                connection.execute(_forget_statement(), {"keys": done})
            for verdict in self._verdicts:
                if verdict.poison is not None:
                    connection.execute(_bury(verdict.tag, verdict.poison))
        self._keys.difference_update(verdict.tag for verdict in self._verdicts)
        self._verdicts.clear()

    def _renew(self) -> None:
        if self._keys:
            with self._database.begin() as connection:
                renewed = sa.update(MESSAGE).where(is_one_of(sorted(self._keys)))
                connection.execute(renewed.values(available_at=sa.func.now() + self._lease))

    def _give_back(self) -> None:
        if self._keys:
            with self._database.begin() as connection:
                back = sa.update(MESSAGE).where(is_one_of(sorted(self._keys)))
                connection.execute(back.values(available_at=sa.func.now()))
                connection.execute(sa.select(sa.func.pg_notify(channel(self._spec.name), "")))


def _claim_statement(queue: str, lease: timedelta) -> sa.Executable:
    """Return the statement that leases up to `:room` messages, built once: that costs more than running it."""
    waiting = (
        sa.select(_M.id)
        .where(_M.queue == queue, _M.dead_at.is_(None), _M.available_at <= sa.func.now())
        .order_by(_M.available_at, _M.id)
        .limit(sa.bindparam("room"))
        .with_for_update(skip_locked=True)
        .cte("waiting")
    )
    return (
        sa.update(MESSAGE)
        .where(_M.id == waiting.c.id)
        .values(available_at=sa.func.now() + lease, deliveries=_M.deliveries + 1)
        .returning(_M.id, _M.headers, _M.data, _M.deliveries)
    )


@cache
def _forget_statement() -> sa.Executable:
    return sa.delete(MESSAGE).where(_M.id == sa.any_(sa.bindparam("keys", type_=_KEYS)))


def _bury(key: int, poison: Poison) -> sa.Update:
    # Postgres takes no NUL in a text, and an error's text may quote anything.
    detail = poison.detail.replace("\0", "")
    return (
        sa.update(MESSAGE)
        .where(_M.id == key)
        .values(dead_at=sa.func.now(), dead_reason=poison.reason, dead_detail=detail)
    )
