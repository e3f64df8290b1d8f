"""How many requests a process has in hand at once, so that its probes always find a thread."""

import json
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BUSY = json.dumps({"reason": "BUSY", "message": "Too many requests at once."}).encode()


class Places:
    """Passes a request on while there is a place, which it keeps until its answer is sent or given up."""

    def __init__(self, inner: "WSGIApplication", total: int) -> None:
        self._inner = inner
        self._free = threading.BoundedSemaphore(total)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer as a WSGI application; 503 at once where there is no place."""
        if not self._free.acquire(blocking=False):
            length = ("Content-Length", str(len(BUSY)))
            start_response(
                "503 Service Unavailable", [("Content-Type", "application/json"), length, ("Retry-After", "1")]
            )
            return [BUSY]
        try:
            return _Held(self._inner(environ, start_response), self._free)
        except BaseException:
            self._free.release()
            raise


class _Held:
    """An answer that has a place until it is closed."""

    def __init__(self, answer: Iterable[bytes], place: threading.BoundedSemaphore) -> None:
        self._answer = answer
        self._place: threading.BoundedSemaphore | None = place

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        """Give the place back, once."""
        place, self._place = self._place, None
        try:
            if hasattr(self._answer, "close"):
                self._answer.close()
        finally:
            if place is not None:
                place.release()
