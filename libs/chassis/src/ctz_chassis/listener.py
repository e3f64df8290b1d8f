"""Waiting for a NOTIFY of Postgres, instead of asking over and over."""

import select
import socket
import threading
import time
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

from ctz_chassis.db import DatabaseUnavailable, translated

# How soon a waiting thread sees that it should stop.
_STOP_CHECK_SECONDS = 0.5


class Listener:
    """A connection of its own that listens on one channel; opened at the first wait, and again after an outage."""

    def __init__(self, engine: sa.Engine, channel: str) -> None:
        self._engine = engine
        self._channel = channel
        self._connection: psycopg.Connection[Any] | None = None

    def wait(self, seconds: float, stop: threading.Event, *, also: socket.socket | None = None) -> bool:
        """Return True at the next notification, False after `seconds`, when `stop` is set or `also` can be read.

        The first wait on a new connection returns True at once: what was told before, nobody heard. Raises
        `DatabaseUnavailable` when the server is away.
        """
        try:
            if self._connection is None:
                self._connection = self._listen()
                return True
            return self._wait_on(self._connection, seconds, stop, also)
        except psycopg.OperationalError as error:
            self.close()
            raise DatabaseUnavailable from error

    def _listen(self) -> psycopg.Connection[Any]:
        with translated():
            pooled = self._engine.raw_connection()
        connection: psycopg.Connection[Any] | None = pooled.driver_connection
        assert connection is not None  # noqa: S101 (a fresh proxy has its connection)
        pooled.detach()
        connection.autocommit = True
        connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._channel)))
        return connection

    @staticmethod
    def _wait_on(
        connection: psycopg.Connection[Any], seconds: float, stop: threading.Event, also: socket.socket | None
    ) -> bool:
        watched = [connection.fileno()] if also is None else [connection.fileno(), also.fileno()]
        deadline = time.monotonic() + seconds
        while not stop.is_set() and (left := deadline - time.monotonic()) > 0:
            readable = select.select(watched, [], [], min(left, _STOP_CHECK_SECONDS))[0]
            if connection.fileno() in readable and any([True for _ in connection.notifies(timeout=0)]):  # noqa: C419 (all are read)
                return True
            if also is not None and also.fileno() in readable:
                return False
        return False

    def close(self) -> None:
        """Close the connection; waiting again opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
