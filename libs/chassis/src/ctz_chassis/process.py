"""Runs a process without servers until it is told to stop: consumers, workers."""

import logging
import signal
import threading

from ctz_chassis.probes import ProbeServer
from ctz_chassis.serve import Process, Threads

logger = logging.getLogger(__name__)


def run_process(process: Process, *, host: str, probe_port: int, drain_seconds: float) -> None:
    """Run until SIGTERM or SIGINT, then let the work at hand end; probes answer on `probe_port` unless it is 0."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threads = Threads(process.threads, process.readiness)
    probes = ProbeServer(process.readiness, host, probe_port) if probe_port else None
    threads.start()
    if probes is not None:
        probes.start()
    logger.info("process.started", extra={"threads": [each.name for each in process.threads]})
    stop.wait()
    logger.info("process.draining")
    process.readiness.close()
    threads.request_stop()
    threads.join(drain_seconds)
    process.close()
    if probes is not None:
        probes.close()
    logger.info("process.stopped")
