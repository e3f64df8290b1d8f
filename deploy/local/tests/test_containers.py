"""The jobs of a start with containers: the same secrets, roles and users as on one machine, as one folder each."""

import json
import stat
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from ctz_chassis.auth.keys import load_jwks, load_private_key
from ctz_local.containers.__main__ import main
from ctz_local.database_address import DatabaseAddress
from ctz_local.postgres import PostgresServer
from ctz_local.services import SERVICES

SERVERS = ("--database-url", "postgresql://postgres@postgres", "--broker-url", "amqp://rabbitmq:5672")
SHARED = {"jwks.json", "signing.pem", "database-url", "broker-url"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert main(["secrets", str(tmp_path), *SERVERS]) == 0
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "definitions.json"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_each_container_gets_its_own_files_and_no_others(folder: Path) -> None:
    """S16, S27, S28: a container that is taken over holds nobody else's key."""
    own = {service.name: set(SHARED) for service in SERVICES}
    own["identity"] |= {"user.pem", "pepper"}
    own["peloton-sync"] |= {"fernet-keys"}
    own |= {f"{service.name}-owner": {"owner-database-url"} for service in SERVICES}
    own |= {
        "gateway": {"jwks.json", "signing.pem", "front-signing.pem", "session.key"},
        "keda": {"peloton-sync-database-url"},
        "local": {"signing.pem"},
        "postgres": {"password"},
        "rabbitmq": {"definitions.json"},
    }
    found = {path.name: {each.name for each in path.iterdir()} for path in folder.iterdir() if path.name != "store"}

    assert own == found


def test_the_files_fit_together(folder: Path) -> None:
    """Each key is the private half of what everybody knows of its owner."""
    public = load_jwks(folder / "plans" / "jwks.json")
    for service in SERVICES:
        signed = load_private_key(folder / service.name / "signing.pem").sign(b"text")
        public[service.name].verify(signed, b"text")
    address = DatabaseAddress.parse((folder / "plans" / "database-url").read_text())

    assert ("ctz_plans_app", "postgres", "ctz") == (address.user, address.host, address.database)
    assert (folder / "plans" / "broker-url").read_text().startswith("amqp://ctz_plans:")
    assert (folder / "plans" / "broker-url").read_text().endswith("@rabbitmq:5672/ctz")


def test_a_second_start_changes_nothing(folder: Path) -> None:
    first = contents(folder)
    assert main(["secrets", str(folder), *SERVERS]) == 0

    assert first == contents(folder)


def test_only_the_servers_of_others_read_files_that_are_not_ours(folder: Path) -> None:
    """The images of Postgres and RabbitMQ have accounts of their own; everything else is for one account."""
    open_to_all = {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) != 0o600
    }

    assert {"postgres/password", "rabbitmq/definitions.json"} == open_to_all


def test_every_service_has_a_user_of_its_own_at_the_broker(folder: Path) -> None:
    """S27, T117: no guest; a service configures, writes and reads its own names and the exchange of events."""
    found = json.loads((folder / "rabbitmq" / "definitions.json").read_text())
    own = {f"ctz_{service.schema}" for service in SERVICES}
    patterns = {each["user"]: each["configure"] for each in found["permissions"] if each["user"] in own}

    assert own | {"ctz_operator"} == {each["name"] for each in found["users"]}
    assert r"^(ctz\.events|peloton\-sync\..+)$" == patterns["ctz_peloton_sync"]


@pytest.mark.parametrize("address", ["rabbitmq:5672", "amqp://guest:guest@rabbitmq:5672", "http://rabbitmq"])
def test_a_bad_broker_address_is_refused(tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["secrets", str(tmp_path), "--database-url", "postgresql://postgres@db", "--broker-url", address]) == 1
    assert "without a user" in capsys.readouterr().err


@pytest.mark.component
def test_roles_and_schemas_are_made_on_a_given_server(tmp_path: Path, killable_postgres: PostgresServer) -> None:
    """As a managed server is prepared; the addresses in the folders are the ones that then work."""
    server = killable_postgres.address.dsn()
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        connection.execute("DROP DATABASE IF EXISTS ctz WITH (FORCE)")
    assert main(["secrets", str(tmp_path), "--database-url", server, "--broker-url", "amqp://rabbitmq"]) == 0
    assert main(["database", str(tmp_path), "--database-url", server]) == 0
    for service in SERVICES:
        app = DatabaseAddress.parse((tmp_path / service.name / "database-url").read_text())
        owner = DatabaseAddress.parse((tmp_path / f"{service.name}-owner" / "owner-database-url").read_text())
        with closing(psycopg.connect(owner.dsn(), autocommit=True)) as connection:
            connection.execute("CREATE TABLE thing (id int)")
        with closing(psycopg.connect(app.dsn(), autocommit=True)) as connection:
            assert (service.schema,) == connection.execute("SELECT current_schema()").fetchone()
            connection.execute("INSERT INTO thing VALUES (1)")


@pytest.mark.component
def test_new_keys_for_old_data_are_refused(
    tmp_path: Path, killable_postgres: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """A database that outlived its secrets is not made unreadable by new ones."""
    server = killable_postgres.address.dsn()
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = 'ctz'").fetchone() is None:
            connection.execute("CREATE DATABASE ctz")
    with closing(psycopg.connect(killable_postgres.address.named("ctz").dsn(), autocommit=True)) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS plans")
        connection.execute("CREATE TABLE IF NOT EXISTS plans.thing (id int)")

    assert main(["secrets", str(tmp_path), "--database-url", server, "--broker-url", "amqp://rabbitmq"]) == 1
    assert "Restore that folder from your backup" in capsys.readouterr().err
