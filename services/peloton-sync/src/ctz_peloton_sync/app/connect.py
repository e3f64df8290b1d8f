"""Connecting a rider's Peloton account, and taking the connection away."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from ctz_chassis.clock import Clock
from ctz_chassis.ids import uuid7
from ctz_peloton_sync.app import changes, ftp_history
from ctz_peloton_sync.app.execute import API
from ctz_peloton_sync.app.sealing import Sealer
from ctz_peloton_sync.clients import errors
from ctz_peloton_sync.clients.tokens import Grant, GrantRejected, read_pasted
from ctz_peloton_sync.domain.details import Account, FTPInfo, parse_account
from ctz_peloton_sync.domain.errors import ConnectionMissing, PastedTokenRejected, PelotonUnavailable
from ctz_peloton_sync.domain.ftp import FTPReadingChoice
from ctz_peloton_sync.domain.limits import Passage, Rate, passage
from ctz_peloton_sync.store.connections import StoredConnection
from ctz_peloton_sync.store.ftp import Proposal
from ctz_peloton_sync.store.tokens import SealedToken
from ctz_peloton_sync.store.unit_of_work import Store, UnitOfWork

# A rider waits for the answer: no longer than this for a slot of the limiter.
PATIENCE = timedelta(seconds=3)
# Of one rider: nobody is to guess at Peloton's passwords from here.
SIGN_INS = Rate(1 / 60, burst=5)


class Door(Protocol):
    """Peloton's sign-in and account, for one rider who waits; closes its connections at the end."""

    def sign_in(self, username: str, password: str) -> Grant:
        """Walk the sign-in pages."""
        ...

    def refresh(self, refresh_token: str) -> Grant:
        """Renew a grant."""
        ...

    @property
    def api(self) -> API:
        """The API."""
        ...


DoorFactory = Callable[[], AbstractContextManager[Door]]


@dataclass(frozen=True, slots=True)
class Connector:
    """What connecting needs."""

    store: Store
    sealer: Sealer
    doors: DoorFactory
    fleet: Rate
    account: Rate
    clock: Clock
    pause: Callable[[float], None]


def connect_with_password(connector: Connector, user_id: UUID, username: str, password: str) -> StoredConnection:
    """Sign in at Peloton; the password is used here once and forgotten."""
    _wait_for_slot(connector, user_id)
    with connector.doors() as door:
        grant = door.sign_in(username, password)
        account = _account(door, grant)
    return _store(connector, user_id, grant, account)


def connect_with_token(connector: Connector, user_id: UUID, pasted: str) -> StoredConnection:
    """Connect with a token that the rider pasted."""
    grant = read_pasted(pasted, connector.clock())
    _wait_for_slot(connector, user_id)
    with connector.doors() as door:
        if not grant.access_token:
            grant = _refreshed(door, grant)
        try:
            account = _account(door, grant)
        except PastedTokenRejected:
            if not grant.refresh_token:
                raise
            grant = _refreshed(door, grant)
            account = _account(door, grant)
    return _store(connector, user_id, grant, account)


def get_connection(store: Store, user_id: UUID) -> StoredConnection:
    """The rider's connection; raises ConnectionMissing when there never was one."""
    with store.read() as tx:
        stored = tx.connections.get(user_id)
    if stored is None:
        raise ConnectionMissing
    return stored


def access_expiry(store: Store, user_id: UUID) -> datetime | None:
    """When the present access token ends; none without a token."""
    with store.read() as tx:
        token = tx.tokens.get(user_id)
    return None if token is None else token.access_expires_at


def disconnect(store: Store, user_id: UUID) -> None:
    """Forget the tokens and stop syncing; the workouts stay."""

    def work(tx: UnitOfWork) -> None:
        stored = tx.connections.get(user_id, lock=True)
        if stored is None or stored.state == "disconnected":
            return
        tx.tokens.forget(user_id)
        changes.break_off(tx, user_id)
        changed = tx.connections.set_state(user_id, "disconnected", "by_rider", tx.now)
        if changed is not None:
            changes.publish_connection(tx, changed)

    store.run(work)


