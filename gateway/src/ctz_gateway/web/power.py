"""Power: the curve over spans of time, records, critical power, the history of the FTP."""

import uuid

from ctz.workouts.v1 import analytics_pb2, workouts_pb2
from flask import Blueprint, render_template, request, url_for

from ctz_gateway.present.power import power_page
from ctz_gateway.viewmodels.challenges import Tab
from ctz_gateway.web.plan import today
from ctz_gateway.web.site import Site, signed_in, visitor

RECENT_RIDES = 20
BIKES = ("cycling", "bike_bootcamp")
OLDEST_YEAR, NEWEST_YEAR = 1970, 2200


def blueprint(site: Site) -> Blueprint:
    """The page of the rider's power."""
    pages = Blueprint("power", __name__)

    @pages.get("/power")
    @signed_in
    def show() -> str:
        day, chosen = today(), _chosen()
        season = year_in(request.args.get("season", "")) or day.year
        profile = site.services.analytics.GetPowerProfile(
            analytics_pb2.GetPowerProfileRequest(today=day.isoformat(), season=season, workout=chosen)
        )
        rides = site.services.workouts.ListWorkouts(
            workouts_pb2.ListWorkoutsRequest(
                page_size=RECENT_RIDES,
                filter=workouts_pb2.WorkoutFilter(disciplines=BIKES, has_series=True),
            )
        ).workouts
        page = power_page(
            profile,
            season=season,
            seasons=_seasons(sorted({*profile.seasons, season}, reverse=True), season, chosen),
            rides=rides,
            chosen=chosen,
            zone=visitor().zone,
            is_metric=visitor().is_metric,
        )
        return render_template("power.html", page=page)

    return pages


def year_in(typed: str) -> int:
    """A calendar year that was sent; 0 where it is none."""
    year = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= len("2200") else 0
    return year if OLDEST_YEAR <= year <= NEWEST_YEAR else 0


def _chosen() -> str:
    """The resource name of the ride that the address asks for; empty where it asks for none."""
    try:
        return f"workouts/{uuid.UUID(request.args.get('ride', ''))}"
    except ValueError:
        return ""


def _seasons(years: list[int], season: int, chosen: str) -> list[Tab]:
    ride = chosen.removeprefix("workouts/") or None
    return [Tab(str(year), url_for("power.show", season=year, ride=ride), year == season) for year in years]
