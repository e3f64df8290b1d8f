"""One HTTP connection of the check, opened anew where it has been idle."""

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Final

from ctz_local.errors import LocalError
from ctz_local.ports import LOOPBACK

# A server may close a connection that was idle, and a form must not be sent twice to find that out.
_IDLE_SECONDS: Final = 0.5


class ConnectionLost(LocalError):
    """A server went away in the middle of a call."""


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """An answer as it came."""

    status: int
    headers: Message
    body: bytes


class Connection:
    """Asks one server on this machine."""

    def __init__(self, port: int, *, timeout_seconds: float) -> None:
        self._connection = http.client.HTTPConnection(LOOPBACK, port, timeout=timeout_seconds)
        self._used_at = 0.0

    def ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> RawAnswer:
        """Make one call."""
        if time.monotonic() - self._used_at > _IDLE_SECONDS:
            self._connection.close()
        try:
            self._connection.request(method, path, body, dict(headers))
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise ConnectionLost(f"{method} {path} on port {self._connection.port}: {error!r}") from error
        self._used_at = time.monotonic()
        return RawAnswer(response.status, response.headers, content)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
