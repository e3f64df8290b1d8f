"""Answers that several views give: JSON, the API's errors and its HTML 404."""

import json
from html import escape

from flask import Response

from ctz_simulator.gate import Verdict
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.knobs import Body

NOT_LOGGED_IN = 3020
_MESSAGES = {
    400: "Request was invalid",
    401: "Not logged in",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not found",
    429: "Too many requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
}


def json_answer(body: object, status: int = 200) -> Response:
    """A JSON answer, compact as the API's."""
    return Response(json.dumps(body, separators=(",", ":")), status, mimetype="application/json")


def api_error(status: int, message: str | None = None) -> Response:
    """The five-key error body of the API."""
    body: JsonObject = {
        "status": status,
        "error_code": NOT_LOGGED_IN if status == 401 else None,
        "subcode": None,
        "message": message or _MESSAGES.get(status, "Error"),
        "details": None,
    }
    return json_answer(body, status)


def endpoint_gone() -> Response:
    """The two-key 403 of an endpoint that Peloton has closed."""
    return json_answer({"status": 403, "message": "Access forbidden. Endpoint no longer accepting requests."}, 403)


def html_not_found(path: str) -> Response:
    """The HTML page for an unknown route: not JSON."""
    title = "Error: 404 Not Found"
    text = f"<h1>{title}</h1><p>The requested URL caused an error:</p><pre>Not found: '{escape(path)}'</pre>"
    return Response(
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{text}</body></html>", 404, mimetype="text/html"
    )


def failing(verdict: Verdict) -> Response:
    """The answer of a scripted failure."""
    failure = verdict.failure
    status = failure.status or 500
    match failure.body:
        case Body.HTML:
            page = f"<!DOCTYPE html><html><body><h1>{status} {_MESSAGES.get(status, 'Error')}</h1></body></html>"
            response = Response(page, status, mimetype="text/html")
        case Body.EMPTY:
            response = Response(b"", status, mimetype="application/json")
        case Body.CLOUDFLARE:
            response = Response("error code: 1015", status, mimetype="text/plain")
        case Body.DEEP_JSON:
            text = '{"data":' + "[" * failure.depth + "]" * failure.depth + "}"
            response = Response(text, status, mimetype="application/json")
        case Body.JSON:
            response = api_error(status)
    if verdict.retry_after is not None:
        response.headers["Retry-After"] = verdict.retry_after
    if failure.location is not None:
        response.headers["Location"] = failure.location
    return response
