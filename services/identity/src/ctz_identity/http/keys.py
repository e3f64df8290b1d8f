"""The public keys by which every service checks tokens."""

from pathlib import Path

from flask import Flask, Response

from ctz_chassis.http import open_to_everybody

MAX_AGE_SECONDS = 300


def add_key_route(app: Flask, jwks_file: Path) -> None:
    """Answer the keys to everybody; they are those of the mounted file, as it was at the start."""
    document = jwks_file.read_bytes()

    @app.get("/jwks.json")
    @open_to_everybody
    def jwks() -> Response:
        response = Response(document, mimetype="application/jwk-set+json")
        response.headers["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
        return response
