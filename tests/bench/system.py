"""The real services and the real gateway on one database, in this process, with one rider who is signed in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Final
from uuid import UUID

from ctz.identity.v1 import accounts_pb2, accounts_pb2_grpc, sessions_pb2, sessions_pb2_grpc
from flask import Flask

import ctz_challenges.cli
import ctz_peloton_sync.cli
import ctz_plans.cli
import ctz_workouts.cli
from ctz_challenges.settings import Settings as ChallengesSettings
from ctz_chassis.clock import utc_now
from ctz_chassis.db import Database
from ctz_chassis.settings import load
from ctz_chassis.testing import RunningServer, User, running_server
from ctz_gateway.app import create_app
from ctz_gateway.clients.services import connect
from ctz_gateway.settings import Settings as GatewaySettings
from ctz_identity.cli.composition import Base, build_base, build_mail_round, build_servicers
from ctz_identity.settings import Settings as IdentitySettings
from ctz_local.testing import ServiceDatabase
from ctz_peloton_sync.app.sealing import Sealer
from ctz_peloton_sync.settings import Settings as SyncServiceSettings
from ctz_peloton_sync.store.unit_of_work import Store
from ctz_plans.settings import Settings as PlansSettings
from ctz_workouts.settings import Settings as WorkoutsSettings

from .rig import PASSWORD, PUBLIC_URL, Rig

EMAIL: Final = "rider@example.org"


@dataclass(frozen=True, slots=True)
class Session:
    """The rider's cookie, and the user token that it is worth."""

    secret: str
    user: User


@dataclass(frozen=True, slots=True)
class System:
    """Running services, and the pages over them."""

    identity: Base
    sync: Store
    workouts: Database
    plans: Database
    challenges: Database
    servers: Mapping[str, RunningServer]
    app: Flask

    @property
    def identity_server(self) -> RunningServer:
        """Where accounts, sessions and metrics are."""
        return self.servers["identity"]

    @property
    def databases(self) -> Sequence[Database]:
        """The database of each service, whose statements count."""
        return (self.identity.database, self.sync.database, self.workouts, self.plans, self.challenges)

    def sign_up(self, email: str = EMAIL) -> None:
        """Make a rider: signed up, and the address verified by the mailed link."""
        accounts = self.identity_server.client(accounts_pb2_grpc.AccountServiceStub)
        accounts.SignUp(
            accounts_pb2.SignUpRequest(
                email=email, password=PASSWORD, display_name="Robin Rider", client_address="192.0.2.1"
            )
        )
        secret = _mailed_secret(self.identity)
        accounts.VerifyEmail(accounts_pb2.VerifyEmailRequest(secret=secret, client_address="192.0.2.1"))

    def sign_in(self, email: str = EMAIL) -> Session:
        """Sign a rider in."""
        sessions = self.identity_server.client(sessions_pb2_grpc.SessionServiceStub)
        answer = sessions.SignIn(
            sessions_pb2.SignInRequest(
                email=email, password=PASSWORD, client_address="192.0.2.1", user_agent="benchmark"
            )
        )
        found = sessions.ExchangeSession(sessions_pb2.ExchangeSessionRequest(session_secret=answer.session_secret))
        user = User(UUID(found.user_id), UUID(found.session_id), found.user_token)
        return Session(answer.session_secret, user)


def _mailed_secret(base: Base) -> str:
    """Let the worker send what waits, and read the link in the newest mail."""
    mail_round = build_mail_round(base)
    while mail_round.send_next():
        pass
    folder = base.settings.mail_dir or Path()
    newest = max(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    text = message_from_bytes(newest.read_bytes(), policy=default).get_content()
    found = re.search(rf"{re.escape(PUBLIC_URL)}/\S+?=(\S+)", text)
    if found is None:
        raise LookupError(newest)
    return found[1]


@contextmanager
def running_system(rig: Rig, database: ServiceDatabase, **settings: str) -> Iterator[System]:
    """Run the five services and the pages as their composition roots build them."""
    environ = rig.environ(database, **settings)
    identity = build_base(load(IdentitySettings, "IDENTITY", environ))
    sync_settings = load(SyncServiceSettings, "PELOTON_SYNC", environ)
    sync = Store(ctz_peloton_sync.cli.SCHEMA.open(sync_settings.service), utc_now)
    sealer = Sealer.from_file(sync_settings.sync.fernet_keys_file)
    workouts = ctz_workouts.cli.SCHEMA.open(load(WorkoutsSettings, "WORKOUTS", environ).service)
    plans = ctz_plans.cli.SCHEMA.open(load(PlansSettings, "PLANS", environ).service)
    challenges = ctz_challenges.cli.SCHEMA.open(load(ChallengesSettings, "CHALLENGES", environ).service)
    parts = {
        "identity": build_servicers(identity),
        "peloton-sync": ctz_peloton_sync.cli.registrations(sync_settings, sync, sealer),
        "workouts": ctz_workouts.cli.registrations(workouts),
        "plans": ctz_plans.cli.registrations(plans),
        "challenges": ctz_challenges.cli.registrations(challenges),
    }
    with ExitStack() as stack:
        for each in (identity.database, sync.database, workouts, plans, challenges):
            stack.callback(each.close)
        servers = {
            name: stack.enter_context(running_server(name, servicers, keys=rig.keys))
            for name, servicers in parts.items()
        }
        app = _pages(rig, environ, servers, stack)
        yield System(identity, sync, workouts, plans, challenges, servers, app)


def _pages(rig: Rig, environ: Mapping[str, str], servers: Mapping[str, RunningServer], stack: ExitStack) -> Flask:
    targets = {f"CTZ_{name.upper().replace('-', '_')}_TARGET": server.target for name, server in servers.items()}
    key_files = {
        "CTZ_GATEWAY_SIGNING_KEY_FILE": str(rig.folder / "gateway.pem"),
        "CTZ_GATEWAY_FRONT_SIGNING_KEY_FILE": str(rig.folder / "front.pem"),
        "CTZ_GATEWAY_SESSION_KEY_FILE": str(rig.folder / "pepper"),
    }
    given = {**environ, **targets, **key_files}
    settings = load(GatewaySettings, "GATEWAY", given)
    services = connect(settings.targets, rig.keys.service_signer("gateway"))
    stack.callback(services.close)
    return create_app(settings, services, settings.session_key_file.read_bytes())
