"""Routines: one with its steps, own ones with an editor of which each act is one form."""

from ctz.plans.v1 import exercises_pb2
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError
from ctz_gateway.present import exercises as words_of
from ctz_gateway.viewmodels.common import Form, Option
from ctz_gateway.viewmodels.exercises import RoutinePage, StepPage
from ctz_gateway.web import problems
from ctz_gateway.web.forms import one_line
from ctz_gateway.web.frame import say
from ctz_gateway.web.site import Site, signed_in

KEY = "<string(maxlength=64):key>"
MOST_STEPS = 40
# The figures of a pattern that a routine may set, with their bounds.
FIGURES = {
    "hold_seconds": (1, 600),
    "release_seconds": (0, 600),
    "repetitions": (1, 100),
    "sets": (1, 10),
    "rest_seconds": (0, 600),
}


def blueprint(site: Site) -> Blueprint:
    """The views of routines."""
    pages = Blueprint("routines", __name__, url_prefix="/exercises/routines")
    _whole(pages, site)
    _steps(pages, site)
    return pages


def _whole(pages: Blueprint, site: Site) -> None:
    library = site.services.exercises

    @pages.get(f"/{KEY}")
    @signed_in
    def one(key: str) -> str:
        return _page(site, _get(site, key))

    @pages.get(f"/{KEY}/edit")
    @signed_in
    def edit(key: str) -> str:
        return _page(site, _own(site, key), is_editing=True)

    @pages.post("")
    @signed_in
    def create() -> Response:
        title = one_line(request.form.get("title", ""))[:80] or "My routine"
        first = exercises_pb2.RoutineStep(exercise=request.form.get("exercise", ""))
        made = library.CreateRoutine(
            exercises_pb2.CreateRoutineRequest(
                routine=exercises_pb2.Routine(title=title, steps=[first]),
                request_id=request.form.get("idempotency_key", ""),
            )
        )
        return _back(words_of.key_of(made.name))

    @pages.post(f"/{KEY}/copy")
    @signed_in
    def copy(key: str) -> Response:
        found = _get(site, key)
        mine = exercises_pb2.Routine(title=f"My {found.title}"[:80], description=found.description, steps=found.steps)
        made = library.CreateRoutine(
            exercises_pb2.CreateRoutineRequest(routine=mine, request_id=request.form.get("idempotency_key", ""))
        )
        say("Copied. This one is yours to change.")
        return _back(words_of.key_of(made.name))

    @pages.post(f"/{KEY}")
    @signed_in
    def save(key: str) -> Response | tuple[str, int]:
        found = _own(site, key)
        given = {
            "title": one_line(request.form.get("title", ""))[:80],
            "description": request.form.get("description", "").replace("\r\n", "\n").strip()[:1000],
        }
        found.title, found.description = given["title"], given["description"]
        try:
            _send(site, found)
        except RemoteError as error:
            names = {"routine.title": "title", "routine.description": "description"}
            return _page(site, _own(site, key), problems.form_of(error, given, names), is_editing=True), 422
        say("Saved.")
        return _back(key)

    @pages.post(f"/{KEY}/delete")
    @signed_in
    def delete(key: str) -> Response:
        library.DeleteRoutine(exercises_pb2.DeleteRoutineRequest(name=f"routines/{key}"))
        say("Deleted. Sessions that you did stay.")
        return redirect(url_for("exercises.show"), 303)


