"""What workouts reads from its environment."""

from dataclasses import dataclass, field

from ctz_chassis.settings import CommonSettings, ServiceSettings


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that workouts is told."""

    common: CommonSettings
    service: ServiceSettings
    recompute: bool = field(
        default=True, metadata={"help": "with `consume` inside `serve`: recompute there too, without a `work` process"}
    )
    task_lease_seconds: float = field(
        default=30.0, metadata={"help": "after this long without an end, another worker takes a recompute task over"}
    )
