"""Templates of plans: the list, one with its weeks, starting it, copies and own ones."""

from collections.abc import Sequence
from datetime import date, timedelta

from ctz.plans.v1 import plans_pb2
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError
from ctz_gateway.present import plan_templates as words_of
from ctz_gateway.present.rows import week_start_of
from ctz_gateway.viewmodels.common import Form, Option, blank_form
from ctz_gateway.viewmodels.plan import TemplatePage, TemplatesPage
from ctz_gateway.web import problems
from ctz_gateway.web.forms import one_line
from ctz_gateway.web.frame import say
from ctz_gateway.web.plan import day_in, today
from ctz_gateway.web.site import Site, signed_in, visitor
from ctz_gateway.words import day_month, full_day, plural

WEEK = timedelta(days=7)
OFFERED_WEEKS = 6
REPETITIONS = (1, 2, 3, 4, 6, 8, 12)
KEY = "<string(maxlength=64):key>"


def blueprint(site: Site) -> Blueprint:
    """The list and one template."""
    pages = Blueprint("templates", __name__, url_prefix="/plan/templates")
    _looking(pages, site)
    _owning(pages, site)
    return pages


def _looking(pages: Blueprint, site: Site) -> None:
    templates = site.services.templates

    @pages.get("")
    @signed_in
    def show() -> str:
        found = templates.ListTemplates(plans_pb2.ListTemplatesRequest(page_size=100)).templates
        cards = [words_of.card(each, visitor().week_start) for each in found if each.weeks]
        page = TemplatesPage([each for each in cards if not each.is_own], [each for each in cards if each.is_own])
        return render_template("plan/templates.html", page=page)

    @pages.get(f"/{KEY}")
    @signed_in
    def one(key: str) -> str:
        return template_page(get_template(site, key))

    @pages.post(f"/{KEY}/start")
    @signed_in
    def start(key: str) -> Response | tuple[str, int]:
        given = {name: request.form.get(name, "").strip() for name in ("start_date", "repetitions")}
        first = day_in(given, "start_date")
        if first is None:
            form = Form(given, {"start_date": "Give a day, such as 2026-05-08."})
            return template_page(get_template(site, key), start=form), 422
        wanted = plans_pb2.StartTemplateRequest(
            name=f"templates/{key}",
            start_date=first.isoformat(),
            repetitions=_number(given["repetitions"]),
            week_start=visitor().week_start,
            request_id=request.form.get("idempotency_key", ""),
        )
        try:
            started = templates.StartTemplate(wanted)
        except RemoteError as error:
            if error.code.name == "NOT_FOUND":
                raise
            form = problems.form_of(error, given)
            return template_page(get_template(site, key), start=form), 422
        last = full_day(date.fromisoformat(started.last_date)) if started.last_date else ""
        say(f"Started: {plural(started.item_count, 'item')}{f', the last on {last}' if last else ''}.")
        return redirect(url_for("plan.show", week=started.first_date or first.isoformat()), 303)

    @pages.post(f"/{KEY}/copy")
    @signed_in
    def copy(key: str) -> Response:
        found = get_template(site, key)
        mine = plans_pb2.Template(title=_copy_title(found.title), description=found.description, weeks=found.weeks)
        made = templates.CreateTemplate(
            plans_pb2.CreateTemplateRequest(template=mine, request_id=request.form.get("idempotency_key", ""))
        )
        say("Copied. This one is yours to change.")
        return redirect(url_for("template_editor.show", key=words_of.key_of(made)), 303)


def _owning(pages: Blueprint, site: Site) -> None:
    templates = site.services.templates

    @pages.post("")
    @signed_in
    def create() -> Response:
        week = plans_pb2.TemplateWeek(days=[plans_pb2.TemplateDay() for _ in range(words_of.DAYS)])
        # A template has to ask for something: the first day of the rider's week begins with a ride, to be changed.
        week.days[words_of.stored_days(visitor().week_start)[0]].activities.append(words_of.first_activity())
        title = one_line(request.form.get("title", ""))[:80] or "My template"
        made = templates.CreateTemplate(
            plans_pb2.CreateTemplateRequest(
                template=plans_pb2.Template(title=title, weeks=[week]),
                request_id=request.form.get("idempotency_key", ""),
            )
        )
        say("It begins with one ride. Add to it, and change or remove what is there.")
        return redirect(url_for("template_editor.show", key=words_of.key_of(made)), 303)

    @pages.post(f"/{KEY}/delete")
    @signed_in
    def delete(key: str) -> Response:
        templates.DeleteTemplate(plans_pb2.DeleteTemplateRequest(name=f"templates/{key}"))
        say("Deleted. What it put into your weeks stays.")
        return redirect(url_for("templates.show"), 303)


def get_template(site: Site, key: str) -> plans_pb2.Template:
    """One template, built in or the rider's own."""
    return site.services.templates.GetTemplate(plans_pb2.GetTemplateRequest(name=f"templates/{key}"))


def template_page(
    found: plans_pb2.Template, *, start: Form | None = None, form: Form | None = None, is_editing: bool = False
) -> str:
    """The page of a template, to look at or to edit."""
    week_start = visitor().week_start
    chosen = start.value("repetitions") if start else "1"
    page = TemplatePage(
        id=words_of.key_of(found),
        title=found.title,
        description=found.description,
        facts=words_of.facts(found),
        weeks=words_of.weeks(found, week_start),
        is_own=not found.is_built_in,
        is_editing=is_editing,
        revision=found.revision,
        start=start or blank_form(),
        starts=_starts(start.value("start_date") if start else ""),
        repetitions=[Option(str(n), "once" if n == 1 else f"{n} times", str(n) == chosen) for n in REPETITIONS],
        form=form or Form({"title": found.title, "description": found.description}, {}),
        can_add_week=len(found.weeks) < words_of.MOST_WEEKS,
    )
    return render_template("plan/template.html", page=page)


def _starts(chosen: str) -> Sequence[Option]:
    """The coming weeks by their first day; the present one first, from today on."""
    day = today()
    first = week_start_of(day, visitor().week_start)
    weeks = [first + WEEK * ahead for ahead in range(OFFERED_WEEKS)]
    labels = {first: "this week, from today", first + WEEK: f"next week, {day_month(first + WEEK)}"}
    wanted = chosen or (first + WEEK).isoformat()
    return [
        Option(
            (day if each == first else each).isoformat(),
            labels.get(each, f"the week of {day_month(each)}"),
            (day if each == first else each).isoformat() == wanted,
        )
        for each in weeks
    ]


def _number(typed: str) -> int:
    return int(typed[:3]) if typed.isascii() and typed.isdecimal() else 1


def _copy_title(title: str) -> str:
    return f"My {title}"[:80]
