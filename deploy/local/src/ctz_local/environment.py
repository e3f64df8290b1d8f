"""The environment of every process: what it needs by the contract, and nothing that belongs to another one."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ctz_local.database_address import DatabaseAddress
from ctz_local.ports import LOOPBACK, free_ports
from ctz_local.secrets import SecretStore
from ctz_local.services import IDENTITY, PELOTON_SYNC, PLANS, SERVICES, WORKOUTS, Service

DEVELOPMENT: Final = "development"
PRODUCTION: Final = "production"
# Of the operator's shell only what a process needs to find its programs, its libraries and the way out.
_INHERITED: Final = (
    "PATH",
    "PYTHONPATH",
    "HOME",
    "LANG",
    "TZ",
    "TMPDIR",
    "VIRTUAL_ENV",
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
)


@dataclass(frozen=True, slots=True)
class Ports:
    """Where every process of one run listens, by role such as `workouts-http` or `peloton-sync-work`."""

    by_role: Mapping[str, int]

    @classmethod
    def choose(cls) -> "Ports":
        """Choose free ports for the services' servers and the workers' probes."""
        roles = [f"{service.name}-{kind}" for service in SERVICES for kind in ("http", "grpc", "work")]
        return cls(dict(zip(roles, free_ports(len(roles)), strict=True)))

    def http(self, service: Service) -> int:
        """Return the port of a service's Flask application."""
        return self.by_role[f"{service.name}-http"]

    def grpc(self, service: Service) -> int:
        """Return the port of a service's gRPC server."""
        return self.by_role[f"{service.name}-grpc"]

    def work(self, service: Service) -> int:
        """Return the port of the probes of a service's worker."""
        return self.by_role[f"{service.name}-work"]


@dataclass(frozen=True, slots=True)
class System:
    """Everything that the environments are made of."""

    home: Path
    public_url: str
    profile: str
    log_level: str
    log_format: str
    database: DatabaseAddress
    broker_urls: Mapping[str, str]
    store: SecretStore
    ports: Ports
    gateway_port: int
    front_port: int
    status_url: str
    # Variables of the operator's shell that name one service (CTZ_PELOTON_SYNC_RATE_FLEET=40): handed on to it.
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def mail_folder(self) -> Path:
        """Where messages land when there is no SMTP server."""
        return self.home / "mail"

    @property
    def admin_link_file(self) -> Path:
        """Where identity leaves the one-time link for the first administrator."""
        return self.home / "run" / "administrator-link"

    def service(self, service: Service) -> dict[str, str]:
        """Return the environment of `serve` and `work` of a service."""
        own = {
            "DATABASE_URL": self._login(service.app_role, self.store.role_passwords()[service].app),
            "HTTP_PORT": str(self.ports.http(service)),
            "GRPC_PORT": str(self.ports.grpc(service)),
            "PROBE_PORT": str(self.ports.work(service)),
            "SIGNING_KEY_FILE": str(self.store.signing_key_file(service.name)),
            "CONSUME": "true",
            **self._only_for(service),
        }
        return {**self._common(self.broker_urls.get(service.name, "")), **self._own(service.prefix, own)}

    def migration(self, service: Service) -> dict[str, str]:
        """Return the environment of `migrate` of a service: the one place where the owner's password goes."""
        owner = self._login(service.owner_role, self.store.role_passwords()[service].owner)
        return {**self.service(service), f"{service.prefix}OWNER_DATABASE_URL": owner}

    def gateway(self) -> dict[str, str]:
        """Return the environment of the gateway and of its door for tools."""
        own = {
            "HTTP_PORT": str(self.gateway_port),
            "FRONT_PORT": str(self.front_port),
            "SESSION_KEY_FILE": str(self.store.session_key_file),
            "SIGNING_KEY_FILE": str(self.store.signing_key_file("gateway")),
            "FRONT_SIGNING_KEY_FILE": str(self.store.signing_key_file("front")),
            "MAIL_PAGE_URL": "" if self._has_smtp else f"{self.status_url}/mail",
        }
        streams = {
            f"CTZ_{service.name.upper()}_HTTP_URL": f"http://{LOOPBACK}:{self.ports.http(service)}"
            for service in (PLANS, WORKOUTS)
        }
        return {**self._common(""), **streams, **self._own("CTZ_GATEWAY_", own)}

    @property
    def _has_smtp(self) -> bool:
        return any(self.given.get(f"{IDENTITY.prefix}{name}") for name in ("SMTP_URL", "SMTP_URL_FILE"))

    def _only_for(self, service: Service) -> dict[str, str]:
        if service == IDENTITY:
            mail = {} if self._has_smtp else {"MAIL_DIR": str(self.mail_folder)}
            return {
                "USER_KEY_FILE": str(self.store.user_key_file),
                "PEPPER_FILE": str(self.store.pepper_file),
                "ADMIN_LINK_FILE": str(self.admin_link_file),
                **mail,
            }
        if service == PELOTON_SYNC:
            return {"FERNET_KEYS_FILE": str(self.store.fernet_keys_file)}
        return {}

    def _own(self, prefix: str, values: Mapping[str, str]) -> dict[str, str]:
        targets = set(self._targets())
        given = {name: value for name, value in self.given.items() if name.startswith(prefix) and name not in targets}
        return {f"{prefix}{name}": value for name, value in values.items()} | given

    def _common(self, broker_url: str) -> dict[str, str]:
        return {
            **inherited_environment(),
            "CTZ_ENV": self.profile,
            "CTZ_LOG_LEVEL": self.log_level,
            "CTZ_LOG_FORMAT": self.log_format,
            "CTZ_BROKER_URL": broker_url,
            "CTZ_JWKS_FILE": str(self.store.jwks_file),
            "CTZ_PUBLIC_URL": self.public_url,
            **self._targets(),
        }

    def _targets(self) -> dict[str, str]:
        return {f"{service.prefix}TARGET": f"{LOOPBACK}:{self.ports.grpc(service)}" for service in SERVICES}

    def _login(self, role: str, password: str) -> str:
        return self.database.login(role, password).sqlalchemy_url()


def inherited_environment() -> dict[str, str]:
    """Return what every process takes over from the operator's shell."""
    return {**{name: os.environ[name] for name in _INHERITED if name in os.environ}, "PYTHONUNBUFFERED": "1"}