def _steps(pages: Blueprint, site: Site) -> None:
    @pages.post(f"/{KEY}/steps")
    @signed_in
    def change(key: str) -> Response:
        found = _own(site, key)
        steps, act = list(found.steps), request.form.get("act", "")
        if act == "add":
            if len(steps) >= MOST_STEPS:
                abort(400)
            steps.append(exercises_pb2.RoutineStep(exercise=request.form.get("exercise", "")))
        else:
            place = _place(request.form.get("step", ""), len(steps))
            step = steps.pop(place)
            targets = {"up": max(place - 1, 0), "down": place + 1}
            if act in targets:
                steps.insert(targets[act], step)
            elif act != "remove" or not steps:
                abort(400)
        del found.steps[:]
        found.steps.extend(steps)
        _send(site, found)
        return _back(key)

    @pages.get(f"/{KEY}/steps/<int:number>")
    @signed_in
    def step(key: str, number: int) -> str:
        found = _own(site, key)
        place = _place(str(number), len(found.steps))
        pattern = _pattern(site, found.steps[place])
        given = {name: str(getattr(pattern, name)) for name in FIGURES}
        return _step_page(site, found, place, Form(given, {}))

    @pages.post(f"/{KEY}/steps/<int:number>")
    @signed_in
    def save_step(key: str, number: int) -> Response | tuple[str, int]:
        found = _own(site, key)
        place = _place(str(number), len(found.steps))
        given = {name: request.form.get(name, "").strip() for name in FIGURES}
        errors = {
            name: f"From {low} to {high}."
            for name, (low, high) in FIGURES.items()
            if not (given[name].isascii() and given[name].isdecimal() and low <= int(given[name][:6]) <= high)
        }
        if errors:
            return _step_page(site, found, place, Form(given, errors)), 422
        sides = _pattern(site, found.steps[place]).sides
        figures = {name: int(given[name]) for name in FIGURES}
        found.steps[place].pattern.CopyFrom(exercises_pb2.Pattern(**figures, sides=sides))
        _send(site, found)
        return _back(key)


def _get(site: Site, key: str) -> exercises_pb2.Routine:
    return site.services.exercises.GetRoutine(exercises_pb2.GetRoutineRequest(name=f"routines/{key}"))


def _own(site: Site, key: str) -> exercises_pb2.Routine:
    """An own routine; one that came with the product cannot be edited."""
    found = _get(site, key)
    if found.is_built_in:
        abort(404)
    return found


def _pattern(site: Site, step: exercises_pb2.RoutineStep) -> exercises_pb2.Pattern:
    """The pattern of a step: its own, else the exercise's."""
    if step.HasField("pattern"):
        return step.pattern
    return site.services.exercises.GetExercise(exercises_pb2.GetExerciseRequest(name=step.exercise)).pattern


def _send(site: Site, found: exercises_pb2.Routine) -> None:
    """Save it over the revision that the form was made from."""
    sent = request.form.get("revision", "")
    found.revision = int(sent[:18]) if sent.isascii() and sent.isdecimal() else 0
    site.services.exercises.UpdateRoutine(exercises_pb2.UpdateRoutineRequest(routine=found))


def _place(typed: str, count: int) -> int:
    place = int(typed[:4]) if typed.isascii() and typed.isdecimal() else count
    if place >= count:
        abort(404)
    return place


def _back(key: str) -> Response:
    return redirect(url_for("routines.edit", key=key), 303)


def _page(site: Site, found: exercises_pb2.Routine, form: Form | None = None, *, is_editing: bool = False) -> str:
    library = site.services.exercises
    timeline = library.GetTimeline(exercises_pb2.GetTimelineRequest(name=found.name))
    exercises = []
    if is_editing:
        listed = library.ListExercises(exercises_pb2.ListExercisesRequest(page_size=100)).exercises
        exercises = [Option(each.name, f"{words_of.category_name(each.category)}: {each.title}") for each in listed]
    page = RoutinePage(
        key=words_of.key_of(found.name),
        title=found.title,
        description=found.description,
        facts=words_of.routine_facts(found),
        steps=words_of.step_rows(timeline),
        is_own=not found.is_built_in,
        is_private=found.is_private,
        is_editing=is_editing,
        revision=found.revision,
        form=form or Form({"title": found.title, "description": found.description}, {}),
        exercises=exercises,
        play_url=f"/player/{found.name}",
        plan_url=url_for("plan_items.new", kind="routine", routine=found.name),
        can_add=len(found.steps) < MOST_STEPS,
    )
    return render_template("exercises/routine.html", page=page)


def _step_page(site: Site, found: exercises_pb2.Routine, place: int, form: Form) -> str:
    name = found.steps[place].exercise
    title = site.services.exercises.GetExercise(exercises_pb2.GetExerciseRequest(name=name)).title
    page = StepPage(words_of.key_of(found.name), place, title, found.revision, form)
    return render_template("exercises/step.html", page=page)
