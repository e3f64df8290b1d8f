"""All five services in this process, each on its own schema and under its own role, with two riders in them."""

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import grpc
import psycopg
import sqlalchemy as sa
from cryptography.fernet import Fernet
from ctz.identity.v1 import accounts_pb2, accounts_pb2_grpc, sessions_pb2, sessions_pb2_grpc
from google.rpc import error_details_pb2, status_pb2
from psycopg import sql

import ctz_challenges.cli
import ctz_identity.cli.composition
import ctz_identity.cli.processes
import ctz_peloton_sync.cli
import ctz_plans.cli
import ctz_workouts.cli
from ctz_chassis.clock import utc_now
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, make_engine
from ctz_chassis.events import Event
from ctz_chassis.grpc_server import Registration
from ctz_chassis.migrations import migrate
from ctz_chassis.settings import load
from ctz_chassis.testing import Keys, RunningServer, User, make_keys, running_server
from ctz_identity.app.password_hasher import Cost
from ctz_identity.cli.composition import Base
from ctz_local.services import SERVICES, service_named
from ctz_local.testing import DatabaseMaker, ServiceDatabase
from ctz_peloton_sync.app.claim import claim
from ctz_peloton_sync.app.sealing import Sealer
from ctz_peloton_sync.store.unit_of_work import Store
from ctz_peloton_sync.workers.assembly import Workshop
from ctz_simulator import RiderSpec, Simulator

NAMES = tuple(service.name for service in SERVICES)
MODULES: Mapping[str, ModuleType] = {
    "identity": ctz_identity.cli.processes,
    "peloton-sync": ctz_peloton_sync.cli,
    "workouts": ctz_workouts.cli,
    "plans": ctz_plans.cli,
    "challenges": ctz_challenges.cli,
}
PASSWORD = "meadow lantern 7 orbit"
PELOTON_PASSWORD = "canary-peloton-password-Lx83"
PUBLIC_URL = "https://zones.example"
WORKOUTS = 6
CALL_SECONDS = 20.0
# All strangers of these tests come from one address; limits are tried in identity's own tests.
LIMITS = ("ADDRESS", "TOTAL", "SIGN_UPS_PER_ADDRESS", "SIGN_UPS", "MAILS_PER_ADDRESS")


def migrated(maker: DatabaseMaker, *names: str) -> ServiceDatabase:
    """A database with the tables of these services, made by their own migrations under their owners."""
    database = maker.create(names)
    for name in names:
        schema, role = MODULES[name].SCHEMA, service_named(name).app_role
        migrate(database.owner_url(name), schema.name, schema.migrations, role)
    return database


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with an account, as identity knows them."""

    email: str
    display_name: str
    session_secret: str
    user: User


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: the code, the reason in the error's details, and the bytes of the answer."""

    code: grpc.StatusCode
    reason: str = ""
    body: bytes = b""
    text: str = ""
    """Everything that the answer says in an error: message and details."""


