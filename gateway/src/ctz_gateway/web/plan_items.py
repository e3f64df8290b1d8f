"""Items of the week: adding, changing, moving, copying, deleting, and the rider's own word on them."""

import dataclasses
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from ctz.plans.v1 import plans_pb2
from flask import Blueprint, abort, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError
from ctz_gateway.present import plan as words_of
from ctz_gateway.present import plan_item
from ctz_gateway.present.activities import activity_title
from ctz_gateway.present.rows import week_start_of
from ctz_gateway.viewmodels.common import Form, blank_form
from ctz_gateway.viewmodels.plan import Conflict
from ctz_gateway.web import problems
from ctz_gateway.web.activity_form import Reader, WrongActivity, activity_form, given_of, sent_by
from ctz_gateway.web.forms import new_key
from ctz_gateway.web.frame import say
from ctz_gateway.web.plan import day_in, list_weeks, read_day, today
from ctz_gateway.web.site import Site, signed_in, visitor, wants_json
from ctz_gateway.words import full_day

WEEK = timedelta(days=7)
# An item that was moved elsewhere is looked for this far around the day where it was seen.
SEARCHED_BEFORE, SEARCHED_WEEKS = 4 * WEEK, 8
DECISIONS = {
    "counts": plans_pb2.DECISION_COUNTS,
    "done": plans_pb2.DECISION_DONE,
    "skip": plans_pb2.DECISION_SKIPPED,
    "nothing": plans_pb2.DECISION_NOTHING_COUNTS,
    "clear": plans_pb2.DECISION_CLEAR,
}
DECIDED = {
    "counts": "It counts.",
    "done": "Marked as done.",
    "skip": "Left out.",
    "nothing": "Nothing counts for it.",
    "clear": "Back to what was recorded.",
}


def blueprint(site: Site) -> Blueprint:
    """The views of one item."""
    pages = Blueprint("plan_items", __name__, url_prefix="/plan/items")
    _writing(pages, site)
    _moving(pages, site)
    _deciding(pages, site)
    return pages


def _writing(pages: Blueprint, site: Site) -> None:
    plan = site.services.plan

    @pages.get("/new")
    @signed_in
    def new() -> str:
        given = {**sent_by(request.args), "kind": request.args.get("kind", "")}
        if given["workout"] and not given["kind"]:
            given["kind"] = "class"
        return _new_form(site, Form(given, {}))

    @pages.post("")
    @signed_in
    def create() -> Response | tuple[str, int]:
        given, day = sent_by(request.form), day_in(request.form, "date")
        if day is None:
            return _new_form(site, Form(given, {"date": "Give a day, such as 2026-05-08."})), 422
        try:
            activity = Reader(site, given).read()
        except WrongActivity as error:
            return _new_form(site, Form(given, error.errors)), 422
        try:
            made = plan.CreateItem(
                plans_pb2.CreateItemRequest(
                    date=day.isoformat(), activity=activity, request_id=request.form.get("idempotency_key", "")
                )
            )
        except RemoteError as error:
            return _new_form(site, problems.form_of(error, given)), 422
        say(f"Added: {activity_title(made.activity)}.")
        return _to_week(day)

    @pages.get("/<uuid:item_id>/edit")
    @signed_in
    def edit(item_id: UUID) -> str:
        found = find(site, item_id)
        given = given_of(found.activity)
        if request.args.get("kind"):
            given["kind"] = request.args["kind"]
        return _edit_form(site, found, Form(given, {}))

    @pages.post("/<uuid:item_id>")
    @signed_in
    def update(item_id: UUID) -> Response | tuple[str, int]:
        given, found = sent_by(request.form), find(site, item_id)
        try:
            activity = Reader(site, given, found.activity).read()
        except WrongActivity as error:
            return _edit_form(site, found, Form(given, error.errors)), 422
        wanted = plans_pb2.UpdateItemRequest(name=found.name, revision=_revision(), activity=activity)
        try:
            plan.UpdateItem(wanted)
        except RemoteError as error:
            if error.code.name == "ABORTED":
                return _conflict(site, item_id, activity_title(activity), "plan_items.update", given)
            return _edit_form(site, found, problems.form_of(error, given)), 422
        say("Saved.")
        return _to_week(date.fromisoformat(found.date))


