"""Challenges: the list, joining by page, code or link, leaving."""

from collections.abc import Mapping
from uuid import UUID

from ctz.challenges.v1 import challenges_pb2 as pb
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError, Unreachable
from ctz_gateway.present import challenges as words
from ctz_gateway.present.challenge_weeks import weeks
from ctz_gateway.present.challenges import Seen, id_of
from ctz_gateway.present.points import scoring_sentences
from ctz_gateway.viewmodels.challenges import ChallengesPage
from ctz_gateway.viewmodels.common import Form, Note, blank_form
from ctz_gateway.web.forms import one_line
from ctz_gateway.web.frame import say
from ctz_gateway.web.site import Site, now, signed_in, visitor

PAGE_SIZE = 50
UNKNOWN_CODE = "No challenge has this code. Check it with whoever gave it to you."


def blueprint(site: Site) -> Blueprint:
    """The list of challenges and the ways in and out of one."""
    pages = Blueprint("challenges", __name__, url_prefix="/challenges")
    challenges = site.services.challenges

    @pages.get("")
    @signed_in
    def index() -> str:
        return _list_page(site, blank_form())

    @pages.get("/join")
    @signed_in
    def find() -> Response | tuple[str, int]:
        code = one_line(request.args.get("code", ""))
        if not code:
            form = Form({"code": ""}, {"code": "Enter the code that you were given."})
            return _list_page(site, form), 422
        return redirect(url_for("challenges.invitation", code=code))

    @pages.get("/join/<code>")
    @signed_in
    def invitation(code: str) -> str | tuple[str, int] | Response:
        try:
            view = challenges.FindByCode(pb.FindByCodeRequest(code=code))
        except RemoteError as error:
            if error.code.name not in {"NOT_FOUND", "INVALID_ARGUMENT"}:
                raise
            form = Form(
                {"code": one_line(code)}, {"code": "No challenge has this code. Check it with who gave it to you."}
            )
            return _list_page(site, form), 404
        seen = Seen(view, now(), visitor().is_administrator)
        if seen.is_member:
            return redirect(url_for("boards.show", challenge_id=id_of(view.challenge.name)))
        return render_template(
            "challenge_join.html",
            head=words.head(seen),
            code=code,
            sentences=scoring_sentences(view.challenge.scoring, view.items, is_team=seen.is_team),
            weeks=weeks(seen)[:1],
        )

    @pages.post("/<uuid:challenge_id>/join")
    @signed_in
    def join(challenge_id: UUID) -> Response:
        name = f"challenges/{challenge_id}"
        view = challenges.JoinChallenge(pb.JoinChallengeRequest(name=name, code=request.form.get("code", "")))
        say(f"You are in: {view.challenge.title}.")
        needs_team = view.challenge.mode == pb.CHALLENGE_MODE_TEAM and not view.membership.team
        return redirect(url_for("teams.choose" if needs_team else "boards.show", challenge_id=challenge_id), 303)

    @pages.get("/<uuid:challenge_id>/leave")
    @signed_in
    def confirm_leave(challenge_id: UUID) -> str:
        view = challenges.GetChallenge(pb.GetChallengeRequest(name=f"challenges/{challenge_id}"))
        seen = Seen(view, now(), visitor().is_administrator)
        if not seen.is_member:
            abort(404)
        return render_template("challenge_leave.html", head=words.head(seen), points=words.points_text(view.points))

    @pages.post("/<uuid:challenge_id>/leave")
    @signed_in
    def leave(challenge_id: UUID) -> Response:
        challenges.LeaveChallenge(pb.LeaveChallengeRequest(name=f"challenges/{challenge_id}"))
        say("You left the challenge. Join again and your points come back.")
        return redirect(url_for("challenges.index"), 303)

    return pages


def _list_page(site: Site, form: Form) -> str:
    answer = site.services.challenges.ListChallenges(
        pb.ListChallengesRequest(page_size=PAGE_SIZE, page_token=request.args.get("cursor", ""))
    )
    notes: list[Note] = []
    page = ChallengesPage(
        groups=words.groups(answer.challenges, answer.joined, _standings(site, notes) if answer.joined else {}),
        code_form=form,
        notes=notes,
        next_url=url_for("challenges.index", cursor=answer.next_page_token) if answer.next_page_token else "",
    )
    return render_template("challenges.html", page=page)


def _standings(site: Site, notes: list[Note]) -> Mapping[str, pb.Standing]:
    """How the rider stands where something runs; the list stands without it."""
    try:
        answer = site.services.boards.ListStandings(pb.ListStandingsRequest())
    except Unreachable:
        notes.append(Note("It comes back by itself.", "Your ranks cannot be shown right now.", "warn", "alert"))
        return {}
    return {standing.challenge: standing for standing in answer.standings}
