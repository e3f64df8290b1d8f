"""Runs Flask and gRPC of a service under gunicorn: everything is made after the fork and drained on SIGTERM.

The order of a stop: readiness false, a pause in which balancers notice, no new calls, running ones end, close.
"""

import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from ctz_chassis.serve import App, Threads

logger = logging.getLogger(__name__)

# Beyond pause and drain: joining threads, closing pools.
_CLOSING_SECONDS = 5.0


class RunningApp:
    """An app in a worker process, from its start to its end."""

    def __init__(self, app: App, *, pause_seconds: float, drain_seconds: float) -> None:
        self.app = app
        self._pause_seconds = pause_seconds
        self._drain_seconds = drain_seconds
        self._threads = Threads(app.threads, app.readiness)
        self._lock = threading.Lock()
        self._wait_for_calls: Callable[[], None] | None = None
        self._woken = threading.Event()

    def start(self) -> None:
        """Start the gRPC server and the background threads."""
        port = self.app.grpc_server.start() if self.app.grpc_server is not None else None
        self._threads.start()
        logger.info("process.started", extra={"grpc_port": port, "threads": [each.name for each in self.app.threads]})

    def drain(self) -> None:
        """Turn unready, pause, and refuse new calls; running ones go on. Done once."""
        self.app.readiness.close()
        with self._lock:
            if self._wait_for_calls is not None:
                return
            logger.info("process.draining")
            self._woken.wait(self._pause_seconds)
            server = self.app.grpc_server
            self._wait_for_calls = server.drain(self._drain_seconds) if server is not None else _nothing_running
            self._threads.request_stop()

    def finish(self) -> None:
        """Wait until running calls and threads have ended, then close."""
        self._woken.set()
        self.drain()
        if self._wait_for_calls is not None:
            self._wait_for_calls()
        self._threads.join(self._drain_seconds)
        self.app.close()
        logger.info("process.stopped")


def _nothing_running() -> None:
    """Return at once."""


class DrainingWorker(ThreadWorker):
    """A worker that goes on accepting until the drain has begun everywhere."""

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Begin the stop, off the signal handler: it must not wait or take locks."""
        running = self.app.running if isinstance(self.app, _Gunicorn) else None
        if running is None:
            super().handle_exit(sig, frame)
            return
        threading.Thread(target=self._drain, args=(running, partial(super().handle_exit, sig, frame))).start()

    @staticmethod
    def _drain(running: RunningApp, stop_accepting: Callable[[], None]) -> None:
        running.drain()
        stop_accepting()


class _Log(Logger):
    """Gunicorn's own lines go where all others go."""

    def setup(self, cfg: Any) -> None:
        """Take nothing from gunicorn's configuration."""
        self.cfg = cfg
        self.error_log.propagate = True
        self.access_log.propagate = True


class _Gunicorn(BaseApplication):
    def __init__(self, build: Callable[[], App], options: dict[str, Any], *, pause: float, drain: float) -> None:
        self.running: RunningApp | None = None
        self._build = build
        self._options = options
        self._pause = pause
        self._drain = drain
        super().__init__()

    def load_config(self) -> None:
        """Set what every service of the system sets."""
        self._options |= {"post_worker_init": self._start, "worker_exit": self._finish}
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Build the app; called in the worker, after the fork."""
        self.running = RunningApp(self._build(), pause_seconds=self._pause, drain_seconds=self._drain)
        return self.running.app.flask_app

    def _start(self, worker: Any) -> None:
        # The arbiter kills after pause and drain; the worker's own share of that is the drain.
        worker.cfg.set("graceful_timeout", max(1, int(self._drain)))
        if self.running is not None:
            self.running.start()

    def _finish(self, _server: Any, _worker: Any) -> None:
        if self.running is not None:
            self.running.finish()


def serve(
    service: str,
    build: Callable[[], App],
    *,
    host: str,
    port: int,
    workers: int = 1,
    threads: int,
    drain_pause_seconds: float = 0.0,
    drain_seconds: float = 15.0,
) -> None:
    """Serve until SIGTERM; does not return. `build` is called in each worker, after its fork."""
    options: dict[str, Any] = {
        "bind": f"{host}:{port}",
        "workers": workers,
        "worker_class": DrainingWorker,
        "threads": threads,
        "proc_name": f"ctz-{service}",
        "preload_app": False,
        "control_socket_disable": True,
        "timeout": 60,
        "graceful_timeout": int(drain_pause_seconds + drain_seconds + _CLOSING_SECONDS),
        "logger_class": _Log,
    }
    _Gunicorn(build, options, pause=drain_pause_seconds, drain=drain_seconds).run()
