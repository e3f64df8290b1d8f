"""The first run: connect Peloton, say which FTP is right, done. Every step can be skipped and resumed."""

from datetime import date, datetime, time

from ctz.common.v1 import training_pb2 as training
from ctz.identity.v1 import metrics_pb2
from ctz.peloton_sync.v1 import connections_pb2, sync_pb2
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError, Unreachable
from ctz_gateway.clients.times import instant, stamp
from ctz_gateway.present.metrics import BY_SLUG
from ctz_gateway.present.proposals import chosen_entries, ftp_question
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
        proposals = services.connections.ListFTPProposals(connections_pb2.ListFTPProposalsRequest()).proposals
        entries = [_own_entry(given)] if given["reading"] == "own" else chosen_entries(proposals, given["reading"])
        if not entries or None in entries:
            return _ftp_page(site, Form(given, {"watts": "Give watts between 40 and 600, and a day."})), 422
        try:
            services.metrics.AddMetrics(
                metrics_pb2.AddMetricsRequest(
                    metrics=[entry for entry in entries if entry is not None],
                    request_id=request.form.get("idempotency_key", ""),
                )
            )
        except Unreachable:
            raise
        except RemoteError as error:
            return _ftp_page(site, problems.form_of(error, given)), 422
        if proposals:
            services.connections.ResolveFTPProposals(
                connections_pb2.ResolveFTPProposalsRequest(names=[proposal.name for proposal in proposals])
            )
        mark_done(site, "ftp")
        return redirect(url_for("wizard.done"), 303)

    @pages.post("/skip/<step>")
    @signed_in
    def skip(step: str) -> Response:
        if step not in STEPS:
            abort(404)
        mark_done(site, step)
        return redirect(url_for("wizard.start"), 303)

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


def _ftp_page(site: Site, form: Form) -> str:
    answer = site.services.connections.ListFTPProposals(connections_pb2.ListFTPProposalsRequest())
    question = ftp_question(answer, form, today=now().astimezone(visitor().zone).date())
    return render_template("wizard/ftp.html", question=question, skip_url=url_for("wizard.skip", step="ftp"))


def _summary(site: Site) -> list[Note]:
    notes = []
    connection = connection_of(site)
    if connection is not None and connection.state == connections_pb2.CONNECTION_STATE_ACTIVE:
        status = site.services.sync.GetSyncStatus(sync_pb2.GetSyncStatusRequest())
        text = (
            "Your history is on its way." if status.HasField("run") else "Press “Sync now” to bring your history here."
        )
        notes.append(Note(text, "Peloton is connected.", "good", "check", url_for("peloton.show"), "See the sync"))
    else:
        notes.append(
            Note("You can connect at any time.", "Peloton is not connected.", link_url=url_for("peloton.show"))
        )
    listed = site.services.metrics.ListMetrics(metrics_pb2.ListMetricsRequest(kinds=[training.METRIC_KIND_FTP]))
    if listed.timelines:
        latest = listed.timelines[0].entries[-1]
        since = day_month_year(instant(latest.effective_time).astimezone(visitor().zone).date())
        notes.append(Note(f"In force since {since}.", f"Your FTP is {latest.value:.0f} W.", "good", "check"))
    else:
        notes.append(
            Note("Load and zones need it; add it on your profile.", "No FTP yet.", link_url=url_for("profile.show"))
        )
    return notes
