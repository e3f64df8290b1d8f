"""The calendar feed: its settings for the rider, and the address that calendars read without signing in."""

import re

from ctz.plans.v1 import plans_pb2
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_gateway.clients.times import instant
from ctz_gateway.viewmodels.plan import FeedPage
from ctz_gateway.web.frame import say
from ctz_gateway.web.site import Site, now, signed_in, visitor
from ctz_gateway.words import moment

SECRET = re.compile(r"[A-Za-z0-9_-]{20,128}")
MAX_AGE_SECONDS = 300


def blueprint(site: Site) -> Blueprint:
    """The views around the feed."""
    pages = Blueprint("feed", __name__)
    calendar = site.services.calendar

    @pages.get("/plan/feed")
    @signed_in
    def show() -> str:
        return render_template("plan/feed.html", page=_page(site))

    @pages.post("/plan/feed")
    @signed_in
    def create() -> str:
        made = calendar.CreateCalendarFeed(plans_pb2.CreateCalendarFeedRequest())
        base = site.settings.common.public_url.rstrip("/")
        address = f"{base}{url_for('feed.calendar', secret=made.secret)}"
        return render_template("plan/feed.html", page=FeedPage(is_active=True, facts=(), address=address))

    @pages.post("/plan/feed/revoke")
    @signed_in
    def revoke() -> Response:
        calendar.DeleteCalendarFeed(plans_pb2.DeleteCalendarFeedRequest())
        say("The address no longer works.")
        return redirect(url_for("plan.show"), 303)

    @pages.get("/calendar/<secret>.ics", endpoint="calendar")
    def calendar_file(secret: str) -> Response:
        """The secret is all that is asked for; it is never logged, and cookies play no part."""
        if not SECRET.fullmatch(secret):
            abort(404)
        found = site.services.feeds.read(secret, request.headers.get("If-None-Match", "")[:128])
        if found is None:
            abort(404)
        answer = Response(found.body, 304 if found.body is None else 200)
        answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
        answer.headers["Cache-Control"] = f"private, max-age={MAX_AGE_SECONDS}"
        if found.etag:
            answer.headers["ETag"] = found.etag
        return answer

    return pages


def _page(site: Site) -> FeedPage:
    found = site.services.calendar.GetCalendarFeed(plans_pb2.GetCalendarFeedRequest())
    facts = []
    if found.is_active:
        zone, at = visitor().zone, now()
        if found.HasField("create_time"):
            facts.append(f"made {moment(instant(found.create_time), zone, at)}")
        read = found.HasField("last_read_time")
        facts.append(f"last read {moment(instant(found.last_read_time), zone, at)}" if read else "not read yet")
    return FeedPage(is_active=found.is_active, facts=facts)
