"""Files of workouts over HTTP, sent and fetched in pieces: nothing is ever held whole here."""

import json
import re
from collections.abc import Iterable, Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import grpc

from ctz_chassis.acting import USER_METADATA, acting_user_token
from ctz_chassis.auth.tokens import ServiceSigner
from ctz_chassis.errors import RemoteError, Unreachable

TIMEOUT_SECONDS = 30.0
PIECE_BYTES = 64 * 1024
LONGEST_ERROR = 16 * 1024
LONGEST_NAME = 200
OK, CREATED = 200, 201
TOO_LARGE = "FILE_TOO_LARGE"
_AUDIENCE = "workouts"
_NAME = re.compile(r'attachment; filename="([\w. -]{1,150})"', re.ASCII)
_CODES = {
    400: grpc.StatusCode.INVALID_ARGUMENT,
    404: grpc.StatusCode.NOT_FOUND,
    409: grpc.StatusCode.FAILED_PRECONDITION,
    413: grpc.StatusCode.OUT_OF_RANGE,
    429: grpc.StatusCode.RESOURCE_EXHAUSTED,
}


class Download:
    """A file on its way out: iterate it once; closing it lets go of the connection, read or not."""

    def __init__(self, connection: HTTPConnection, answer: HTTPResponse) -> None:
        """Take over an answer whose body was not read yet."""
        named = _NAME.fullmatch(answer.getheader("Content-Disposition", ""))
        self.content_type = answer.getheader("Content-Type", "application/octet-stream")
        self.file_name = named[1] if named is not None else "workout"
        self.length = answer.length
        self._connection, self._answer = connection, answer

    def __iter__(self) -> Iterator[bytes]:
        """The pieces."""
        while piece := self._answer.read(PIECE_BYTES):
            yield piece

    def close(self) -> None:
        """Let go."""
        self._connection.close()


class WorkoutFiles:
    """Sends and fetches files for the person whom the present calls are made for."""

    def __init__(self, base_url: str, signer: ServiceSigner) -> None:
        """`base_url` is the address of workouts' HTTP; empty where there is none."""
        self._base = urlsplit(base_url)
        self._signer = signer

    def send(self, import_id: UUID, file_name: str, pieces: Iterable[bytes]) -> None:
        """Send one file; an error of `pieces` cuts it off, and nothing of it stays.

        Raises:
            RemoteError: workouts does not take it; FILE_TOO_LARGE for its size.
            Unreachable: workouts does not answer in time.

        """
        path = f"/imports/{import_id}/files?{urlencode({'file_name': file_name[-LONGEST_NAME:]})}"
        connection = self._connect()
        try:
            _send(connection, self._path(path), pieces, self._headers())
            answer = connection.getresponse()
            if answer.status != CREATED:
                raise _refusal(answer)
        except (OSError, HTTPException) as error:
            raise _away() from error
        finally:
            connection.close()

    def workout(self, workout_id: UUID, kind: str) -> Download:
        """One workout as `fit`, `tcx` or `csv`; raises as `send` does."""
        return self._fetch(f"/workouts/{workout_id}/file?{urlencode({'format': kind})}")

    def export(self, export_id: UUID, secret: str) -> Download:
        """A ready export; raises as `send` does."""
        return self._fetch(f"/exports/{export_id}/file?{urlencode({'secret': secret})}")

    def _fetch(self, path: str) -> Download:
        connection = self._connect()
        try:
            connection.request("GET", self._path(path), headers=self._headers())
            answer = connection.getresponse()
            if answer.status != OK:
                raise _refusal(answer)
        except (OSError, HTTPException):
            connection.close()
            # Not chained: what the sockets say may hold the path, and with it the secret.
            raise _away() from None
        except RemoteError:
            connection.close()
            raise
        return Download(connection, answer)

    def _connect(self) -> HTTPConnection:
        if not self._base.netloc:
            raise _away()
        kind = HTTPSConnection if self._base.scheme == "https" else HTTPConnection
        return kind(self._base.netloc, timeout=TIMEOUT_SECONDS)

    def _path(self, path: str) -> str:
        return f"{self._base.path.rstrip('/')}{path}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._signer.token(_AUDIENCE)}", USER_METADATA: acting_user_token()}


def _send(connection: HTTPConnection, path: str, pieces: Iterable[bytes], headers: dict[str, str]) -> None:
    """Send the body in chunks. Who refuses in the middle has answered already, so that is no error here."""
    headers = {**headers, "Transfer-Encoding": "chunked", "Content-Type": "application/octet-stream"}
    try:
        connection.request("POST", path, pieces, headers, encode_chunked=True)
    except (BrokenPipeError, ConnectionResetError):
        return


def _refusal(answer: HTTPResponse) -> RemoteError:
    code = _CODES.get(answer.status)
    if code is None:
        return _away()
    try:
        told = json.loads(answer.read(LONGEST_ERROR))
        reason, message = str(told["reason"]), str(told["message"])
    except (ValueError, KeyError, TypeError):
        reason, message = "", ""
    if code is grpc.StatusCode.OUT_OF_RANGE:
        reason = TOO_LARGE
    return RemoteError(code, reason=reason, domain=_AUDIENCE, message=message)


def _away() -> Unreachable:
    return Unreachable(grpc.StatusCode.UNAVAILABLE, reason="FILES_UNAVAILABLE", domain=_AUDIENCE)
