"""Changing what the rider says of a workout: note, tags, effort, feel. Two browsers never lose each other's words."""

import re
import uuid

from ctz.workouts.v1 import workouts_pb2
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError
from ctz_gateway.present import rider_words
from ctz_gateway.viewmodels.rider_words import WordsConflict
from ctz_gateway.web import problems
from ctz_gateway.web.frame import say
from ctz_gateway.web.site import Site, signed_in

NAMES = {"notes": "note", "tags": "tags", "perceived_exertion": "effort", "feel": "feel"}

_REVISION = re.compile("[0-9]{1,18}")


def blueprint(site: Site) -> Blueprint:
    """Where the panel is sent to."""
    pages = Blueprint("rider_words", __name__)
    workouts = site.services.workouts

    @pages.post("/workouts/<uuid:workout_id>/words")
    @signed_in
    def save(workout_id: uuid.UUID) -> Response | tuple[str, int]:
        name, given = f"workouts/{workout_id}", _given()
        try:
            workouts.UpdateWorkout(_change(name, given))
        except RemoteError as error:
            view = workouts.GetWorkout(workouts_pb2.GetWorkoutRequest(name=name))
            if error.reason == "REVISION_STALE":
                return _conflict(view, workout_id, given)
            form = problems.form_of(error, given, NAMES)
            words = rider_words.panel(view, url_for("rider_words.save", workout_id=workout_id), form)
            return render_template(
                "words_again.html", title=view.workout.title, back_url=_back(workout_id), words=words
            ), 422
        say("Saved.")
        return redirect(_back(workout_id), 303)

    return pages


def _given() -> dict[str, str]:
    sent = {name: request.form.get(name, "").replace("\0", "") for name in (*NAMES.values(), "revision")}
    notes = sent["note"].replace("\r\n", "\n").strip()
    revision = sent["revision"] if _REVISION.fullmatch(sent["revision"]) else "0"
    effort, feel = (
        sent[name] if sent[name] in {str(number) for number in known} else ""
        for name, known in (("effort", rider_words.EFFORTS), ("feel", rider_words.FEELS))
    )
    return {"note": notes, "tags": sent["tags"].strip(), "effort": effort, "feel": feel, "revision": revision}


def _change(name: str, given: dict[str, str]) -> workouts_pb2.UpdateWorkoutRequest:
    change = workouts_pb2.UpdateWorkoutRequest(
        name=name,
        notes=given["note"],
        tags=rider_words.tags_of(given["tags"]),
        perceived_exertion=int(given["effort"] or 0),
        feel=int(given["feel"] or 0),
        revision=int(given["revision"]),
    )
    change.update_mask.paths.extend(path for path, name in NAMES.items() if name in request.form)
    return change


def _conflict(view: workouts_pb2.WorkoutView, workout_id: uuid.UUID, given: dict[str, str]) -> tuple[str, int]:
    """How the words stand beside how they were wanted; the rider decides."""
    page = WordsConflict(
        title=view.workout.title,
        stands=rider_words.words(rider_words.fields_of(view)),
        wanted=rider_words.words(given),
        save_url=url_for("rider_words.save", workout_id=workout_id),
        fields={**given, "revision": str(view.workout.revision)},
        back_url=_back(workout_id),
    )
    return render_template("words_conflict.html", page=page), 409


def _back(workout_id: uuid.UUID) -> str:
    return url_for("workouts.show", workout_id=workout_id)
