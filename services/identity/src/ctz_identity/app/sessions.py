"""Signing in, and the sessions that it opens."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ctz_chassis.auth.tokens import UserTokenSigner
from ctz_chassis.clock import Clock
from ctz_chassis.ids import uuid7
from ctz_identity.app.limiter import Limiter, refusal
from ctz_identity.app.minting import mint_secret
from ctz_identity.app.password_hasher import PasswordHasher
from ctz_identity.app.post import Postman
from ctz_identity.domain import email_address
from ctz_identity.domain.errors import (
    AccountInactive,
    AccountLocked,
    EmailNotVerified,
    InvalidCredentials,
    InvalidField,
    NotFound,
    SessionInvalid,
)
from ctz_identity.domain.limits import Scope, subject
from ctz_identity.domain.secrets import Purpose, digest, is_encoded_secret
from ctz_identity.domain.security_events import Client, EventType
from ctz_identity.domain.sessions import ABSOLUTE_LIFETIME, USER_TOKEN_LIFETIME, Session, fresh_until
from ctz_identity.store.accounts import SignInFacts
from ctz_identity.store.sessions import OpenSession
from ctz_identity.store.unit_of_work import Store, Transaction


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The secrets of a new session and of the device, to be told once."""

    session_secret: str
    device_secret: str


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A user token for a session, and what the pages need about its person."""

    user_token: str
    expires_at: datetime
    session: OpenSession


class SignIns:
    """Signing in. A wrong address does the work of a wrong password and gets its answer."""

    def __init__(
        self, store: Store, *, clock: Clock, hasher: PasswordHasher, postman: Postman, limiter: Limiter
    ) -> None:
        self._store = store
        self._clock = clock
        self._hasher = hasher
        self._postman = postman
        self._limiter = limiter

    def sign_in(self, given: str, password: str, *, client: Client, device_secret: str) -> SignedIn:
        """Open a session for the right password of a usable account."""
        now = self._clock()
        email = _address_or_nobody(given)
        device_hash = digest(device_secret)
        facts = self._store.read(
            lambda tx: tx.accounts.facts_for_sign_in(email, device_hash=device_hash, subject=subject(email), now=now)
        )
        counted = self._count(facts, email, device_hash, client, now)
        if not facts.is_known_device and facts.failures >= self._limiter.amount(Scope.SIGN_IN_ACCOUNT):
            raise AccountLocked
        if not self._hasher.verify(facts.password_hash, password) or facts.user_id is None:
            self._store.run(lambda tx: self._failed(tx, facts, email, client=client, now=now))
            raise InvalidCredentials
        self._require_usable(facts, facts.user_id, email, client, now)
        return self._open(facts, facts.user_id, counted, email, password, device_hash, client, now)

    def _count(
        self, facts: SignInFacts, email: str, device_hash: bytes, client: Client, now: datetime
    ) -> tuple[Scope, str]:
        """Count the attempt; a known device has a counter of its own, which strangers at its address cannot fill."""
        own = (
            (Scope.SIGN_IN_ACCOUNT_DEVICE, subject(email, device_hash.hex()))
            if facts.is_known_device
            else (Scope.SIGN_IN_ACCOUNT_ADDRESS, subject(email, client.network))
        )
        over = self._limiter.count(
            own, (Scope.SIGN_IN_ADDRESS, subject(client.network)), (Scope.SIGN_IN_TOTAL, ""), now=now
        )
        if any(tally.is_first_over for tally in over):
            self._store.run(
                lambda tx: tx.security_events.add(
                    EventType.LOGIN_LIMITED, user_id=facts.user_id, client=client, now=now
                )
            )
        if over:
            raise refusal(over, now=now)
        return own

    def _failed(self, tx: Transaction, facts: SignInFacts, email: str, *, client: Client, now: datetime) -> None:
        tx.security_events.add(EventType.LOGIN_FAILURE, user_id=facts.user_id, client=client, now=now)
        tx.counters.count([self._limiter.charge_of(Scope.SIGN_IN_ACCOUNT, subject(email))], now=now)

    def _require_usable(self, facts: SignInFacts, user_id: UUID, email: str, client: Client, now: datetime) -> None:
        if facts.is_active and facts.is_verified:
            return
        may_mail = facts.is_active and not self._limiter.count((Scope.MAIL_ACCOUNT, subject(email)), now=now)

        def work(tx: Transaction) -> None:
            tx.security_events.add(EventType.LOGIN_REFUSED, user_id=user_id, client=client, now=now)
            if may_mail:
                minted = mint_secret()
                tx.secrets.add(minted.digest, Purpose.VERIFY, now=now, user_id=user_id)
                self._postman.post(tx, self._postman.mails.verify(email, minted.secret), now=now)

        self._store.run(work)
        raise EmailNotVerified if facts.is_active else AccountInactive

    def _open(
        self,
        facts: SignInFacts,
        user_id: UUID,
        counted: tuple[Scope, str],
        email: str,
        password: str,
        device_hash: bytes,
        client: Client,
        now: datetime,
    ) -> SignedIn:
        outdated = facts.password_hash is not None and self._hasher.needs_rehash(facts.password_hash)
        rehashed = self._hasher.hash(password) if outdated else None
        session, device = mint_secret(), mint_secret()

        def work(tx: Transaction) -> None:
            if not tx.accounts.note_sign_in(user_id, facts.password_hash, now=now, rehashed=rehashed):
                raise InvalidCredentials  # another password since it was checked, or no usable account any more
            tx.sessions.open(uuid7(), user_id, session.digest, client=client, now=now)
            known = device_hash if facts.is_known_device else None
            tx.sessions.know_device(user_id, device.digest, known_hash=known, now=now)
            tx.counters.clear([counted, (Scope.SIGN_IN_ACCOUNT, subject(email))])
            tx.security_events.add(EventType.LOGIN_SUCCESS, user_id=user_id, client=client, now=now)

        self._store.run(work)
        return SignedIn(session.secret, device.secret)


class SessionDesk:
    """Sessions after the sign-in: exchanged for user tokens, listed, ended."""

    def __init__(self, store: Store, *, clock: Clock, signer: UserTokenSigner) -> None:
        self._store = store
        self._clock = clock
        self._signer = signer

    def exchange(self, secret: str) -> Exchanged:
        """Swap a session's secret for a user token, in one statement; what cannot be a secret costs none."""
        now = self._clock()
        if not is_encoded_secret(secret):
            raise SessionInvalid
        session = self._store.run(lambda tx: tx.sessions.exchange(digest(secret), now=now))
        if session is None:
            raise SessionInvalid
        lifetime = min(USER_TOKEN_LIFETIME, session.created_at + ABSOLUTE_LIFETIME - now)
        lifetime = max(lifetime, timedelta(seconds=1))
        user_token = self._signer.issue(
            session.user_id,
            session.session_id,
            is_administrator=session.is_administrator,
            fresh_until=fresh_until(session.authenticated_at),
            ttl=lifetime,
        )
        return Exchanged(user_token, now + lifetime, session)

    def list_sessions(self, user_id: UUID) -> list[Session]:
        """Return a person's open sessions, last used first."""
        now = self._clock()
        return self._store.read(lambda tx: tx.sessions.list_owned(user_id, now=now))

    def end(self, user_id: UUID, session_id: UUID, *, client: Client) -> None:
        """End one of a person's sessions; it is refused by its next exchange."""
        if not self._end(user_id, session_id, EventType.SESSION_ENDED, client):
            raise NotFound

    def sign_out(self, user_id: UUID, session_id: UUID, *, client: Client) -> None:
        """End the session behind the call; harmless when it has ended already."""
        self._end(user_id, session_id, EventType.LOGOUT, client)

    def _end(self, user_id: UUID, session_id: UUID, event: EventType, client: Client) -> bool:
        now = self._clock()

        def work(tx: Transaction) -> bool:
            has_ended = tx.sessions.end_owned(user_id, session_id)
            if has_ended:
                tx.security_events.add(event, user_id=user_id, client=client, now=now)
            return has_ended

        return self._store.run(work)


def _address_or_nobody(given: str) -> str:
    """Return the address in normal form, or a text that is nobody's address, so that nonsense costs the same."""
    try:
        return email_address.normalise(given)
    except InvalidField:
        return given[: email_address.MAX_LENGTH].replace("@", " ").replace("\0", " ")
