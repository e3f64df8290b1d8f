"""The rider of the demo, made as anybody else is: through the published RPCs, with the secret from the mail.

It runs as a process of its own (`python -m ctz_local.demo_rider`), so that the supervisor need not carry a gRPC client
for the rest of its life. Every step may have been done by an earlier start; only what is missing is done.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from ctz.identity.v1 import accounts_pb2, sessions_pb2
from ctz.identity.v1.accounts_pb2_grpc import AccountServiceStub
from ctz.identity.v1.sessions_pb2_grpc import SessionServiceStub
from ctz.peloton_sync.v1 import connections_pb2
from ctz.peloton_sync.v1.connections_pb2_grpc import ConnectionServiceStub

from ctz_chassis.auth.keys import load_private_key
from ctz_chassis.auth.tokens import ServiceSigner
from ctz_chassis.errors import RemoteError
from ctz_chassis.grpc_client import Channel, acting_for, client
from ctz_local.errors import LocalError
from ctz_local.mail_folder import list_messages, read_message
from ctz_local.ports import LOOPBACK
from ctz_local.rider import DEMO_RIDER, Rider
from ctz_local.secrets import LOCAL_SIGNER, SecretStore
from ctz_local.services import IDENTITY, PELOTON_SYNC, Service
from ctz_local.state import RunState
from ctz_local.waiting import wait_until

_TIMEOUT_SECONDS: Final = 30.0
_MAIL_SECONDS: Final = 30.0
_CONNECT: Final = "connect"
_STEPS: Final = (_CONNECT, "ftp", "done")
_TIME_ZONE: Final = "America/New_York"


class DemoRiderFailed(LocalError):
    """The demo rider could not be made ready."""


@dataclass(frozen=True, slots=True)
class PelotonAccount:
    """How the rider signs in at the simulated Peloton."""

    username: str
    password: str


def prepare(home: Path, rider: Rider, account: PelotonAccount, *, says_yes_to_ftp: bool) -> None:
    """Sign the rider up where that is not done yet, and connect them to the simulator; nothing is synced.

    A rider who says yes to Peloton's FTP has gone through the whole wizard: the history of the FTP comes with the sync.
    """
    state = RunState.read(home)
    if state is None:
        raise DemoRiderFailed(f"Nothing runs on {home}.")
    signer = ServiceSigner(LOCAL_SIGNER, load_private_key(SecretStore(home / "secrets").signing_key_file(LOCAL_SIGNER)))
    with _channel(state, IDENTITY, signer) as identity, _channel(state, PELOTON_SYNC, signer) as sync:
        accounts = client(identity, AccountServiceStub)
        sessions = client(identity, SessionServiceStub)
        connections = client(sync, ConnectionServiceStub)
        session = _signed_in(accounts, sessions, rider, home / "mail")
        found = sessions.ExchangeSession(
            sessions_pb2.ExchangeSessionRequest(session_secret=session), timeout=_TIMEOUT_SECONDS
        )
        with acting_for(found.user_token):
            # The simulator forgets its tokens when it stops, so each start connects anew.
            connections.ConnectWithPassword(
                connections_pb2.ConnectWithPasswordRequest(username=account.username, password=account.password),
                timeout=_TIMEOUT_SECONDS,
            )
            if says_yes_to_ftp:
                connections.AcceptFTPHistory(
                    connections_pb2.AcceptFTPHistoryRequest(reading=connections_pb2.FTP_READING_PROPOSED),
                    timeout=_TIMEOUT_SECONDS,
                )
            _mark_done(accounts, found.onboarding_done, _STEPS if says_yes_to_ftp else (_CONNECT,))
            sessions.SignOut(sessions_pb2.SignOutRequest(), timeout=_TIMEOUT_SECONDS)


def _channel(state: RunState, service: Service, signer: ServiceSigner) -> Channel:
    target = f"{LOOPBACK}:{state.ports[f'{service.name}-grpc']}"
    return Channel(target, service_signer=signer, audience=service.name)


def _signed_in(accounts: AccountServiceStub, sessions: SessionServiceStub, rider: Rider, mail: Path) -> str:
    """Return the secret of a fresh session, after a sign-up where there is no such account."""
    try:
        return _sign_in(sessions, rider)
    except RemoteError as error:
        if error.reason not in {"INVALID_CREDENTIALS", "EMAIL_NOT_VERIFIED"}:
            raise
    accounts.SignUp(
        accounts_pb2.SignUpRequest(
            email=rider.email,
            password=rider.password,
            display_name=rider.name,
            time_zone=_TIME_ZONE,
            client_address=LOOPBACK,
        ),
        timeout=_TIMEOUT_SECONDS,
    )
    accounts.VerifyEmail(
        accounts_pb2.VerifyEmailRequest(secret=_mailed_secret(mail, rider.email), client_address=LOOPBACK),
        timeout=_TIMEOUT_SECONDS,
    )
    return _sign_in(sessions, rider)


def _sign_in(sessions: SessionServiceStub, rider: Rider) -> str:
    request = sessions_pb2.SignInRequest(
        email=rider.email, password=rider.password, client_address=LOOPBACK, user_agent="ctz demo"
    )
    answer = sessions.SignIn(request, timeout=_TIMEOUT_SECONDS)
    return str(answer.session_secret)


def _mailed_secret(folder: Path, email: str) -> str:
    """Return the secret of the newest mail to the address that has one."""
    found: list[str] = []

    def arrived() -> bool:
        found.extend(secret for secret in _secrets(folder, email))
        return bool(found)

    if not wait_until(arrived, timeout_seconds=_MAIL_SECONDS, interval_seconds=0.1):
        raise DemoRiderFailed(f"No mail with a link for {email} came to {folder} within {_MAIL_SECONDS:.0f} s.")
    return found[0]


def _secrets(folder: Path, email: str) -> list[str]:
    messages = [read_message(folder, summary.name) for summary in list_messages(folder) if summary.to == email]
    links = [text for message in messages if message for text, is_link in message.parts if is_link]
    return [secret for link in links for secret in parse_qs(urlsplit(link).query).get("token", ())]


def _mark_done(accounts: AccountServiceStub, done: Sequence[str], steps: Sequence[str]) -> None:
    new = [step for step in steps if step not in done]
    if not new:
        return
    change = accounts_pb2.UpdateProfileRequest(profile=accounts_pb2.Profile(onboarding_done=[*done, *new]))
    change.update_mask.paths.append("onboarding_done")
    accounts.UpdateProfile(change, timeout=_TIMEOUT_SECONDS)


def main(argv: Sequence[str] | None = None) -> int:
    """Prepare the demo rider of a running demo; the exit status."""
    parser = argparse.ArgumentParser(prog="ctz_local.demo_rider", description="Make the rider of the demo.")
    parser.add_argument("home", type=Path)
    parser.add_argument("username", help="at the simulated Peloton")
    parser.add_argument("password", help="at the simulated Peloton")
    parser.add_argument("--ftp", action="store_true", help="say yes to Peloton's FTP; nothing is left to set up")
    options = parser.parse_args(argv)
    try:
        account = PelotonAccount(options.username, options.password)
        prepare(options.home, DEMO_RIDER, account, says_yes_to_ftp=options.ftp)
    except (LocalError, RemoteError) as error:
        sys.stderr.write(f"The demo rider is not ready: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
