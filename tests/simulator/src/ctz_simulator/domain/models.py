"""The records of the simulated world: instructors, classes and workouts. No API spelling in here."""

from dataclasses import dataclass, field
from typing import Any

from ctz_simulator.domain.kinds import TRAITS, Kind, Traits

NO_CLASS = "0" * 32


@dataclass(frozen=True, slots=True)
class Target:
    """One called range: a metric and its inclusive bounds."""

    metric: str
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a class with its targets; `start` and `end` are inclusive seconds of the class clock."""

    start: int
    end: int
    segment_type: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Instructor:
    """An invented instructor."""

    id: str
    first_name: str
    last_name: str
    disciplines: tuple[str, ...]

    @property
    def name(self) -> str:
        """The full name."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True, eq=False)
class RideClass:
    """A class template of any discipline, which Peloton calls a ride; durations in seconds, `aired` in epoch seconds.

    Compared by identity: it is a key of caches, and hashing all its blocks would cost more than it saves.
    """

    id: str
    kind: Kind
    title: str
    duration: int
    aired: int
    instructor: Instructor | None
    pedaling_start_offset: int
    class_type_id: str
    class_type: str
    difficulty: float
    blocks: tuple[Block, ...]
    place: str | None = None
    fixed_distance_km: int | None = None

    @property
    def traits(self) -> Traits:
        """The constant facts of its kind."""
        return TRAITS[self.kind]

    @property
    def is_power_zone(self) -> bool:
        """Whether it calls power zones or belongs to the programme (an FTP test does)."""
        return self.kind in (Kind.POWER_ZONE, Kind.FTP_TEST, Kind.FTP_WARM_UP)

    @property
    def has_pace_targets(self) -> bool:
        """Whether it calls pace intensities."""
        return any(target.metric == "pace_intensity" for block in self.blocks for target in block.targets)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The FTP in force during a workout, as Peloton tells it."""

    watts: int = 0
    source: str | None = None
    workout_id: str | None = None


@dataclass(slots=True)
class Workout:
    """One workout as it happened; times in epoch seconds, work in joules.

    `duration` is the class length (the real length when there is no class), `ridden` the seconds really recorded.
    """

    id: str
    number: int
    seed: int
    kind: Kind
    ride: RideClass | None
    title: str | None
    created_at: int
    start_time: int
    end_time: int | None
    utc_offset: int
    time_zone: str
    duration: int
    ridden: int
    total_work: float
    reference_watts: float
    heart_rate_zones: tuple[int, int, int, int, int] | None
    baseline: Baseline
    device_type: str
    platform: str
    paused: int = 0
    hole_count: int = 0
    first_second: int = 1
    is_personal_record: bool = False
    deleted: bool = False
    row_edits: dict[str, Any] = field(default_factory=dict)
    graph_edits: dict[str, Any] = field(default_factory=dict)

    @property
    def traits(self) -> Traits:
        """The constant facts of its kind."""
        return TRAITS[self.kind]

    @property
    def is_complete(self) -> bool:
        """Whether it has ended."""
        return self.end_time is not None

    @property
    def effort_points(self) -> float | None:
        """Peloton's effort: points per minute in heart-rate zones 1-5 (peloton-api.md 4.4); none without heart rate."""
        if self.heart_rate_zones is None:
            return None
        return round(sum(s * p for s, p in zip(self.heart_rate_zones, EFFORT_PER_MINUTE, strict=True)) / 60, 1)


EFFORT_PER_MINUTE = (0.3, 0.6, 1.2, 2.4, 2.4)
