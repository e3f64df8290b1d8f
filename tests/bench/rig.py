"""A private Postgres server with databases of the whole system, and the settings of processes on them."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from cryptography.fernet import Fernet
from psycopg import sql

import ctz_challenges.cli
import ctz_identity.cli.processes
import ctz_peloton_sync.cli
import ctz_plans.cli
import ctz_workouts.cli
from ctz_chassis.assembly import Schema
from ctz_chassis.broker.pgqueue_tables import install
from ctz_chassis.migrations import migrate
from ctz_chassis.settings import prefix_of
from ctz_chassis.testing import Keys, make_keys
from ctz_local.postgres import PostgresServer
from ctz_local.services import QUEUE, SERVICES, service_named
from ctz_local.testing import DatabaseMaker, ServiceDatabase
from ctz_local.testing.servers import private_postgres

PUBLIC_URL: Final = "https://zones.example"
PASSWORD: Final = "meadow lantern 7 orbit"
# The same at every run, since passwords in kept databases are mixed with it.
_PEPPER: Final = "pepper of a benchmark, which guards nothing"
SCHEMAS: Final[Sequence[Schema]] = (
    ctz_identity.cli.processes.SCHEMA,
    ctz_peloton_sync.cli.SCHEMA,
    ctz_workouts.cli.SCHEMA,
    ctz_plans.cli.SCHEMA,
    ctz_challenges.cli.SCHEMA,
)
_NAMES: Final = tuple(service.name for service in SERVICES)


@dataclass(frozen=True, slots=True)
class Rig:
    """The server, what makes databases on it, and a folder of keys."""

    folder: Path
    postgres: PostgresServer
    maker: DatabaseMaker
    keys: Keys

    def create(self) -> ServiceDatabase:
        """Make a database with the tables of all services and of the queue."""
        made = self.maker.create(_NAMES)
        for schema in SCHEMAS:
            migrate(
                made.owner_url(schema.service), schema.name, schema.migrations, service_named(schema.service).app_role
            )
        install(made.queue_owner_url(), QUEUE.app_role)
        return made

    def kept(self, name: str, made: ServiceDatabase) -> ServiceDatabase | None:
        """The database of that name, under the passwords of `made`; None when there is none."""
        with closing(self._administer()) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        return ServiceDatabase(made.address.named(name), made.passwords) if known else None

    def copy(self, made: ServiceDatabase, name: str) -> ServiceDatabase:
        """Copy a database that nobody is connected to; a broken earlier try is thrown away."""
        copied = ServiceDatabase(made.address.named(name), made.passwords)
        self.maker.drop(copied)
        names = sql.Identifier(name), sql.Identifier(made.address.database)
        with closing(self._administer()) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(names[0]))
            for role in (role for service in (*SERVICES, QUEUE) for role in (service.owner_role, service.app_role)):
                grant = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
                connection.execute(grant.format(names[0], sql.Identifier(role)))
        return copied

    def finish(self, made: ServiceDatabase, name: str) -> ServiceDatabase:
        """Give a filled database fresh statistics for the planner, and its final name."""
        with closing(psycopg.connect(made.superuser_dsn(), autocommit=True)) as connection:
            connection.execute("VACUUM ANALYZE")
        names = sql.Identifier(made.address.database), sql.Identifier(name)
        with closing(self._administer()) as connection:
            connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))
        return ServiceDatabase(made.address.named(name), made.passwords)

    def environ(self, database: ServiceDatabase, **more: str) -> Mapping[str, str]:
        """The environment of every process of the system on a database; `more` is laid over it."""
        shared = {
            "CTZ_ENV": "test",
            "CTZ_PUBLIC_URL": PUBLIC_URL,
            "CTZ_JWKS_FILE": str(self.folder / "jwks.json"),
            "CTZ_IDENTITY_USER_KEY_FILE": str(self.folder / "identity-user.pem"),
            "CTZ_IDENTITY_PEPPER_FILE": str(self.folder / "pepper"),
            "CTZ_IDENTITY_MAIL_DIR": str(self.folder / "mail"),
            "CTZ_PELOTON_SYNC_FERNET_KEYS_FILE": str(self.folder / "fernet"),
        }
        for name in _NAMES:
            shared[f"CTZ_{prefix_of(name)}_DATABASE_URL"] = database.app_url(name)
            shared[f"CTZ_{prefix_of(name)}_SIGNING_KEY_FILE"] = str(self.folder / f"{name}.pem")
        return shared | more

    def postgres_seconds(self) -> float:
        """Processor seconds of the server's processes so far, as the scheduler counts them."""
        return sum(on_processor_seconds(pid) for pid in self.postgres.pids())

    def _administer(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.postgres.url(), autocommit=True)


def on_processor_seconds(pid: int) -> float:
    """Processor seconds of all threads of a process; 0 when it is gone (Documentation/scheduler/sched-stats)."""
    total = 0
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    except OSError:
        return total / 1e9
    return total / 1e9


@contextmanager
def running_rig(folder: Path) -> Iterator[Rig]:
    """Start the server on a folder, which may hold databases of an earlier run."""
    server = private_postgres(folder, "postgres")
    try:
        keys = make_keys()
        keys.write(folder)
        (folder / "pepper").write_text(_PEPPER)
        (folder / "fernet").write_text(Fernet.generate_key().decode())
        yield Rig(folder, server, DatabaseMaker(server.address), keys)
    finally:
        server.stop()


@dataclass(frozen=True, slots=True)
class Meter:
    """Reads what was used since it was made: wall time, this process, and Postgres."""

    rig: Rig
    wall: float
    process: float
    postgres: float

    @classmethod
    def start(cls, rig: Rig) -> "Meter":
        """Begin to measure."""
        return cls(rig, time.perf_counter(), time.process_time(), rig.postgres_seconds())

    def read(self) -> tuple[float, float, float]:
        """Seconds of wall time, of this process and of Postgres since the start."""
        wall, process = time.perf_counter() - self.wall, time.process_time() - self.process
        return wall, process, self.rig.postgres_seconds() - self.postgres
