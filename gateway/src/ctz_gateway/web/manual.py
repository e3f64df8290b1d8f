"""Workouts that the rider enters: adding one, correcting one, deleting one; imported ones are renamed here."""

from typing import Any
from uuid import UUID

from ctz.workouts.v1 import transfers_pb2 as pb
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError
from ctz_gateway.present import activities, rider_words
from ctz_gateway.present import manual as words_of
from ctz_gateway.present.manual import FIELDS, NAMES, Reader, WrongEntry
from ctz_gateway.viewmodels.common import Form, Option
from ctz_gateway.viewmodels.manual import ManualPage
from ctz_gateway.viewmodels.plan import Conflict
from ctz_gateway.web import problems
from ctz_gateway.web.forms import new_key, one_line
from ctz_gateway.web.frame import say
from ctz_gateway.web.site import Site, now, signed_in, visitor

MANY_LINES = frozenset({"note"})
STALE = "REVISION_STALE"


def blueprint(site: Site) -> Blueprint:
    """The views of entered workouts."""
    pages = Blueprint("manual", __name__, url_prefix="/workouts")
    manual = site.services.manual

    @pages.get("/new")
    @signed_in
    def new() -> str:
        return _new_form(Form(words_of.blank(now(), visitor().zone), {}))

    @pages.post("/new")
    @signed_in
    def create() -> Response | tuple[str, int]:
        given = _given()
        try:
            wanted = pb.CreateManualWorkoutRequest(
                workout=_reader(given).read(),
                request_id=request.form.get("idempotency_key", ""),
                perceived_exertion=int(given["effort"] or 0),
                notes=given["note"],
            )
            made = manual.CreateManualWorkout(wanted)
        except WrongEntry as error:
            return _new_form(Form(given, error.errors)), 422
        except RemoteError as error:
            return _new_form(problems.form_of(error, given, NAMES)), 422
        say("The workout is in your history.")
        return redirect(f"/{made.name}", 303)

    @pages.get("/<uuid:workout_id>/edit")
    @signed_in
    def edit(workout_id: UUID) -> str:
        found = _find(site, workout_id)
        given = words_of.given_of(found, is_metric=visitor().is_metric)
        return _edit_form(found, workout_id, Form(given, {}), found.revision)

    @pages.post("/<uuid:workout_id>/edit")
    @signed_in
    def save(workout_id: UUID) -> Response | tuple[str, int]:
        found, given, revision = _find(site, workout_id), _given(), _revision()
        try:
            wanted = _reader(given, found).read()
            wanted.name, wanted.revision = found.name, revision
            if revision != found.revision:
                return _conflict(found, wanted, workout_id, given)
            manual.UpdateManualWorkout(pb.UpdateManualWorkoutRequest(workout=wanted))
        except WrongEntry as error:
            return _edit_form(found, workout_id, Form(given, error.errors), revision), 422
        except RemoteError as error:
            if error.reason == STALE:
                return _conflict(_find(site, workout_id), wanted, workout_id, given)
            return _edit_form(found, workout_id, problems.form_of(error, given, NAMES), revision), 422
        say("Saved.")
        return redirect(url_for("workouts.show", workout_id=workout_id), 303)

    @pages.post("/<uuid:workout_id>/remove")
    @signed_in
    def remove(workout_id: UUID) -> Response:
        try:
            manual.DeleteManualWorkout(
                pb.DeleteManualWorkoutRequest(name=f"workouts/{workout_id}", revision=_revision())
            )
        except RemoteError as error:
            if error.reason != STALE:
                raise
            say("It was changed in the meantime, so nothing was deleted. This is how it is now.", tone="warn")
            return redirect(url_for("manual.edit", workout_id=workout_id), 303)
        say("The workout is deleted.")
        return redirect(url_for("history.show"), 303)

    return pages


def _find(site: Site, workout_id: UUID) -> pb.ManualWorkout:
    return site.services.manual.GetManualWorkout(pb.GetManualWorkoutRequest(name=f"workouts/{workout_id}"))


def _given() -> dict[str, str]:
    typed = {name: request.form.get(name, "").replace("\0", "") for name in FIELDS}
    lines = {name: one_line(text) for name, text in typed.items() if name not in MANY_LINES}
    effort = lines["effort"] if lines["effort"] in {str(number) for number in rider_words.EFFORTS} else ""
    return {**lines, "effort": effort, "note": typed["note"].replace("\r\n", "\n").strip()}


def _reader(given: dict[str, str], before: pb.ManualWorkout | None = None) -> Reader:
    who = visitor()
    return Reader(given, who.zone, now(), who.is_metric, before)


def _revision() -> int:
    sent = request.form.get("revision", "")
    return int(sent[:18]) if sent.isascii() and sent.isdecimal() else 0


def _new_form(form: Form) -> str:
    page = ManualPage(
        title="Add a workout",
        lead="For what no device recorded. It counts like every other workout.",
        post_url=url_for("manual.create"),
        back_url=url_for("history.show"),
        act="Add",
        hidden={"idempotency_key": request.form.get("idempotency_key", "") or new_key()},
        is_new=True,
        form=form,
        **_choices(form),
    )
    return render_template("transfers/manual.html", page=page)


def _edit_form(found: pb.ManualWorkout, workout_id: UUID, form: Form, revision: int) -> str:
    imported = "A file told it, so its name can be changed here; its figures stay as the file has them."
    page = ManualPage(
        title="Change the workout",
        lead=imported if found.is_imported else "Figures that follow from it are computed again.",
        post_url=url_for("manual.save", workout_id=workout_id),
        back_url=url_for("workouts.show", workout_id=workout_id),
        act="Save",
        hidden={"revision": str(revision)},
        is_new=False,
        is_imported=found.is_imported,
        remove_url=url_for("manual.remove", workout_id=workout_id),
        form=form,
        **_choices(form),
    )
    return render_template("transfers/manual.html", page=page)


def _choices(form: Form) -> dict[str, Any]:
    chosen = form.value("discipline")
    disciplines = list(activities.discipline_options(chosen))
    if chosen and not any(option.selected for option in disciplines):
        disciplines.append(Option(chosen, activities.category_or_discipline(chosen), selected=True))
    class_type = form.value("class_type")
    return {
        "disciplines": disciplines,
        "class_types": [Option("", "No class, or another one", not class_type), *activities.type_options(class_type)],
        "efforts": rider_words.effort_options(form.value("effort")),
        "distance_unit": words_of.distance_unit(is_metric=visitor().is_metric),
    }


def _conflict(
    found: pb.ManualWorkout, wanted: pb.ManualWorkout, workout_id: UUID, given: dict[str, str]
) -> tuple[str, int]:
    """The workout as it is now beside what was wanted; the rider decides."""
    if found.is_imported:
        wanted.start_time.CopyFrom(found.start_time)
        wanted.utc_offset_seconds, wanted.duration_seconds = found.utc_offset_seconds, found.duration_seconds
    page = Conflict(
        title=found.title,
        now_text=words_of.in_words(found),
        yours_text=words_of.in_words(wanted),
        again_url=url_for("manual.save", workout_id=workout_id),
        fields={**given, "revision": str(found.revision)},
        back_url=url_for("workouts.show", workout_id=workout_id),
        active="history",
    )
    return render_template("plan/conflict.html", page=page), 409
