"""Administrators: building, changing, publishing and deleting challenges."""

from uuid import UUID

from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.plans.v1 import exercises_pb2
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError, Unreachable
from ctz_gateway.present import activities
from ctz_gateway.present.challenge_draft import Draft, changed
from ctz_gateway.present.challenge_form import Shown, builder_page
from ctz_gateway.present.challenges import id_of
from ctz_gateway.viewmodels.common import Note, Option
from ctz_gateway.web import challenge_form, problems
from ctz_gateway.web.challenge_wish import WrongInput, blank_draft, challenge_of, draft_of, errors_of
from ctz_gateway.web.forms import new_key
from ctz_gateway.web.frame import say
from ctz_gateway.web.site import Site, administrators, now, visitor
from ctz_gateway.words import plural

SAVE = "save"


def blueprint(site: Site) -> Blueprint:
    """The builder and what it leads to."""
    pages = Blueprint("challenge_admin", __name__, url_prefix="/challenges")
    challenges = site.services.challenges

    @pages.get("/new")
    @administrators
    def new() -> str:
        who = visitor()
        draft = blank_draft(now().astimezone(who.zone).date(), str(who.zone), new_key())
        return _page(draft, _shown(site))

    @pages.post("/new")
    @administrators
    def create() -> Response | str | tuple[str, int]:
        draft, act = _sent()
        if act != SAVE:
            return _page(changed(draft, act), _shown(site))
        try:
            challenge, items = challenge_of(draft)
            made = challenges.CreateChallenge(
                pb.CreateChallengeRequest(challenge=challenge, items=items, request_id=draft.given["idempotency_key"])
            )
        except (WrongInput, RemoteError) as error:
            return _wrong(draft, _shown(site), error)
        say("The draft is saved. Publish it when it is ready.")
        return redirect(url_for("challenge_admin.edit", challenge_id=id_of(made.name)), 303)

    @pages.get("/<uuid:challenge_id>/edit")
    @administrators
    def edit(challenge_id: UUID) -> str:
        view = _view(site, challenge_id)
        return _page(draft_of(view), _shown(site, view))

    @pages.post("/<uuid:challenge_id>/edit")
    @administrators
    def save(challenge_id: UUID) -> Response | str | tuple[str, int]:
        draft, act = _sent()
        if act != SAVE:
            return _page(changed(draft, act), _shown(site, _view(site, challenge_id)))
        try:
            challenge, items = challenge_of(draft, f"challenges/{challenge_id}")
            challenges.UpdateChallenge(pb.UpdateChallengeRequest(challenge=challenge, items=items))
        except (WrongInput, RemoteError) as error:
            return _wrong(draft, _shown(site, _view(site, challenge_id)), error)
        say("Saved. Points that this moves are being counted anew.")
        return redirect(url_for("challenge_admin.edit", challenge_id=challenge_id), 303)

    @pages.post("/<uuid:challenge_id>/publish")
    @administrators
    def publish(challenge_id: UUID) -> Response | tuple[str, int]:
        try:
            challenges.PublishChallenge(pb.PublishChallengeRequest(name=f"challenges/{challenge_id}"))
        except RemoteError as error:
            if error.code.name not in problems.ABOUT_WHAT_WAS_SENT:
                raise
            view = _view(site, challenge_id)
            return _wrong(draft_of(view), _shown(site, view), error)
        say("Published: riders can join.")
        return redirect(url_for("boards.show", challenge_id=challenge_id), 303)

    @pages.get("/<uuid:challenge_id>/delete")
    @administrators
    def confirm_delete(challenge_id: UUID) -> str:
        challenge = _view(site, challenge_id).challenge
        return render_template(
            "challenge_delete.html",
            challenge_id=str(challenge_id),
            title=challenge.title,
            members_text=plural(challenge.member_count, "rider"),
        )

    @pages.post("/<uuid:challenge_id>/delete")
    @administrators
    def delete(challenge_id: UUID) -> Response:
        challenges.DeleteChallenge(pb.DeleteChallengeRequest(name=f"challenges/{challenge_id}"))
        say("The challenge is deleted.")
        return redirect(url_for("challenges.index"), 303)

    return pages


def _sent() -> tuple[Draft, str]:
    """The form as it was sent, and which of its buttons was pressed; none (the Enter key) saves."""
    return challenge_form.read(request.form), request.form.get("act", SAVE)


def _view(site: Site, challenge_id: UUID) -> pb.ChallengeView:
    return site.services.challenges.GetChallenge(pb.GetChallengeRequest(name=f"challenges/{challenge_id}"))


def _shown(site: Site, view: pb.ChallengeView | None = None) -> Shown:
    routines = _routines(site)
    if view is None:
        action = url_for("challenge_admin.create")
        return Shown("", "New challenge", action, is_draft=True, join_code="", join_url="", routines=routines)
    challenge_id = id_of(view.challenge.name)
    path = url_for("challenges.invitation", code=view.join_code) if view.join_code else ""
    return Shown(
        challenge_id=challenge_id,
        title=view.challenge.title,
        action=url_for("challenge_admin.save", challenge_id=challenge_id),
        is_draft=view.challenge.state == pb.CHALLENGE_STATE_DRAFT,
        join_code=view.join_code,
        join_url=f"{site.settings.common.public_url.rstrip('/')}{path}" if path else "",
        routines=routines,
    )


def _routines(site: Site) -> list[Option]:
    """Routines that everybody has; the builder does without them while plans is away."""
    try:
        answer = site.services.exercises.ListRoutines(exercises_pb2.ListRoutinesRequest(page_size=100))
    except Unreachable:
        return []
    listed = [routine for routine in answer.routines if routine.is_built_in and not routine.is_private]
    return list(activities.practice_options((), listed, ""))


def _wrong(draft: Draft, shown: Shown, error: WrongInput | RemoteError) -> tuple[str, int]:
    """The form again with what is wrong; an error that is not about what was sent goes on."""
    if isinstance(error, WrongInput):
        return _page(draft, shown, error.errors), 422
    if error.code.name not in problems.ABOUT_WHAT_WAS_SENT:
        raise error
    found = errors_of(error.field_violations)
    problem = None if found else Note(problems.sentence(error), tone="bad", icon="alert")
    return _page(draft, shown, found, problem), 422


def _page(draft: Draft, shown: Shown, errors: dict[str, str] | None = None, problem: Note | None = None) -> str:
    return render_template("challenge_form.html", page=builder_page(draft, shown, errors or {}, problem))
