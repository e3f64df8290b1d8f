"""One folder of secrets for each container: what it needs by the contract, and nothing that belongs to another one."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

from ctz_local.database_address import DatabaseAddress
from ctz_local.errors import LocalError
from ctz_local.rabbitmq_definitions import VIRTUAL_HOST, broker_user, definitions
from ctz_local.secrets import LOCAL_SIGNER, SecretStore, write_private
from ctz_local.services import IDENTITY, PELOTON_SYNC, SERVICES, Service

STORE: Final = "store"
POSTGRES: Final = "postgres"
RABBITMQ: Final = "rabbitmq"
GATEWAY: Final = "gateway"
KEDA: Final = "keda"
# Official images run under accounts of their own; only their container mounts the folder.
_FOR_OTHERS: Final = 0o644


class BadBrokerAddress(LocalError):
    """The address of the broker is not one."""

    def __init__(self) -> None:
        super().__init__(
            "A broker address looks like amqp://rabbitmq:5672 or amqps://broker.example:5671, without a user."
        )


def owner_folder(service: Service) -> str:
    """Name the folder that only `migrate` of a service mounts."""
    return f"{service.name}-owner"


def broker_login(address: str, service: Service, password: str) -> str:
    """Return CTZ_BROKER_URL of a service at a broker whose users are the product's."""
    parts = urlsplit(address)
    if parts.scheme not in {"amqp", "amqps"} or not parts.hostname or parts.username is not None:
        raise BadBrokerAddress
    host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    path = parts.path.strip("/") or VIRTUAL_HOST
    query = f"?{parts.query}" if parts.query else ""
    login = f"{broker_user(service.name)}:{quote(password, safe='')}"
    return f"{parts.scheme}://{login}@{host}/{path}{query}"


def write_folders(folder: Path, store: SecretStore, *, database: DatabaseAddress, broker: str) -> None:
    """Write every container's folder beside the store; `database` and `broker` say where the servers are."""
    for service in SERVICES:
        _write(folder / service.name, _service_files(store, service, database, broker))
        owner = database.login(service.owner_role, store.password(service.owner_role)).sqlalchemy_url()
        _write(folder / owner_folder(service), {"owner-database-url": owner.encode()})
    _write(
        folder / GATEWAY,
        {
            "jwks.json": store.jwks_file.read_bytes(),
            "signing.pem": store.signing_key_file("gateway").read_bytes(),
            "front-signing.pem": store.signing_key_file("front").read_bytes(),
            "session.key": store.session_key_file.read_bytes(),
        },
    )
    _write(folder / LOCAL_SIGNER, {"signing.pem": store.signing_key_file(LOCAL_SIGNER).read_bytes()})
    # KEDA counts the due tasks of peloton-sync; its driver wants libpq's form of the address.
    tasks = database.login(PELOTON_SYNC.app_role, store.password(PELOTON_SYNC.app_role)).dsn()
    _write(folder / KEDA, {"peloton-sync-database-url": tasks.encode()})
    grants = definitions(store.broker_passwords(), store.password("operator"))
    _write(folder / RABBITMQ, {"definitions.json": json.dumps(grants, indent=1).encode()}, mode=_FOR_OTHERS)
    _write(folder / POSTGRES, {"password": store.password("superuser").encode()}, mode=_FOR_OTHERS)


def _service_files(store: SecretStore, service: Service, database: DatabaseAddress, broker: str) -> Mapping[str, bytes]:
    app = database.login(service.app_role, store.password(service.app_role)).sqlalchemy_url()
    files = {
        "jwks.json": store.jwks_file.read_bytes(),
        "signing.pem": store.signing_key_file(service.name).read_bytes(),
        "database-url": app.encode(),
        "broker-url": broker_login(broker, service, store.broker_passwords()[service.name]).encode(),
    }
    if service == IDENTITY:
        files |= {"user.pem": store.user_key_file.read_bytes(), "pepper": store.pepper_file.read_bytes()}
    if service == PELOTON_SYNC:
        files |= {"fernet-keys": store.fernet_keys_file.read_bytes()}
    return files


def _write(folder: Path, files: Mapping[str, bytes], *, mode: int = 0o600) -> None:
    # Others may pass and list; a container sees no folder but its own.
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    for name, content in files.items():
        file = folder / name
        if name != "definitions.json" and file.exists() and file.read_bytes() == content:
            continue
        write_private(file, content)
        file.chmod(mode)
