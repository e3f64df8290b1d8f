"""A stand-in for any process of the product: obeys the contract, and writes down what it was given."""

import json
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    module, role = Path(sys.argv[0]).parent.name, sys.argv[1]
    journal = Path(os.environ["CTZ_JWKS_FILE"]).parents[2] / "journal"
    note = {"module": module, "role": role, "pid": os.getpid(), "environment": dict(os.environ)}
    with journal.open("a") as file:
        file.write(json.dumps(note) + "\n")
    if role == "migrate":
        return
    prefix = module.upper()
    kind = {"work": "PROBE_PORT", "front": "FRONT_PORT"}.get(role, "HTTP_PORT")
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ[f"{prefix}_{kind}"])), Ready)

    def stop(*_: object) -> None:
        with journal.open("a") as file:
            file.write(json.dumps({"module": module, "role": role, "stopped": time.monotonic()}) + "\n")
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    server.serve_forever()


main()
