"""One challenge: its head, the week, the board that renews itself, and why points are as they are."""

import hashlib
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from ctz.challenges.v1 import challenges_pb2 as pb
from flask import Blueprint, Response, jsonify, render_template, request, url_for

from ctz_gateway.present import boards as board_words
from ctz_gateway.present import challenges as words
from ctz_gateway.present import points as point_words
from ctz_gateway.present.challenge_page import board_view, challenge_page
from ctz_gateway.present.challenges import Seen, id_of
from ctz_gateway.viewmodels.challenges import BoardView, PointsPage, Tab
from ctz_gateway.web.site import Site, now, signed_in, visitor

PAGE_SIZE = 50
LINES = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which board a page is of: `teams`, `riders` or the own `team`; `week` or all; of one team; from where on."""

    board: str
    span: str
    team: str
    cursor: str

    def query(self, **changes: str) -> str:
        """The address' query with some parts changed; the first page, empty parts left out."""
        parts = {"board": self.board, "span": self.span, "team": self.team, **changes}
        return urlencode({name: value for name, value in parts.items() if value})


def blueprint(site: Site) -> Blueprint:
    """The page of a challenge and what it asks for while it is open."""
    pages = Blueprint("boards", __name__, url_prefix="/challenges")
    services = site.services

    @pages.get("/<uuid:challenge_id>")
    @signed_in
    def show(challenge_id: UUID) -> str:
        return _show(site, challenge_id)

    @pages.get("/<uuid:challenge_id>/board.json")
    @signed_in
    def renewed(challenge_id: UUID) -> Response:
        board = _board(site, challenge_id, _asked())
        seen = _seen(board)
        answer = jsonify(spoken=board_words.spoken(board, seen.view.points) if seen.is_member else "")
        answer.set_etag(_version(board))
        answer.make_conditional(request)
        return answer

    @pages.get("/<uuid:challenge_id>/points/<uuid:user_id>")
    @signed_in
    def points(challenge_id: UUID, user_id: UUID) -> str:
        challenge, week = f"challenges/{challenge_id}", _number(request.args.get("week", ""))
        answer = services.boards.ExplainPoints(
            pb.ExplainPointsRequest(
                member=f"{challenge}/members/{user_id}",
                week=week,
                page_size=LINES,
                page_token=request.args.get("cursor", ""),
            )
        )
        return render_template("challenge_points.html", page=_points_page(site, challenge, str(user_id), week, answer))

    return pages


def _show(site: Site, challenge_id: UUID) -> str:
    asked = _asked()
    board = _board(site, challenge_id, asked)
    seen, wanted = _seen(board), _told(asked, board)
    shown = None if seen.challenge.state == pb.CHALLENGE_STATE_DRAFT else _board_view(site, seen, board, wanted)
    page = challenge_page(
        seen,
        board,
        shown,
        page_url=_page_url(challenge_id),
        join_url=_join_url(site, seen),
        poll_url=f"{url_for('boards.renewed', challenge_id=challenge_id)}?{wanted.query(cursor=wanted.cursor)}",
        points_url=board_words.Addresses(_page_url(challenge_id)).member(visitor().user_id, board.week),
    )
    return render_template("challenge.html", page=page, version=_version(board))


def _seen(board: pb.Board) -> Seen:
    return Seen(board.challenge, now(), visitor().is_administrator)


def _page_url(challenge_id: UUID | str) -> str:
    return url_for("boards.show", challenge_id=challenge_id)


def _join_url(site: Site, seen: Seen) -> str:
    """The link to hand on; it works outside of this page, hence with the host."""
    code = seen.view.join_code
    if not code:
        return ""
    return f"{site.settings.common.public_url.rstrip('/')}{url_for('challenges.invitation', code=code)}"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 0  # noqa: PLR2004 - no challenge has 1,000 weeks


def _asked() -> Wanted:
    """What the address asks for."""
    board = request.args.get("board", "")
    team = request.args.get("team", "") if board == "riders" else ""
    try:
        team = str(UUID(team)) if team else ""
    except ValueError:
        team = ""
    return Wanted(board, request.args.get("span", ""), team, request.args.get("cursor", ""))


def _told(asked: Wanted, board: pb.Board) -> Wanted:
    """What the address was answered with: the challenge, or the rider, may not have what was asked for."""
    chosen = "team" if asked.board == "team" and board.team else "riders"
    if board.kind == pb.BOARD_KIND_TEAMS:
        chosen = "teams"
    return Wanted(chosen, "week" if board.week else "", asked.team, asked.cursor)


