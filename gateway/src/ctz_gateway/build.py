"""Puts a worker of the web pages together."""

from ctz_chassis.auth.keys import load_private_key
from ctz_chassis.auth.tokens import ServiceSigner
from ctz_chassis.readiness import Readiness
from ctz_chassis.serve import App
from ctz_gateway.app import create_app
from ctz_gateway.clients.services import connect
from ctz_gateway.settings import Settings


def build_pages(settings: Settings) -> App:
    """The application with its stubs; called after the fork. It keeps no state, so it is ready when it is built."""
    signer = ServiceSigner("gateway", load_private_key(settings.signing_key_file))
    services = connect(
        settings.targets,
        signer,
        plans_http_url=settings.plans_http_url,
        workouts_http_url=settings.workouts_http_url,
    )
    flask_app = create_app(settings, services, settings.session_key_file.read_bytes())
    return App(flask_app, Readiness({}), close=services.close)
