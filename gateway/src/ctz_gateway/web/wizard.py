"""The first run: connect Peloton, say which FTP is right, done. Every step can be skipped and resumed."""

from datetime import date, datetime, time

from ctz.common.v1 import training_pb2 as training
from ctz.identity.v1 import metrics_pb2
from ctz.peloton_sync.v1 import connections_pb2, sync_pb2
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError, Unreachable
from ctz_gateway.clients.times import instant, stamp
from ctz_gateway.present.metrics import BY_SLUG, current_entry
from ctz_gateway.present.proposals import READINGS, ftp_question
from ctz_gateway.viewmodels.common import Form, Note, blank_form
from ctz_gateway.web import problems
from ctz_gateway.web.onboarding import STEPS, mark_done, next_step
from ctz_gateway.web.peloton import connection_of
from ctz_gateway.web.site import Site, now, signed_in, visitor
from ctz_gateway.words import day_month_year


def blueprint(site: Site) -> Blueprint:
    """The wizard's steps."""
    pages = Blueprint("wizard", __name__, url_prefix="/welcome")
    services = site.services

    @pages.get("/")
    @signed_in
    def start() -> Response:
        step = next_step(visitor().onboarding_done)
        return redirect(url_for(f"wizard.{step}" if step else "today.show"))

    @pages.get("/connect")
    @signed_in
    def connect() -> str:
        return render_template(
            "wizard/connect.html",
            password_form=blank_form(),
            token_form=blank_form(),
            skip_url=url_for("wizard.skip", step="connect"),
        )

    @pages.get("/ftp")
    @signed_in
    def ftp() -> str:
        return _ftp_page(site, blank_form())

    @pages.post("/ftp")
    @signed_in
    def choose_ftp() -> Response | tuple[str, int]:
        given = {name: request.form.get(name, "") for name in ("reading", "watts", "from_date")}
        reading = READINGS.get(given["reading"])
        own = _own_entry(given) if reading is None else None
        if reading is None and own is None:
            wrong = f"Give watts between {BY_SLUG['ftp'].minimum} and {BY_SLUG['ftp'].maximum}, and a day."
            return _ftp_page(site, Form(given, {"watts": wrong})), 422
        try:
            if reading is not None:
                services.connections.AcceptFTPHistory(connections_pb2.AcceptFTPHistoryRequest(reading=reading))
            else:
                _add_own(site, own)
        except RemoteError as error:
            return _ftp_page(site, problems.form_of(error, given)), 422
        mark_done(site, "ftp")
        return redirect(url_for("wizard.done"), 303)

    @pages.post("/skip/<step>")
    @signed_in
    def skip(step: str) -> Response:
        if step not in STEPS:
            abort(404)
        mark_done(site, step)
        return redirect(url_for("wizard.ftp" if step == "connect" else "wizard.done"), 303)

    @pages.get("/done")
    @signed_in
    def done() -> str:
        return render_template("wizard/done.html", summary=_summary(site))

    return pages


def _own_entry(given: dict[str, str]) -> metrics_pb2.NewMetric | None:
    bounds = BY_SLUG["ftp"]
    try:
        watts = float(given["watts"].replace(",", "."))
        day = date.fromisoformat(given["from_date"])
    except ValueError:
        return None
    if not bounds.minimum <= watts <= bounds.maximum:
        return None
    effective = datetime.combine(day, time(), visitor().zone)
    return metrics_pb2.NewMetric(
        kind=training.METRIC_KIND_FTP,
        effective_time=stamp(effective),
        value=watts,
        source=training.METRIC_SOURCE_MANUAL,
    )


def _add_own(site: Site, entry: metrics_pb2.NewMetric | None) -> None:
    """Store the rider's own value; what Peloton says is answered by it."""
    answer = _proposals(site)
    added = metrics_pb2.AddMetricsRequest(
        metrics=[entry] if entry else [], request_id=request.form.get("idempotency_key", "")
    )
    site.services.metrics.AddMetrics(added)
    names = [proposal.name for proposal in answer.proposals] if answer else []
    if names:
        site.services.connections.ResolveFTPProposals(connections_pb2.ResolveFTPProposalsRequest(names=names))


def _ftp_page(site: Site, form: Form) -> str:
    question = ftp_question(_proposals(site), form, today=now().astimezone(visitor().zone).date())
    return render_template("wizard/ftp.html", question=question, skip_url=url_for("wizard.skip", step="ftp"))


def _proposals(site: Site) -> connections_pb2.ListFTPProposalsResponse | None:
    """What Peloton says of the rider's FTP; None while nobody can tell, which the wizard survives."""
    try:
        return site.services.connections.ListFTPProposals(connections_pb2.ListFTPProposalsRequest())
    except Unreachable:
        return None


def _summary(site: Site) -> list[Note]:
    return [part for part in (_connection_note(site), _ftp_note(site)) if part is not None]


def _connection_note(site: Site) -> Note | None:
    try:
        connection = connection_of(site)
        if connection is None or connection.state != connections_pb2.CONNECTION_STATE_ACTIVE:
            link = url_for("peloton.show")
            return Note("You can connect at any time.", "Peloton is not connected.", link_url=link, link_text="Connect")
        status = site.services.sync.GetSyncStatus(sync_pb2.GetSyncStatusRequest())
    except Unreachable:
        return None
    text = "Your history is on its way." if status.HasField("run") else "Press “Sync now” to bring your history here."
    return Note(text, "Peloton is connected.", "good", "check", url_for("peloton.show"), "See the sync")


def _ftp_note(site: Site) -> Note | None:
    try:
        listed = site.services.metrics.ListMetrics(metrics_pb2.ListMetricsRequest(kinds=[training.METRIC_KIND_FTP]))
    except Unreachable:
        return None
    entry = current_entry(listed.timelines[0].entries, now()) if listed.timelines else None
    answer = _proposals(site) if entry is None else None
    if answer is not None and answer.accepted_reading:
        return Note(
            "Its values come with the first sync, each from its day on.", "You took over Peloton’s FTP.", "good"
        )
    if entry is None:
        link = url_for("profile.show")
        return Note("Load and zones need it.", "No FTP yet.", link_url=link, link_text="Add it on your profile")
    since = day_month_year(instant(entry.effective_time).astimezone(visitor().zone).date())
    return Note(f"In force since {since}.", f"Your FTP is {entry.value:.0f} W.", "good", "check")
