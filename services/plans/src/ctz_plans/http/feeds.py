"""The calendar feed (iCalendar, RFC 5545), for the gateway to stream to whoever has the secret."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from flask import Flask, Response, request
from icalendar import Calendar, Event

from ctz_chassis.clock import Clock, utc_now
from ctz_chassis.db import Database
from ctz_chassis.http import require_service
from ctz_plans.app import feeds
from ctz_plans.domain.calendar import CalendarEntry
from ctz_plans.domain.library import Library

ONE_DAY = timedelta(days=1)
READ_AGAIN_AFTER = timedelta(hours=1)


def add_feed_route(
    app: Flask, database: Database, library: Library, public_url: str, *, clock: Clock = utc_now
) -> None:
    """Answer `GET /feeds/<secret>.ics`. The secret is all that is asked of a person, so that calendars can read it."""
    host = urlsplit(public_url).hostname or "localhost"

    @app.get("/feeds/<secret>.ics")
    @require_service(callers=("gateway",))
    def read_feed(secret: str) -> Response:
        now = clock()
        body = database.run(lambda connection: calendar_of(feeds.read(connection, library, secret, now), host))
        response = Response(body, mimetype="text/calendar")
        response.set_etag(sha256(body).hexdigest())
        response.headers["Cache-Control"] = "private, no-cache"
        response.make_conditional(request)
        return response


def calendar_of(entries: Sequence[CalendarEntry], host: str) -> bytes:
    """The entries as whole-day events. An item keeps its UID for good; DTSTAMP and SEQUENCE tell its last change."""
    calendar = Calendar()
    calendar.add("prodid", "-//Chase The Zones//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Chase The Zones")
    calendar.add("refresh-interval", READ_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, host))
    body: bytes = calendar.to_ical()
    return body


def _event(entry: CalendarEntry, host: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.item_id}@{host}")
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.revision)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + ONE_DAY)
    event.add("transp", "TRANSPARENT")
    event.add("summary", entry.title)
    if entry.description:
        event.add("description", entry.description)
    if entry.category:
        event.add("categories", [entry.category])
    return event
