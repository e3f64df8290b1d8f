"""The Peloton page: connection, live progress, what failed."""

import dataclasses
import logging

from ctz.peloton_sync.v1 import connections_pb2, sync_pb2
from ctz.workouts.v1 import workouts_pb2
from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError, Unreachable
from ctz_gateway.clients.times import instant
from ctz_gateway.present import sync as words_of
from ctz_gateway.viewmodels.common import Form, Note, blank_form
from ctz_gateway.viewmodels.peloton import PelotonPage, SyncProgress
from ctz_gateway.web import problems
from ctz_gateway.web.forms import new_key
from ctz_gateway.web.frame import say
from ctz_gateway.web.fresh import with_fresh_password
from ctz_gateway.web.onboarding import mark_done
from ctz_gateway.web.site import Site, now, signed_in, visitor
from ctz_gateway.words import moment

log = logging.getLogger(__name__)
POLL_SECONDS = 2


def blueprint(site: Site) -> Blueprint:
    """The views around the connection to Peloton."""
    pages = Blueprint("peloton", __name__, url_prefix="/peloton")
    services = site.services

    @pages.get("/")
    @signed_in
    def show() -> str:
        return _page(site, blank_form(), blank_form())

    @pages.get("/progress")
    @signed_in
    def progress() -> Response:
        found = _progress(site, services.sync.GetSyncStatus(sync_pb2.GetSyncStatusRequest()))
        if found is None:
            return jsonify(is_running=False, poll_after_seconds=POLL_SECONDS)
        return jsonify(dataclasses.asdict(found) | {"poll_after_seconds": POLL_SECONDS})

    @pages.post("/sync")
    @signed_in
    def sync_now() -> Response:
        try:
            services.sync.StartSync(sync_pb2.StartSyncRequest(request_id=new_key()))
        except RemoteError as error:
            refused = problems.form_of(error, {})
            say(refused.problem.text if refused.problem else "", tone="warn")
        return redirect(url_for("peloton.show"), 303)

    @pages.post("/retry")
    @signed_in
    def retry() -> Response:
        task = request.form.get("task_id", "")
        answer = services.sync.RetryFailed(sync_pb2.RetryFailedRequest(name=f"syncTasks/{task}" if task else ""))
        say(f"{answer.count} on the way again." if answer.count else "Nothing is left to try again.")
        return redirect(url_for("peloton.show"), 303)

    @pages.post("/disconnect")
    @signed_in
    def disconnect() -> Response:
        services.connections.Disconnect(connections_pb2.DisconnectRequest())
        say("Disconnected. Your workouts stay.")
        return redirect(url_for("peloton.show"), 303)

    @pages.post("/connect")
    @signed_in
    def connect_password() -> Response | tuple[str, int]:
        username = request.form.get("username", "").strip()
        wanted = connections_pb2.ConnectWithPasswordRequest(
            username=username, password=request.form.get("password", "")
        )
        try:
            with_fresh_password(
                site, lambda: services.connections.ConnectWithPassword(wanted), request.form.get("own_password", "")
            )
        except RemoteError as error:
            given = {"username": username, "password": "", "own_password": ""}
            return _connect_again(site, problems.form_of(error, given), blank_form())
        return _connected(site)

    @pages.post("/connect-token")
    @signed_in
    def connect_token() -> Response | tuple[str, int]:
        wanted = connections_pb2.ConnectWithTokenRequest(pasted=request.form.get("token", "").strip())
        try:
            with_fresh_password(
                site, lambda: services.connections.ConnectWithToken(wanted), request.form.get("own_password", "")
            )
        except RemoteError as error:
            given = {"token": "", "own_password": ""}
            return _connect_again(site, blank_form(), problems.form_of(error, given, {"pasted": "token"}))
        return _connected(site)

    return pages


def _connected(site: Site) -> Response:
    mark_done(site, "connect")
    say("Connected to Peloton.")
    if request.form.get("next") != "wizard":
        return redirect(url_for("peloton.show"), 303)
    try:
        site.services.sync.StartSync(sync_pb2.StartSyncRequest(request_id=new_key()))
    except RemoteError:
        # The end of the wizard says how to start it.
        log.warning("first_sync_not_started", exc_info=True)
    return redirect(url_for("wizard.ftp"), 303)


def _connect_again(site: Site, password_form: Form, token_form: Form) -> tuple[str, int]:
    if request.form.get("next") == "wizard":
        page = render_template(
            "wizard/connect.html",
            password_form=password_form,
            token_form=token_form,
            skip_url=url_for("wizard.skip", step="connect"),
        )
        return page, 422
    return _page(site, password_form, token_form), 422


def connection_of(site: Site) -> connections_pb2.Connection | None:
    """The rider's connection, or None when there never was one."""
    try:
        return site.services.connections.GetConnection(connections_pb2.GetConnectionRequest())
    except Unreachable:
        raise
    except RemoteError as error:
        if error.code.name == "NOT_FOUND":
            return None
        raise


def _progress(site: Site, status: sync_pb2.SyncStatus) -> SyncProgress | None:
    try:
        archive = site.services.workouts.GetArchive(workouts_pb2.GetArchiveRequest())
    except Unreachable:
        archive = None
    return words_of.progress(status, archive, visitor().zone, now())


def _page(site: Site, password_form: Form, token_form: Form) -> str:
    zone, at = visitor().zone, now()
    connection = connection_of(site)
    status = site.services.sync.GetSyncStatus(sync_pb2.GetSyncStatusRequest())
    schedule = []
    if status.HasField("next_time"):
        schedule.append(("New workouts", moment(instant(status.next_time), zone, at)))
    if status.HasField("last_good_time"):
        schedule.append(("Last good sync", moment(instant(status.last_good_time), zone, at)))
    rate = f"{status.fleet_rate_per_second:g}"
    page = PelotonPage(
        connection=words_of.connection_view(connection, zone, at),
        progress=_progress(site, status),
        progress_url=url_for("peloton.progress"),
        failures=words_of.failures(status),
        failure_count=status.failure_count,
        runs=words_of.runs(status, zone, at),
        schedule=schedule,
        limit_text=f"This server asks Peloton at most {rate} times a second for all of its riders.",
        password_form=password_form,
        token_form=token_form,
    )
    return render_template("peloton.html", page=page)


def reconnect_banner(connection: connections_pb2.Connection | None) -> Note | None:
    """The remark that other pages show while the connection is broken."""
    view = words_of.connection_view(connection, visitor().zone, now())
    if view.problem is None:
        return None
    return dataclasses.replace(view.problem, link_url=url_for("peloton.show"), link_text="Reconnect")
