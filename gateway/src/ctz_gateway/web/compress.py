"""Answers that are worth compressing, for browsers that take it."""

import gzip

from flask import Flask, Response, request

MIN_BYTES = 1024
LEVEL = 5
TYPES = frozenset({"text/html", "application/json"})


def install(app: Flask) -> None:
    """Compress pages and JSON.

    Their length tells nothing worth having (BREACH): a page holds no secret that stays the same while an attacker has
    his text beside it, since form tokens are salted anew in every answer and the session is in a cookie only.
    """

    @app.after_request
    def _compress(response: Response) -> Response:
        if response.mimetype not in TYPES or response.direct_passthrough or response.content_encoding:
            return response
        response.vary.add("Accept-Encoding")
        body = response.get_data()
        if len(body) >= MIN_BYTES and request.accept_encodings["gzip"] > 0:
            response.set_data(gzip.compress(body, LEVEL, mtime=0))
            response.content_encoding = "gzip"
        return response
