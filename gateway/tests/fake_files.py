"""Workouts' HTTP in miniature: uploads and downloads, over the store of the fakes."""

import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

from ctz.workouts.v1 import transfers_pb2 as pb
from flask import Response, jsonify, request
from werkzeug.serving import make_server

from ctz_chassis.errors import NotFound
from ctz_chassis.http import current_person, health_app, require_service_and_person
from ctz_chassis.readiness import Readiness
from ctz_chassis.testing import Keys
from gateway.tests.fake_transfers import TransferStore, owned
from gateway.tests.refusals import Refused

LARGEST_FILE = 1024 * 1024
FULL = "full.fit"
PROBLEMS = {
    b"PK-bomb": ("FILE_TOO_LARGE", "This holds more than can be read at once. Split it into smaller files."),
    b"%PDF": ("FORMAT_UNKNOWN", "This is no workout file. FIT, TCX, GPX, Peloton's CSV, and a zip can be read."),
}


class FileServer:
    """Workouts' HTTP in miniature, behind the real check of both tokens."""

    def __init__(self, store: TransferStore, keys: Keys) -> None:
        app = health_app("workouts", Readiness({}), keys.verifier())
        for rule, view in (
            ("/imports/<uuid:import_id>/files", self._receive),
            ("/workouts/<uuid:workout_id>/file", self._workout),
            ("/exports/<uuid:export_id>/file", self._export),
        ):
            guarded = require_service_and_person(callers=("gateway",))(_plain(view))
            app.add_url_rule(rule, view.__name__, guarded, methods=["POST" if view == self._receive else "GET"])
        self._store = store
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def _receive(self, import_id: UUID) -> Response:
        name, body = f"imports/{import_id}", bytearray()
        found = owned(self._store.imports[current_person().user_id], "imports", name)
        request.max_content_length = LARGEST_FILE
        if request.args["file_name"] == FULL:
            raise Refused("RESOURCE_EXHAUSTED", "IMPORT_FULL")
        while piece := request.stream.read(65536):
            body += piece
            self._store.arrived += len(piece)
        self._store.bodies[name].append(bytes(body))
        problem = next((told for start, told in PROBLEMS.items() if body.startswith(start)), None)
        file = pb.ImportFile(
            name=f"{name}/files/{uuid4()}", file_name=request.args["file_name"], size_bytes=len(body),
            state=pb.TRANSFER_STATE_FAILED if problem else pb.TRANSFER_STATE_DONE, item_count=1, finished_item_count=1,
            created_count=int(not problem), problem_count=int(bool(problem)),
        )  # fmt: skip
        if problem:
            file.problems.add(reason=problem[0], message=problem[1])
        self._store.files[name].append(file)
        found.file_count, found.finished_file_count = found.file_count + 1, found.finished_file_count + 1
        found.item_count, found.finished_item_count = found.item_count + 1, found.finished_item_count + 1
        found.created_count += file.created_count
        found.problem_count += file.problem_count
        found.state = pb.TRANSFER_STATE_DONE
        answer = jsonify(name=file.name)
        answer.status_code = 201
        return answer

    def _workout(self, workout_id: UUID) -> Response:
        name = f"workouts/{workout_id}"
        owned(self._store.entries[current_person().user_id], "workouts", name)
        kind = request.args["format"]
        return _attachment(iter([b"a", kind.encode()]), f"2026-05-01-spin.{kind}")

    def _export(self, export_id: UUID) -> Response:
        found = owned(self._store.exports[current_person().user_id], "exports", f"exports/{export_id}")
        if self._store.secrets.get(request.args["secret"]) != found.name:
            raise NotFound
        return _attachment(iter([b"PK", b"0123456789"]), "chase-the-zones-2026-05-01.zip")

    def close(self) -> None:
        """End it; the address refuses from now on."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _plain(view: Any) -> Any:
    """A function, which a mark can be put on; a bound method takes none."""

    def answer(**given: Any) -> Any:
        return view(**given)

    return answer


def _attachment(body: Iterator[bytes], name: str) -> Response:
    answer = Response(body, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
