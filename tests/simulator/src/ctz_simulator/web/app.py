"""The application: one origin for the sign-in host, the API host and the simulator's own endpoints."""

import time

from flask import Flask, Response, g, request

from ctz_simulator.calls import kind_of
from ctz_simulator.knobs import Failure, Wire
from ctz_simulator.web.answers import api_error, endpoint_gone, failing, html_not_found
from ctz_simulator.web.api import Api
from ctz_simulator.web.control import PREFIX, Control
from ctz_simulator.web.signin_pages import SignInPages, token_request
from ctz_simulator.web.world import World

# Where the server looks for what is to happen to the bytes of the answer.
WIRE_FAULT = "ctz_simulator.wire_fault"


def create_app(world: World) -> Flask:
    """The WSGI application of a world."""
    app = Flask("ctz_simulator", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the provider of Flask has it, the base class has not
    app.register_blueprint(SignInPages(world).blueprint())
    app.register_blueprint(Api(world).blueprint())
    app.register_blueprint(Control(world).blueprint())
    app.before_request(lambda: _admit(world))
    app.after_request(_note_status)
    app.register_error_handler(404, lambda _: html_not_found(request.path))
    return app


def _admit(world: World) -> Response | None:
    """Count the call, let it wait and fail as the knobs say, and find its member."""
    if request.path.startswith(PREFIX):
        return None
    grant = str(token_request().get("grant_type", "")) if request.path == "/oauth/token" else ""
    kind = kind_of(request.path, grant)
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    member = world.account(world.sign_in.whose(token) or "")
    query = request.query_string.decode("ascii", "replace")
    call = world.calls.add(kind, request.method, request.path, query, member.username if member else None)
    g.call = call
    for watcher in list(world.watchers):
        watcher(call)
    if world.gate.knobs.latency_ms:
        time.sleep(world.gate.knobs.latency_ms / 1000)
    verdict = world.gate.judge(call)
    if verdict is not None:
        request.environ[WIRE_FAULT] = verdict.failure
        if verdict.failure.status is not None:
            return endpoint_gone() if world.gate.knobs.endpoint_gone else failing(verdict)
    elif kind == "refresh" and world.gate.takes_refresh_answer():
        request.environ[WIRE_FAULT] = Failure(wire=Wire.DROP)
    return _authenticate(world, token) if request.path.startswith("/api/") else None


def _authenticate(world: World, token: str) -> Response | None:
    """Refuse a call without a good token; a limited token is used up by one call."""
    user_id = world.sign_in.whose(token, counted=True)
    account = world.account(user_id) if user_id else None
    if account is None:
        return api_error(401)
    g.member = account
    return None


def _note_status(response: Response) -> Response:
    """Write the status into the log of calls."""
    if "call" in g:
        g.call.status = response.status_code
    return response
