"""The guided player, logging what was done with it, and a logged session."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from ctz.plans.v1 import exercises_pb2
from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError, Unreachable
from ctz_gateway.clients.times import stamp
from ctz_gateway.present import exercises as words_of
from ctz_gateway.present.player import player_page
from ctz_gateway.viewmodels.common import Form
from ctz_gateway.viewmodels.exercises import Ring
from ctz_gateway.web import problems
from ctz_gateway.web.forms import new_key
from ctz_gateway.web.frame import say
from ctz_gateway.web.plan import day_in, today
from ctz_gateway.web.site import Site, now, signed_in, visitor, wants_json

PLACE = "<any(exercises, routines):kind>/<string(maxlength=64):key>"
FIELDS = ("started_at", "date", "time", "done_seconds", "done_minutes", "effort", "idempotency_key")
OLDEST = timedelta(days=30)
SKEW = timedelta(minutes=5)


def blueprint(site: Site) -> Blueprint:
    """The views of the player."""
    pages = Blueprint("player", __name__)
    _playing(pages, site)
    _sessions(pages, site)
    return pages


def _playing(pages: Blueprint, site: Site) -> None:
    @pages.get(f"/player/{PLACE}")
    @signed_in
    def show(kind: str, key: str) -> str:
        return _page(site, kind, key, None)

    @pages.post(f"/player/{PLACE}")
    @signed_in
    def log(kind: str, key: str) -> Response | tuple[str, int]:
        given = {name: request.form.get(name, "").strip() for name in FIELDS}
        start = _start(given)
        if start is None:
            form = Form(given, {"date": "Give a day and a time of the last 30 days, not to come."})
            return _wrong(site, kind, key, form)
        wanted = exercises_pb2.LogSessionRequest(
            practice=f"{kind}/{key}",
            start_time=stamp(start),
            local_date=start.astimezone(visitor().zone).date().isoformat(),
            done_seconds=_seconds(site, f"{kind}/{key}", given),
            perceived_exertion=_number(given["effort"], 10),
            request_id=given["idempotency_key"],
        )
        try:
            logged = site.services.guided.LogSession(wanted)
        except RemoteError as error:
            if error.code.name == "NOT_FOUND":
                raise
            return _wrong(site, kind, key, problems.form_of(error, given, {"done_seconds": "done_minutes"}))
        say(f"Logged: {logged.title}.")
        if wants_json():
            return jsonify(next=url_for("today.show"), title=logged.title)
        return redirect(url_for("today.show"), 303)


def _sessions(pages: Blueprint, site: Site) -> None:
    guided = site.services.guided

    @pages.get("/exercises/sessions/<uuid:session_id>")
    @signed_in
    def session(session_id: UUID) -> str:
        day = (day_in(request.args, "day") or today()).isoformat()
        listed = guided.ListSessions(exercises_pb2.ListSessionsRequest(from_date=day, to_date=day, page_size=100))
        for found in listed.sessions:
            if found.name == f"sessions/{session_id}":
                page = words_of.session_page(found, visitor().zone, url_for("plan.show", week=day))
                return render_template("exercises/session.html", page=page)
        raise NotFound

    @pages.post("/exercises/sessions/<uuid:session_id>/delete")
    @signed_in
    def delete_session(session_id: UUID) -> Response:
        guided.DeleteSession(exercises_pb2.DeleteSessionRequest(name=f"sessions/{session_id}"))
        say("The session is deleted.")
        return redirect(url_for("plan.show"), 303)


def ring_of(site: Site) -> Ring | None:
    """The rider's pelvic-floor ring of today; None while plans does not answer."""
    try:
        found = site.services.guided.GetPelvicFloorDay(exercises_pb2.GetPelvicFloorDayRequest(date=today().isoformat()))
    except Unreachable:
        return None
    return words_of.ring(found)


def _start(given: dict[str, str]) -> datetime | None:
    """When the session began: told by the player in UTC, or typed on the rider's clock."""
    try:
        if given["started_at"]:
            start = datetime.fromisoformat(given["started_at"])
            start = start if start.tzinfo else start.replace(tzinfo=UTC)
        else:
            start = datetime.fromisoformat(f"{given['date']}T{given['time']}").replace(tzinfo=visitor().zone)
    except ValueError:
        return None
    at = now()
    return start.astimezone(UTC) if at - OLDEST <= start <= at + SKEW else None


def _seconds(site: Site, practice: str, given: dict[str, str]) -> int:
    """Seconds done, as the player told them; typed minutes are at most the whole session."""
    if given["done_seconds"]:
        return _number(given["done_seconds"], 86_400)
    whole = site.services.exercises.GetTimeline(exercises_pb2.GetTimelineRequest(name=practice)).duration_seconds
    return min(_number(given["done_minutes"], 1440) * 60, whole)


def _number(typed: str, most: int) -> int:
    return min(int(typed[:9]), most) if typed.isascii() and typed.isdecimal() else 0


def _wrong(site: Site, kind: str, key: str, form: Form) -> Response | tuple[str, int]:
    if wants_json():
        told = [*form.errors.values(), *([form.problem.text] if form.problem else [])]
        answer = jsonify(detail=" ".join(told))
        answer.status_code = 422
        return answer
    return _page(site, kind, key, form), 422


def _page(site: Site, kind: str, key: str, form: Form | None) -> str:
    timeline = site.services.exercises.GetTimeline(exercises_pb2.GetTimelineRequest(name=f"{kind}/{key}"))
    local = now().astimezone(visitor().zone) - timedelta(seconds=timeline.duration_seconds)
    first: dict[str, Any] = {
        "date": local.date().isoformat(),
        "time": local.strftime("%H:%M"),
        "done_minutes": str(max(-(-timeline.duration_seconds // 60), 1)),
        "effort": "",
        "idempotency_key": new_key(),
    }
    ring = ring_of(site) if timeline.is_private else None
    leave = url_for("exercises.one", key=key) if kind == "exercises" else url_for("routines.one", key=key)
    page = player_page(
        timeline,
        streak_text=ring.streak_text if ring else "",
        log_url=url_for("player.log", kind=kind, key=key),
        leave_url=leave,
        form=form or Form(first, {}),
    )
    return render_template("player.html", page=page)
