"""Which Postgres and which broker a test session uses, and private ones that tests may kill."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from ctz_local.accounts import server_account, server_folder
from ctz_local.database_address import DatabaseAddress
from ctz_local.postgres import GivenPostgres, PostgresServer
from ctz_local.rabbitmq import RabbitNode
from ctz_local.rabbitmq_installation import find_rabbitmq
from ctz_local.services import SERVICES
from ctz_local.testing.docker import DockerPostgres, DockerRabbit, engine_answers


class SessionPostgres(Protocol):
    """What component tests need of a database server."""

    @property
    def description(self) -> str:
        """What runs, for people."""

    @property
    def address(self) -> DatabaseAddress:
        """The login of a role that may create roles and databases."""

    def stop(self) -> None:
        """Give the server up."""


class SessionBroker(Protocol):
    """What component tests need of a broker."""

    @property
    def description(self) -> str:
        """What runs, for people."""

    def url(self, service: str) -> str:
        """Return the AMQP URL of a service (`peloton-sync`)."""

    def operator_url(self) -> str:
        """Return the AMQP URL of a user who may do everything."""

    def stop(self) -> None:
        """Give the broker up."""


class GivenBroker:
    """A broker that somebody else runs, named by CTZ_BROKER_URL."""

    description = "broker given by CTZ_BROKER_URL"

    def __init__(self, url: str) -> None:
        self._url = url

    def url(self, service: str) -> str:  # noqa: ARG002 (one login for all services)
        """Return the given URL."""
        return self._url

    def operator_url(self) -> str:
        """Return the given URL."""
        return self._url

    def stop(self) -> None:
        """Leave it alone: it is not ours."""


def find_postgres(scratch: Path, environ: Mapping[str, str] = os.environ) -> SessionPostgres:
    """Start the session's database server: a given URL, Docker, or a private server in `scratch`."""
    given = environ.get("CTZ_DATABASE_URL")
    if given:
        server = GivenPostgres(given)
        server.start()
        return server
    return DockerPostgres() if engine_answers() else private_postgres(scratch, "postgres")


def find_broker(scratch: Path, environ: Mapping[str, str] = os.environ) -> SessionBroker | None:
    """Start the session's broker: a given URL, Docker, or a private node; None where only the queue table is left."""
    given = environ.get("CTZ_BROKER_URL", "")
    if given.startswith("amqp"):
        return GivenBroker(given)
    return DockerRabbit() if engine_answers() else private_rabbitmq(scratch, "rabbitmq")


def private_postgres(scratch: Path, name: str) -> PostgresServer:
    """Start a server that a test may kill and restart; later ones in the same scratch copy its first state."""
    password_file = scratch / "superuser"
    if not password_file.exists():
        password_file.touch(0o600)
        password_file.write_text(secrets.token_urlsafe(24))
    account = server_account("postgres")
    server = PostgresServer(
        scratch / name,
        superuser_password=password_file.read_text(),
        account=account,
        template=server_folder(scratch / "template", account) / "data",
    )
    server.start()
    return server


# A node takes 6 to 15 s alone on a machine, and minutes beside whole systems on two busy cores.
SLOW_START_SECONDS = 180


def private_rabbitmq(scratch: Path, name: str) -> RabbitNode | None:
    """Start a node that a test may kill and restart; None on a machine without RabbitMQ."""
    installation = find_rabbitmq()
    if installation is None:
        return None
    passwords = {service.name: secrets.token_urlsafe(24) for service in SERVICES}
    node = RabbitNode(
        scratch / name,
        installation=installation,
        passwords=passwords,
        operator_password=secrets.token_urlsafe(24),
    )
    node.start(timeout_seconds=SLOW_START_SECONDS)
    return node
