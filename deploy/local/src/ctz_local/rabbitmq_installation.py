"""Where RabbitMQ's own scripts are on this machine (not Debian's wrappers, which insist on one node and one user)."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

_LIBRARIES = ("/usr/lib/rabbitmq/lib", "/opt/rabbitmq", "/usr/local/lib/rabbitmq", "/opt/homebrew/opt/rabbitmq")


@dataclass(frozen=True, slots=True)
class RabbitInstallation:
    """A folder with `rabbitmq-server` and `rabbitmqctl`."""

    scripts: Path
    epmd: Path
    version: str


def find_rabbitmq() -> RabbitInstallation | None:
    """Return the newest RabbitMQ of the machine; None when it has none or no Erlang."""
    epmd = shutil.which("epmd")
    if epmd is None or shutil.which("erl") is None:
        return None
    servers = [path for library in _LIBRARIES for path in Path(library).glob("**/sbin/rabbitmq-server")]
    if not servers:
        return None
    server = max(servers, key=_version)
    version = ".".join(str(part) for part in _version(server)) or "unknown"
    return RabbitInstallation(server.parent, Path(epmd), version)


def _version(server: Path) -> tuple[int, ...]:
    found = re.search(r"rabbitmq_server-(\d+(?:\.\d+)*)", str(server))
    return tuple(int(part) for part in found[1].split(".")) if found else ()
