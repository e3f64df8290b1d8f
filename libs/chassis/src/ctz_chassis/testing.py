"""For the tests of services: keys of the whole system, users A and B, a real server on loopback and real clients."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import grpc
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ctz_chassis.auth.keys import USER_KEY_ID, jwks_document, new_private_key_pem, parse_private_key
from ctz_chassis.auth.tokens import USER_LIFETIME, ServiceSigner, UserTokenSigner, Verifier
from ctz_chassis.clock import Clock, utc_now
from ctz_chassis.grpc_client import Channel
from ctz_chassis.grpc_server import Registration, Server
from ctz_chassis.readiness import Readiness

StubT = TypeVar("StubT")

SERVICES = ("identity", "peloton-sync", "workouts", "plans", "challenges", "gateway", "front", "local")
CALL_SECONDS = 10.0
"""Time-out of a test's call that names none."""


@dataclass(frozen=True, slots=True)
class User:
    """A person of a test, with a token as identity signs it."""

    user_id: UUID
    session_id: UUID
    token: str


@dataclass(frozen=True, slots=True)
class Keys:
    """Private keys of all services and of identity's signature for people, by key id."""

    pems: Mapping[str, bytes]

    def private(self, key_id: str) -> Ed25519PrivateKey:
        """Return one private key."""
        return parse_private_key(self.pems[key_id], source=key_id)

    def jwks(self) -> dict[str, Any]:
        """Return the key set that all services read."""
        return jwks_document({key_id: self.private(key_id).public_key() for key_id in self.pems})

    def verifier(self, *, clock: Clock = utc_now) -> Verifier:
        """Return a verifier of all tokens."""
        return Verifier({key_id: self.private(key_id).public_key() for key_id in self.pems}, clock=clock)

    def service_signer(self, service: str, *, clock: Clock = utc_now) -> ServiceSigner:
        """Return the signer of one service."""
        return ServiceSigner(service, self.private(service), clock=clock)

    def user_signer(self, *, clock: Clock = utc_now) -> UserTokenSigner:
        """Return identity's signer for people."""
        return UserTokenSigner(self.private(USER_KEY_ID), clock=clock)

    def user(
        self,
        *,
        is_administrator: bool = False,
        scopes: tuple[str, ...] | None = None,
        is_fresh: bool = True,
        clock: Clock = utc_now,
    ) -> User:
        """Return a new person who has just signed in."""
        user_id, session_id = uuid4(), uuid4()
        token = self.user_signer(clock=clock).issue(
            user_id,
            session_id,
            is_administrator=is_administrator,
            scopes=scopes,
            fresh_until=clock() + timedelta(minutes=10) if is_fresh else None,
            ttl=USER_LIFETIME,
        )
        return User(user_id, session_id, token)

    def a_and_b(self) -> tuple[User, User]:
        """Return two people who must never see each other's things."""
        return self.user(), self.user()

    def write(self, folder: Path) -> Path:
        """Write the key files `<key id>.pem` and `jwks.json` as the supervisor does; returns the key set's path."""
        for key_id, pem in self.pems.items():
            (folder / f"{key_id}.pem").write_bytes(pem)
        path = folder / "jwks.json"
        path.write_text(json.dumps(self.jwks()), encoding="utf-8")
        return path


def make_keys() -> Keys:
    """Make new keys for the whole system."""
    return Keys({key_id: new_private_key_pem() for key_id in (*SERVICES, USER_KEY_ID)})


class TestChannel(Channel):
    """A channel whose calls are made for one person and need no time-out."""

    __test__ = False

    def __init__(self, target: str, *, service_signer: ServiceSigner, audience: str, user: User | None) -> None:
        super().__init__(target, service_signer=service_signer, audience=audience)
        self._user = user

    def unary_unary(self, *arguments: Any, **options: Any) -> Any:
        """Return a callable that passes a time-out where the test gives none."""
        call = super().unary_unary(*arguments, **options)

        def timed(request: Any, timeout: float = CALL_SECONDS, metadata: Sequence[tuple[str, str]] = ()) -> Any:
            return call(request, timeout=timeout, metadata=metadata)

        return timed

    def metadata(self, method: str, given: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Add the person of this channel, also where the method is for nobody."""
        own = [("ctz-user", self._user.token)] if self._user is not None else []
        return super().metadata(method, [*own, *given])


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server in this process, on a free port of loopback."""

    service: str
    port: int
    keys: Keys
    readiness: Readiness
    clock: Clock = utc_now
    _channels: list[Channel] = field(default_factory=list)

    @property
    def target(self) -> str:
        """Where it answers, as a gRPC target."""
        return f"127.0.0.1:{self.port}"

    def client(
        self, stub: Callable[[grpc.Channel], StubT], *, user: User | None = None, caller: str = "gateway"
    ) -> StubT:
        """Return a stub whose calls come from the service `caller` on behalf of `user`."""
        signer = self.keys.service_signer(caller, clock=self.clock)
        channel = TestChannel(self.target, service_signer=signer, audience=self.service, user=user)
        self._channels.append(channel)
        return stub(channel)

    def close_clients(self) -> None:
        """Close the connections of all clients made here."""
        for channel in self._channels:
            channel.close()


@contextmanager
def running_server(
    service: str,
    servicers: Sequence[Registration],
    *,
    keys: Keys | None = None,
    readiness: Readiness | None = None,
    port: int = 0,
    threads: int = 8,
    is_reflection_open: bool = False,
    clock: Clock = utc_now,
) -> Iterator[RunningServer]:
    """Run the real server of a service with its real interceptor until the block ends."""
    keys = keys or make_keys()
    readiness = readiness or Readiness({})
    server = Server(
        service,
        host="127.0.0.1",
        port=port,
        threads=threads,
        verifier=keys.verifier(clock=clock),
        servicers=servicers,
        readiness=readiness,
        is_reflection_open=is_reflection_open,
    )
    running = RunningServer(service, server.start(), keys, readiness, clock)
    try:
        yield running
    finally:
        running.close_clients()
        server.drain(1.0)()


@contextmanager
def deletions(engine: sa.Engine) -> Iterator[Mapping[str, list[int]]]:
    """How many rows each statement of a block deletes, by table: what a statement time-out bounds."""
    counts: dict[str, list[int]] = defaultdict(list)

    def note(_connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("DELETE FROM "):
            counts[statement.split()[2].rpartition(".")[2]].append(cursor.rowcount)

    sa.event.listen(engine, "after_cursor_execute", note)
    try:
        yield counts
    finally:
        sa.event.remove(engine, "after_cursor_execute", note)


def rows_naming(connection: sa.Connection, schema: str, user_id: UUID) -> dict[str, int]:
    """How many rows of each table of a schema have the id of a user anywhere: in a column, in a text, in bytes.

    Tables without any are left out.
    """
    tables = connection.execute(
        sa.text("SELECT table_name FROM information_schema.tables WHERE table_schema = :schema AND table_type = :kind"),
        {"schema": schema, "kind": "BASE TABLE"},
    ).scalars()
    forms = (str(user_id), user_id.hex, str(user_id).encode().hex())
    found = {}
    for name in tables.all():
        written = sa.cast(sa.literal_column(f'"{name}".*'), sa.Text)
        named = sa.or_(*(written.contains(form) for form in forms))
        count = sa.select(sa.func.count()).select_from(sa.table(name, schema=schema)).where(named)
        found[name] = connection.execute(count).scalar_one()
    return {name: count for name, count in sorted(found.items()) if count}
