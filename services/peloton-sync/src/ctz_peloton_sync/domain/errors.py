"""Errors that callers are told about.

PelotonSyncError
├── ConnectionMissing       nobody connected yet
├── ReconnectNeeded         the rider has to sign in at Peloton again
├── SignInRejected          Peloton did not accept name and password
├── SignInUnavailable       Peloton's sign-in did not work this time
├── PastedTokenRejected     what was pasted is no usable token
├── PelotonUnavailable      Peloton did not answer, or this server pauses all calls
├── WorkoutUnknown          no such workout of this rider
├── TaskUnknown             no such failed item of this rider
└── KeyStillInUse           a key cannot be retired while rows are sealed with it
"""

from typing import ClassVar


class PelotonSyncError(Exception):
    """Anything that this service refuses by its own rules."""

    reason: ClassVar[str] = "PELOTON_SYNC_ERROR"
    code: ClassVar[str] = "FAILED_PRECONDITION"


class ConnectionMissing(PelotonSyncError):
    """The rider never connected Peloton, or took the connection away."""

    reason = "CONNECTION_MISSING"
    code = "NOT_FOUND"


class ReconnectNeeded(PelotonSyncError):
    """Peloton no longer accepts what the rider gave us."""

    reason = "RECONNECT_NEEDED"


class SignInRejected(PelotonSyncError):
    """Peloton says that name and password do not fit."""

    reason = "PELOTON_SIGN_IN_REJECTED"
    code = "INVALID_ARGUMENT"


class SignInUnavailable(PelotonSyncError):
    """The sign-in pages did not behave as known; pasting a token may work."""

    reason = "PELOTON_SIGN_IN_UNAVAILABLE"
    code = "UNAVAILABLE"


class PastedTokenRejected(PelotonSyncError):
    """What was pasted is not a token, or Peloton refuses it."""

    reason = "PASTED_TOKEN_REJECTED"
    code = "INVALID_ARGUMENT"


class PelotonUnavailable(PelotonSyncError):
    """Peloton cannot be asked right now."""

    reason = "PELOTON_UNAVAILABLE"
    code = "UNAVAILABLE"


class WorkoutUnknown(PelotonSyncError):
    """No such workout, or not this rider's."""

    reason = "WORKOUT_NOT_FOUND"
    code = "NOT_FOUND"


class ClassUnknown(PelotonSyncError):
    """No class of this id in the library."""

    reason = "CLASS_NOT_FOUND"
    code = "NOT_FOUND"


class TaskUnknown(PelotonSyncError):
    """No such failure, or not this rider's."""

    reason = "SYNC_TASK_NOT_FOUND"
    code = "NOT_FOUND"


class KeyStillInUse(PelotonSyncError):
    """Rows are still sealed with a key that is to be retired."""

    reason = "KEY_STILL_IN_USE"

    def __init__(self, rows_by_key: dict[str, int]) -> None:
        super().__init__(", ".join(f"{key}: {rows} rows" for key, rows in sorted(rows_by_key.items())))
        self.rows_by_key = rows_by_key
