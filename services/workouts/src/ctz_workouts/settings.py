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
    transfer_lease_seconds: float = field(
        default=120.0,
        metadata={"help": "after this long without progress, another worker takes an import or export over"},
    )
    reading_silence_seconds: float = field(
        default=45.0, metadata={"help": "a process that reads an uploaded file and says nothing for this long is ended"}
    )
    import_file_bytes: int = field(default=256 * 1024 * 1024, metadata={"help": "largest file that can be imported"})
    import_waiting_bytes: int = field(
        default=512 * 1024 * 1024, metadata={"help": "bytes of a rider that may wait to be read"}
    )
    import_files: int = field(default=1000, metadata={"help": "most files of one import"})
    import_keep_days: int = field(
        default=90, metadata={"help": "days after which an import, or merging of many, is forgotten"}
    )
    export_keep_hours: float = field(
        default=72.0, metadata={"help": "hours for which a finished export can be fetched"}
    )
