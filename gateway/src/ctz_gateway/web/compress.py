"""Answers that are worth compressing, for browsers that take it."""

import gzip

from flask import Response, request

MIN_BYTES = 1024
LEVEL = 5


def compressed(text: str, mimetype: str) -> Response:
    """A text answer, gzipped when the browser accepts it and it is long enough to gain."""
    body = text.encode()
    answer = Response(body, mimetype=mimetype)
    answer.vary.add("Accept-Encoding")
    if len(body) >= MIN_BYTES and request.accept_encodings["gzip"] > 0:
        answer.set_data(gzip.compress(body, LEVEL, mtime=0))
        answer.content_encoding = "gzip"
    return answer
