"""Access tokens for calls: opened, renewed by one process at a time, given up only on a confirmed no (S17)."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from ctz_chassis.clock import Clock
from ctz_peloton_sync.app import changes
from ctz_peloton_sync.app.sealing import Sealer, TokenUnreadable
from ctz_peloton_sync.clients import errors
from ctz_peloton_sync.clients.tokens import Grant, GrantRejected
from ctz_peloton_sync.domain.errors import ReconnectNeeded
from ctz_peloton_sync.store.tokens import SealedToken
from ctz_peloton_sync.store.unit_of_work import Store

logger = logging.getLogger(__name__)

# Renewed this long before the end, so that no call is made with a token that dies under way.
RENEW_BEFORE = timedelta(minutes=5)
# After trouble with renewing, a token that still works serves so long before renewing is tried again.
RENEW_PAUSE = timedelta(minutes=1)
OPENED_AT_MOST = 1_000


class Refresher(Protocol):
    """Renews a grant at Peloton."""

    def refresh(self, refresh_token: str, now: datetime) -> Grant:
        """Return the renewed grant."""
        ...


RefresherFactory = Callable[[], AbstractContextManager[Refresher]]


class RefreshDelayed(Exception):
    """The token could not be renewed this time; the grant is kept. `retry_after` is what Peloton asked for."""

    def __init__(self, key: str, retry_after: timedelta | None) -> None:
        super().__init__(key)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Access:
    """An access token, and which renewal of which connection it belongs to."""

    token: str
    connection_id: UUID
    version: int


class TokenKeeper:
    """Gives out access tokens; for one thread, which saves opening the same one for every task."""

    def __init__(self, store: Store, sealer: Sealer, refresher: RefresherFactory, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._refresher = refresher
        self._clock = clock
        self._opened: dict[UUID, tuple[Access, datetime]] = {}

    def access(self, user_id: UUID, connection_id: UUID | None) -> Access:
        """A token that is good for a while; raises ReconnectNeeded or RefreshDelayed."""
        known = self._opened.get(user_id)
        if known is not None and known[0].connection_id == connection_id and known[1] > self._clock():
            return known[0]
        with self._store.read() as tx:
            token = tx.tokens.get(user_id)
        if token is None:
            raise ReconnectNeeded
        grant = self._open(token)
        if not grant.access_token or token.access_expires_at - self._clock() <= RENEW_BEFORE:
            return self._renew_or_use(user_id, token, grant)
        return self._kept(token, grant, token.access_expires_at - RENEW_BEFORE)

    def renewed(self, user_id: UUID, refused: Access) -> Access:
        """A newer token than the one that Peloton refused; raises ReconnectNeeded or RefreshDelayed."""
        rejected = False
        self._opened.pop(user_id, None)
        with self._store.begin() as tx:
            token = tx.tokens.lock_for_refresh(user_id)
            if token is None:
                raise ReconnectNeeded
            grant = self._open(token)
            if _is_other(token, refused):
                return _access(token, grant)
            if grant.refresh_token:
                try:
                    fresh = self._ask(grant.refresh_token)
                except GrantRejected:
                    rejected = True
                else:
                    sealed = self._sealer.seal(
                        fresh, user_id=user_id, connection_id=token.connection_id, version=token.version + 1
                    )
                    tx.tokens.put(sealed)
                    return _access(sealed, fresh)
        return self.given_up(user_id, refused, "refresh_rejected" if rejected else "token_expired")

    def given_up(self, user_id: UUID, refused: Access, reason: str) -> Access:
        """Ask the rider to sign in again, unless there is another token meanwhile: then that one; or ReconnectNeeded.

        The connection is held, so that a rider who connects at this moment is not asked to do it again.
        """
        with self._store.begin() as tx:
            tx.connections.get(user_id, lock=True)
            token = tx.tokens.get(user_id)
            if token is not None and _is_other(token, refused):
                return _access(token, self._open(token))
            changes.need_reconnect(tx, user_id, reason)
        raise ReconnectNeeded(reason)

    def _kept(self, token: SealedToken, grant: Grant, until: datetime) -> Access:
        """Keep a token open for the calls that follow."""
        if len(self._opened) >= OPENED_AT_MOST:
            self._opened.clear()
        access = _access(token, grant)
        self._opened[token.user_id] = (access, until)
        return access

    def _renew_or_use(self, user_id: UUID, token: SealedToken, grant: Grant) -> Access:
        """Renew early; while the old token still works, trouble with renewing is no trouble."""
        try:
            return self.renewed(user_id, _access(token, grant))
        except RefreshDelayed as delayed:
            now = self._clock()
            if grant.access_token and token.access_expires_at > now:
                pause = delayed.retry_after or RENEW_PAUSE
                return self._kept(token, grant, min(token.access_expires_at, now + pause))
            raise

    def _ask(self, refresh_token: str) -> Grant:
        try:
            with self._refresher() as refresher:
                return refresher.refresh(refresh_token, self._clock())
        except GrantRejected:
            raise
        except errors.UpstreamError as error:
            logger.warning("token.refresh_delayed", extra={"error": error.key})
            wait = error.retry_after if isinstance(error, errors.RateLimited) else None
            raise RefreshDelayed(error.key, wait) from None

    def _open(self, token: SealedToken) -> Grant:
        try:
            return self._sealer.open(token)
        except TokenUnreadable:
            logger.warning("token.unreadable", extra={"user_id": str(token.user_id), "key_id": token.key_id})
            raise


def _access(token: SealedToken, grant: Grant) -> Access:
    return Access(grant.access_token, token.connection_id, token.version)


def _is_other(token: SealedToken, refused: Access) -> bool:
    """Whether it is a newer token, or one of a later connection, whose versions begin anew."""
    return (token.connection_id, token.version) != (refused.connection_id, refused.version)
