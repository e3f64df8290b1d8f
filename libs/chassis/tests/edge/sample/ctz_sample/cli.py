"""Composition root of the sample."""

import threading
from pathlib import Path
from typing import Any

from ctz.identity.v1 import metrics_pb2, metrics_pb2_grpc

from ctz_chassis.auth.keys import load_jwks
from ctz_chassis.auth.tokens import Verifier
from ctz_chassis.grpc_server import Registration, Server
from ctz_chassis.http import health_app
from ctz_chassis.readiness import Readiness
from ctz_chassis.serve import App, BackgroundThread, Commands, Process
from ctz_chassis.settings import Environment, SettingsError
from ctz_sample.settings import Settings

METRICS = metrics_pb2.DESCRIPTOR.services_by_name["MetricService"]


class Metrics(metrics_pb2_grpc.MetricServiceServicer):
    """Answers a call when its test allows it."""

    def __init__(self, marks: Path) -> None:
        self._marks = marks

    def ListMetrics(self, _request: Any, _context: Any) -> Any:  # noqa: N802 - named by the contract
        (self._marks / "called").touch()
        while not (self._marks / "answer").exists():
            threading.Event().wait(0.01)
        return metrics_pb2.ListMetricsResponse()


def build_serve(settings: Settings) -> App:
    """Build the servers and a thread."""
    verifier, readiness = Verifier(load_jwks(settings.common.jwks_file)), Readiness({})
    server = Server(
        "identity",
        host=settings.service.host,
        port=settings.service.grpc_port,
        threads=settings.service.grpc_threads,
        verifier=verifier,
        servicers=[
            Registration(metrics_pb2_grpc.add_MetricServiceServicer_to_server, Metrics(settings.marks), METRICS)
        ],
        readiness=readiness,
        is_reflection_open=settings.common.env is Environment.DEVELOPMENT,
    )
    return App(
        health_app("identity", readiness, verifier),
        readiness,
        grpc_server=server,
        threads=[build_thread(settings)],
        close=(settings.marks / "closed").touch,
    )


def build_work(settings: Settings) -> Process:
    """Build a worker with one thread."""
    if not settings.marks.is_dir():
        raise SettingsError("CTZ_IDENTITY_MARKS", "names no folder")
    return Process(Readiness({}), [build_thread(settings)], close=(settings.marks / "closed").touch)


def build_thread(settings: Settings) -> BackgroundThread:
    """Build a thread that leaves a mark at its end."""

    def run(stop: threading.Event) -> None:
        (settings.marks / "working").touch()
        stop.wait()
        (settings.marks / "worked").touch()

    return BackgroundThread("sample", run)


def migrate(settings: Settings) -> None:
    """Leave a mark."""
    (settings.marks / "migrated").touch()


COMMANDS = Commands[Settings](serve=build_serve, migrate=migrate, work=build_work)
