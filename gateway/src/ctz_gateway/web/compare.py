"""A workout beside another attempt at its class. The other one is chosen by links and a form, without a script."""

import json
import uuid

from ctz.workouts.v1 import comparisons_pb2
from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_gateway.present.compare import compare_page, overlay_json
from ctz_gateway.web.site import Site, signed_in, visitor

CHART_POINTS = 900
SIMILAR_WORKOUTS = 30


def blueprint(site: Site) -> Blueprint:
    """The page and the figures of its chart."""
    pages = Blueprint("compare", __name__, url_prefix="/workouts")
    comparisons = site.services.comparisons

    def found(workout_id: uuid.UUID) -> comparisons_pb2.Comparison:
        other = _other()
        return comparisons.CompareWorkout(
            comparisons_pb2.CompareWorkoutRequest(
                name=f"workouts/{workout_id}", other=f"workouts/{other}" if other else "", max_points=CHART_POINTS
            )
        )

    @pages.get("/<uuid:workout_id>/compare")
    @signed_in
    def show(workout_id: uuid.UUID) -> str:
        compared = found(workout_id)
        similar = comparisons.ListSimilarWorkouts(
            comparisons_pb2.ListSimilarWorkoutsRequest(name=compared.workout.name, page_size=SIMILAR_WORKOUTS)
        )
        other = compared.other.name.removeprefix("workouts/")
        page = compare_page(
            compared,
            similar.workouts,
            url_of=lambda this, that: url_for("compare.show", workout_id=this, other=that),
            series_url=url_for("compare.series", workout_id=workout_id, other=other or None),
            is_metric=visitor().is_metric,
        )
        return render_template("compare.html", page=page)

    @pages.get("/<uuid:workout_id>/compare.json")
    @signed_in
    def series(workout_id: uuid.UUID) -> Response:
        compared = found(workout_id)
        if not compared.seconds:
            abort(404)
        drawn = overlay_json(compared, is_metric=visitor().is_metric)
        return Response(json.dumps(drawn, separators=(",", ":"), allow_nan=False), mimetype="application/json")

    return pages


def _other() -> str:
    """The id of the chosen attempt; the best earlier one stands there when none is."""
    given = request.args.get("other", "")
    if not given:
        return ""
    try:
        return str(uuid.UUID(given))
    except ValueError:
        abort(404)
