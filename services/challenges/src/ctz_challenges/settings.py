"""What challenges reads from its environment."""

from dataclasses import dataclass

from ctz_chassis.settings import CommonSettings, ServiceSettings


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that challenges is told."""

    common: CommonSettings
    service: ServiceSettings
