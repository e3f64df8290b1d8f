"""Accounts of the demo, made as anybody else's: through the published RPCs, with the secret from the mail."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from ctz.identity.v1 import accounts_pb2, sessions_pb2
from ctz.identity.v1.accounts_pb2_grpc import AccountServiceStub
from ctz.identity.v1.sessions_pb2_grpc import SessionServiceStub
from ctz.peloton_sync.v1 import connections_pb2, sync_pb2
from ctz.peloton_sync.v1.connections_pb2_grpc import ConnectionServiceStub
from ctz.peloton_sync.v1.sync_pb2_grpc import SyncServiceStub

from ctz_chassis.errors import RemoteError
from ctz_chassis.grpc_client import Channel, acting_for, client
from ctz_local.errors import LocalError
from ctz_local.mail_folder import list_messages, read_message
from ctz_local.ports import LOOPBACK
from ctz_local.rider import Rider, SimulatedRider
from ctz_local.waiting import wait_until

TIMEOUT_SECONDS: Final = 30.0
TIME_ZONE: Final = "America/New_York"
_MAIL_SECONDS: Final = 30.0
_SYNC_SECONDS: Final = 120.0
_LINK_SECONDS: Final = 5.0
WIZARD: Final = ("connect", "ftp", "done")


class DemoNotReady(LocalError):
    """The people of the demo could not be made ready."""


class Accounts:
    """Signs people up, in and out at identity."""

    def __init__(self, identity: Channel, home: Path) -> None:
        self._accounts = client(identity, AccountServiceStub)
        self._sessions = client(identity, SessionServiceStub)
        self._mail = home / "mail"
        self._administrator_link = home / "run" / "administrator-link"

    @contextmanager
    def acting_as(self, rider: Rider, *, steps: Sequence[str] = WIZARD) -> Iterator[None]:
        """Act for somebody, signed up where that is not done yet; these steps of the wizard are then behind them."""
        secret = self._signed_in(rider)
        request = sessions_pb2.ExchangeSessionRequest(session_secret=secret)
        found = self._sessions.ExchangeSession(request, timeout=TIMEOUT_SECONDS)
        with acting_for(found.user_token):
            yield
            self._mark_done(found.onboarding_done, steps)
            self._sessions.SignOut(sessions_pb2.SignOutRequest(), timeout=TIMEOUT_SECONDS)

    def make_administrator(self, rider: Rider) -> bool:
        """Make the first administrator by the one-time link; False where somebody else took it."""
        try:
            self._sign_in(rider)
        except RemoteError as error:
            if error.reason != "INVALID_CREDENTIALS":
                raise
            link = self._administrator_link
            if not wait_until(link.exists, timeout_seconds=_LINK_SECONDS, interval_seconds=0.1):
                return False
            secrets = parse_qs(urlsplit(link.read_text().strip()).query)
            self._sign_up(rider, next(iter(next(iter(secrets.values())))))
        return True

    def _signed_in(self, rider: Rider) -> str:
        """Return the secret of a fresh session, after a sign-up where there is no such account."""
        try:
            return self._sign_in(rider)
        except RemoteError as error:
            if error.reason not in {"INVALID_CREDENTIALS", "EMAIL_NOT_VERIFIED"}:
                raise
        self._sign_up(rider, "")
        self._accounts.VerifyEmail(
            accounts_pb2.VerifyEmailRequest(secret=_mailed_secret(self._mail, rider.email), client_address=LOOPBACK),
            timeout=TIMEOUT_SECONDS,
        )
        return self._sign_in(rider)

    def _sign_up(self, rider: Rider, invitation: str) -> None:
        self._accounts.SignUp(
            accounts_pb2.SignUpRequest(
                email=rider.email,
                password=rider.password,
                display_name=rider.name,
                time_zone=TIME_ZONE,
                invitation=invitation,
                client_address=LOOPBACK,
            ),
            timeout=TIMEOUT_SECONDS,
        )

    def _sign_in(self, rider: Rider) -> str:
        request = sessions_pb2.SignInRequest(
            email=rider.email, password=rider.password, client_address=LOOPBACK, user_agent="ctz demo"
        )
        return str(self._sessions.SignIn(request, timeout=TIMEOUT_SECONDS).session_secret)

    def _mark_done(self, done: Sequence[str], steps: Sequence[str]) -> None:
        new = [step for step in steps if step not in done]
        if not new:
            return
        change = accounts_pb2.UpdateProfileRequest(profile=accounts_pb2.Profile(onboarding_done=[*done, *new]))
        change.update_mask.paths.append("onboarding_done")
        self._accounts.UpdateProfile(change, timeout=TIMEOUT_SECONDS)


class PelotonLink:
    """Connects the person who acts to the simulated Peloton."""

    def __init__(self, sync: Channel) -> None:
        self._connections = client(sync, ConnectionServiceStub)
        self._sync = client(sync, SyncServiceStub)

    def connect(self, account: SimulatedRider, *, says_yes_to_ftp: bool) -> None:
        """Connect. The simulator forgets its tokens when it stops, so each start connects anew."""
        self._connections.ConnectWithPassword(
            connections_pb2.ConnectWithPasswordRequest(username=account.username, password=account.password),
            timeout=TIMEOUT_SECONDS,
        )
        if says_yes_to_ftp:
            self._connections.AcceptFTPHistory(
                connections_pb2.AcceptFTPHistoryRequest(reading=connections_pb2.FTP_READING_PROPOSED),
                timeout=TIMEOUT_SECONDS,
            )

    def sync(self, *, is_awaited: bool) -> None:
        """Sync now, and wait for it where that is wanted."""
        self._sync.StartSync(sync_pb2.StartSyncRequest(request_id=str(uuid4())), timeout=TIMEOUT_SECONDS)
        if is_awaited and not wait_until(self._is_synced, timeout_seconds=_SYNC_SECONDS, interval_seconds=0.5):
            raise DemoNotReady(f"The first sync of a demo rider was not over after {_SYNC_SECONDS:.0f} s.")

    def _is_synced(self) -> bool:
        status = self._sync.GetSyncStatus(sync_pb2.GetSyncStatusRequest(), timeout=TIMEOUT_SECONDS)
        return bool(status.run.HasField("end_time"))


def _mailed_secret(folder: Path, email: str) -> str:
    """Return the secret of the newest mail to the address that has one."""
    found: list[str] = []

    def arrived() -> bool:
        found.extend(secret for secret in _secrets(folder, email))
        return bool(found)

    if not wait_until(arrived, timeout_seconds=_MAIL_SECONDS, interval_seconds=0.1):
        raise DemoNotReady(f"No mail with a link for {email} came to {folder} within {_MAIL_SECONDS:.0f} s.")
    return found[0]


def _secrets(folder: Path, email: str) -> list[str]:
    messages = [read_message(folder, summary.name) for summary in list_messages(folder) if summary.to == email]
    links = [text for message in messages if message for text, is_link in message.parts if is_link]
    return [secret for link in links for secret in parse_qs(urlsplit(link).query).get("token", ())]
