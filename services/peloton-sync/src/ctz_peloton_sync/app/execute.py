"""One task from claim to commit: fetch once, then everything that follows in one transaction."""

import logging
import zlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ctz_chassis import metrics
from ctz_chassis.clock import Clock
from ctz_chassis.events import EventTooLarge
from ctz_peloton_sync.app import changes, ftp_history, library, listing, stages
from ctz_peloton_sync.app.failures import FailurePolicy, LeaseLost, settle
from ctz_peloton_sync.app.progress import Cadence, count
from ctz_peloton_sync.app.sealing import TokenUnreadable
from ctz_peloton_sync.app.tokens import RefreshDelayed, TokenKeeper
from ctz_peloton_sync.clients import errors
from ctz_peloton_sync.clients.api import Fetched
from ctz_peloton_sync.domain.errors import ReconnectNeeded
from ctz_peloton_sync.domain.runs import PHASE_OF, Lease, TaskKind
from ctz_peloton_sync.store.payloads import LEVEL
from ctz_peloton_sync.store.runs import Progress
from ctz_peloton_sync.store.unit_of_work import Store, UnitOfWork

logger = logging.getLogger(__name__)

# /me is never kept; FTP probes, details and the library are read again when they are needed (architecture.md).
KEPT_PAYLOADS = frozenset({TaskKind.LIST, TaskKind.PERFORMANCE, TaskKind.CLASS})


