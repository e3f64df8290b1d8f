"""Folders of secrets as the job makes them, and documents that are expensive to read."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ctz_local.containers.__main__ import main
from ctz_local.containers.folders import STORE
from ctz_local.ports import free_ports
from ctz_local.postgres import PostgresServer
from ctz_local.rabbitmq import RabbitNode
from ctz_local.rabbitmq_installation import find_rabbitmq
from ctz_local.secrets import SecretStore
from tests.deploy import compose
from tests.deploy.containers import Job, completed
from tests.deploy.environments import Installer
from tests.deploy.manifests import Rendered, render


@pytest.fixture(scope="session")
def secrets_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders that the first job of a start writes."""
    folder = tmp_path_factory.mktemp("secrets")
    servers = ("--database-url=postgresql://postgres@postgres/ctz", "--broker-url=amqp://rabbitmq:5672")
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


@pytest.fixture(scope="session")
def job(installer: Installer) -> Job:
    """Run a job of a start in the environment of the image `local`."""

    def run(*arguments: str) -> str:
        return completed([str(installer.environment("local")), "-m", "ctz_local.containers", *arguments], {})

    return run


@pytest.fixture(scope="module")
def prepared_secrets(
    job: Job, killable_postgres: PostgresServer, ctz_scratch: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The folders of secrets, and servers that were prepared by them: the first steps of a start with containers."""
    installation = find_rabbitmq()
    if installation is None:
        pytest.skip("this machine has no RabbitMQ")
    folder = tmp_path_factory.mktemp("secrets")
    (port,) = free_ports(1)
    server = f"--database-url={killable_postgres.address.dsn()}"
    job("secrets", str(folder), server, f"--broker-url=amqp://127.0.0.1:{port}")
    job("database", str(folder), server)
    store = SecretStore(folder / STORE)
    store.read_passwords()
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
