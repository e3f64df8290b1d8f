"""The Flask application: probes, and the public keys by which every service checks tokens."""

from pathlib import Path

from flask import Flask, Response

from ctz_chassis.auth.tokens import Verifier
from ctz_chassis.http import health_app, open_to_everybody
from ctz_chassis.readiness import Readiness

MAX_AGE_SECONDS = 300


def build_http(readiness: Readiness, verifier: Verifier, jwks_file: Path) -> Flask:
    """Return the application; the keys are those of the mounted file, as it was at the start."""
    app = health_app("identity", readiness, verifier)
    document = jwks_file.read_bytes()

    @app.get("/jwks.json")
    @open_to_everybody
    def jwks() -> Response:
        response = Response(document, mimetype="application/jwk-set+json")
        response.headers["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
        return response

    return app
