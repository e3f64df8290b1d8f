"""The editor of an own template: each act is one form, so that it works without a script; revisions guard it."""

from collections.abc import Callable
from dataclasses import dataclass

from ctz.common.v1 import activity_pb2
from ctz.plans.v1 import plans_pb2
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError
from ctz_gateway.present import plan_templates as words_of
from ctz_gateway.present.activities import activity_title
from ctz_gateway.viewmodels.common import Form, Option
from ctz_gateway.web import problems
from ctz_gateway.web.activity_form import Reader, WrongActivity, activity_form, sent_by
from ctz_gateway.web.forms import one_line
from ctz_gateway.web.frame import say
from ctz_gateway.web.plan_templates import KEY, get_template, template_page
from ctz_gateway.web.site import Site, signed_in, visitor

LONGEST_TITLE, LONGEST_DESCRIPTION = 80, 1000
WEEK_ACTS = {"copy": "The week is copied.", "add": "There is one week more.", "remove": "The week is removed."}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an activity stands in a template: week, stored day (0 is Sunday), place within the day."""

    week: int
    day: int
    place: int = 0

    def activities(self, template: plans_pb2.Template) -> list[activity_pb2.Activity]:
        """What stands on that day; 404 where there is no such day."""
        if self.week >= len(template.weeks) or self.day >= words_of.DAYS:
            abort(404)
        return list(template.weeks[self.week].days[self.day].activities)


def blueprint(site: Site) -> Blueprint:
    """The views of the editor."""
    pages = Blueprint("template_editor", __name__, url_prefix="/plan/templates")
    _whole(pages, site)
    _cells(pages, site)
    return pages


def _whole(pages: Blueprint, site: Site) -> None:
    @pages.get(f"/{KEY}/edit")
    @signed_in
    def show(key: str) -> str:
        return template_page(_own(site, key), is_editing=True)

    @pages.post(f"/{KEY}")
    @signed_in
    def save(key: str) -> Response | tuple[str, int]:
        found = _own(site, key)
        given = {
            "title": one_line(request.form.get("title", ""))[:LONGEST_TITLE],
            "description": request.form.get("description", "").replace("\r\n", "\n").strip()[:LONGEST_DESCRIPTION],
        }
        found.title, found.description = given["title"], given["description"]
        try:
            _send(site, found)
        except RemoteError as error:
            form = problems.form_of(error, given, {"template.title": "title", "template.description": "description"})
            return template_page(_own(site, key), form=form, is_editing=True), 422
        say("Saved.")
        return _back(key)

    @pages.post(f"/{KEY}/weeks")
    @signed_in
    def weeks(key: str) -> Response:
        found = _own(site, key)
        number, act = _number("week"), request.form.get("act", "")
        if number >= len(found.weeks):
            abort(404)
        kept = list(found.weeks)
        if act == "copy":
            kept.insert(number + 1, plans_pb2.TemplateWeek.FromString(kept[number].SerializeToString()))
        elif act == "add":
            kept.append(plans_pb2.TemplateWeek(days=[plans_pb2.TemplateDay() for _ in range(words_of.DAYS)]))
        elif act == "remove" and len(kept) > 1:
            del kept[number]
        else:
            abort(400)
        del found.weeks[:]
        found.weeks.extend(kept)
        return _send_or_say(site, found, WEEK_ACTS[act])


def _cells(pages: Blueprint, site: Site) -> None:
    @pages.get(f"/{KEY}/add")
    @signed_in
    def new(key: str) -> str:
        found = _own(site, key)
        given = {**sent_by(request.args), "kind": request.args.get("kind", "")}
        return _form(site, found, _place(request.args.get), Form(given, {}))

    @pages.post(f"/{KEY}/add")
    @signed_in
    def add(key: str) -> Response | tuple[str, int]:
        found, place, given = _own(site, key), _place(request.form.get), sent_by(request.form)
        place.activities(found)
        try:
            activity = Reader(site, given).read()
        except WrongActivity as error:
            return _form(site, found, place, Form(given, error.errors)), 422
        found.weeks[place.week].days[place.day].activities.append(activity)
        try:
            _send(site, found)
        except RemoteError as error:
            return _form(site, found, place, problems.form_of(error, given)), 422
        say(f"Added: {activity_title(activity)}.")
        return _back(key)

    @pages.get(f"/{KEY}/cell")
    @signed_in
    def cell(key: str) -> str:
        found, place = _own(site, key), _place(request.args.get)
        present = place.activities(found)
        if place.place >= len(present):
            abort(404)
        days = [
            Option(f"{week}-{day}", _day_text(found, week, day), (week, day) == (place.week, place.day))
            for week in range(len(found.weeks))
            for day in words_of.stored_days(visitor().week_start)
        ]
        return render_template(
            "plan/template_cell.html",
            title=activity_title(present[place.place]),
            key=key,
            revision=found.revision,
            place=place,
            days=days,
        )

    @pages.post(f"/{KEY}/cell")
    @signed_in
    def change(key: str) -> Response:
        found, place = _own(site, key), _place(request.form.get)
        present = place.activities(found)
        if place.place >= len(present):
            abort(404)
        moved = present.pop(place.place)
        day = found.weeks[place.week].days[place.day]
        del day.activities[:]
        day.activities.extend(present)
        told = f"Removed: {activity_title(moved)}."
        if request.form.get("act") == "move":
            week, _, stored = request.form.get("to", "").partition("-")
            target = Place(_whole_number(week), _whole_number(stored))
            target.activities(found)
            found.weeks[target.week].days[target.day].activities.append(moved)
            told = f"Moved to {_day_text(found, target.week, target.day)}."
        return _send_or_say(site, found, told)


def _own(site: Site, key: str) -> plans_pb2.Template:
    """An own template; one that came with the product cannot be edited."""
    found = get_template(site, key)
    if found.is_built_in:
        abort(404)
    return found


def _send(site: Site, found: plans_pb2.Template) -> None:
    """Save it over the revision that the form was made from."""
    found.revision = _whole_number(request.form.get("revision", ""))
    site.services.templates.UpdateTemplate(plans_pb2.UpdateTemplateRequest(template=found))


def _send_or_say(site: Site, found: plans_pb2.Template, done: str) -> Response:
    """Save it and go back to the editor, with what was done, or with a sentence where the weeks may not be so."""
    try:
        _send(site, found)
        say(done)
    except RemoteError as error:
        if error.code.name != "INVALID_ARGUMENT":
            raise
        told = dict(error.field_violations)
        say(f"The weeks {told['template.weeks']}." if "template.weeks" in told else str(error.message), tone="warn")
    return _back(words_of.key_of(found))


def _back(key: str) -> Response:
    return redirect(url_for("template_editor.show", key=key), 303)


def _whole_number(typed: str | None) -> int:
    return int(typed[:18]) if typed and typed.isascii() and typed.isdecimal() else 0


def _number(name: str) -> int:
    return _whole_number(request.form.get(name))


def _place(get: Callable[[str], str | None]) -> Place:
    return Place(_whole_number(get("week")), _whole_number(get("day")), _whole_number(get("place")))


def _day_text(found: plans_pb2.Template, week: int, day: int) -> str:
    name = words_of.weekday_of(day)
    return f"Week {week + 1}, {name}" if len(found.weeks) > 1 else name


def _form(site: Site, found: plans_pb2.Template, place: Place, form: Form) -> str:
    place.activities(found)
    key = words_of.key_of(found)
    page = activity_form(
        site,
        form,
        lambda kind: url_for("template_editor.new", key=key, week=place.week, day=place.day, kind=kind),
        title=f"Add to {_day_text(found, place.week, place.day)}",
        lead=found.title,
        post_url=url_for("template_editor.add", key=key),
        back_url=url_for("template_editor.show", key=key),
        act="Add",
        hidden={
            "week": str(place.week),
            "day": str(place.day),
            "revision": request.form.get("revision", str(found.revision)),
        },
    )
    return render_template("plan/activity.html", page=page)