class API(Protocol):
    """Peloton's API as the stages use it."""

    def me(self, token: str) -> Fetched:
        """The account."""
        ...

    def workouts(self, token: str, peloton_user_id: str, page: int) -> Fetched:
        """One page of the list."""
        ...

    def workout(self, token: str, workout_id: str) -> Fetched:
        """One workout."""
        ...

    def performance_graph(self, token: str, workout_id: str) -> Fetched:
        """One graph."""
        ...

    def ride_details(self, token: str, class_id: str) -> Fetched:
        """One class."""
        ...

    def library(self, token: str, category: str, page: int) -> Fetched:
        """One page of a browse category."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


@dataclass(frozen=True, slots=True)
class _Answer:
    fetched: Fetched
    calls: int


@dataclass(frozen=True, slots=True)
class Executor:
    """Does claimed tasks; one per worker thread, because the API keeps its connections."""

    store: Store
    keeper: TokenKeeper
    api: API
    policy: FailurePolicy
    cadence: Cadence
    library_rhythm: library.Rhythm
    clock: Clock
    uniform: Callable[[], float]
    turnstile: AbstractContextManager[object] = field(default_factory=nullcontext)
    """Lets so many calls through at a time; reading answers and writing them down goes on outside."""

    def execute(self, lease: Lease) -> None:
        """Do one task; whatever Peloton answers, the task is done, given back or failed afterwards."""
        try:
            answer = self._ask(lease)
            self._commit(lease, answer)
            _count_call(lease, "ok")
        except LeaseLost:
            logger.warning("task.lease_lost", extra=_named(lease))
        except ReconnectNeeded:
            self._give_back(lease, "reconnect")
        except TokenUnreadable:
            self._flag(lease)
        except RefreshDelayed as delayed:
            self._delay(lease, delayed)
        except EventTooLarge:
            self._settle(lease, errors.TooLarge())
        except errors.UpstreamError as error:
            self._settle(lease, error)

    def hand_back(self, lease: Lease) -> None:
        """Give a task back undone, because the process ends."""
        self._give_back(lease, "")

    def _ask(self, lease: Lease) -> _Answer:
        """Call once; after a 401 renew the token and call once more."""
        access = self.keeper.access(lease.user_id, lease.connection_id)
        try:
            return _Answer(self._call(lease, access.token), 1)
        except errors.Unauthorized:
            logger.info("task.token_refused", extra=_named(lease))
        access = self.keeper.renewed(lease.user_id, access)
        try:
            return _Answer(self._call(lease, access.token), 2)
        except errors.Unauthorized:
            self.keeper.given_up(lease.user_id, access, "unauthorized")
            raise ReconnectNeeded from None

    def _call(self, lease: Lease, token: str) -> Fetched:
        with self.turnstile:
            return self._fetch(lease, token)

    def _fetch(self, lease: Lease, token: str) -> Fetched:
        match lease.kind:
            case TaskKind.ACCOUNT:
                return self.api.me(token)
            case TaskKind.LIST:
                return self.api.workouts(token, lease.peloton_user_id, int(lease.target))
            case TaskKind.PERFORMANCE:
                return self.api.performance_graph(token, lease.target)
            case TaskKind.CLASS:
                return self.api.ride_details(token, lease.target)
            case TaskKind.LIBRARY:
                slug, _, page = lease.target.rpartition(":")
                return self.api.library(token, slug, int(page))
            case TaskKind.FTP | TaskKind.DETAIL:
                return self.api.workout(token, lease.target)

    def _commit(self, lease: Lease, answer: _Answer) -> None:
        """Parse and pack outside, then write everything at once."""
        body = answer.fetched.body
        packed = zlib.compress(body, LEVEL) if lease.kind in KEPT_PAYLOADS else b""
        apply = self._applied(lease, answer.fetched)

        def work(tx: UnitOfWork) -> None:
            if not tx.tasks.finish(lease):
                raise LeaseLost
            queued, is_new = apply(tx)
            if packed and is_new:
                _keep(tx, lease, body, packed)
            self._clear(tx, lease)
            progress = Progress(PHASE_OF[lease.kind], done=1, calls=answer.calls, queued=queued)
            count(tx, lease.run_id, progress, self.cadence, self.uniform())

        self.store.run(work)

    def _applied(self, lease: Lease, fetched: Fetched) -> "Callable[[UnitOfWork], tuple[Sequence[TaskKind], bool]]":
        """What the answer changes, read as far as it can be without a transaction."""
        payload = fetched.payload
        match lease.kind:
            case TaskKind.LIST:
                return lambda tx: _page(tx, lease, fetched)
            case TaskKind.PERFORMANCE:
                read = stages.read_graph(lease, payload)
                return lambda tx: ((), stages.apply_graph(tx, lease, read))
            case TaskKind.CLASS:
                return lambda tx: ((), stages.apply_class(tx, lease.target, payload))
            case TaskKind.LIBRARY:
                page = library.read_page(lease, payload)
                return lambda tx: (library.apply_page(tx, lease, page, self.library_rhythm), False)
            case TaskKind.ACCOUNT:
                return lambda tx: (ftp_history.apply_account(tx, lease, payload), False)
            case TaskKind.FTP | TaskKind.DETAIL:
                detail = stages.read_detail(lease, payload)
                follow = stages.apply_ftp if lease.kind == TaskKind.FTP else stages.apply_detail
                return lambda tx: (follow(tx, lease, detail), False)

    @staticmethod
    def _clear(tx: UnitOfWork, lease: Lease) -> None:
        """A good answer closes the breaker and forgets refusals; nothing is written where nothing was wrong."""
        if lease.is_probe or lease.is_success_wanted:
            breaker = tx.gates.get(lock=True).breaker
            if lease.is_probe or not breaker.is_open():
                tx.gates.put_breaker(breaker.succeeded(tx.now))
        if lease.has_refusals:
            tx.connections.clear_refusals(lease.user_id)

    def _settle(self, lease: Lease, error: errors.UpstreamError) -> None:
        _count_call(lease, error.key)
        logger.info("task.upstream_error", extra={**_named(lease), "error": error.key})
        try:
            self.store.run(lambda tx: settle(tx, lease, error, self.policy, self.cadence, self.uniform))
        except LeaseLost:
            logger.warning("task.lease_lost", extra=_named(lease))

    def _give_back(self, lease: Lease, error: str, not_before: datetime | None = None) -> None:
        with self.store.begin() as tx:
            tx.tasks.release(lease, not_before=not_before or tx.now, error=error, is_attempt=False)

    def _flag(self, lease: Lease) -> None:
        """A token that cannot be opened is the rider's to renew; nothing else is tried with it."""
        with self.store.begin() as tx:
            tx.tasks.release(lease, not_before=tx.now, error="token_unreadable", is_attempt=False)
            connection = tx.connections.get(lease.user_id, lock=True)
            if connection is not None and connection.connection_id == lease.connection_id:
                changes.need_reconnect(tx, lease.user_id, "token_unreadable")

    def _delay(self, lease: Lease, delayed: RefreshDelayed) -> None:
        """The sign-in host does not answer: leave it alone for this account as long as for a probe, keep the grant."""
        probe_interval = self.policy.breaker.probe_interval
        with self.store.begin() as tx:
            until = tx.now + (delayed.retry_after or probe_interval) + probe_interval * self.uniform()
            tx.tasks.release(lease, not_before=until, error="refresh_delayed", is_attempt=False)
            tx.connections.pause(lease.user_id, until)


def _count_call(lease: Lease, outcome: str) -> None:
    calls = metrics.counter("ctz_peloton_calls", "Calls of Peloton by kind and outcome.", ["kind", "outcome"])
    calls.labels(lease.kind.value, outcome).inc()


def _page(tx: UnitOfWork, lease: Lease, fetched: Fetched) -> tuple[Sequence[TaskKind], bool]:
    run = None if lease.run_id is None else tx.runs.get(lease.run_id)
    if run is None:
        return (), False
    if not isinstance(fetched.payload, dict) or not isinstance(fetched.payload.get("data"), list):
        raise errors.UnexpectedContent("list")
    return listing.apply_page(tx, lease, run, fetched.payload)


def _keep(tx: UnitOfWork, lease: Lease, body: bytes, packed: bytes) -> None:
    is_shared = lease.kind == TaskKind.CLASS
    source_id = f"{lease.user_id}/{lease.target}" if lease.kind == TaskKind.LIST else lease.target
    tx.payloads.put(
        kind=lease.kind.value,
        source_id=source_id,
        user_id=None if is_shared else lease.user_id,
        body=body,
        packed=packed,
        now=tx.now,
    )


def _named(lease: Lease) -> dict[str, str]:
    return {"task_id": str(lease.task_id), "kind": lease.kind.value, "user_id": str(lease.user_id)}
