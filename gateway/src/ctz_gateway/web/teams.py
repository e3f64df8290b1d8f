"""Teams: choosing, making and drawing one; the captain's overview; captains and moves."""

from uuid import UUID

from ctz.challenges.v1 import challenges_pb2 as pb
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.errors import RemoteError
from ctz_gateway.present import teams as words
from ctz_gateway.present.boards import UNKNOWN
from ctz_gateway.present.challenges import Seen
from ctz_gateway.viewmodels.common import Form, Option, blank_form
from ctz_gateway.viewmodels.teams import MovePage
from ctz_gateway.web import problems
from ctz_gateway.web.forms import one_line
from ctz_gateway.web.frame import say
from ctz_gateway.web.site import Site, administrators, now, signed_in, visitor

MAX_TEAMS = 200
LONGEST_WEEK = 3


def blueprint(site: Site) -> Blueprint:
    """The pages of teams."""
    pages = Blueprint("teams", __name__, url_prefix="/challenges/<uuid:challenge_id>")
    teams = site.services.teams

    @pages.get("/teams")
    @signed_in
    def choose(challenge_id: UUID) -> str:
        return _choose_page(site, challenge_id, blank_form())

    @pages.post("/teams")
    @signed_in
    def create(challenge_id: UUID) -> Response | tuple[str, int]:
        given = {"title": one_line(request.form.get("title", ""))}
        wanted = pb.CreateTeamRequest(
            challenge=f"challenges/{challenge_id}",
            title=given["title"],
            request_id=request.form.get("idempotency_key", ""),
        )
        try:
            team = teams.CreateTeam(wanted)
        except RemoteError as error:
            return _choose_page(site, challenge_id, problems.form_of(error, given)), 422
        say(f"{team.title} is there.")
        is_captain = visitor().user_id in team.captain_ids
        return redirect(url_for("boards.show" if is_captain else "teams.choose", challenge_id=challenge_id), 303)

    @pages.post("/teams/choose")
    @signed_in
    def join(challenge_id: UUID) -> Response | tuple[str, int]:
        chosen = request.form.get("team", "")
        wanted = pb.ChooseTeamRequest(challenge=f"challenges/{challenge_id}", team=f"teams/{chosen}" if chosen else "")
        try:
            teams.ChooseTeam(wanted)
        except RemoteError as error:
            return _choose_page(site, challenge_id, problems.form_of(error, {"title": ""})), 422
        say("You are in the team.")
        return redirect(url_for("boards.show", challenge_id=challenge_id, board="team"), 303)

    @pages.get("/teams/<uuid:team_id>")
    @signed_in
    def show(challenge_id: UUID, team_id: UUID) -> str:
        text = request.args.get("week", "")
        week = int(text) if text.isdecimal() and len(text) < LONGEST_WEEK else 0
        answer = teams.GetTeamOverview(pb.GetTeamOverviewRequest(team=f"teams/{team_id}", week=week))
        names = site.names.of(mate.membership.user_id for mate in answer.members)
        who = visitor()
        page = words.team_page(
            answer,
            names,
            challenge_id=str(challenge_id),
            user_id=who.user_id,
            is_administrator=who.is_administrator,
            address=url_for("teams.show", challenge_id=challenge_id, team_id=team_id),
            points_address=f"{url_for('boards.show', challenge_id=challenge_id)}/points/",
            week=week,
        )
        return render_template("challenge_team.html", page=page)

    @pages.post("/members/<uuid:user_id>/captain")
    @signed_in
    def appoint(challenge_id: UUID, user_id: UUID) -> Response:
        is_captain = request.form.get("captain") == "1"
        changed = teams.SetCaptain(
            pb.SetCaptainRequest(member=f"challenges/{challenge_id}/members/{user_id}", is_captain=is_captain)
        )
        say("There is one captain more." if is_captain else "There is one captain less.")
        if str(user_id) == visitor().user_id and not is_captain and not visitor().is_administrator:
            return redirect(url_for("boards.show", challenge_id=challenge_id), 303)
        team_id = changed.team.removeprefix("teams/")
        return redirect(url_for("teams.show", challenge_id=challenge_id, team_id=team_id), 303)

    @pages.get("/members/<uuid:user_id>/move")
    @administrators
    def ask_move(challenge_id: UUID, user_id: UUID) -> str:
        view = site.services.challenges.GetChallenge(pb.GetChallengeRequest(name=f"challenges/{challenge_id}"))
        day = words.day_of_move(view.challenge, now())
        return _move_page(site, challenge_id, user_id, Form({"from_date": day.isoformat()}, {}))

    @pages.post("/members/<uuid:user_id>/move")
    @administrators
    def move(challenge_id: UUID, user_id: UUID) -> Response | tuple[str, int]:
        given = {name: request.form.get(name, "") for name in ("team", "from_date")}
        try:
            teams.MoveMember(
                pb.MoveMemberRequest(
                    member=f"challenges/{challenge_id}/members/{user_id}",
                    team=f"teams/{given['team']}",
                    from_date=given["from_date"],
                )
            )
        except RemoteError as error:
            return _move_page(site, challenge_id, user_id, problems.form_of(error, given)), 422
        say("Moved. Points of the days before stay with the team of that time.")
        return redirect(url_for("teams.show", challenge_id=challenge_id, team_id=given["team"]), 303)

    return pages


def _choose_page(site: Site, challenge_id: UUID, form: Form) -> str:
    name = f"challenges/{challenge_id}"
    view = site.services.challenges.GetChallenge(pb.GetChallengeRequest(name=name))
    answer = site.services.teams.ListTeams(pb.ListTeamsRequest(challenge=name, page_size=MAX_TEAMS))
    seen = Seen(view, now(), visitor().is_administrator)
    return render_template("challenge_teams.html", page=words.teams_page(seen, answer.teams, form))


def _move_page(site: Site, challenge_id: UUID, user_id: UUID, form: Form) -> str:
    answer = site.services.teams.ListTeams(
        pb.ListTeamsRequest(challenge=f"challenges/{challenge_id}", page_size=MAX_TEAMS)
    )
    chosen = form.value("team")
    listed = [(team.name.removeprefix("teams/"), team.title) for team in answer.teams]
    page = MovePage(
        challenge_id=str(challenge_id),
        user_id=str(user_id),
        name=site.names.of([str(user_id)]).get(str(user_id), UNKNOWN),
        teams=[Option(team_id, title, team_id == chosen) for team_id, title in listed],
        form=form,
    )
    return render_template("challenge_move.html", page=page)