def _board(site: Site, challenge_id: UUID, asked: Wanted) -> pb.Board:
    """The board with its challenge; without a word of the address it is the one that fits the challenge."""
    return site.services.boards.GetBoard(
        pb.GetBoardRequest(
            challenge=f"challenges/{challenge_id}",
            kind=pb.BOARD_KIND_MEMBERS if asked.board == "riders" else pb.BOARD_KIND_UNSPECIFIED,
            is_latest_week=asked.span == "week",
            team=f"teams/{asked.team}" if asked.team else "",
            is_own_team=asked.board == "team",
            page_size=PAGE_SIZE,
            page_token=asked.cursor,
            with_challenge=True,
        )
    )


def _version(board: pb.Board) -> str:
    """A new one whenever anything that the page shows of the service changed."""
    return hashlib.blake2b(board.SerializeToString(deterministic=True), digest_size=12).hexdigest()


def _board_view(site: Site, seen: Seen, board: pb.Board, wanted: Wanted) -> BoardView:
    everybody = [*board.rows, *([board.own_row] if board.HasField("own_row") else [])]
    address = _page_url(id_of(seen.challenge.name))
    reader = board_words.Reader(
        visitor().user_id,
        point_words.own_points(seen.view, board.week) if seen.is_member else None,
        site.names.of(row.user_id for row in everybody),
    )
    rows, own = board_words.rows(board, reader, board_words.Addresses(address))
    return board_view(
        seen,
        board,
        rows,
        own,
        tabs=_tabs(seen, wanted, address),
        spans=_spans(seen, wanted, address),
        zone=visitor().zone,
        is_filtered=bool(wanted.team),
        first_url=f"{address}?{wanted.query()}#board" if wanted.cursor else "",
        next_url=f"{address}?{wanted.query(cursor=board.next_page_token)}#board" if board.next_page_token else "",
    )


def _tabs(seen: Seen, wanted: Wanted, address: str) -> list[Tab]:
    challenge = seen.challenge
    listed = [("riders", "Riders", str(challenge.member_count))]
    if seen.is_team:
        listed.insert(0, ("teams", "Teams", str(challenge.team_count)))
        if seen.is_member and seen.view.membership.team:
            listed.append(("team", "My team", ""))
    return [
        Tab(text, f"{address}?{wanted.query(board=key, team='')}#board", wanted.board == key, count)
        for key, text, count in listed
    ]


def _spans(seen: Seen, wanted: Wanted, address: str) -> list[Tab]:
    if not seen.last_week:
        return []
    name = "This week" if seen.challenge.current_week else "Last week"
    return [
        Tab(name, f"{address}?{wanted.query(span='week')}#board", bool(wanted.span)),
        Tab("Total", f"{address}?{wanted.query(span='')}#board", not wanted.span),
    ]


def _points_page(site: Site, challenge: str, user_id: str, week: int, answer: pb.PointsExplanation) -> PointsPage:
    """The own page spells out the team's mean as well; another's tells their name."""
    who, is_own = visitor(), user_id == visitor().user_id
    total = words.exact_points(answer.points)
    row = answer.team_row if answer.HasField("team_row") else None
    points = f"{words.whole_points(round(answer.points, 1))} points"
    whose = "" if is_own else site.names.of([user_id]).get(user_id, board_words.UNKNOWN)
    title = f"Your {points}" if is_own else f"{whose}: {points}"
    address = url_for("boards.points", challenge_id=id_of(challenge), user_id=user_id)
    further = {"week": str(week) if week else "", "cursor": answer.next_page_token}
    return PointsPage(
        challenge_id=id_of(challenge),
        title=title,
        formula=point_words.formula(row) if row is not None else None,
        formula_note=point_words.formula_note(row, week) if row is not None else "",
        spans=_point_spans(answer, week, address),
        lines=point_words.lines(answer, workout_url="/workouts/" if is_own else ""),
        corrections=point_words.corrections(answer, who.zone, now()),
        total=total,
        next_url=f"{address}?{urlencode({k: v for k, v in further.items() if v})}" if answer.next_page_token else "",
    )


def _point_spans(answer: pb.PointsExplanation, week: int, address: str) -> list[Tab]:
    """All of it, and each week up to the last one with a line."""
    last = max([line.week for line in answer.lines] + [week])
    numbers = range(1, last + 1)
    return [
        Tab("All", address, not week),
        *(Tab(f"Week {number}", f"{address}?week={number}", number == week) for number in numbers),
    ]
