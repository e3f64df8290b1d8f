"""Errors of the workouts domain. Each is mapped to a status once, at the edge.

WorkoutsDomainError
├── ValueRefusedError            a value object was asked to hold nonsense
│   ├── FTPOutOfRangeError
│   ├── HeartRateZonesMalformedError
│   ├── SeriesMalformedError
│   ├── TargetMalformedError
│   ├── RecordedTargetsMalformedError
│   └── PaceUnreadableError
├── RevisionStaleError           what the rider wrote was changed since it was read
├── SavedFilterTitleTakenError   the rider has a saved filter of that title
├── SavedFilterLimitError        the rider has as many saved filters as one may have
├── PaceLevelUnknownError        a level outside the table of its discipline
└── SeriesUnreadableError        stored bytes that cannot become a series
    ├── SeriesVersionUnknownError
    └── SeriesCorruptError
"""

from typing import ClassVar


class WorkoutsDomainError(Exception):
    """Anything that the rules of this service refuse."""

    reason: ClassVar[str] = "WORKOUTS_DOMAIN"
    code: ClassVar[str] = "INTERNAL"


class ValueRefusedError(WorkoutsDomainError):
    """A value object was asked to hold a value that means nothing."""

    reason: ClassVar[str] = "VALUE_REFUSED"
    code: ClassVar[str] = "INVALID_ARGUMENT"


class FTPOutOfRangeError(ValueRefusedError):
    """A functional threshold power that no rider has."""

    reason: ClassVar[str] = "FTP_OUT_OF_RANGE"

    def __init__(self, given: object, lowest: float, highest: float) -> None:
        """Keep the refused value and the allowed watts."""
        super().__init__(f"an FTP is {lowest} to {highest} W, not {given!r}")
        self.given = given
        self.lowest = lowest
        self.highest = highest


class HeartRateZonesMalformedError(ValueRefusedError):
    """Heart-rate floors that are not four rising positive rates."""

    reason: ClassVar[str] = "HEART_RATE_ZONES_MALFORMED"

    def __init__(self, given: object) -> None:
        """Keep the refused floors or maximum."""
        super().__init__(f"not usable as heart-rate zones: {given!r}")
        self.given = given


class SeriesMalformedError(ValueRefusedError):
    """Samples that are not a time series."""

    reason: ClassVar[str] = "SERIES_MALFORMED"

    def __init__(self, why: str) -> None:
        """Keep what is wrong with the samples."""
        super().__init__(why)
        self.why = why


class TargetMalformedError(ValueRefusedError):
    """A target range that cannot be met."""

    reason: ClassVar[str] = "TARGET_MALFORMED"

    def __init__(self, why: str) -> None:
        """Keep what is wrong with the target."""
        super().__init__(why)
        self.why = why


class RecordedTargetsMalformedError(ValueRefusedError):
    """Recorded targets that no class has."""

    reason: ClassVar[str] = "RECORDED_TARGETS_MALFORMED"

    def __init__(self, field: str, description: str) -> None:
        """Keep which field does not fit, and why."""
        super().__init__(f"{field}: {description}")
        self.field_violations = ((field, description),)


class PaceUnreadableError(ValueRefusedError):
    """A pace that is no time per distance."""

    reason: ClassVar[str] = "PACE_UNREADABLE"

    def __init__(self, given: object) -> None:
        """Keep the refused number."""
        super().__init__(f"not a pace: {given!r}")
        self.given = given


class PaceLevelUnknownError(WorkoutsDomainError):
    """A pace level or intensity that the table of this discipline does not have."""

    reason: ClassVar[str] = "PACE_LEVEL_UNKNOWN"
    code: ClassVar[str] = "NOT_FOUND"

    def __init__(self, activity: str, level: int) -> None:
        """Keep the activity and the level asked for."""
        super().__init__(f"no pace level {level} for {activity}")
        self.activity = activity
        self.level = level


class RevisionStaleError(WorkoutsDomainError):
    """The revision that was read is no longer the stored one; the metadata tells the stored one."""

    reason: ClassVar[str] = "REVISION_STALE"
    code: ClassVar[str] = "ABORTED"

    def __init__(self, stored: int) -> None:
        """Keep the stored revision."""
        super().__init__("It was changed elsewhere. Read it again, then change it.")
        self.metadata = {"revision": str(stored)}


class SavedFilterTitleTakenError(WorkoutsDomainError):
    """Two saved filters of one rider with one title."""

    reason: ClassVar[str] = "SAVED_FILTER_TITLE_TAKEN"
    code: ClassVar[str] = "ALREADY_EXISTS"

    def __init__(self, title: str) -> None:
        """Keep the title."""
        super().__init__(f"there is a saved filter called {title!r}")


class SavedFilterLimitError(WorkoutsDomainError):
    """One saved filter more than a rider may have."""

    reason: ClassVar[str] = "SAVED_FILTER_LIMIT"
    code: ClassVar[str] = "RESOURCE_EXHAUSTED"

    def __init__(self, most: int) -> None:
        """Keep how many there may be."""
        super().__init__(f"there are at most {most} saved filters")
        self.metadata = {"most": str(most)}


class SeriesUnreadableError(WorkoutsDomainError):
    """Stored bytes that cannot become a series."""

    reason: ClassVar[str] = "SERIES_UNREADABLE"
    code: ClassVar[str] = "DATA_LOSS"


class SeriesVersionUnknownError(SeriesUnreadableError):
    """Bytes written by a version of the format that this code does not read."""

    reason: ClassVar[str] = "SERIES_VERSION_UNKNOWN"

    def __init__(self, version: int) -> None:
        """Keep the version byte."""
        super().__init__(f"series format {version} is unknown")
        self.version = version


class SeriesCorruptError(SeriesUnreadableError):
    """Bytes that are cut, altered or contradict themselves."""

    reason: ClassVar[str] = "SERIES_CORRUPT"

    def __init__(self, why: str) -> None:
        """Keep where reading failed."""
        super().__init__(f"stored series is corrupt: {why}")
        self.why = why
