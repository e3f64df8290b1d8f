"""Records by discipline; streaks, round numbers and Eddington numbers."""

from ctz.workouts.v1 import analytics_pb2
from flask import Blueprint, render_template, request, url_for

from ctz_gateway.present.records import milestones_page, records_page
from ctz_gateway.viewmodels.challenges import Tab
from ctz_gateway.web.plan import today
from ctz_gateway.web.power import year_in
from ctz_gateway.web.site import Site, signed_in, visitor


def blueprint(site: Site) -> Blueprint:
    """The pages of what was reached."""
    pages = Blueprint("records", __name__, url_prefix="/records")
    analytics = site.services.analytics

    @pages.get("")
    @signed_in
    def show() -> str:
        year = year_in(request.args.get("year", ""))
        found = analytics.GetRecords(analytics_pb2.GetRecordsRequest(year=year))
        years = [Tab("All time", url_for("records.show"), not year)]
        years += [Tab(str(each), url_for("records.show", year=each), each == year) for each in found.years]
        page = records_page(found, year=year, years=years, is_metric=visitor().is_metric)
        return render_template("records.html", page=page)

    @pages.get("/milestones")
    @signed_in
    def milestones() -> str:
        found = analytics.GetMilestones(analytics_pb2.GetMilestonesRequest(today=today().isoformat()))
        numbers = analytics.GetEddington(analytics_pb2.GetEddingtonRequest())
        page = milestones_page(found, numbers, is_metric=visitor().is_metric)
        return render_template("milestones.html", page=page)

    return pages
