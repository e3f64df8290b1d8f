"""Errors about exercises, routines and sessions. Each is mapped to a status once, at the edge.

PracticeError
├── LibraryMalformed        the content that came with the product breaks its own rules
├── FieldRefused            a field of a request holds what no practice can have
├── PracticeNotFound        no such exercise, routine or session, or not the rider's
├── RoutineLimitReached     the rider has as many routines as one may have
└── RoutineBuiltIn          a routine that came with the product cannot be changed

A stale revision is an `errors.RevisionStale`, as everywhere in this service.
"""

from typing import ClassVar


class PracticeError(Exception):
    """Anything that the rules of exercises, routines and sessions refuse."""

    reason: ClassVar[str] = "PRACTICE"
    code: ClassVar[str] = "INTERNAL"


class LibraryMalformed(PracticeError):
    """An exercise or a routine of the library breaks a rule; it is named, so that its author finds it."""

    reason: ClassVar[str] = "LIBRARY_MALFORMED"

    def __init__(self, entry: str, problem: str) -> None:
        super().__init__(f"{entry}: {problem}")
        self.entry = entry
        self.problem = problem


class FieldRefused(PracticeError):
    """One field does not fit; `field` is its path in the request, `description` says what would."""

    reason: ClassVar[str] = "INVALID_FIELD"
    code: ClassVar[str] = "INVALID_ARGUMENT"

    def __init__(self, field: str, description: str) -> None:
        super().__init__(f"{field}: {description}")
        self.field = field
        self.description = description
        self.field_violations = ((field, description),)

    def under(self, path: str) -> "FieldRefused":
        """The same refusal of a field that lies deeper in the request."""
        return FieldRefused(f"{path}.{self.field}", self.description)


class PracticeNotFound(PracticeError):
    """No such thing for this rider; the same answer when it belongs to somebody else."""

    reason: ClassVar[str] = "NOT_FOUND"
    code: ClassVar[str] = "NOT_FOUND"

    def __init__(self, kind: str) -> None:
        super().__init__(f"No such {kind}.")


class RoutineLimitReached(PracticeError):
    """One routine more than a rider may have."""

    reason: ClassVar[str] = "ROUTINE_LIMIT_REACHED"
    code: ClassVar[str] = "FAILED_PRECONDITION"

    def __init__(self, limit: int) -> None:
        super().__init__(f"You have {limit} routines, which is as many as there can be. Delete one first.")
        self.metadata = {"limit": str(limit)}


class RoutineBuiltIn(PracticeError):
    """A built-in routine was to be changed or deleted."""

    reason: ClassVar[str] = "ROUTINE_BUILT_IN"
    code: ClassVar[str] = "FAILED_PRECONDITION"

    def __init__(self) -> None:
        super().__init__("This routine came with the product and stays as it is. Make one of your own from it.")
