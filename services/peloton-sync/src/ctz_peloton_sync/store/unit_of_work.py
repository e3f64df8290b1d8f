"""One transaction with everything that a use case may touch."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from google.protobuf.message import Message

from ctz_chassis import idempotency, outbox
from ctz_chassis.clock import Clock
from ctz_chassis.db import Database
from ctz_chassis.events import new_event
from ctz_chassis.idempotency import RequestKey
from ctz_peloton_sync.store import tables
from ctz_peloton_sync.store.classes import ClassStore
from ctz_peloton_sync.store.connections import ConnectionStore
from ctz_peloton_sync.store.failed_tasks import FailedTaskStore
from ctz_peloton_sync.store.ftp import FTPStore
from ctz_peloton_sync.store.gates import GateStore
from ctz_peloton_sync.store.library import LibraryStore
from ctz_peloton_sync.store.payloads import PayloadStore
from ctz_peloton_sync.store.runs import RunStore
from ctz_peloton_sync.store.tasks import TaskStore
from ctz_peloton_sync.store.tokens import TokenStore
from ctz_peloton_sync.store.workouts import WorkoutStore

T = TypeVar("T")

SERVICE = "peloton-sync"
EventOf = tuple[str, UUID | None, Message]


class UnitOfWork:
    """The tables of one open transaction."""

    def __init__(self, connection: sa.Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self.classes = ClassStore(connection)
        self.connections = ConnectionStore(connection)
        self.failed_tasks = FailedTaskStore(connection)
        self.ftp = FTPStore(connection)
        self.gates = GateStore(connection)
        self.library = LibraryStore(connection)
        self.payloads = PayloadStore(connection)
        self.runs = RunStore(connection)
        self.tasks = TaskStore(connection)
        self.tokens = TokenStore(connection)
        self.workouts = WorkoutStore(connection)

    @property
    def now(self) -> datetime:
        """The present time."""
        return self._clock()

    def publish(self, events: Sequence[EventOf]) -> None:
        """Put facts into the outbox of this transaction: type without the service's prefix, rider, message."""
        made = [
            new_event(f"{SERVICE}.{name}", source=SERVICE, user_id=user_id, message=message, clock=self._clock)
            for name, user_id, message in events
        ]
        outbox.add_all(self._connection, tables.outbox, made)

    def outbox_pending(self, limit: int) -> int:
        """Events that wait to be published, counted up to the limit."""
        return outbox.pending(self._connection, tables.outbox, limit=limit)

    def once(self, user_id: UUID, key: RequestKey, effect: Callable[[], bytes]) -> bytes:
        """Have the effect of a request, or give what it gave when it was sent before."""
        return idempotency.once(self._connection, tables.request_ids, user_id, key, effect).body

    def wake_workers(self) -> None:
        """Tell idle workers, when this commits, that there is work."""
        self._connection.execute(sa.select(sa.func.pg_notify(tables.TASK_CHANNEL, "")))


class Store:
    """Opens transactions."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self._clock = clock

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """One transaction: committed at the end, rolled back on any error."""
        with self.database.begin() as connection:
            yield UnitOfWork(connection, self._clock)

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """One transaction that only reads."""
        with self.database.read() as connection:
            yield UnitOfWork(connection, self._clock)

    def run(self, work: Callable[[UnitOfWork], T]) -> T:
        """One transaction, repeated once when it loses against another one."""
        return self.database.run(lambda connection: work(UnitOfWork(connection, self._clock)))
