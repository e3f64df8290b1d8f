"""Postgres: engines with limits, transactions, and the errors of a server that is away."""

import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from ctz_chassis.backoff import pause_seconds
from ctz_chassis.errors import Aborted, Unavailable

T = TypeVar("T")

STATEMENT_TIMEOUT_MS = 5_000
LOCK_TIMEOUT_MS = 4_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000
CONNECT_TIMEOUT_SECONDS = 3
# A server that vanishes without a word: the limits above are its own to keep, and Linux would wait for hours.
SILENT_LINK = {
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # milliseconds
}
_RETRY_SECONDS = 0.05
# Connections are renewed now and then, so that a backend's caches cannot grow for ever.
_RECYCLE_SECONDS = 1_800

# https://www.postgresql.org/docs/current/errcodes-appendix.html: serialization_failure, deadlock_detected.
_RETRIABLE_STATES = frozenset({"40001", "40P01"})
# Connection exception, insufficient resources, operator intervention. query_canceled (57014) is the statement's own.
_AWAY_CLASSES = ("08", "53", "57P")


class DatabaseUnavailable(Unavailable):
    """The database does not answer, or every connection of the pool is in use."""

    def __init__(self) -> None:
        super().__init__("The database does not answer at the moment.")


class TransactionConflict(Aborted):
    """The transaction lost against another one twice."""

    reason = "TRANSACTION_CONFLICT"


def driver_url(url: str) -> str:
    """Return the address with the driver that the project uses."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg{separator}{rest}" if scheme in {"postgres", "postgresql"} else url


def make_engine(
    url: str,
    *,
    application_name: str,
    pool_size: int = 5,
    max_overflow: int = 5,
    pool_timeout_seconds: float = 2,
    statement_timeout_ms: int = STATEMENT_TIMEOUT_MS,
    lock_timeout_ms: int = LOCK_TIMEOUT_MS,
    synchronous_commit: bool = True,
) -> sa.Engine:
    """Return an engine with a small pool; nothing is opened until the first use, which must come after any fork."""
    options = {
        "statement_timeout": statement_timeout_ms,
        "lock_timeout": lock_timeout_ms,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT_MS,
        "synchronous_commit": "on" if synchronous_commit else "off",
        "timezone": "UTC",
    }
    engine = sa.create_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_timeout=pool_timeout_seconds,
        pool_recycle=_RECYCLE_SECONDS,
        # The last one returned is used first, so that connections beyond the present need go idle.
        pool_use_lifo=True,
        # Errors are logged and kept with dead letters; what people typed does not belong there.
        hide_parameters=True,
        connect_args={
            "application_name": application_name,
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            **SILENT_LINK,
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
        },
    )
    sa.event.listen(engine, "checkout", _refuse_dead)
    return engine


def _refuse_dead(connection: Any, _record: Any, _proxy: Any) -> None:
    """Let the pool replace a connection that its server has ended.

    A server that goes leaves something to read on the idle socket, so this asks the kernel and not the server: the
    pool's own `pre_ping` costs three round trips for every transaction.
    """
    try:
        if select.select([connection.fileno()], [], [], 0)[0]:
            connection.execute("SELECT 1")
            connection.rollback()
    except (psycopg.Error, ValueError) as error:
        raise sa.exc.DisconnectionError from error


def sqlstate_of(error: BaseException | None) -> str | None:
    """Return the five letters by which Postgres names the error, or None for what is not its answer."""
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    return state if isinstance(state, str) else None


def is_away(error: BaseException) -> bool:
    """Tell whether an error means that the server or the pool cannot serve anybody now."""
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = sqlstate_of(error)
    if error.connection_invalidated or (state or "").startswith(_AWAY_CLASSES):
        return True
    return state is None and isinstance(error, sa.exc.OperationalError)


@contextmanager
def translated() -> Iterator[None]:
    """Turn the errors of a database that is away into `DatabaseUnavailable`; every other error passes."""
    try:
        yield
    except (DBAPIError, PoolTimeoutError) as error:
        if is_away(error):
            raise DatabaseUnavailable from error
        raise


class Database:
    """Transactions of one service on its engine."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._reading = engine.execution_options(postgresql_readonly=True)

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """Open one transaction: committed on return, rolled back when the block raises."""
        with translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open one transaction in which Postgres refuses to write."""
        with translated(), self._reading.begin() as connection:
            yield connection

    def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Return what `work` returns, in one transaction; run it once more when it loses against another one."""
        try:
            with self.begin() as connection:
                return work(connection)
        except DBAPIError as error:
            if sqlstate_of(error) not in _RETRIABLE_STATES:
                raise
        # The winner has to get its lock first: at once, the two could meet in the same way again.
        time.sleep(pause_seconds(1, first=_RETRY_SECONDS, longest=_RETRY_SECONDS))
        try:
            with self.begin() as connection:
                return work(connection)
        except DBAPIError as error:
            if sqlstate_of(error) in _RETRIABLE_STATES:
                raise TransactionConflict from error
            raise

    def close(self) -> None:
        """Close every idle connection; those in use close when they are returned."""
        self.engine.dispose()


@dataclass(slots=True)
class StatementCount:
    """The statements that an engine has sent, in order."""

    statements: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many statements were sent."""
        return len(self.statements)


@contextmanager
def count_statements(engine: sa.Engine) -> Iterator[StatementCount]:
    """Count the statements that every thread sends through this engine inside the block."""
    seen = StatementCount()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
