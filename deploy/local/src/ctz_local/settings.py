"""What the supervisor reads from its environment, once, at start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from ctz_local.accounts import ROOT_STATE
from ctz_local.errors import LocalError

_DEFAULT_PORT: Final = 8000
_HIGHEST_PORT: Final = 65535
AUTO: Final = "auto"
QUEUE_TABLE: Final = "queue-table"
WHEEL: Final = "wheel"


class BadSetting(LocalError):
    """An environment variable has a value that cannot be used."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """How one machine is set up.

    `port` is the one for browsers; the door for tools and the status page take the two above it when those are free.
    `broker` and `postgres` narrow the choice of servers: `auto`, or `queue-table` and `wheel` for the last resorts.
    """

    home: Path
    port: int
    public_url: str
    database_url: str
    broker_url: str
    broker: str
    postgres: str
    log_level: str
    log_format: str
    service_environment: Mapping[str, str]

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Read the `CTZ_*` variables; those of a single service are handed on to it."""
        port = _port(environ)
        return cls(
            home=_home(environ),
            port=port,
            public_url=environ.get("CTZ_PUBLIC_URL") or f"http://127.0.0.1:{port}",
            database_url=environ.get("CTZ_DATABASE_URL", ""),
            broker_url=environ.get("CTZ_BROKER_URL", ""),
            broker=_one_of(environ, "CTZ_BROKER", AUTO, QUEUE_TABLE),
            postgres=_one_of(environ, "CTZ_POSTGRES", AUTO, WHEEL),
            log_level=environ.get("CTZ_LOG_LEVEL", "INFO").upper(),
            log_format=environ.get("CTZ_LOG_FORMAT", "text"),
            service_environment={name: value for name, value in environ.items() if name.startswith("CTZ_")},
        )


def _home(environ: Mapping[str, str]) -> Path:
    given = environ.get("CTZ_HOME")
    if given:
        return Path(given).expanduser().absolute()
    # Servers run under another account when we are root, and that account cannot enter /root.
    return ROOT_STATE / "home" if os.geteuid() == 0 else Path.home() / ".ctz"


def _port(environ: Mapping[str, str]) -> int:
    text = environ.get("CTZ_PORT") or str(_DEFAULT_PORT)
    if not text.isdecimal() or not 0 < int(text) <= _HIGHEST_PORT:
        raise BadSetting("CTZ_PORT", f"must be a port number, not {text!r}")
    return int(text)


def _one_of(environ: Mapping[str, str], name: str, *values: str) -> str:
    value = environ.get(name) or values[0]
    if value not in values:
        raise BadSetting(name, f"must be one of {', '.join(values)}, not {value!r}")
    return value
