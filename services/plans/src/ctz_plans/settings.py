"""What plans reads from its environment."""

from dataclasses import dataclass

from ctz_chassis.settings import CommonSettings, ServiceSettings


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that plans is told."""

    common: CommonSettings
    service: ServiceSettings
