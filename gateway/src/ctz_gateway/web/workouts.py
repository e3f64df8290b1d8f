"""One workout: its page, its series for the chart, the rider's notes, hiding it."""

import json
import uuid
from contextlib import suppress
from typing import Any

from ctz.peloton_sync.v1 import sync_pb2
from ctz.workouts.v1 import workouts_pb2
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError
from ctz_gateway.present.chart import chart_json
from ctz_gateway.present.rider_words import panel
from ctz_gateway.present.workout_page import workout_page
from ctz_gateway.web.duplicates import OWN, transfers_of
from ctz_gateway.web.frame import say
from ctz_gateway.web.site import Site, signed_in, visitor

MAX_CHART_POINTS = 5400


def blueprint(site: Site) -> Blueprint:
    """The views of one workout."""
    pages = Blueprint("workouts", __name__, url_prefix="/workouts")
    workouts = site.services.workouts

    @pages.get("/<uuid:workout_id>")
    @signed_in
    def show(workout_id: uuid.UUID) -> str:
        view = _view(site, workout_id)
        is_whole = not _ask_for_the_rest(site, view)
        words = panel(view, url_for("rider_words.save", workout_id=workout_id))
        # One call more at the most, so that no page makes more than three.
        transfers = transfers_of(site, view, with_merge=is_whole)
        return render_template("workout.html", page=_page(view, workout_id), words=words, transfers=transfers)

    @pages.get("/<uuid:workout_id>/series.json")
    @signed_in
    def series(workout_id: uuid.UUID) -> Response:
        view = _view(site, workout_id)
        if view.workout.series_state != workouts_pb2.SERIES_STATE_STORED:
            abort(404)
        found = workouts.GetSeries(
            workouts_pb2.GetSeriesRequest(name=view.workout.name, max_points=MAX_CHART_POINTS, include_w_prime=True)
        )
        drawn: dict[str, Any] = chart_json(view, found, is_metric=visitor().is_metric)
        return Response(json.dumps(drawn, separators=(",", ":"), allow_nan=False), mimetype="application/json")

    @pages.get("/<uuid:workout_id>/delete")
    @signed_in
    def confirm_delete(workout_id: uuid.UUID) -> str:
        return render_template("workout_delete.html", page=_page(_view(site, workout_id), workout_id))

    @pages.post("/<uuid:workout_id>/delete")
    @signed_in
    def delete(workout_id: uuid.UUID) -> Response:
        workouts.DeleteWorkout(workouts_pb2.DeleteWorkoutRequest(name=f"workouts/{workout_id}"))
        say("The workout is hidden from lists and totals. At Peloton nothing changes.")
        return redirect(url_for("history.show"), 303)

    return pages


def _view(site: Site, workout_id: uuid.UUID) -> workouts_pb2.WorkoutView:
    return site.services.workouts.GetWorkout(workouts_pb2.GetWorkoutRequest(name=f"workouts/{workout_id}"))


def _page(view: workouts_pb2.WorkoutView, workout_id: uuid.UUID) -> Any:
    series_url = url_for("workouts.series", workout_id=workout_id)
    return workout_page(view, series_url=series_url, is_metric=visitor().is_metric)


def _ask_for_the_rest(site: Site, view: workouts_pb2.WorkoutView) -> bool:
    """Have what a bulk sync leaves out fetched, because the rider is looking; the page does not wait for it.

    It fills a cache and changes nothing of the rider's; links on other sites cannot make it spend calls at Peloton.
    Returns whether it asked.
    """
    is_complete = view.HasField("detail") and view.workout.series_state != workouts_pb2.SERIES_STATE_ON_OPEN
    if (
        is_complete
        or view.workout.source in OWN
        or request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}
    ):
        return False
    with suppress(RemoteError):  # The page is whole without it; the next visit asks again.
        site.services.sync.RequestDetail(sync_pb2.RequestDetailRequest(workout=view.workout.name))
    return True
