"""The supervisor's own page, on loopback: processes, memory, the broker in use, and the local mail folder."""

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, jsonify, render_template
from werkzeug.serving import WSGIRequestHandler, make_server

from ctz_local.mail_folder import list_messages, read_message
from ctz_local.ports import LOOPBACK
from ctz_local.supervisor import ProcessReport

_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page shows; memory in bytes."""

    mode: str
    public_url: str
    front: str
    broker: str
    ready_seconds: float | None
    processes: list[ProcessReport]

    @property
    def memory_bytes(self) -> int:
        """Sum the memory of all processes."""
        return sum(process.memory_bytes for process in self.processes)


def create_app(overview: Callable[[], Overview], mail_folder: Path) -> Flask:
    """Build the page over a source of facts."""
    app = Flask(__name__)

    @app.get("/")
    def show() -> str:
        return render_template("status.html", overview=overview(), messages=list_messages(mail_folder))

    @app.get("/status.json")
    def status() -> Response:
        facts = overview()
        return jsonify({**asdict(facts), "memory_bytes": facts.memory_bytes})

    @app.get("/mail")
    def mail() -> str:
        return render_template("mail.html", messages=list_messages(mail_folder))

    @app.get("/mail/<name>")
    def message(name: str) -> str:
        found = read_message(mail_folder, name)
        if found is None:
            abort(404)
        return render_template("message.html", message=found)

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    return app


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """Say nothing: the page is looked at often."""


class StatusServer:
    """Serves the page in a thread."""

    def __init__(self, app: Any, port: int) -> None:
        self._server = make_server(LOOPBACK, port, app, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, name="status", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
