"""Errors about workouts that come in and go out. Each is mapped to a status once, at the edge.

WorkoutsDomainError
├── MergeRefusedError      workouts that cannot be made one
├── NotOwnEntryError       a synced workout cannot be changed here
├── ImportRefusedError     no more files, or no more bytes, for now
└── ExportNotReadyError    there is no file to fetch, or not any more
"""

from typing import ClassVar

from ctz_workouts.domain.errors import WorkoutsDomainError


class MergeRefusedError(WorkoutsDomainError):
    """Workouts that cannot be made one; the message says what to do."""

    reason: ClassVar[str] = "MERGE_REFUSED"
    code: ClassVar[str] = "FAILED_PRECONDITION"


class NotOwnEntryError(WorkoutsDomainError):
    """A workout that was neither entered nor imported."""

    reason: ClassVar[str] = "NOT_OWN_ENTRY"
    code: ClassVar[str] = "FAILED_PRECONDITION"

    def __init__(self) -> None:
        """Say what can be done instead."""
        super().__init__("This workout was synced. It can be hidden, and its notes changed; the rest is its source's.")


class ImportRefusedError(WorkoutsDomainError):
    """One file, or some bytes, more than a rider may have waiting."""

    reason: ClassVar[str] = "IMPORT_FULL"
    code: ClassVar[str] = "RESOURCE_EXHAUSTED"


class ExportNotReadyError(WorkoutsDomainError):
    """An export without a file."""

    reason: ClassVar[str] = "EXPORT_NOT_READY"
    code: ClassVar[str] = "FAILED_PRECONDITION"

    def __init__(self) -> None:
        """Say that it takes time."""
        super().__init__("The export is not ready. Wait until it is, or start another if it failed.")
