"""The year in review: the rider's own, its public link, its picture."""

import re
from collections.abc import Callable

from ctz.workouts.v1 import analytics_pb2 as pb
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_gateway.clients.times import instant
from ctz_gateway.present.records import records_page
from ctz_gateway.present.years import title_of, year_card, year_view
from ctz_gateway.share_card import Card
from ctz_gateway.viewmodels.challenges import Tab
from ctz_gateway.viewmodels.years import SharedYearPage, SharePanel, YearPage
from ctz_gateway.web.forms import one_line
from ctz_gateway.web.frame import say
from ctz_gateway.web.plan import today
from ctz_gateway.web.power import NEWEST_YEAR, OLDEST_YEAR
from ctz_gateway.web.site import Site, now, signed_in, visitor
from ctz_gateway.words import moment

SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
LONGEST_NAME = 60
NOT_INDEXED = {"X-Robots-Tag": "noindex, nofollow"}


def blueprint(site: Site, paint: Callable[[Card], bytes]) -> Blueprint:
    """The pages of a year; `paint` makes the picture of a card."""
    pages = Blueprint("years", __name__)
    analytics = site.services.analytics

    @pages.get("/year")
    @signed_in
    def latest() -> str:
        return _own_page(_own(site, today().year))

    @pages.get("/year/<int:year>")
    @signed_in
    def show(year: int) -> str:
        return _own_page(_own(site, year))

    @pages.get("/year/<int:year>.png")
    @signed_in
    def image(year: int) -> Response:
        """The picture of the own year, without a name."""
        review = _own(site, year)
        return _picture(paint(year_card(review, shown_name="", is_metric=visitor().is_metric)))

    @pages.post("/year/<int:year>/share")
    @signed_in
    def share(year: int) -> str:
        name = one_line(request.form.get("shown_name", ""))[:LONGEST_NAME]
        made = analytics.CreateYearShare(
            pb.CreateYearShareRequest(year=_known(year), shown_name=name, is_imperial=not visitor().is_metric)
        )
        address = _address(site, "years.shared", made.secret)
        return _own_page(_own(site, year), address=address)

    @pages.post("/year/<int:year>/share/revoke")
    @signed_in
    def revoke(year: int) -> Response:
        analytics.RevokeYearShare(pb.RevokeYearShareRequest(year=_known(year)))
        say("The public link no longer works.")
        return redirect(url_for("years.show", year=year), 303)

    @pages.get("/shared/year/<secret>")
    def shared(secret: str) -> tuple[str, dict[str, str]]:
        """The secret is all that is asked for; cookies play no part, so its rider's units are those of the link."""
        found = _shared(site, secret)
        page = SharedYearPage(
            view=year_view(found.review, is_metric=not found.is_imperial),
            title=title_of(found.review.year, found.shown_name),
            url=_address(site, "years.shared", secret),
            image_url=_address(site, "years.shared_image", secret),
        )
        return render_template("shared_year.html", page=page), NOT_INDEXED

    @pages.get("/shared/year/<secret>.png")
    def shared_image(secret: str) -> Response:
        found = _shared(site, secret)
        card = year_card(found.review, shown_name=found.shown_name, is_metric=not found.is_imperial)
        answer = _picture(paint(card))
        answer.headers.update(NOT_INDEXED)
        return answer

    return pages


def _known(year: int) -> int:
    if not OLDEST_YEAR <= year <= NEWEST_YEAR:
        abort(404)
    return year


def _own(site: Site, year: int) -> pb.YearReview:
    return site.services.analytics.GetYear(pb.GetYearRequest(year=_known(year)))


def _shared(site: Site, secret: str) -> pb.SharedYear:
    if not SECRET.fullmatch(secret):
        abort(404)
    return site.services.analytics.GetSharedYear(pb.GetSharedYearRequest(secret=secret))


def _address(site: Site, endpoint: str, secret: str) -> str:
    return site.settings.common.public_url.rstrip("/") + url_for(endpoint, secret=secret)


def _own_page(review: pb.YearReview, *, address: str = "") -> str:
    who = visitor()
    years = sorted({*review.years, review.year}, reverse=True)
    page = YearPage(
        view=year_view(review, is_metric=who.is_metric),
        years=[Tab(str(each), url_for("years.show", year=each), each == review.year) for each in years],
        records=records_page(
            pb.Records(disciplines=review.records), year=review.year, years=(), is_metric=who.is_metric
        ),
        share=SharePanel(
            since=moment(instant(review.shared_time), who.zone, now()) if review.HasField("shared_time") else "",
            # Some sign up with their address as their name; that is not for everybody.
            shown_name="" if "@" in who.name else who.name[:LONGEST_NAME],
            address=address,
        ),
    )
    return render_template("year.html", page=page)


def _picture(drawn: bytes) -> Response:
    return Response(drawn, mimetype="image/png")
