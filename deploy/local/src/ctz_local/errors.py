"""What can go wrong on one machine, as types whose message tells the operator what to do.

LocalError
├── ServerNotFound        no binaries of a server that is needed
├── ServerFailed          a server did not start, or did not stop
├── PortTaken             somebody else listens where we must
├── AlreadyRunning        another supervisor holds this CTZ_HOME
├── SecretsLost           the database has data, and the keys that read it are gone
├── StateUnreadable       the state folder was made by something we cannot use
└── CommandFailed         a command of a service ended with an error
"""

from pathlib import Path


class LocalError(Exception):
    """Any failure that the operator can act on; the message is the whole story."""


class ServerNotFound(LocalError):
    """No usable binaries of a server."""


class ServerFailed(LocalError):
    """A server did not come up or go down as asked."""

    def __init__(self, name: str, problem: str, log_tail: str = "") -> None:
        self.name = name
        detail = f"\nIts last lines:\n{log_tail}" if log_tail else ""
        super().__init__(f"{name} {problem}{detail}")


class PortTaken(LocalError):
    """A port that was asked for is in use."""

    def __init__(self, port: int, setting: str) -> None:
        self.port = port
        super().__init__(
            f"Port {port} is taken by another program. Stop that program, or choose another port: {setting}={port + 1}",
        )


class AlreadyRunning(LocalError):
    """A supervisor already runs on this state folder."""

    def __init__(self, home: Path, pid: int, public_url: str) -> None:
        self.pid = pid
        where = f" at {public_url}" if public_url else ""
        super().__init__(
            f"Chase The Zones already runs on {home}{where} (process {pid}). "
            "Stop it with `ctz stop`, or give this one its own folder and port: CTZ_HOME=… CTZ_PORT=…",
        )


class SecretsLost(LocalError):
    """The keys are gone while data that needs them exists; new keys would make it unreadable."""

    def __init__(self, folder: Path, missing: list[str]) -> None:
        self.missing = missing
        super().__init__(
            f"The database has data, but {folder} lacks: {', '.join(missing)}. New keys could not read what the old "
            "ones wrote, so nothing was started. Restore that folder from your backup; to begin anew, remove the whole "
            "state folder and, for a database of your own, its schemas.",
        )


class StateUnreadable(LocalError):
    """The state folder cannot be used as it is."""


class CommandFailed(LocalError):
    """A service's own command ended with an error."""

    def __init__(self, command: str, code: int, output_tail: str) -> None:
        self.code = code
        super().__init__(f"`{command}` ended with status {code}.\n{output_tail}")
