"""What the tests do with a running identity: sign up, read mail, sign in, ask."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID, uuid4

from ctz.identity.v1 import accounts_pb2, accounts_pb2_grpc, sessions_pb2, sessions_pb2_grpc
from prometheus_client import REGISTRY

from ctz_chassis.auth.tokens import Person
from ctz_chassis.settings import load
from ctz_chassis.testing import Keys, RunningServer, User, running_server
from ctz_identity.app.administration import Operations
from ctz_identity.app.password_hasher import Cost
from ctz_identity.cli.composition import Base, build_base, build_mail_round, build_operations, build_servicers
from ctz_identity.settings import Settings
from ctz_local.testing.databases import ServiceDatabase

PUBLIC_URL = "https://zones.example"
PASSWORD = "meadow lantern 7 orbit"
CHEAP = Cost(memory_kib=64)


class SettableClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@dataclass(frozen=True, slots=True)
class Browser:
    """A person who is signed in: the cookie's secrets, and the user token for the next call."""

    email: str
    session_secret: str
    device_secret: str
    user: User


@dataclass(frozen=True, slots=True)
class Instance:
    """A running identity and its neighbours' view of it."""

    base: Base
    server: RunningServer
    keys: Keys
    clock: SettableClock
    mail_folder: Path
    operations: Operations
    accounts: accounts_pb2_grpc.AccountServiceStub
    sessions: sessions_pb2_grpc.SessionServiceStub
    _seen: set[str] = field(default_factory=set)

    def sign_up(self, email: str, password: str = PASSWORD, **fields: str) -> None:
        self.accounts.SignUp(
            accounts_pb2.SignUpRequest(
                email=email,
                password=password,
                display_name=fields.pop("display_name", "Rider"),
                client_address=fields.pop("client_address", "192.0.2.1"),
                **fields,
            )
        )

    def new_mails(self) -> list[EmailMessage]:
        """Let the worker send what waits, and return the mails that came since the last look."""
        mail_round = build_mail_round(self.base)
        while mail_round.send_next():
            pass
        fresh = [path for path in sorted(self.mail_folder.glob("*.eml")) if path.name not in self._seen]
        self._seen.update(path.name for path in fresh)
        return [message_from_bytes(path.read_bytes(), policy=default) for path in fresh]  # type: ignore[misc]

    def mailed_secret(self, to: str) -> str:
        """Return the secret in the newest mail to an address."""
        text = [mail.get_content() for mail in self.new_mails() if mail["To"] == to][-1]
        found = re.search(rf"{re.escape(PUBLIC_URL)}/\S+?=(\S+)", text)
        assert found is not None, text
        return found[1]

    def verify(self, secret: str) -> None:
        self.accounts.VerifyEmail(accounts_pb2.VerifyEmailRequest(secret=secret))

    def sign_in(
        self, email: str, password: str = PASSWORD, *, address: str = "192.0.2.1", device_secret: str = ""
    ) -> Browser:
        answer = self.sessions.SignIn(
            sessions_pb2.SignInRequest(
                email=email,
                password=password,
                client_address=address,
                user_agent="Firefox on Linux",
                device_secret=device_secret,
            )
        )
        return Browser(email, answer.session_secret, answer.device_secret, self.exchange(answer.session_secret))

    def exchange(self, session_secret: str) -> User:
        answer = self.exchange_answer(session_secret)
        return User(UUID(answer.user_id), UUID(answer.session_id), answer.user_token)

    def exchange_answer(self, session_secret: str) -> sessions_pb2.ExchangeSessionResponse:
        return self.sessions.ExchangeSession(sessions_pb2.ExchangeSessionRequest(session_secret=session_secret))

    def member(self, email: str = "", password: str = PASSWORD) -> Browser:
        """Return somebody who has signed up, proven the address and signed in."""
        email = email or f"rider-{uuid4().hex[:12]}@example.org"
        self.sign_up(email, password)
        self.verify(self.mailed_secret(email))
        return self.sign_in(email, password)

    def administrator(self) -> Browser:
        browser = self.member()
        self.operations.make_administrator(browser.email)
        return Browser(
            browser.email, browser.session_secret, browser.device_secret, self.exchange(browser.session_secret)
        )

    def person(self, user: User) -> Person:
        """Return what a service reads from a user token."""
        return self.keys.verifier(clock=self.clock).user(user.token)


def hashes(purpose: str) -> float:
    """Return how many passwords this process has hashed or checked."""
    return REGISTRY.get_sample_value("ctz_identity_password_hashes_total", {"purpose": purpose}) or 0.0


@contextmanager
def running_instance(
    database: ServiceDatabase,
    *,
    clock: SettableClock,
    keys: Keys,
    folder: Path,
    pepper: Path,
    cost: Cost = CHEAP,
    **variables: str,
) -> Iterator[Instance]:
    """Run identity as its composition root builds it, with cheaper password hashes."""
    jwks = keys.write(folder)
    mail_folder = folder / "mail"
    settings = load(
        Settings,
        "IDENTITY",
        {
            "CTZ_ENV": "test",
            "CTZ_PUBLIC_URL": PUBLIC_URL,
            "CTZ_JWKS_FILE": str(jwks),
            "CTZ_IDENTITY_DATABASE_URL": database.app_url("identity"),
            "CTZ_IDENTITY_SIGNING_KEY_FILE": str(folder / "identity.pem"),
            "CTZ_IDENTITY_USER_KEY_FILE": str(folder / "identity-user.pem"),
            "CTZ_IDENTITY_PEPPER_FILE": str(pepper),
            "CTZ_IDENTITY_MAIL_DIR": str(mail_folder),
            **{f"CTZ_IDENTITY_{name}": value for name, value in variables.items()},
        },
    )
    base = build_base(settings, clock=clock)
    with running_server("identity", build_servicers(base, cost=cost), keys=keys, clock=clock) as server:
        accounts = server.client(accounts_pb2_grpc.AccountServiceStub)
        sessions = server.client(sessions_pb2_grpc.SessionServiceStub)
        yield Instance(base, server, keys, clock, mail_folder, build_operations(base), accounts, sessions)
    base.database.close()
