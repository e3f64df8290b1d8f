"""Identity in memory behind its real contract, first half: what it keeps, and accounts. Refusals are the real ones."""

# ruff: noqa: N802 - methods are named by the contract

import secrets
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from ctz.common.v1 import training_pb2 as training
from ctz.identity.v1 import accounts_pb2

from ctz_chassis.auth.tokens import UserTokenSigner
from ctz_chassis.errors import InvalidArgument, NotFound
from ctz_chassis.grpc_server import person_of
from ctz_chassis.resource_name import parse
from ctz_gateway.clients.times import stamp
from gateway.tests.fake_erasure import ErasureMethods
from gateway.tests.refusals import Refused

FRESH = timedelta(minutes=10)
TOKEN_LIFETIME = timedelta(minutes=5)
SHORTEST_PASSWORD = 12
UNITS = {accounts_pb2.UNIT_SYSTEM_METRIC: "metric", accounts_pb2.UNIT_SYSTEM_IMPERIAL: "imperial"}
RANGES = {training.METRIC_KIND_FTP: (30, 650), training.METRIC_KIND_WEIGHT: (25, 300)}
TOO_SHORT = "Use at least 12 characters. A few unrelated words work well."


def now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


@dataclass
class Account:
    """A person with a password that is kept as it is: this is memory, not a database."""

    email: str
    password: str
    name: str
    user_id: UUID = field(default_factory=uuid4)
    units: int = accounts_pb2.UNIT_SYSTEM_METRIC
    time_zone: str = "Europe/London"
    week_start: int = 0
    onboarding: list[str] = field(default_factory=lambda: ["connect", "ftp"])
    is_active: bool = True
    is_verified: bool = True
    is_administrator: bool = False
    created: datetime = field(default_factory=lambda: datetime(2025, 1, 5, 9, tzinfo=UTC))


@dataclass
class OpenSession:
    """A session; its secret is the key under which it is kept."""

    owner: UUID
    address: str
    agent: str
    authenticated: datetime = field(default_factory=now)
    session_id: UUID = field(default_factory=uuid4)
    created: datetime = field(default_factory=now)


@dataclass
class AccessToken:
    """A personal access token; its secret is the key under which it is kept."""

    owner: UUID
    name: str
    scopes: list[str]
    expires: datetime
    token_id: UUID = field(default_factory=uuid4)
    created: datetime = field(default_factory=now)


@dataclass
class IdentityStore:
    """Everything that identity knows."""

    signer: UserTokenSigner
    mode: int = accounts_pb2.SIGN_UP_MODE_OPEN
    accounts: dict[UUID, Account] = field(default_factory=dict)
    sessions: dict[str, OpenSession] = field(default_factory=dict)
    tokens: dict[str, AccessToken] = field(default_factory=dict)
    metrics: dict[UUID, dict[int, list[training.MetricEntry]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    events: dict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))
    mailed: dict[str, tuple[str, UUID]] = field(default_factory=dict)
    answered: dict[str, Any] = field(default_factory=dict)
    erasures: dict[str, set[str]] = field(default_factory=dict)
    deleted_at: datetime = field(default_factory=now)

    def add(self, account: Account) -> Account:
        """Keep a new account."""
        self.accounts[account.user_id] = account
        return account

    def by_email(self, email: str) -> Account | None:
        """The account with an address."""
        return next((each for each in self.accounts.values() if each.email == email.lower()), None)

    def mail(self, purpose: str, owner: UUID) -> str:
        """Make a secret and keep what was mailed."""
        secret = secrets.token_urlsafe(32)
        self.mailed[secret] = (purpose, owner)
        return secret

    def use(self, purpose: str, secret: str) -> Account:
        """The account behind a mailed secret, which works once."""
        known = self.mailed.get(secret)
        if known is None or known[0] != purpose:
            raise Refused("FAILED_PRECONDITION", "SECRET_INVALID")
        del self.mailed[secret]
        return self.accounts[known[1]]

    def age_sign_ins(self) -> None:
        """Make every sign-in older than ten minutes."""
        for session in self.sessions.values():
            session.authenticated = now() - 2 * FRESH

    def renew(self, session_id: UUID) -> str:
        """Give a session a new secret and a fresh sign-in."""
        old = next(secret for secret, session in self.sessions.items() if session.session_id == session_id)
        session = self.sessions.pop(old)
        session.authenticated = now()
        secret = secrets.token_urlsafe(32)
        self.sessions[secret] = session
        return secret


