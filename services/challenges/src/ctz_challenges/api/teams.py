"""TeamService."""

from typing import Any
from uuid import UUID

from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.challenges.v1 import challenges_pb2_grpc as pb_grpc

from ctz_challenges.api.messages import (
    CHALLENGES,
    FORGED,
    TEAMS,
    item_message,
    member_ids,
    member_week_message,
    membership_message,
    team_message,
    viewer_of,
)
from ctz_challenges.app.teams import TeamDesk
from ctz_challenges.domain.challenge_wish import checked_day
from ctz_challenges.domain.errors import InvalidField
from ctz_challenges.domain.team import checked_title
from ctz_challenges.store.teams import Place
from ctz_chassis import paging, resource_name
from ctz_chassis.errors import InvalidArgument
from ctz_chassis.idempotency import request_key

DEFAULT_PAGE, LARGEST_PAGE = 50, 200


class TeamServicer(pb_grpc.TeamServiceServicer):
    """Translates TeamService."""

    def __init__(self, teams: TeamDesk) -> None:
        self._teams = teams

    def ListTeams(self, request: pb.ListTeamsRequest, context: Any) -> pb.ListTeamsResponse:
        """Teams of a challenge, by title."""
        challenge_id = _challenge(request)
        bound_to = str(challenge_id)
        page, end = self._teams.page(
            viewer_of(context),
            challenge_id,
            after=_place(paging.decode_token(request.page_token, bound_to)),
            size=paging.page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE),
        )
        token = "" if end is None else paging.encode_token({"t": end.title, "i": str(end.team_id)}, bound_to)
        return pb.ListTeamsResponse(teams=[team_message(each) for each in page], next_page_token=token)

    def CreateTeam(self, request: pb.CreateTeamRequest, context: Any) -> pb.Team:
        """Make a team."""
        return team_message(
            self._teams.create(viewer_of(context), _challenge(request), request.title, request_key(request))
        )

    def ChooseTeam(self, request: pb.ChooseTeamRequest, context: Any) -> pb.Membership:
        """Put the person into a team, or into the smallest one."""
        team_id = _team(request) if request.team else None
        return membership_message(self._teams.choose(viewer_of(context), _challenge(request), team_id))

    def MoveMember(self, request: pb.MoveMemberRequest, _context: Any) -> pb.Membership:
        """Move a member to another team from a day on."""
        challenge_id, user_id = member_ids(request.member)
        from_date = checked_day("from_date", request.from_date)
        return membership_message(self._teams.move(challenge_id, user_id, _team(request), from_date))

    def SetCaptain(self, request: pb.SetCaptainRequest, context: Any) -> pb.Membership:
        """Make a member a captain, or a rider again."""
        challenge_id, user_id = member_ids(request.member)
        return membership_message(
            self._teams.set_captain(viewer_of(context), challenge_id, user_id, is_captain=request.is_captain)
        )

    def GetTeamOverview(self, request: pb.GetTeamOverviewRequest, context: Any) -> pb.TeamOverview:
        """Who did what in a week."""
        overview = self._teams.overview(viewer_of(context), _team(request), request.week)
        return pb.TeamOverview(
            team=team_message(overview.team),
            week=overview.week,
            items=[item_message(each) for each in overview.items],
            members=[member_week_message(each) for each in overview.members],
        )


def _challenge(request: Any) -> UUID:
    return resource_name.parse(CHALLENGES, request.challenge, field="challenge")


def _team(request: Any) -> UUID:
    return resource_name.parse(TEAMS, request.team, field="team")


def _place(payload: dict[str, Any]) -> Place | None:
    if not payload:
        return None
    try:
        return Place(checked_title(payload["t"]), UUID(payload["i"]))
    except (*FORGED, InvalidField):
        raise InvalidArgument("page_token", "is none of this list") from None