def _moving(pages: Blueprint, site: Site) -> None:
    plan = site.services.plan

    @pages.post("/<uuid:item_id>/move")
    @signed_in
    def move(item_id: UUID) -> Response | tuple[str, int]:
        day, place = read_day("date"), request.form.get("position", "")
        wanted = plans_pb2.MoveItemRequest(
            name=f"items/{item_id}",
            revision=_revision(),
            date=day.isoformat(),
            position=min(int(place[:6]), 1000) if place.isascii() and place.isdecimal() else 1000,
        )
        try:
            moved = plan.MoveItem(wanted)
        except RemoteError as error:
            if error.code.name != "ABORTED":
                raise
            fields = {"date": day.isoformat(), "position": place}
            return _conflict(site, item_id, full_day(day), "plan_items.move", fields)
        if wants_json():
            return jsonify(revision=moved.revision, date=moved.date, position=moved.position)
        say(f"Moved to {full_day(day)}.")
        return _to_week(day)

    @pages.post("/<uuid:item_id>/copy")
    @signed_in
    def copy(item_id: UUID) -> Response:
        day = read_day("date")
        plan.CopyItem(
            plans_pb2.CopyItemRequest(
                name=f"items/{item_id}",
                date=day.isoformat(),
                request_id=request.form.get("idempotency_key", "") or new_key(),
            )
        )
        say(f"Copied to {full_day(day)}.")
        return _to_week(day)

    @pages.post("/<uuid:item_id>/delete")
    @signed_in
    def delete(item_id: UUID) -> Response:
        plan.DeleteItem(plans_pb2.DeleteItemRequest(name=f"items/{item_id}"))
        return redirect(url_for("plan.show", week=request.form.get("week") or None, undo=str(item_id)), 303)

    @pages.post("/<uuid:item_id>/undelete")
    @signed_in
    def undelete(item_id: UUID) -> Response:
        back = plan.UndeleteItem(plans_pb2.UndeleteItemRequest(name=f"items/{item_id}"))
        say(f"{activity_title(back.activity)} is back.")
        return _to_week(date.fromisoformat(back.date))


def _deciding(pages: Blueprint, site: Site) -> None:
    plan = site.services.plan

    @pages.get("/<uuid:item_id>")
    @signed_in
    def show(item_id: UUID) -> str:
        found = find(site, item_id)
        answer = plan.ListCandidates(plans_pb2.ListCandidatesRequest(name=found.name))
        page = plan_item.item_page(found, answer.candidates, today(), visitor().zone)
        return render_template("plan/item.html", page=page)

    @pages.post("/<uuid:item_id>/decide")
    @signed_in
    def decide(item_id: UUID) -> Response:
        word = request.form.get("decision", "")
        if word not in DECISIONS:
            abort(400)
        decided = plan.DecideItem(
            plans_pb2.DecideItemRequest(
                name=f"items/{item_id}",
                decision=DECISIONS[word],
                done=request.form.get("done", "") if word == "counts" else "",
                week_start=visitor().week_start,
                today=today().isoformat(),
            )
        )
        say(DECIDED[word])
        return _to_week(date.fromisoformat(decided.date))


def find(site: Site, item_id: UUID) -> plans_pb2.PlanItem:
    """An own item, looked for around the day that the address or the form names; 404 when it is not there."""
    around = day_in(request.args, "day") or day_in(request.form, "day") or today()
    name = f"items/{item_id}"
    for first, count in ((around, 1), (around - SEARCHED_BEFORE, SEARCHED_WEEKS)):
        for week in list_weeks(site, first, count).weeks:
            for item in (item for day in week.days for item in day.items):
                if item.name == name:
                    return item
    raise NotFound


def _revision() -> int:
    sent = request.form.get("revision", "")
    return int(sent[:18]) if sent.isascii() and sent.isdecimal() else 0


def _to_week(day: date) -> Response:
    week = week_start_of(day, visitor().week_start)
    return redirect(url_for("plan.show", week=week.isoformat()), 303)


def _new_form(site: Site, form: Form) -> str:
    day = (day_in(request.values, "date") or today()).isoformat()
    week = week_start_of(date.fromisoformat(day), visitor().week_start).isoformat()
    page = activity_form(
        site,
        form,
        lambda kind: url_for("plan_items.new", date=day, kind=kind),
        title="Add to the plan",
        lead="",
        post_url=url_for("plan_items.create"),
        back_url=url_for("plan.show", week=week),
        act="Add",
        hidden={"idempotency_key": request.form.get("idempotency_key", "") or new_key()},
        day=day,
    )
    return render_template("plan/activity.html", page=page)


def _edit_form(site: Site, found: plans_pb2.PlanItem, form: Form) -> str:
    item_id = words_of.item_id(found)
    page = activity_form(
        site,
        form,
        lambda kind: url_for("plan_items.edit", item_id=item_id, day=found.date, kind=kind),
        found.activity,
        title=activity_title(found.activity),
        lead=full_day(date.fromisoformat(found.date)),
        post_url=url_for("plan_items.update", item_id=item_id),
        back_url=words_of.item_url(found),
        act="Save",
        hidden={"revision": str(_revision() or found.revision), "day": found.date},
    )
    return render_template("plan/activity.html", page=page)


def _conflict(
    site: Site, item_id: UUID, wanted: str, endpoint: str, fields: dict[str, Any]
) -> tuple[str, int] | Response:
    """The item as it is now beside what was wanted; the rider decides."""
    found = find(site, item_id)
    day = date.fromisoformat(found.date)
    now_text = f"{activity_title(found.activity)}, {full_day(day)}"
    conflict = Conflict(
        title=activity_title(found.activity),
        now_text=now_text,
        yours_text=wanted,
        again_url=url_for(endpoint, item_id=item_id),
        fields={**fields, "revision": str(found.revision), "day": found.date},
        back_url=url_for("plan.show", week=week_start_of(day, visitor().week_start).isoformat()),
    )
    if wants_json():
        return make_response(jsonify(dataclasses.asdict(conflict)), 409)
    return render_template("plan/conflict.html", page=conflict, form=blank_form()), 409
