"""Fitness: load of every discipline over a span, form, the projection from the plan."""

from datetime import date, timedelta
from typing import Final

from ctz.challenges.v1 import challenges_pb2
from ctz.workouts.v1 import analytics_pb2
from flask import Blueprint, Response, jsonify, render_template, request, url_for

from ctz_chassis.errors import Unreachable
from ctz_gateway.present.fitness import SpanChoice, challenge_marks, fitness_page, planned_loads, span_of
from ctz_gateway.viewmodels.challenges import Tab
from ctz_gateway.viewmodels.common import Note
from ctz_gateway.web.plan import day_in, list_weeks, today
from ctz_gateway.web.site import Site, signed_in, visitor

SPANS: Final = {
    "6w": ("6 weeks", 42),
    "3m": ("3 months", 91),
    "6m": ("6 months", 182),
    "1y": ("Year", 364),
}
USUAL_SPAN = "3m"
# A longer look back has room for a longer look ahead.
WEEKS_AHEAD: Final = {"6w": 3, "3m": 5, "6m": 8, "1y": 8}
MOST_CHALLENGES = 100


def blueprint(site: Site) -> Blueprint:
    """The page of load and form, and the marks that another service knows."""
    pages = Blueprint("fitness", __name__)

    @pages.get("/fitness")
    @signed_in
    def show() -> str:
        chosen = request.args.get("span", USUAL_SPAN)
        key = chosen if chosen in SPANS else USUAL_SPAN
        choice, notes = _choice(key), list[Note]()
        found = site.services.analytics.GetFitness(
            analytics_pb2.GetFitnessRequest(
                from_date=choice.first.isoformat(),
                to_date=choice.today.isoformat(),
                week_start=visitor().week_start,
                planned=_planned(site, choice.today, WEEKS_AHEAD[key], notes),
            )
        )
        marks_url = url_for("fitness.marks", since=choice.first.isoformat())
        return render_template("fitness.html", page=fitness_page(found, choice, marks_url=marks_url, notes=notes))

    @pages.get("/fitness/marks.json")
    @signed_in
    def marks() -> Response:
        """Starts of the rider's challenges since a day; the chart stands without them."""
        first = day_in(request.args, "since") or today()
        answer = site.services.challenges.ListChallenges(
            challenges_pb2.ListChallengesRequest(is_mine=True, page_size=MOST_CHALLENGES)
        )
        return jsonify(marks=challenge_marks(answer.challenges, answer.joined, first))

    return pages


def _choice(key: str) -> SpanChoice:
    _, days = SPANS[key]
    tabs = [Tab(label, url_for("fitness.show", span=each), each == key) for each, (label, _) in SPANS.items()]
    return SpanChoice(first=span_of(today(), days), today=today(), tabs=tabs, zone=visitor().zone)


def _planned(site: Site, day: date, weeks: int, notes: list[Note]) -> list[analytics_pb2.PlannedLoad]:
    """What the plan expects of the days to come; without it the chart ends today, and the page says so."""
    try:
        found = list_weeks(site, day + timedelta(days=1), weeks)
    except Unreachable:
        notes.append(
            Note("It comes back by itself; until then the chart ends today.", "Your plan cannot be shown right now.",
                 "warn", "alert")
        )  # fmt: skip
        return []
    loads = planned_loads(found.weeks, day)
    return [analytics_pb2.PlannedLoad(local_date=each.isoformat(), load=load) for each, load in sorted(loads.items())]
