"""`/healthz`, `/readyz` and `/metrics`: the same three pages in front of every process of the system."""

import json
import socketserver
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from ctz_chassis import metrics
from ctz_chassis.readiness import Readiness

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

JSON = "application/json"
PATHS = frozenset({"/healthz", "/readyz", "/metrics"})


class Probes:
    """Answers the three pages and passes everything else on."""

    def __init__(self, readiness: Readiness, inner: "WSGIApplication | None" = None) -> None:
        self._readiness = readiness
        self._inner: WSGIApplication = inner or _not_found
        self._pages: dict[str, Callable[[], tuple[str, str, bytes]]] = {
            "/healthz": self._live,
            "/readyz": self._ready,
            "/metrics": self._metrics,
        }

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer as a WSGI application."""
        page = self._pages.get(environ.get("PATH_INFO", ""))
        if page is None or environ.get("REQUEST_METHOD") not in {"GET", "HEAD"}:
            return self._inner(environ, start_response)
        status, content_type, body = page()
        start_response(status, _headers(content_type, body))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    @staticmethod
    def _live() -> tuple[str, str, bytes]:
        return "200 OK", JSON, b'{"live": true}'

    def _ready(self) -> tuple[str, str, bytes]:
        facts = self._readiness.facts()
        is_ready = all(facts.values())
        body = json.dumps({"ready": is_ready, "checks": facts}).encode()
        return ("200 OK" if is_ready else "503 Service Unavailable"), JSON, body

    @staticmethod
    def _metrics() -> tuple[str, str, bytes]:
        return "200 OK", metrics.CONTENT_TYPE, metrics.exposition()


def _headers(content_type: str, body: bytes) -> list[tuple[str, str]]:
    return [("Content-Type", content_type), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]


def _not_found(_: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    body = b'{"reason": "NOT_FOUND"}'
    start_response("404 Not Found", _headers(JSON, body))
    return [body]


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    timeout = 10

    def log_message(self, *_: Any) -> None:
        """Say nothing: probes come every few seconds."""


class ProbeServer:
    """The three pages for a process without a web server of its own."""

    def __init__(self, readiness: Readiness, host: str, port: int) -> None:
        self._server = make_server(host, port, Probes(readiness), server_class=_Server, handler_class=_Quiet)
        self.port = int(self._server.server_port)
        self._thread = threading.Thread(target=self._server.serve_forever, name="probes", daemon=True)

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
