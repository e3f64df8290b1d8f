"""The picture of a workout: its page, and the picture itself, made when it is asked for."""

import uuid
from collections.abc import Callable

from ctz.workouts.v1 import workouts_pb2
from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_gateway.present.sharing import card, choices, chosen, share_page
from ctz_gateway.share_card import Card
from ctz_gateway.web.site import Site, signed_in, visitor

MOST_ASKED = 20


def blueprint(site: Site, paint: Callable[[Card], bytes]) -> Blueprint:
    """The page and the picture."""
    pages = Blueprint("sharing", __name__, url_prefix="/workouts")

    def view_of(workout_id: uuid.UUID) -> workouts_pb2.WorkoutView:
        return site.services.workouts.GetWorkout(workouts_pb2.GetWorkoutRequest(name=f"workouts/{workout_id}"))

    @pages.get("/<uuid:workout_id>/share")
    @signed_in
    def show(workout_id: uuid.UUID) -> str:
        view, is_metric = view_of(workout_id), visitor().is_metric
        kept = chosen(choices(view, is_metric=is_metric), _wanted())
        image_url = url_for("sharing.picture", workout_id=workout_id, figure=kept)
        return render_template("share.html", page=share_page(view, kept, image_url=image_url, is_metric=is_metric))

    @pages.get("/<uuid:workout_id>/share.png")
    @signed_in
    def picture(workout_id: uuid.UUID) -> Response:
        drawn = card(view_of(workout_id), _wanted(), is_metric=visitor().is_metric)
        return Response(paint(drawn), mimetype="image/png")

    return pages


def _wanted() -> list[str]:
    return request.args.getlist("figure")[:MOST_ASKED]
