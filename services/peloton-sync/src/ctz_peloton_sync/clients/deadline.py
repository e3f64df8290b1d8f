"""One deadline for a whole call: connecting, sending, headers and body, however slowly the bytes drip.

`requests` knows only a time-out for each single read. Here every read and write of the socket first shortens its
own time-out to what is left of the call.
"""

import io
import socket
import time
from collections.abc import Callable
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

Remaining = Callable[[], float]


class Deadline:
    """The time left for the present call of one session; a session serves one thread."""

    def __init__(self) -> None:
        self._ends = 0.0

    def start(self, seconds: float) -> None:
        """Begin a call that may take so many seconds in all."""
        self._ends = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left; raises TimeoutError when there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _DeadlineSocket:
    """A socket whose reads and writes end with the call."""

    def __init__(self, connected: socket.socket, remaining: Remaining) -> None:
        self._connected = connected
        self._remaining = remaining

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        self._connected.settimeout(self._remaining())
        return self._connected.recv_into(buffer, nbytes, flags)

    def sendall(self, data: Any, flags: int = 0) -> None:
        self._connected.settimeout(self._remaining())
        self._connected.sendall(data, flags)

    def makefile(self, _mode: str, _buffering: int | None = None) -> io.BufferedReader:
        raw = socket.SocketIO(self, "rb")  # type: ignore[arg-type]
        self._connected._io_refs += 1  # type: ignore[attr-defined]  # noqa: SLF001 what socket.makefile does itself
        return io.BufferedReader(raw)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connected, name)


class DeadlineAdapter(HTTPAdapter):
    """Transport of one session under its deadline; no retries, no proxies, keep-alive."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        super().__init__(pool_connections=4, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use connections that know the deadline."""
        super().init_poolmanager(*args, **kwargs)
        remaining = self._deadline.remaining

        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                self.sock = _DeadlineSocket(self.sock, remaining)

        class Secure(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                self.sock = _DeadlineSocket(self.sock, remaining)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
