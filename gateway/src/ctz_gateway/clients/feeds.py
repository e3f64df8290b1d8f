"""Calendar feeds, read from plans over HTTP: the one thing that calendars fetch without signing in."""

from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

import grpc

from ctz_chassis.auth.tokens import ServiceSigner
from ctz_chassis.errors import Unreachable

TIMEOUT_SECONDS = 5.0
MAX_BYTES = 4 * 1024 * 1024
OK, NOT_MODIFIED = 200, 304


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar as plans tells it; without a body where the reader has this version already."""

    body: bytes | None
    etag: str


class CalendarFeeds:
    """Reads feeds by their secret. The secret goes into the path and nowhere else."""

    def __init__(self, base_url: str, signer: ServiceSigner) -> None:
        """`base_url` is the address of plans' HTTP; empty where there is none."""
        self._base = urlsplit(base_url)
        self._signer = signer

    def read(self, secret: str, known_etag: str) -> Feed | None:
        """The calendar behind a secret; None when there is none.

        Raises:
            Unreachable: plans does not answer in time.

        """
        if not self._base.netloc:
            return None
        kind = HTTPSConnection if self._base.scheme == "https" else HTTPConnection
        connection = kind(self._base.netloc, timeout=TIMEOUT_SECONDS)
        try:
            return self._read(connection, secret, known_etag)
        except (OSError, HTTPException):
            # Not chained: what the sockets say may hold the path, and with it the secret.
            raise _away() from None
        finally:
            connection.close()

    def _read(self, connection: HTTPConnection, secret: str, known_etag: str) -> Feed | None:
        headers = {"Authorization": f"Bearer {self._signer.token('plans')}", "Accept": "text/calendar"}
        if known_etag:
            headers["If-None-Match"] = known_etag
        connection.request("GET", f"{self._base.path.rstrip('/')}/feeds/{secret}.ics", headers=headers)
        answer = connection.getresponse()
        etag = answer.getheader("ETag", "")
        if answer.status == NOT_MODIFIED:
            return Feed(None, etag or known_etag)
        if answer.status == OK:
            return Feed(_body(answer), etag)
        if answer.status in {400, 404, 410}:
            return None
        raise _away()


def _body(answer: HTTPResponse) -> bytes:
    body = answer.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise _away()
    return body


def _away() -> Unreachable:
    return Unreachable(grpc.StatusCode.UNAVAILABLE, reason="FEED_UNAVAILABLE", domain="plans")
