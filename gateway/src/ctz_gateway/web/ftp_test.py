"""Taking over the result of an FTP test: what would change, then the dated value."""

import uuid
from dataclasses import replace

from ctz.common.v1 import training_pb2 as training
from ctz.identity.v1 import metrics_pb2
from ctz.workouts.v1 import workouts_pb2
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError
from ctz_gateway.clients.times import instant
from ctz_gateway.present.preview import metric_preview
from ctz_gateway.viewmodels.account import MetricPreview
from ctz_gateway.web import problems
from ctz_gateway.web.forms import new_key
from ctz_gateway.web.frame import say
from ctz_gateway.web.site import Site, signed_in
from ctz_gateway.words import day_month_year

PREVIEWED_RIDES = 12


def blueprint(site: Site) -> Blueprint:
    """The dialog's page, and taking over."""
    pages = Blueprint("ftp_test", __name__, url_prefix="/workouts")
    services = site.services

    def view_of(workout_id: uuid.UUID) -> workouts_pb2.WorkoutView:
        view = services.workouts.GetWorkout(workouts_pb2.GetWorkoutRequest(name=f"workouts/{workout_id}"))
        if not view.HasField("ftp_test"):
            abort(404)
        return view

    @pages.get("/<uuid:workout_id>/ftp-test")
    @signed_in
    def show(workout_id: uuid.UUID) -> str:
        return render_template("metric_preview.html", preview=_preview(site, view_of(workout_id)))

    @pages.post("/<uuid:workout_id>/ftp-test")
    @signed_in
    def accept(workout_id: uuid.UUID) -> Response | tuple[str, int]:
        view = view_of(workout_id)
        new = metrics_pb2.NewMetric(
            kind=training.METRIC_KIND_FTP,
            effective_time=view.ftp_test.effective_time,
            value=view.ftp_test.ftp_watts,
            source=training.METRIC_SOURCE_TEST,
        )
        key = request.form.get("idempotency_key", "")
        try:
            services.metrics.AddMetrics(metrics_pb2.AddMetricsRequest(metrics=[new], request_id=key))
        except RemoteError as error:
            form = problems.form_of(error, {}, {})
            sentence = form.problem.text if form.problem else next(iter(form.errors.values()), "")
            return render_template("metric_preview.html", preview=replace(_preview(site, view), sentence=sentence)), 422
        say(f"{view.ftp_test.ftp_watts} W is your FTP from this test on. Rides it touches are being computed anew.")
        return redirect(url_for("workouts.show", workout_id=workout_id), 303)

    return pages


def _preview(site: Site, view: workouts_pb2.WorkoutView) -> MetricPreview:
    """Zones at the end of the test, before and after, and the rides that would change."""
    test, workout_id = view.ftp_test, view.workout.name.removeprefix("workouts/")
    answer = site.services.metrics.ListMetrics(metrics_pb2.ListMetricsRequest(kinds=[training.METRIC_KIND_FTP]))
    old = list(answer.timelines[0].entries) if answer.timelines else []
    tested = training.MetricEntry(
        effective_time=test.effective_time, value=test.ftp_watts, source=training.METRIC_SOURCE_TEST
    )
    new = sorted([*old, tested], key=lambda entry: (entry.effective_time.seconds, entry.effective_time.nanos))
    changes = site.services.workouts.PreviewFTP(workouts_pb2.PreviewFTPRequest(entries=new, page_size=PREVIEWED_RIDES))
    at = instant(test.effective_time)
    shown = metric_preview(
        action="add",
        old_entries=old,
        new_entries=new,
        answer=changes,
        confirm_url=url_for("ftp_test.accept", workout_id=workout_id),
        fields={"idempotency_key": new_key()},
        at=at,
    )
    since = day_month_year(at.date())
    told = f"{test.mean_power_watts:.0f} W over the test, 95 % of it is {test.ftp_watts} W, from {since}."
    return replace(
        shown,
        title="Take over the FTP of this test?",
        sentence=f"{told} {shown.sentence}",
        confirm_text=f"Take over {test.ftp_watts} W",
        cancel_url=url_for("workouts.show", workout_id=workout_id),
    )