@dataclass
class System:
    """The running services, and how to look at them from outside and from behind."""

    database: ServiceDatabase
    keys: Keys
    folder: Path
    environment: Mapping[str, str]
    simulator: Simulator
    base: Base
    workshop: Workshop
    databases: Mapping[str, Database]
    consumers: Mapping[str, Consumer]
    servers: dict[str, RunningServer] = field(default_factory=dict)
    _channels: dict[str, grpc.Channel] = field(default_factory=dict)

    def call(self, service: str, method: str, request: bytes, *, metadata: Sequence[tuple[str, str]] = ()) -> Answer:
        """Call a method with exactly this metadata, as nobody's client library would."""
        channel = self._channels.get(service)
        if channel is None:
            channel = self._channels[service] = grpc.insecure_channel(self.servers[service].target)
        try:
            body = channel.unary_unary(method)(request, metadata=metadata, timeout=CALL_SECONDS)
        except grpc.RpcError as error:
            return _refused(error)
        return Answer(grpc.StatusCode.OK, body=body)

    def credentials(self, service: str, caller: str, user: User | None = None) -> list[tuple[str, str]]:
        """The metadata of a call of `caller` at `service` on behalf of a person."""
        token = self.keys.service_signer(caller).token(service)
        person = [("ctz-user", user.token)] if user is not None else []
        return [("authorization", f"Bearer {token}"), *person]

    def sign_up(self, email: str, display_name: str) -> Member:
        """Make an account as a browser would: sign up, follow the mailed link, sign in."""
        server = self.servers["identity"]
        accounts = server.client(accounts_pb2_grpc.AccountServiceStub)
        accounts.SignUp(accounts_pb2.SignUpRequest(email=email, password=PASSWORD, display_name=display_name))
        accounts.VerifyEmail(accounts_pb2.VerifyEmailRequest(secret=self._mailed_secret(email)))
        return self.sign_in(email, display_name)

    def sign_in(self, email: str, display_name: str = "") -> Member:
        """Open one more session of a member."""
        sessions = self.servers["identity"].client(sessions_pb2_grpc.SessionServiceStub)
        opened = sessions.SignIn(sessions_pb2.SignInRequest(email=email, password=PASSWORD))
        request = sessions_pb2.ExchangeSessionRequest(session_secret=opened.session_secret)
        exchanged = sessions.ExchangeSession(request)
        user = User(UUID(exchanged.user_id), UUID(exchanged.session_id), exchanged.user_token)
        return Member(email, display_name, opened.session_secret, user)

    def _mailed_secret(self, email: str) -> str:
        mail_round = ctz_identity.cli.composition.build_mail_round(self.base)
        while mail_round.send_next():
            pass
        texts = [path.read_text("utf-8") for path in sorted((self.folder / "mail").glob("*.eml"))]
        found = re.search(r"token=(\S+)", [text for text in texts if f"To: {email}" in text][-1])
        assert found is not None
        return found[1]

    def work_and_tell(self) -> None:
        """Let peloton-sync do all that is due, and every consumer take every event that is told."""
        executor = self.workshop.executor()
        try:
            while (claimed := claim(self.workshop.store, self.workshop.claim_policy)) is not None:
                executor.execute(claimed.lease)
        finally:
            executor.api.close()
        for source in NAMES:
            self.tell(source)

    def tell(self, source: str) -> None:
        """Hand every event in a service's outbox to every consumer that takes its type."""
        table = MODULES[source].SCHEMA.outbox
        with self.databases[source].read() as connection:
            rows = connection.execute(sa.select(table).order_by(table.c.id)).all()
        for row in rows:
            event = Event(row.id, row.type, row.source, row.subject, row.event_time.astimezone(UTC), bytes(row.data))
            for name, consumer in self.consumers.items():
                if event.type in MODULES[name].QUEUE.bindings:
                    consumer.handle(event)

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Look behind the scenes as the superuser."""
        return self._behind.execute(statement.encode(), values or None).fetchall()

    def fingerprint(self, *owners: UUID) -> dict[str, str]:
        """A hash of every table; with owners of their rows alone, for the tables that have owners."""
        statement = self._hashes_of_owners if owners else self._hashes
        return dict(self._behind.execute(statement, {"owners": [*owners]}).fetchall())

    @cached_property
    def _behind(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.database.superuser_dsn(), autocommit=True)

    @cached_property
    def _hashes(self) -> sql.Composed:
        return sql.SQL(" UNION ALL ").join(_hash(table) for table, _ in self._tables())

    @cached_property
    def _hashes_of_owners(self) -> sql.Composed:
        whose = sql.SQL(" WHERE {} = ANY(%(owners)s)")
        return sql.SQL(" UNION ALL ").join(
            _hash(table) + whose.format(sql.Identifier(column)) for table, column in self._tables() if column
        )

    def _tables(self) -> list[tuple[tuple[str, str], str]]:
        """Every table, and its column that names an owner, if it has one."""
        rows = self.query(
            "SELECT table_schema, table_name, bool_or(column_name = 'user_id') FROM information_schema.columns "
            "JOIN information_schema.tables USING (table_schema, table_name) "
            "WHERE table_schema = ANY(%s) AND table_type = 'BASE TABLE' GROUP BY 1, 2 ORDER BY 1, 2",
            [service.schema for service in SERVICES],
        )
        own_id = {("identity", "account"): "id"}
        return [((schema, table), "user_id" if has else own_id.get((schema, table), "")) for schema, table, has in rows]

    def close(self) -> None:
        """Close the connections that were made here."""
        self._behind.close()
        for channel in self._channels.values():
            channel.close()
        for database in self.databases.values():
            database.close()


def _hash(table: tuple[str, str]) -> sql.Composed:
    text = "SELECT {name}, md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} AS t"
    return sql.SQL(text).format(name=sql.Literal(".".join(table)), table=sql.Identifier(*table))


def _refused(error: grpc.RpcError) -> Answer:
    metadata = dict(error.trailing_metadata() or ())
    status = status_pb2.Status.FromString(metadata.get("grpc-status-details-bin", b""))
    reason = ""
    for detail in status.details:
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info):
            reason = info.reason
    return Answer(error.code(), reason, b"", f"{error.details()} {status}")


@contextmanager
def running_system(maker: DatabaseMaker, folder: Path) -> Iterator[System]:
    """Run all five services over one fresh database and one simulated Peloton."""
    database, keys = migrated(maker, *NAMES), make_keys()
    riders = [RiderSpec(name, PELOTON_PASSWORD, WORKOUTS, seed) for seed, name in enumerate(("canary-ada", "bo"), 1)]
    with ExitStack() as stack:
        stack.callback(maker.drop, database)
        simulator = stack.enter_context(Simulator(riders).running())
        environment = _environment(database, keys, folder, simulator)
        base = ctz_identity.cli.composition.build_base(load(ctz_identity.settings.Settings, "IDENTITY", environment))
        sync = load(ctz_peloton_sync.cli.Settings, "PELOTON_SYNC", environment)
        databases = {
            name: Database(make_engine(database.app_url(name), application_name=f"test-{name}"))
            for name in NAMES
            if name != "identity"
        } | {"identity": base.database}
        store, sealer = Store(databases["peloton-sync"], utc_now), Sealer.from_file(sync.sync.fernet_keys_file)
        doors = ctz_peloton_sync.cli.doors(sync)
        system = System(
            database=database,
            keys=keys,
            folder=folder,
            environment=environment,
            simulator=simulator,
            base=base,
            workshop=Workshop(sync.sync, store, sealer, doors, utc_now, secrets.SystemRandom(1).random),
            databases=databases,
            consumers={
                "identity": ctz_identity.cli.composition.build_event_consumer(base),
                **{name: MODULES[name].event_consumer(databases[name]) for name in NAMES if name != "identity"},
            },
        )
        stack.callback(system.close)
        served: dict[str, Sequence[Registration]] = {
            "identity": ctz_identity.cli.composition.build_servicers(base, cost=Cost(memory_kib=64)),
            "peloton-sync": ctz_peloton_sync.cli.registrations(sync, store, sealer),
            **{name: MODULES[name].registrations(databases[name]) for name in ("workouts", "plans", "challenges")},
        }
        for name, registrations in served.items():
            system.servers[name] = stack.enter_context(running_server(name, registrations, keys=keys))
        yield system


def _environment(database: ServiceDatabase, keys: Keys, folder: Path, simulator: Simulator) -> dict[str, str]:
    jwks = keys.write(folder)
    (folder / "pepper").write_text(secrets.token_urlsafe(32))
    (folder / "fernet").write_text(Fernet.generate_key().decode())
    return {
        "CTZ_ENV": "test",
        "CTZ_PUBLIC_URL": PUBLIC_URL,
        "CTZ_JWKS_FILE": str(jwks),
        "CTZ_IDENTITY_DATABASE_URL": database.app_url("identity"),
        "CTZ_IDENTITY_SIGNING_KEY_FILE": str(folder / "identity.pem"),
        "CTZ_IDENTITY_USER_KEY_FILE": str(folder / "identity-user.pem"),
        "CTZ_IDENTITY_PEPPER_FILE": str(folder / "pepper"),
        "CTZ_IDENTITY_MAIL_DIR": str(folder / "mail"),
        **{f"CTZ_IDENTITY_LIMIT_{name}": "100000" for name in LIMITS},
        "CTZ_PELOTON_SYNC_DATABASE_URL": database.app_url("peloton-sync"),
        "CTZ_PELOTON_SYNC_SIGNING_KEY_FILE": str(folder / "peloton-sync.pem"),
        "CTZ_PELOTON_SYNC_FERNET_KEYS_FILE": str(folder / "fernet"),
        "CTZ_PELOTON_SYNC_API_URL": simulator.url,
        "CTZ_PELOTON_SYNC_AUTH_URL": simulator.url,
        "CTZ_PELOTON_SYNC_RATE_FLEET": "1000",
        "CTZ_PELOTON_SYNC_RATE_ACCOUNT": "1000",
        "CTZ_PELOTON_SYNC_BURST": "1000",
    }


def new_id() -> str:
    """An id of nothing."""
    return str(uuid4())
