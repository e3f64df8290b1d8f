"""The whole start of the compose file with its demo, without an engine: every role apart, as containers are."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from ctz_local.postgres import PostgresServer
from ctz_local.rider import DEMO_MATES

from . import compose
from .containers import Host
from .environments import Installer
from .processes import PROCESSES

pytestmark = pytest.mark.faults
SYNC_SECONDS = 120
# Where each consumer of workouts keeps them.
TABLES = (("workouts", "workout"), ("plans", "recorded_workout"), ("challenges", "recorded_workout"))


def test_the_demo_starts_in_roles_apart(
    installer: Installer, prepared_secrets: Path, killable_postgres: PostgresServer, tmp_path: Path
) -> None:
    """Mail by one process, sync by another, events by a third: what one process does on one machine, many do here."""
    host = Host(compose.environment_file("deploy/docker/demo.env"), installer, prepared_secrets, tmp_path)
    for process in PROCESSES:
        if process.is_job:
            host.process(process).run()
    host.container("histories", "local").run()
    staying = [host.simulator(), *(host.process(process) for process in PROCESSES if not process.is_job)]
    with ExitStack() as stack:
        for each in staying:
            stack.enter_context(each.running())
        for each in staying:
            each.await_health()
        assert "first administrator, once: http://localhost:8000/" in host.container("welcome", "local").run()
        assert "sign in as demo@example.org" in host.container("people", "local").run()
        assert 200 == host.site("/")[0]

        ridden = sum(mate.account.workouts for mate in DEMO_MATES)
        address = killable_postgres.address.named("ctz").dsn()
        with psycopg.connect(address, autocommit=True) as superuser:
            for table in TABLES:
                _eventually(lambda table=table: _count(superuser, table) >= ridden, f"the mates' rides in {table}")  # type: ignore[misc]


def _count(superuser: psycopg.Connection[tuple[int]], table: tuple[str, str]) -> int:
    row = superuser.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(*table))).fetchone()
    return row[0] if row is not None else 0


def _eventually(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SYNC_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"these did not come: {what}"
        time.sleep(0.2)
