"""The weekly plan: three weeks with what was done, renewed while one looks; the week's own acts."""

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from ctz.plans.v1 import plans_pb2
from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ctz_gateway.present import plan as words_of
from ctz_gateway.present.rows import week_start_of
from ctz_gateway.viewmodels.plan import PlanPage
from ctz_gateway.web.class_loads import add_class_loads
from ctz_gateway.web.frame import say
from ctz_gateway.web.site import Site, now, signed_in, visitor
from ctz_gateway.words import plural, span

WEEK = timedelta(days=7)
OLDEST, NEWEST = date(2000, 1, 1), date(2200, 1, 1)


def blueprint(site: Site) -> Blueprint:
    """The week page and what acts on a whole week."""
    pages = Blueprint("plan", __name__, url_prefix="/plan")
    services = site.services

    @pages.get("")
    @signed_in
    def show() -> str:
        chosen = chosen_week()
        return render_template("plan/week.html", page=_page(weeks_around(site, chosen), chosen))

    @pages.get("/state.json")
    @signed_in
    def state() -> AnyResponse:
        """What tells a page whether it is out of date: an ETag over the weeks that it shows."""
        version = _version(weeks_around(site, chosen_week()))
        answer: Response = jsonify(version=version)
        answer.set_etag(version)
        return answer.make_conditional(request)

    @pages.post("/copy-week")
    @signed_in
    def copy_week() -> AnyResponse:
        source, target = read_day("from_date"), read_day("to_date")
        made = services.plan.CopyWeek(
            plans_pb2.CopyWeekRequest(
                from_date=source.isoformat(),
                to_date=target.isoformat(),
                request_id=request.form.get("idempotency_key", ""),
            )
        )
        say(f"Copied {plural(made.item_count, 'item')}." if made.item_count else "There was nothing to copy.")
        return redirect(url_for("plan.show", week=target.isoformat()), 303)

    @pages.post("/programs/<uuid:program_id>/stop")
    @signed_in
    def stop(program_id: object) -> AnyResponse:
        answer = services.templates.StopProgram(
            plans_pb2.StopProgramRequest(program=f"programs/{program_id}", from_date=today().isoformat())
        )
        taken = plural(answer.item_count, "item")
        say(f"Stopped: {taken} taken back. What is done, changed or over stays.")
        return redirect(url_for("plan.show", week=request.form.get("week") or None), 303)

    return pages


def today() -> date:
    """The rider's day."""
    return now().astimezone(visitor().zone).date()


def day_in(given: Mapping[str, str], name: str) -> date | None:
    """A day that was sent; None where it is none."""
    try:
        day = date.fromisoformat(given.get(name, ""))
    except ValueError:
        return None
    return day if OLDEST <= day <= NEWEST else None


def read_day(name: str) -> date:
    """A day of a form of ours; anything else is no request of a page."""
    day = day_in(request.form, name)
    if day is None:
        abort(400)
    return day


def chosen_week() -> date:
    """First day of the week that the address asks for; the present one where it asks for none."""
    return week_start_of(day_in(request.args, "week") or today(), visitor().week_start)


def list_weeks(site: Site, first: date, count: int) -> plans_pb2.ListWeeksResponse:
    """The rider's weeks from one on, with what planned classes are expected to bring."""
    found = site.services.plan.ListWeeks(
        plans_pb2.ListWeeksRequest(
            from_date=first.isoformat(),
            week_count=count,
            week_start=visitor().week_start,
            today=today().isoformat(),
        )
    )
    add_class_loads(site, found)
    return found


def weeks_around(site: Site, chosen: date) -> plans_pb2.ListWeeksResponse:
    """The week before, the chosen one and the next."""
    return list_weeks(site, chosen - WEEK, 3)


def _version(found: plans_pb2.ListWeeksResponse) -> str:
    return hashlib.sha256(found.SerializeToString(deterministic=True)).hexdigest()[:32]


def _page(found: plans_pb2.ListWeeksResponse, chosen: date) -> PlanPage:
    day = today()
    weeks = [words_of.week_of(week, day, chosen) for week in found.weeks]
    programs = words_of.programs(found.programs, chosen)
    running = [f"{each.title}, {each.text}" for each in programs if each.text.startswith("week ")]
    is_now = chosen <= day < chosen + WEEK
    return PlanPage(
        title=span(chosen, chosen + timedelta(days=6)),
        subtitle=running or (["No template is running"] if is_now else []),
        week=chosen.isoformat(),
        weeks=weeks,
        programs=programs,
        today=day.isoformat(),
        previous_url=url_for("plan.show", week=(chosen - WEEK).isoformat()),
        next_url=url_for("plan.show", week=(chosen + WEEK).isoformat()),
        now_url=url_for("plan.show"),
        is_now=is_now,
        state_url=url_for("plan.state", week=chosen.isoformat()),
        version=_version(found),
        is_empty=not any(each.items for week in weeks for each in week.days),
        undo=_undo(),
    )


def _undo() -> str:
    """The item that was just deleted, where the address names one."""
    given = request.args.get("undo", "")
    try:
        return str(UUID(given))
    except ValueError:
        return ""
