"""What has to be deployed, read from the code: every service with every role that its commands have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import ctz_challenges.cli
import ctz_challenges.settings
import ctz_gateway.settings
import ctz_identity.cli
import ctz_identity.cli.processes
import ctz_identity.settings
import ctz_peloton_sync.cli
import ctz_peloton_sync.settings
import ctz_plans.cli
import ctz_plans.settings
import ctz_workouts.cli
import ctz_workouts.settings
from ctz_chassis.assembly import Schema
from ctz_chassis.settings import load, prefix_of, variables

ROOT: Final = Path(__file__).parents[2]
MODULES: Final[Mapping[str, ModuleType]] = {
    "identity": ctz_identity.cli,
    "peloton-sync": ctz_peloton_sync.cli,
    "workouts": ctz_workouts.cli,
    "plans": ctz_plans.cli,
    "challenges": ctz_challenges.cli,
}
SETTINGS: Final[Mapping[str, type[Any]]] = {
    "identity": ctz_identity.settings.Settings,
    "peloton-sync": ctz_peloton_sync.settings.Settings,
    "workouts": ctz_workouts.settings.Settings,
    "plans": ctz_plans.settings.Settings,
    "challenges": ctz_challenges.settings.Settings,
    "gateway": ctz_gateway.settings.Settings,
}
SCHEMAS: Final[Mapping[str, Schema]] = {
    "identity": ctz_identity.cli.processes.SCHEMA,
    "peloton-sync": ctz_peloton_sync.cli.SCHEMA,
    "workouts": ctz_workouts.cli.SCHEMA,
    "plans": ctz_plans.cli.SCHEMA,
    "challenges": ctz_challenges.cli.SCHEMA,
}
# What `docker compose` and Kubernetes call a role's processes, behind the name of the service.
_IN_COMPOSE: Final = {"serve": "", "consume": "-consumer", "work": "-worker", "migrate": "-migrate"}
_IN_KUBERNETES: Final = {"serve": "", "consume": "-consume", "work": "-work", "migrate": "-migrate"}


@dataclass(frozen=True, slots=True)
class Process:
    """One kind of process of the product."""

    service: str
    role: str

    @property
    def in_compose(self) -> str:
        """Its name in docker-compose.yml."""
        return self.role if self.role == "front" else f"{self.service}{_IN_COMPOSE[self.role]}"

    @property
    def in_kubernetes(self) -> str:
        """Its Deployment or Job."""
        return self.role if self.role == "front" else f"{self.service}{_IN_KUBERNETES[self.role]}"

    @property
    def arguments(self) -> list[str]:
        """What its container is told to run."""
        return [f"ctz_{self.service.replace('-', '_')}", self.role]

    @property
    def is_job(self) -> bool:
        """Whether it ends by itself."""
        return self.role == "migrate"

    def settings(self, environment: Mapping[str, str]) -> Any:
        """Read the environment as the process does; raises `SettingsError`."""
        return load(SETTINGS[self.service], prefix_of(self.service), environment)

    def known_variables(self) -> set[str]:
        """Every variable that the process reads."""
        found = set()
        for variable in variables(SETTINGS[self.service], prefix_of(self.service)):
            found |= {variable.name, variable.file_name} if variable.is_secret else {variable.name}
        return found


def _all() -> Iterator[Process]:
    for service, module in MODULES.items():
        for role in ("serve", "consume", "work", "migrate"):
            if getattr(module.COMMANDS, role) is not None:
                yield Process(service, role)
    yield Process("gateway", "serve")
    yield Process("gateway", "front")


PROCESSES: Final = tuple(_all())
