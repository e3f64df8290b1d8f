"""Plans' HTTP in miniature: calendar feeds under their secret, with an ETag."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from gateway.tests.fake_plans import PlanStore

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nEND:VCALENDAR\r\n"
ETAG = '"v1"'


class FeedServer:
    """A server on loopback; `tokens` are the credentials that came with each request."""

    def __init__(self, store: PlanStore) -> None:
        tokens: list[str] = []
        self.tokens = tokens

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                tokens.append(self.headers.get("Authorization", ""))
                secret = self.path.removeprefix("/feeds/").removesuffix(".ics")
                if secret not in store.feeds.values():
                    self.send_error(404)
                    return
                is_known = self.headers.get("If-None-Match") == ETAG
                self.send_response(304 if is_known else 200)
                self.send_header("ETag", ETAG)
                if not is_known:
                    self.send_header("Content-Type", "text/calendar")
                    self.send_header("Content-Length", str(len(CALENDAR)))
                self.end_headers()
                if not is_known:
                    self.wfile.write(CALENDAR)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (named by the base class)
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it; the address refuses from now on."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
