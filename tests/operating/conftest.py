"""Folders of secrets as the job makes them, and documents that are expensive to read."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from ctz_local.containers.__main__ import main
from ctz_local.containers.folders import STORE
from ctz_local.ports import free_ports
from ctz_local.postgres import PostgresServer
from ctz_local.rabbitmq import RabbitNode
from ctz_local.rabbitmq_installation import find_rabbitmq
from ctz_local.secrets import SecretStore

from . import compose
from .containers import completed
from .environments import Installer
from .manifests import Rendered, render


@pytest.fixture(scope="session")
def secrets_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders that the first job of a start writes."""
    folder = tmp_path_factory.mktemp("secrets")
    servers = ("--database-url=postgresql://postgres@postgres", "--broker-url=amqp://rabbitmq:5672")
    assert main(["secrets", str(folder), *servers]) == 0
    return folder


@pytest.fixture(scope="session")
def project() -> dict[str, Any]:
    """The compose file with nothing but its defaults."""
    return compose.project({})


@pytest.fixture(scope="session")
def rendered() -> Callable[[str], Rendered]:
    """An overlay's objects, rendered once."""
    known: dict[str, Rendered] = {}

    def get(overlay: str) -> Rendered:
        if overlay not in known:
            known[overlay] = render(overlay)
        return known[overlay]

    return get


@pytest.fixture(scope="session")
def installer(tmp_path_factory: pytest.TempPathFactory) -> Installer:
    """Environments as the images have them, each made once."""
    return Installer.find(tmp_path_factory.mktemp("images"))


@pytest.fixture(scope="module")
def prepared_secrets(
    installer: Installer, killable_postgres: PostgresServer, ctz_scratch: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The folders of secrets, and servers that were prepared by them: the first steps of the compose file."""
    installation = find_rabbitmq()
    if installation is None:
        pytest.skip("this machine has no RabbitMQ")
    folder = tmp_path_factory.mktemp("secrets")
    (port,) = free_ports(1)
    places = {
        "/var/lib/ctz/secrets": str(folder),
        "postgres@postgres": f"postgres@127.0.0.1:{killable_postgres.address.port}",
        "rabbitmq:5672": f"127.0.0.1:{port}",
    }
    first_job(installer, "secrets", places)
    store = SecretStore(folder / STORE)
    store.read_passwords()
    add_superuser(killable_postgres, store.password("superuser"))
    first_job(installer, "database", places)
    node = RabbitNode(
        ctz_scratch / f"mq-{folder.name}",
        installation=installation,
        passwords=store.broker_passwords(),
        operator_password=store.password("operator"),
        port=port,
    )
    node.start()
    yield folder
    node.stop()


def first_job(installer: Installer, name: str, places: Mapping[str, str]) -> None:
    """Run a job as the compose file says, with folders and servers of this machine."""
    command = " ".join(compose.project({})["services"][name]["command"])
    for theirs, ours in places.items():
        command = command.replace(theirs, ours)
    completed([str(installer.environment("local")), "-m", *command.split()], {})


def add_superuser(server: PostgresServer, password: str) -> None:
    """Give the server the superuser that the official image makes, with the password from the secrets."""
    with psycopg.connect(server.address.dsn(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE postgres SUPERUSER LOGIN PASSWORD {}").format(password))