class AccountService(ErasureMethods):
    """AccountService over the store."""

    def __init__(self, store: IdentityStore) -> None:
        self.store = store

    def SignUp(self, request: Any, _context: Any) -> Any:
        if len(request.password) < SHORTEST_PASSWORD:
            raise Refused("INVALID_ARGUMENT", "PASSWORD_REFUSED", [("password", TOO_SHORT)], {"why": "too_short"})
        if self.store.mode == accounts_pb2.SIGN_UP_MODE_CLOSED and not request.invitation:
            raise Refused("FAILED_PRECONDITION", "SIGN_UP_CLOSED")
        if self.store.by_email(request.email) is None:
            account = Account(request.email.lower(), request.password, request.display_name, is_verified=False)
            account.time_zone, account.onboarding = request.time_zone or "UTC", []
            self.store.mail("verify", self.store.add(account).user_id)
        return accounts_pb2.SignUpResponse()

    def GetSignUpPolicy(self, _request: Any, _context: Any) -> Any:
        return accounts_pb2.SignUpPolicy(mode=self.store.mode)  # type: ignore[arg-type]

    def RequestEmailVerification(self, request: Any, _context: Any) -> Any:
        account = self.store.by_email(request.email)
        if account is not None and not account.is_verified:
            self.store.mail("verify", account.user_id)
        return accounts_pb2.RequestEmailVerificationResponse()

    def VerifyEmail(self, request: Any, _context: Any) -> Any:
        self.store.use("verify", request.secret).is_verified = True
        return accounts_pb2.VerifyEmailResponse()

    def RequestPasswordReset(self, request: Any, _context: Any) -> Any:
        account = self.store.by_email(request.email)
        if account is not None:
            self.store.mail("reset", account.user_id)
        return accounts_pb2.RequestPasswordResetResponse()

    def ResetPassword(self, request: Any, _context: Any) -> Any:
        if len(request.password) < SHORTEST_PASSWORD:
            raise Refused("INVALID_ARGUMENT", "PASSWORD_REFUSED", [("password", TOO_SHORT)], {"why": "too_short"})
        account = self.store.use("reset", request.secret)
        account.password = request.password
        self._end_all(account.user_id)
        return accounts_pb2.ResetPasswordResponse()

    def ChangePassword(self, request: Any, context: Any) -> Any:
        person = person_of(context)
        account = self.store.accounts[person.user_id]
        if account.password != request.current_password:
            raise Refused("PERMISSION_DENIED", "WRONG_PASSWORD")
        if len(request.new_password) < SHORTEST_PASSWORD:
            raise Refused("INVALID_ARGUMENT", "PASSWORD_REFUSED", [("new_password", TOO_SHORT)])
        account.password = request.new_password
        self._end_all(person.user_id, but=person.session_id)
        return accounts_pb2.ChangePasswordResponse(session_secret=self.store.renew(person.session_id))

    def _end_all(self, owner: UUID, but: UUID | None = None) -> None:
        for secret, session in list(self.store.sessions.items()):
            if session.owner == owner and session.session_id != but:
                del self.store.sessions[secret]

    def GetProfile(self, _request: Any, context: Any) -> Any:
        return _profile(self.store.accounts[person_of(context).user_id])

    def UpdateProfile(self, request: Any, context: Any) -> Any:
        account, given = self.store.accounts[person_of(context).user_id], request.profile
        for path in request.update_mask.paths:
            if path == "display_name" and not given.display_name.strip():
                raise InvalidArgument("display_name", "Enter a name.")
            if path == "week_start" and given.week_start not in range(7):
                raise InvalidArgument("week_start", "Choose a day from 0 (Monday) to 6 (Sunday).")
        for path in request.update_mask.paths:
            name = {"display_name": "name", "onboarding_done": "onboarding"}.get(path, path)
            value = getattr(given, path)
            setattr(account, name, list(value) if path == "onboarding_done" else value)
        return _profile(account)

    def ListSecurityEvents(self, _request: Any, context: Any) -> Any:
        found = self.store.events[person_of(context).user_id]
        return accounts_pb2.ListSecurityEventsResponse(
            events=[
                accounts_pb2.SecurityEvent(type=kind, create_time=stamp(now()), client_address="192.0.2.7")
                for kind in reversed(found)
            ]
        )

    def ListAccounts(self, _request: Any, _context: Any) -> Any:
        return accounts_pb2.ListAccountsResponse(accounts=[_account(each) for each in self.store.accounts.values()])

    def SetAccountActive(self, request: Any, _context: Any) -> Any:
        account = self.store.accounts.get(parse("users", request.name))
        if account is None:
            raise NotFound
        if account.is_administrator and not request.is_active:
            raise Refused("FAILED_PRECONDITION", "LAST_ADMINISTRATOR")
        account.is_active = request.is_active
        return _account(account)


def _profile(account: Account) -> Any:
    return accounts_pb2.Profile(
        name=f"users/{account.user_id}",
        user_id=str(account.user_id),
        display_name=account.name,
        email=account.email,
        units=account.units,  # type: ignore[arg-type]
        time_zone=account.time_zone,
        week_start=account.week_start,
        is_administrator=account.is_administrator,
        onboarding_done=account.onboarding,
        create_time=stamp(account.created),
    )


def _account(account: Account) -> Any:
    return accounts_pb2.Account(
        name=f"users/{account.user_id}",
        display_name=account.name,
        email=account.email,
        is_active=account.is_active,
        is_verified=account.is_verified,
        is_administrator=account.is_administrator,
        create_time=stamp(account.created),
    )
