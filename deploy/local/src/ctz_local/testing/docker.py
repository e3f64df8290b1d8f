"""Servers in containers, for machines with a Docker engine; testcontainers is imported only when one answers."""

import importlib
import os
import shutil
import subprocess
from typing import Any, Final

from ctz_local.database_address import DatabaseAddress
from ctz_local.errors import ServerNotFound

_POSTGRES_IMAGE: Final = "postgres:17-alpine"
_RABBITMQ_IMAGE: Final = "rabbitmq:4-alpine"


def engine_answers() -> bool:
    """Whether a Docker engine is there and talks to us."""
    docker = shutil.which("docker")
    if docker is None or (not os.environ.get("DOCKER_HOST") and not os.path.exists("/var/run/docker.sock")):  # noqa: PTH110
        return False
    try:
        done = subprocess.run([docker, "info"], capture_output=True, check=False, timeout=10)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


class DockerPostgres:
    """A Postgres container."""

    description = f"PostgreSQL ({_POSTGRES_IMAGE} in Docker)"

    def __init__(self) -> None:
        self._container: Any = _testcontainers("testcontainers.postgres").PostgresContainer(
            _POSTGRES_IMAGE, driver=None
        )
        self._container.start()
        self.address = DatabaseAddress.parse(self._container.get_connection_url())

    def url(self, database: str = "postgres") -> str:
        """Return the superuser's libpq URL of a database."""
        return self.address.named(database).dsn()

    def stop(self) -> None:
        """Stop and remove the container."""
        self._container.stop()


class DockerRabbit:
    """A RabbitMQ container, used under its administrator."""

    description = f"RabbitMQ ({_RABBITMQ_IMAGE} in Docker)"

    def __init__(self) -> None:
        self._container: Any = _testcontainers("testcontainers.rabbitmq").RabbitMqContainer(_RABBITMQ_IMAGE)
        self._container.start()

    def url(self, service: str) -> str:  # noqa: ARG002 (one user for all services)
        """Return the AMQP URL of the container."""
        return self.operator_url()

    def operator_url(self) -> str:
        """Return the AMQP URL of the container's administrator."""
        parameters = self._container.get_connection_params()
        login = f"{self._container.username}:{self._container.password}"
        return f"amqp://{login}@{parameters.host}:{parameters.port}/%2F"

    def stop(self) -> None:
        """Stop and remove the container."""
        self._container.stop()


def _testcontainers(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        message = "A Docker engine answers, but the package testcontainers is not installed."
        raise ServerNotFound(message) from error
