"""BoardService."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.challenges.v1 import challenges_pb2_grpc as pb_grpc

from ctz_challenges.api.board_messages import board_message, explanation_message, standing_message
from ctz_challenges.api.messages import CHALLENGES, FORGED, TEAMS, member_ids, viewer_of
from ctz_challenges.app.boards import BoardDesk
from ctz_challenges.domain.board import BoardChoice, BoardKind, BoardWish, Bookmark, Place
from ctz_challenges.domain.board_explanation import LinePlace
from ctz_challenges.domain.scoring_lines import exact
from ctz_chassis import paging, resource_name
from ctz_chassis.clock import Clock
from ctz_chassis.errors import InvalidArgument

DEFAULT_PAGE, LARGEST_PAGE = 50, 100
DEFAULT_LINES, MOST_LINES = 100, 500
_KINDS = {
    pb.BOARD_KIND_UNSPECIFIED: None,
    pb.BOARD_KIND_MEMBERS: BoardKind.MEMBERS,
    pb.BOARD_KIND_TEAMS: BoardKind.TEAMS,
}


class BoardServicer(pb_grpc.BoardServiceServicer):
    """Translates BoardService."""

    def __init__(self, boards: BoardDesk, *, clock: Clock) -> None:
        self._boards = boards
        self._clock = clock

    def GetBoard(self, request: pb.GetBoardRequest, context: Any) -> pb.Board:
        """One page of a board."""
        bound_to = paging.filter_digest(challenge=request.challenge)
        board = self._boards.board(
            viewer_of(context),
            resource_name.parse(CHALLENGES, request.challenge, field="challenge"),
            _wish(request),
            after=_bookmark(paging.decode_token(request.page_token, bound_to)),
            size=paging.page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE),
            with_challenge=request.with_challenge,
        )
        token = "" if board.end is None else paging.encode_token(_payload(board.end), bound_to)
        return board_message(board, token, self._clock())

    def ExplainPoints(self, request: pb.ExplainPointsRequest, context: Any) -> pb.PointsExplanation:
        """Every counted line of a member."""
        challenge_id, user_id = member_ids(request.member)
        bound_to = paging.filter_digest(member=request.member, week=request.week)
        explanation = self._boards.explain(
            viewer_of(context),
            challenge_id,
            user_id,
            week=request.week,
            after=_line_place(paging.decode_token(request.page_token, bound_to)),
            size=paging.page_size(request.page_size, DEFAULT_LINES, MOST_LINES),
        )
        end = explanation.end
        token = ""
        if end is not None:
            token = paging.encode_token({"d": end.day.isoformat(), "i": str(end.line_id)}, bound_to)
        return explanation_message(explanation, token)

    def ListStandings(self, _request: pb.ListStandingsRequest, context: Any) -> pb.ListStandingsResponse:
        """How the person stands in each challenge that runs."""
        standings = self._boards.standings(viewer_of(context))
        return pb.ListStandingsResponse(standings=[standing_message(each) for each in standings])


def _wish(request: pb.GetBoardRequest) -> BoardWish:
    if request.kind not in _KINDS:
        raise InvalidArgument("kind", "choose members or teams")
    return BoardWish(
        kind=_KINDS[request.kind],
        week=request.week,
        team_id=resource_name.parse(TEAMS, request.team, field="team") if request.team else None,
        is_own_team=request.is_own_team,
        is_latest_week=request.is_latest_week,
    )


def _payload(end: Bookmark) -> dict[str, Any]:
    choice, place = end.choice, end.place
    return {
        "k": choice.kind.value,
        "w": choice.week,
        "g": "" if choice.team_id is None else str(choice.team_id),
        "p": str(place.points),
        "t": place.reached_at.isoformat(),
        "i": str(place.row_id),
    }


def _bookmark(payload: dict[str, Any]) -> Bookmark | None:
    if not payload:
        return None
    try:
        team_id = UUID(payload["g"]) if payload["g"] else None
        choice = BoardChoice(BoardKind(payload["k"]), int(payload["w"]), team_id)
        points, reached_at = exact(Decimal(payload["p"])), datetime.fromisoformat(payload["t"])
        return Bookmark(choice, Place(points, reached_at.astimezone(UTC), UUID(payload["i"])))
    except FORGED:
        raise InvalidArgument("page_token", "is none of this board") from None


def _line_place(payload: dict[str, Any]) -> LinePlace | None:
    if not payload:
        return None
    try:
        return LinePlace(date.fromisoformat(payload["d"]), UUID(payload["i"]))
    except FORGED:
        raise InvalidArgument("page_token", "is none of these lines") from None
