"""The settings of pelvic-floor work: the goal of a day, and whether it may be seen beyond the rider's own pages."""

from ctz.plans.v1 import exercises_pb2
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError
from ctz_gateway.viewmodels.common import Form, Option, blank_form
from ctz_gateway.viewmodels.exercises import PelvicFloorPage
from ctz_gateway.web import problems
from ctz_gateway.web.frame import say
from ctz_gateway.web.plan import today
from ctz_gateway.web.site import Site, signed_in
from ctz_gateway.words import plural

MOST_A_DAY = 10


def blueprint(site: Site) -> Blueprint:
    """The settings."""
    pages = Blueprint("pelvic_floor", __name__, url_prefix="/exercises/pelvic-floor")
    guided = site.services.guided

    @pages.get("")
    @signed_in
    def show() -> str:
        return _page(site, blank_form())

    @pages.post("")
    @signed_in
    def save() -> Response | tuple[str, int]:
        typed = request.form.get("daily_goal", "")
        settings = exercises_pb2.PelvicFloorSettings(
            daily_goal=int(typed[:3]) if typed.isascii() and typed.isdecimal() else 0,
            is_shared=request.form.get("is_shared") == "1",
        )
        try:
            guided.UpdatePelvicFloorSettings(exercises_pb2.UpdatePelvicFloorSettingsRequest(settings=settings))
        except RemoteError as error:
            names = {"settings.daily_goal": "daily_goal"}
            return _page(site, problems.form_of(error, {"daily_goal": typed}, names)), 422
        say("Saved.")
        return redirect(url_for("today.show"), 303)

    return pages


def _page(site: Site, form: Form) -> str:
    asked = exercises_pb2.GetPelvicFloorDayRequest(date=today().isoformat())
    settings = site.services.guided.GetPelvicFloorDay(asked).settings
    goals = [
        Option(str(count), f"{plural(count, 'session')} a day", count == settings.daily_goal)
        for count in range(1, MOST_A_DAY + 1)
    ]
    page = PelvicFloorPage(goals, settings.is_shared, form)
    return render_template("exercises/pelvic_floor.html", page=page)
