"""Targets recorded by riders: the list of a class with votes, choosing one, recording and changing one's own."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from ctz.workouts.v1 import classes_pb2
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError
from ctz_gateway.present import class_chart
from ctz_gateway.present import recorded_targets as words_of
from ctz_gateway.present.class_page import seconds_of
from ctz_gateway.present.recorded_targets import Typed
from ctz_gateway.viewmodels.class_targets import RecordedPage, RecordingPage, RecordingRow
from ctz_gateway.viewmodels.common import Note
from ctz_gateway.web import problems
from ctz_gateway.web.classes import KEY, view_of
from ctz_gateway.web.forms import new_key, one_line
from ctz_gateway.web.frame import say
from ctz_gateway.web.site import Site, signed_in
from ctz_gateway.words import duration, plural

LONGEST_TITLE = 80
WRONG = Note("Look at the marked rows.", tone="bad", icon="alert")
EMPTY = Note("Fill in a row: from, to, and what is called.", tone="bad", icon="alert")
STALE = Note(
    "Your rows are still here: save again, and they take the place of what is there now.",
    "These targets were changed in another window.",
    "warn",
    "alert",
)
PUBLISHED = Note("They are used for analysis and practice.", "Peloton publishes targets for this class.", "plain")


def blueprint(site: Site) -> Blueprint:
    """The views of recorded targets."""
    pages = Blueprint("recorded_targets", __name__, url_prefix=f"/classes/{KEY}/targets")
    _reading(pages, site)
    _writing(pages, site)
    _judging(pages, site)
    return pages


def _reading(pages: Blueprint, site: Site) -> None:
    @pages.get("")
    @signed_in
    def show(class_id: str) -> str:
        view, found = view_of(site, class_id), _listed(site, class_id)
        seconds = seconds_of(view, view.targets)
        rows = [words_of.recorded_row(each, seconds, view) for each in found]
        is_published = bool(view.targets)
        page = RecordedPage(
            class_id=class_id,
            title=view.library_class.title,
            rows=[row for row in rows if row is not None],
            can_record=not is_published,
            is_chosen=view.is_chosen,
            chosen_text=_chosen_text(view, found),
            notes=[PUBLISHED] if is_published else [],
        )
        return render_template("recorded_targets.html", page=page)


def _writing(pages: Blueprint, site: Site) -> None:
    classes = site.services.classes

    @pages.get("/new")
    @signed_in
    def new(class_id: str) -> str:
        hidden = {"idempotency_key": new_key()}
        return _editor(view_of(site, class_id), _Draft(), "create", hidden)

    @pages.post("/new")
    @signed_in
    def create(class_id: str) -> Response | str | tuple[str, int]:
        view, hidden = view_of(site, class_id), {"idempotency_key": request.form.get("idempotency_key", "")}
        draft = _sent(view)
        if draft.problem or draft.wants_rows:
            return _again(view, draft, "create", hidden)
        wanted = classes_pb2.CreateRecordedTargetsRequest(
            class_name=f"classes/{class_id}",
            title=draft.title,
            blocks=draft.typed.blocks,
            is_shared=draft.is_shared,
            request_id=hidden["idempotency_key"] or new_key(),
        )
        try:
            classes.CreateRecordedTargets(wanted)
        except RemoteError as error:
            return _refused(view, draft, "create", hidden, error)
        say("Recorded.")
        return _to_list(class_id)

    @pages.get("/<uuid:recorded_id>")
    @signed_in
    def edit(class_id: str, recorded_id: UUID) -> str:
        view, found = view_of(site, class_id), _own(site, class_id, recorded_id)
        draft = _Draft(
            found.title, words_of.rows_of(found.blocks, view.library_class.discipline), is_shared=found.is_shared
        )
        return _editor(view, draft, "update", {"revision": str(found.revision)}, recorded_id)

    @pages.post("/<uuid:recorded_id>")
    @signed_in
    def update(class_id: str, recorded_id: UUID) -> Response | str | tuple[str, int]:
        view = view_of(site, class_id)
        draft, hidden = _sent(view), {"revision": _revision()}
        if draft.problem or draft.wants_rows:
            return _again(view, draft, "update", hidden, recorded_id)
        wanted = classes_pb2.UpdateRecordedTargetsRequest(
            name=f"recordedTargets/{recorded_id}",
            title=draft.title,
            blocks=draft.typed.blocks,
            is_shared=draft.is_shared,
            revision=int(hidden["revision"]),
        )
        try:
            classes.UpdateRecordedTargets(wanted)
        except RemoteError as error:
            if error.code.name == "ABORTED":
                stored = _own(site, class_id, recorded_id)
                draft.problem = STALE
                return _editor(view, draft, "update", {"revision": str(stored.revision)}, recorded_id), 409
            return _refused(view, draft, "update", hidden, error, recorded_id)
        say("Saved.")
        return _to_list(class_id)

    @pages.post("/<uuid:recorded_id>/delete")
    @signed_in
    def delete(class_id: str, recorded_id: UUID) -> Response:
        _own(site, class_id, recorded_id)
        classes.DeleteRecordedTargets(classes_pb2.DeleteRecordedTargetsRequest(name=f"recordedTargets/{recorded_id}"))
        say("The targets are deleted. Who chose them keeps a copy.")
        return _to_list(class_id)


def _judging(pages: Blueprint, site: Site) -> None:
    classes = site.services.classes

    @pages.post("/<uuid:recorded_id>/vote")
    @signed_in
    def vote(class_id: str, recorded_id: UUID) -> Response:
        sent = request.form.get("vote", "")
        if sent not in {"1", "-1", "0"}:
            abort(400)
        name = f"recordedTargets/{recorded_id}"
        classes.VoteRecordedTargets(classes_pb2.VoteRecordedTargetsRequest(name=name, vote=int(sent)))
        say("Your vote counts." if sent != "0" else "Your vote is taken back.")
        return _to_list(class_id)

    @pages.post("/choose")
    @signed_in
    def choose(class_id: str) -> Response:
        chosen = one_line(request.form.get("recorded_targets", ""))
        answer = classes.ChooseRecordedTargets(
            classes_pb2.ChooseRecordedTargetsRequest(
                class_name=f"classes/{class_id}", recorded_targets=f"recordedTargets/{chosen}" if chosen else ""
            )
        )
        renewed = plural(answer.workout_count, "workout of yours is", "workouts of yours are")
        told = f"{renewed} analysed anew." if answer.workout_count else "It counts from your first ride of it."
        say(f"Chosen. {told}" if chosen else f"No longer used. {renewed} analysed anew.")
        return _to_list(class_id)


class _Draft:
    """What the editor holds: the name, the rows, and what is wrong."""

    def __init__(self, title: str = "", rows: Sequence[RecordingRow] = (), *, is_shared: bool = True) -> None:
        self.title = title
        self.is_shared = is_shared
        self.typed = Typed(rows, ())
        self.title_error = ""
        self.problem: Note | None = None
        self.wants_rows = False


def _sent(view: classes_pb2.ClassView) -> _Draft:
    """The form as it was sent, judged row by row."""
    draft = _Draft(one_line(request.form.get("title", "")), is_shared=request.form.get("is_shared") == "1")
    sent = request.form.to_dict(flat=False)
    draft.typed = words_of.typed(sent, seconds_of(view, view.targets), view.library_class.discipline)
    draft.wants_rows = request.form.get("act") == "rows"
    if draft.wants_rows:
        return draft
    if not 1 <= len(draft.title) <= LONGEST_TITLE:
        draft.title_error = f"Give a name of at most {LONGEST_TITLE} letters."
    if not draft.typed.is_right:
        draft.problem = WRONG if draft.typed.rows else EMPTY
    elif draft.title_error:
        draft.problem = Note("Give them a name.", tone="bad", icon="alert")
    return draft


def _again(
    view: classes_pb2.ClassView, draft: _Draft, act: str, hidden: dict[str, str], recorded_id: UUID | None = None
) -> str | tuple[str, int]:
    """The editor with what was typed: more rows were asked for, or something is wrong."""
    shown = _editor(view, draft, act, hidden, recorded_id)
    return (shown, 422) if draft.problem else shown


def _refused(
    view: classes_pb2.ClassView,
    draft: _Draft,
    act: str,
    hidden: dict[str, str],
    error: RemoteError,
    recorded_id: UUID | None = None,
) -> tuple[str, int]:
    """The editor with the service's word on it; raises the error where it is not about what was sent."""
    form = problems.form_of(error, {"title": draft.title})
    draft.title_error = form.error("title")
    told = "; ".join(f"{field} {text}" for field, text in error.field_violations) or problems.sentence(error)
    draft.problem = Note(told, tone="bad", icon="alert")
    return _editor(view, draft, act, hidden, recorded_id), 422


