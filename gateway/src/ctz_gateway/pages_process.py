"""The process that answers pages: gunicorn with several workers, everything made after the fork."""

from ctz_chassis.serve import App
from ctz_chassis.web_server import serve
from ctz_gateway.settings import Settings


def serve_pages(settings: Settings) -> None:
    """Answer pages until SIGTERM; does not return."""

    def build() -> App:
        # Imported in the worker, so that the arbiter stays small and forks before gRPC exists.
        from ctz_gateway.build import build_pages  # noqa: PLC0415

        return build_pages(settings)

    serve(
        "gateway",
        build,
        host=settings.host,
        port=settings.http_port,
        workers=settings.workers,
        threads=settings.threads,
        drain_seconds=settings.drain_seconds,
    )
