"""A small threaded HTTP/1.1 server with keep-alive that can also do to an answer what a bad network does."""

import io
import socket
import sys
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from typing import Any
from urllib.parse import unquote_to_bytes

from ctz_simulator.knobs import Failure
from ctz_simulator.web.app import WIRE_FAULT
from ctz_simulator.wire import Answer, send

Environ = dict[str, Any]
WsgiApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
_MOST_BODY_BYTES = 10_000_000
_IDLE_SECONDS = 120


class SimulatorServer(ThreadingHTTPServer):
    """Serves one WSGI application, a thread a connection."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], app: WsgiApp) -> None:
        """Bind; port 0 takes a free one."""
        self.app = app
        self.stopping = Event()
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news; anything else is told."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    """One connection: read a request, run the application, send or spoil the answer."""

    protocol_version = "HTTP/1.1"
    server: SimulatorServer
    timeout = _IDLE_SECONDS

    def setup(self) -> None:
        """Answers are small: send them at once."""
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def handle_one_request(self) -> None:
        """Any method goes the same way."""
        self.raw_requestline = self.rfile.readline(65_537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        environ = self._environ()
        answer = self._run(environ)
        fault: Failure | None = environ.get(WIRE_FAULT)
        whole = send(self.wfile, answer, fault, self.server.stopping)
        self.close_connection = self.close_connection or not whole

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name in the base class)
        """The log of calls is kept by the application."""

    def _environ(self) -> Environ:
        """The WSGI environment of the request (PEP 3333)."""
        path, _, query = self.path.partition("?")
        length = min(int(self.headers.get("Content-Length") or 0), _MOST_BODY_BYTES)
        host, port = self.server.server_address[:2]
        environ: Environ = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": str(host),
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(length),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.rfile.read(length)),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            environ.setdefault(f"HTTP_{name.upper().replace('-', '_')}", value)
        return environ

    def _run(self, environ: Environ) -> Answer:
        """The application's answer, whole."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[[bytes], object]:
            started.append((status, headers))
            return lambda _: None

        result = self.server.app(environ, start_response)
        try:
            body = b"".join(result)
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()
        status, headers = started[-1]
        return Answer(status, headers, body, is_head=self.command == "HEAD")