def _editor(
    view: classes_pb2.ClassView, draft: _Draft, act: str, hidden: dict[str, str], recorded_id: UUID | None = None
) -> str:
    seconds, found = seconds_of(view, view.targets), view.library_class
    class_id = found.name.removeprefix("classes/")
    place: dict[str, Any] = {"recorded_id": recorded_id} if recorded_id else {}
    rows = draft.typed.rows
    listed = class_chart.calls(draft.typed.blocks, seconds)
    drawn = class_chart.class_chart(listed, seconds or _end(draft.typed), found.discipline)
    page = RecordingPage(
        class_id=class_id,
        class_title=found.title,
        title="Change your targets" if recorded_id else "Record targets",
        post_url=url_for(f"recorded_targets.{act}", class_id=class_id, **place),
        name=draft.title,
        name_error=draft.title_error,
        is_shared=draft.is_shared,
        rows=words_of.with_blank(rows, words_of.MORE_ROWS if draft.wants_rows or not rows else words_of.BLANK_ROWS),
        hints=words_of.hints(found.discipline),
        problem=draft.problem,
        hidden=hidden,
        length_text=duration(seconds) if seconds else "",
        chart=drawn,
    )
    return render_template("recording.html", page=page)


def _end(typed: Typed) -> int:
    return max((block.end_seconds + 1 for block in typed.blocks), default=0)


def _listed(site: Site, class_id: str) -> list[classes_pb2.RecordedTargets]:
    wanted = classes_pb2.ListRecordedTargetsRequest(class_name=f"classes/{class_id}")
    return list(site.services.classes.ListRecordedTargets(wanted).recorded_targets)


def _own(site: Site, class_id: str, recorded_id: UUID) -> classes_pb2.RecordedTargets:
    """The rider's own targets; those of others are as absent as those that do not exist."""
    for found in _listed(site, class_id):
        if found.name == f"recordedTargets/{recorded_id}" and found.is_own:
            return found
    raise NotFound


def _chosen_text(view: classes_pb2.ClassView, found: list[classes_pb2.RecordedTargets]) -> str:
    if not view.is_chosen:
        return ""
    titles = [each.title for each in found if each.name == view.chosen_recorded_targets]
    return f"Your rides are analysed by “{titles[0]}”." if titles else "Your rides are analysed by a copy of targets."


def _revision() -> str:
    sent = request.form.get("revision", "")
    return str(int(sent[:18])) if sent.isascii() and sent.isdecimal() else "0"


def _to_list(class_id: str) -> Response:
    return redirect(url_for("recorded_targets.show", class_id=class_id), 303)
