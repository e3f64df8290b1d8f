"""One form with files, passed on to workouts while it comes; its token is checked before any file is read."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from ctz.workouts.v1 import transfers_pb2 as pb
from flask import abort, g, request

from ctz_chassis.deadlines import deadline_scope, remaining_seconds
from ctz_chassis.errors import RemoteError, Unreachable
from ctz_chassis.grpc_client import acting_for
from ctz_gateway.clients.workout_files import TOO_LARGE
from ctz_gateway.web import problems
from ctz_gateway.web.forms import new_key, one_line
from ctz_gateway.web.site import Site, form_binding, now, visitor
from ctz_gateway.web.uploads import CutOffError, SentFile, Upload
from ctz_gateway.web.visitors import SESSION_COOKIE

MULTIPART = "multipart/form-data"
# As workouts counts them by default, and the fields of the form.
MOST_PARTS = 1000 + 5
SHOWN_REFUSALS = 3
LONGEST_SHOWN = 60
SILENCE_SECONDS = 30.0
TOKEN_RESERVE = timedelta(seconds=60)
REFUSED = {
    TOO_LARGE: "It is too large. Unpack it, or send a part of it.",
    "IMPORT_FULL": "Too much waits to be read already. Wait until some of it is done, then send the rest.",
    "BAD_REQUEST": "There is nothing in it.",
}
ENDS_ALL = frozenset({"IMPORT_FULL"})


@dataclass(slots=True)
class Received:
    """What came: the import when there is one, and what was not taken, in words."""

    import_id: UUID | None = None
    file_count: int = 0
    refusals: list[str] = field(default_factory=list)

    def refuse(self, name: str, why: str) -> None:
        """Note a file that was not taken; the first ones by name."""
        shown = one_line(name.replace("\\", "/").rpartition("/")[2])[:LONGEST_SHOWN] or "A file"
        if len(self.refusals) < SHOWN_REFUSALS:
            self.refusals.append(f"“{shown}” was not taken. {why}")
        elif len(self.refusals) == SHOWN_REFUSALS:
            self.refusals.append("More files were not taken.")


class _Client:
    """The body of the request: given up when it is silent, or takes longer than the request may."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        left = remaining_seconds()
        if left is not None and left <= 0:
            abort(408)
        return request.stream.read(size)


class Receiving:
    """Takes the present request's form."""

    def __init__(self, site: Site) -> None:
        """`site` has the services and the form tokens."""
        self._site = site
        self._received = Received()

    def receive(self) -> Received:
        """Pass everything on; what was whole before an error stays, and of the rest nothing does."""
        request.max_content_length = self._site.settings.upload_bytes
        try:
            with _patience():
                upload = Upload(_Client(), request.mimetype_params.get("boundary", ""), MOST_PARTS)
                self._receive(upload)
        except CutOffError:
            self._forget_if_empty()
            abort(400)
        except BaseException:
            self._forget_if_empty()
            raise
        self._forget_if_empty()
        return self._received

    def _receive(self, upload: Upload) -> None:
        fields = upload.fields()
        if not self._site.form_tokens.is_good(fields.get("csrf_token", ""), form_binding()):
            abort(403)
        for file in upload.files():
            first = next(file.pieces, None)
            if first is None and not file.name:
                continue
            if not self._take(file, first or b"", fields):
                return

    def _take(self, file: SentFile, first: bytes, fields: dict[str, str]) -> bool:
        """Pass one file on. Returns whether others may follow."""
        with self._as_visitor():
            import_id = self._import(fields)
            try:
                self._site.services.files.send(import_id, file.name, _with(first, file.pieces))
            except Unreachable:
                raise
            except RemoteError as error:
                why = REFUSED.get(error.reason) or error.message or problems.PAGES[500][1]
                self._received.refuse(file.name, why)
                return error.reason not in ENDS_ALL
        self._received.file_count += 1
        return True

    def _import(self, fields: dict[str, str]) -> UUID:
        if self._received.import_id is None:
            wanted = pb.CreateImportRequest(
                request_id=_uuid(fields.get("idempotency_key", "")), time_zone=visitor().zone.key
            )
            with deadline_scope(self._site.settings.budget_seconds):
                made = self._site.services.imports.CreateImport(wanted)
            self._received.import_id = UUID(made.name.split("/")[1])
            # Sent again by a second press: what is there already stays, whatever comes of this.
            self._received.file_count = made.file_count
        return self._received.import_id

    @contextmanager
    def _as_visitor(self) -> Iterator[None]:
        """Act for the visitor, by a new token where the old one ends: files may take longer than it lasts."""
        who = visitor()
        if who.expire_time - now() < TOKEN_RESERVE:
            with deadline_scope(self._site.settings.budget_seconds):
                renewed = self._site.visitors.of_secret(request.cookies.get(SESSION_COOKIE, ""))
            if renewed is None:
                abort(401)
            g.visitor = who = renewed
        with acting_for(who.user_token):
            yield

    def _forget_if_empty(self) -> None:
        """Leave no import behind that has no file."""
        received = self._received
        if received.import_id is None or received.file_count:
            return
        with suppress(RemoteError), self._as_visitor(), deadline_scope(self._site.settings.budget_seconds):
            self._site.services.imports.DeleteImport(pb.DeleteImportRequest(name=f"imports/{received.import_id}"))
        received.import_id = None


@contextmanager
def _patience() -> Iterator[None]:
    """Give up on a browser that sends nothing for a while; only a real server has the socket."""
    sock = request.environ.get("gunicorn.socket")
    if sock is None:
        yield
        return
    before = sock.gettimeout()
    sock.settimeout(SILENCE_SECONDS)
    try:
        yield
    finally:
        sock.settimeout(before)


def _with(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _uuid(given: str) -> str:
    try:
        return str(UUID(given))
    except ValueError:
        return new_key()
