"""The runbook's backup and restore, by its own commands: everything comes back, and nobody may do more than before."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg import sql

from ctz_chassis.migrations import migrate
from ctz_local.accounts import server_account
from ctz_local.containers.__main__ import main
from ctz_local.containers.folders import STORE
from ctz_local.postgres import PostgresServer
from ctz_local.postgres_binaries import find_binaries
from ctz_local.secrets import SecretStore
from ctz_local.services import SERVICES

from .conftest import add_superuser
from .processes import ROOT, SCHEMAS

pytestmark = pytest.mark.component

COMMANDS: Final = re.findall(
    r"^docker compose exec (?:-T )?postgres (.+)$", (ROOT / "docs/runbook.md").read_text("utf-8"), flags=re.MULTILINE
)
_FACT: Final = """
INSERT INTO {} (id, type, source, subject, event_time, data)
VALUES (gen_random_uuid(), 'x.thing.done.v1', 'x', '', now(), '')
"""


class Installation:
    """A prepared database, and the tools of its server."""

    def __init__(self, server: PostgresServer, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._address = f"postgresql://postgres@127.0.0.1:{server.address.port}"
        self._programs = find_binaries(server_account("postgres")).folder
        assert main(["secrets", str(folder), "--database-url", self._address, "--broker-url", "amqp://rabbitmq"]) == 0
        store = SecretStore(folder / STORE)
        store.read_passwords()
        self._password = store.password("superuser")
        add_superuser(server, self._password)

    def prepare(self) -> None:
        """Make roles, the database, schemas and grants, as `docker compose run --rm database` does."""
        assert main(["database", str(self._folder), "--database-url", self._address]) == 0

    def fill(self) -> None:
        """Migrate every schema, and write by every runtime role."""
        for service in SERVICES:
            owner = self._folder / f"{service.name}-owner" / "owner-database-url"
            schema = SCHEMAS[service.name]
            migrate(owner.read_text(), schema.name, schema.migrations, service.app_role)
            self.write(service.name)

    def write(self, service: str) -> None:
        """Write a row by the runtime role of a service."""
        url = (self._folder / service / "database-url").read_text().replace("+psycopg", "")
        with closing(psycopg.connect(url)) as connection, connection.transaction():
            table = SCHEMAS[service].outbox
            connection.execute(sql.SQL(_FACT).format(sql.Identifier(str(table.schema), table.name)))

    def everything(self) -> list[str]:
        """The whole database as text: tables, rows, rights, and who may connect."""
        text = self.run("pg_dump --username postgres --create ctz")
        return [line for line in text.decode().splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]

    def run(self, command: str, files: Path | None = None) -> bytes:
        """Run a command of the runbook on this server; `>` and `<` name files of a folder."""
        said, direction, name = re.fullmatch(r"([^<>]+?)(?: ([<>]) (\S+))?", command).groups()  # type: ignore[union-attr]
        program, *arguments = shlex.split(said)
        environment = {"PGHOST": "127.0.0.1", "PGPORT": str(self._server.address.port), "PGPASSWORD": self._password}
        given = (files / name).read_bytes() if files and direction == "<" else b""
        done = subprocess.run(
            [str(self._programs / program), *arguments],
            env=os.environ | environment,
            input=given,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        if files and direction == ">":
            (files / name).write_bytes(done.stdout)
        return done.stdout


@pytest.fixture
def installation(killable_postgres: PostgresServer, tmp_path: Path) -> Iterator[Installation]:
    made = Installation(killable_postgres, tmp_path / "secrets")
    made.prepare()
    made.fill()
    yield made
    made.run("dropdb --username postgres --force ctz")


def test_h6_a_restored_database_is_the_one_that_was_backed_up(installation: Installation, tmp_path: Path) -> None:
    """Rows, versions, owners and grants; what was written since is gone, and the next start finds nothing to do."""
    backup, drop, restore = COMMANDS
    before = installation.everything()
    installation.run(backup, tmp_path)
    installation.write("plans")
    installation.run(drop)
    installation.prepare()
    installation.run(restore, tmp_path)

    assert before == installation.everything()
    installation.prepare()
    assert before == installation.everything()
    installation.write("plans")
