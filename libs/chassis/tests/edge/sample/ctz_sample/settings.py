"""Settings of the sample."""

from dataclasses import dataclass, field
from pathlib import Path

from ctz_chassis.settings import CommonSettings, ServiceSettings


@dataclass(frozen=True, slots=True)
class Settings:
    """What the sample reads."""

    common: CommonSettings
    service: ServiceSettings
    marks: Path = field(metadata={"help": "folder in which the sample leaves marks for its test"})