@dataclass(frozen=True, slots=True)
class FTPQuestion:
    """What the rider has not answered, today's value of the account, and the answer given so far."""

    proposals: Sequence[Proposal] = ()
    is_searching: bool = False
    account: FTPInfo | None = None
    reading: str = ""


def ftp_question(store: Store, user_id: UUID) -> FTPQuestion:
    """What Peloton says of the rider's FTP, as far as it is known."""
    with store.read() as tx:
        stored = tx.connections.get(user_id)
        if stored is None:
            return FTPQuestion()
        is_open = stored.state == "active" and stored.ftp_account != stored.ftp_searched
        account = ftp_history.account_info(stored.ftp_account)
        return FTPQuestion(tx.ftp.open_proposals(user_id), is_open, account, stored.ftp_reading)


def accept_ftp_history(store: Store, user_id: UUID, reading: FTPReadingChoice) -> None:
    """The rider's yes: hands over what is proposed now, and whatever the search still finds."""
    with store.begin() as tx:
        if tx.connections.get(user_id, lock=True) is None:
            raise ConnectionMissing
        tx.connections.set_ftp_reading(user_id, reading.value)
        ftp_history.publish_accepted(tx, user_id)


def resolve_ftp_proposals(store: Store, user_id: UUID, ids: list[UUID]) -> None:
    """Mark proposals as answered."""
    with store.begin() as tx:
        tx.ftp.resolve(user_id, ids, tx.now)


def _wait_for_slot(connector: Connector, user_id: UUID) -> None:
    """Connecting obeys kill switch, breaker and limiter like every other call."""
    with connector.store.begin() as tx:
        now = tx.now
        if passage(tx.gates.get(), now) == Passage.SHUT or not tx.gates.may_connect(user_id, SIGN_INS, now):
            raise PelotonUnavailable
        slot = tx.gates.reserve(user_id, fleet=connector.fleet, account=connector.account, now=now, patience=PATIENCE)
    if slot is None:
        raise PelotonUnavailable
    connector.pause(max(0.0, (slot - now).total_seconds()))


def _refreshed(door: Door, grant: Grant) -> Grant:
    try:
        return door.refresh(grant.refresh_token)
    except GrantRejected:
        raise PastedTokenRejected from None
    except errors.UpstreamError as error:
        raise PelotonUnavailable(error.key) from None


def _account(door: Door, grant: Grant) -> Account:
    try:
        account = parse_account(door.api.me(grant.access_token).payload)
    except (errors.Unauthorized, errors.Forbidden):
        raise PastedTokenRejected from None
    except errors.UpstreamError as error:
        raise PelotonUnavailable(error.key) from None
    if account is None:
        raise PelotonUnavailable("account")
    return account


def _store(connector: Connector, user_id: UUID, grant: Grant, account: Account) -> StoredConnection:
    connection_id = uuid7()
    sealed: SealedToken = connector.sealer.seal(grant, user_id=user_id, connection_id=connection_id, version=1)

    def work(tx: UnitOfWork) -> StoredConnection:
        before = tx.connections.get(user_id, lock=True)
        if before is not None and before.peloton_user_id != account.peloton_user_id:
            changes.break_off(tx, user_id)  # another account: what was asked for belongs to the old one
            tx.workouts.set_aside(user_id)
            tx.ftp.forget_unanswered(user_id)
            tx.connections.set_ftp_search(user_id, is_searching=False, searched="")
            tx.connections.set_ftp_reading(user_id, "")
        stored = tx.connections.connect(
            user_id=user_id,
            connection_id=connection_id,
            peloton_user_id=account.peloton_user_id,
            username=account.username,
            total_workouts=account.total_workouts,
            is_renewable=grant.refresh_token != "",
            now=tx.now,
        )
        tx.tokens.put(sealed)
        ftp_history.note_account(tx, user_id, account)
        tx.runs.resume(user_id)
        changes.publish_connection(tx, stored)
        tx.wake_workers()
        return stored

    return connector.store.run(work)
