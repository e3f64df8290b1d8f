"""Boards in words and bars: shared ranks, changes since yesterday, who gave what."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_gateway.present.challenges import id_of, ordinal, points_text, whole_points
from ctz_gateway.viewmodels.challenges import Change, Row, ShareBar, StandingPanel, StandingRow
from ctz_gateway.viewmodels.common import Figure
from ctz_gateway.words import listing, plural

UNKNOWN = "A rider"
SAME = 0.05


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where rows lead: `team` takes a team's id, `member` a user's id."""

    page: str

    def team(self, team_id: str) -> str:
        """The riders of one team."""
        return f"{self.page}?{urlencode({'board': 'riders', 'team': team_id})}"

    def member(self, user_id: str, week: int) -> str:
        """Why a member has these points."""
        return f"{self.page}/points/{user_id}" + (f"?week={week}" if week else "")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the board: their id, and their points in its span for the own share of a team's bar."""

    user_id: str
    points: float | None
    names: Mapping[str, str]


def rows(board: pb.Board, reader: Reader, addresses: Addresses) -> tuple[Sequence[Row], Row | None]:
    """The rows of a page, and the reader's own when it is on another one."""
    everybody = [*board.rows, *([board.own_row] if board.HasField("own_row") else [])]
    best = max((row.points for row in everybody), default=0.0)
    own_key = _key(board.own_row) if board.HasField("own_row") else ""
    shown = [_row(each, _key(each) == own_key, best, reader, addresses, board.week) for each in board.rows]
    if not own_key or own_key in {row.key for row in shown}:
        return shown, None
    return shown, _row(board.own_row, True, best, reader, addresses, board.week)  # noqa: FBT003 - the own row


def _key(row: pb.BoardRow) -> str:
    return row.user_id or id_of(row.team)


def _row(
    row: pb.BoardRow,
    is_own: bool,
    best: float,
    reader: Reader,
    addresses: Addresses,
    week: int,
) -> Row:
    change, count = change_of(row)
    is_team = not row.user_id
    return Row(
        key=_key(row),
        rank=row.rank,
        change=change,
        change_count=count,
        name=row.team_title if is_team else reader.names.get(row.user_id, UNKNOWN),
        under="" if is_team else row.team_title,
        url=addresses.team(id_of(row.team)) if is_team else addresses.member(row.user_id, week),
        bars=bars(row, best, own_points=reader.points if is_own and is_team else None),
        count_text=f"{row.active_count} of {row.member_count}" if is_team else "",
        points=points_text(row.points),
        is_own=is_own,
    )


def change_of(row: pb.BoardRow) -> tuple[Change, int]:
    """How the rank changed since yesterday: up is towards the first."""
    if not row.HasField("yesterday_rank"):
        return "new", 0
    gained = row.yesterday_rank - row.rank
    if gained == 0:
        return "same", 0
    return ("up" if gained > 0 else "down"), abs(gained)


def bars(row: pb.BoardRow, best: float, *, own_points: float | None) -> Sequence[ShareBar]:
    """A bar as long as the points against the best; a team's is cut by what its members gave."""
    if best <= 0 or row.points <= 0:
        return ()
    length = 100 * min(row.points / best, 1.0)
    given = [points for points in row.member_points if points > 0]
    if not given:
        return (ShareBar(0.0, round(length, 2)),)
    total, x, parts = sum(given), 0.0, []
    own = _nearest(given, own_points)
    for position, points in enumerate(given):
        width = length * points / total
        parts.append(ShareBar(round(x, 2), round(width, 2), position == own))
        x += width
    return parts


def _nearest(given: Sequence[float], own_points: float | None) -> int | None:
    """Which of the members' points are the reader's; None when none fit."""
    if own_points is None or own_points <= 0:
        return None
    position = min(range(len(given)), key=lambda each: abs(given[each] - own_points))
    return position if abs(given[position] - own_points) < SAME else None


def shared_ranks(shown: Sequence[Row]) -> str:
    """`Big Ring Theory and Early Birds share 9th place.`, for the first places that are shared."""
    counts = Counter(row.rank for row in shown if row.bars)
    rank = next((row.rank for row in shown if counts[row.rank] > 1), None)
    if rank is None:
        return ""
    names = [row.name for row in shown if row.rank == rank and row.bars]
    if len(names) > 3:  # noqa: PLR2004 - more names are no sentence
        return f"{len(names)} share {ordinal(rank)} place."
    return f"{listing(names)} share {ordinal(rank)} place."


def to_next(board: pb.Board) -> Figure | None:
    """How far it is to the place above, or how far ahead the first is; None where the page does not tell."""
    if not board.HasField("own_row"):
        return None
    own = board.own_row
    above = [row for row in board.rows if row.rank < own.rank and row.points > own.points]
    is_next_here = any(_key(row) == _key(own) for row in board.rows)
    if above and is_next_here:
        return Figure(f"To {ordinal(above[-1].rank)} place", points_text(above[-1].points - own.points), "points")
    below = [row for row in board.rows if row.rank > own.rank]
    if own.rank == 1 and below:
        return Figure(f"Ahead of {ordinal(below[0].rank)}", points_text(own.points - below[0].points), "points")
    return None


def rank_figure(board: pb.Board) -> Figure | None:
    """`Late Cadence: 3rd of 12`, or the rider's own rank."""
    if not board.HasField("own_row"):
        return None
    own = board.own_row
    label = own.team_title if board.kind == pb.BOARD_KIND_TEAMS and own.team_title else "Your rank"
    return Figure(label, ordinal(own.rank), f"of {board.total_size}")


def spoken(board: pb.Board, points: float) -> str:
    """What a screen reader hears when points arrive."""
    text = f"You have {whole_points(round(points, 1))} points."
    figure = rank_figure(board)
    if figure is None:
        return text
    who = "You are" if figure.label == "Your rank" else f"{figure.label} is"
    return f"{text} {who} {figure.value} {figure.unit}."


def standing_panel(standing: pb.Standing, names: Mapping[str, str]) -> StandingPanel:
    """The small board on Today."""
    own = standing.own_row if standing.HasField("own_row") else None
    best = max((row.points for row in standing.rows), default=0.0)
    is_team = standing.mode == pb.CHALLENGE_MODE_TEAM
    change, count = change_of(own) if own is not None else ("new", 0)
    shown = [
        StandingRow(
            rank=row.rank,
            name=row.team_title if is_team else names.get(row.user_id, UNKNOWN),
            points=points_text(row.points),
            share=round(100 * row.points / best, 1) if best > 0 else 0.0,
            is_own=own is not None and _key(row) == _key(own),
        )
        for row in standing.rows
    ]
    return StandingPanel(
        challenge_id=id_of(standing.challenge),
        title=standing.title,
        rank=ordinal(own.rank) if own is not None else "",
        of_text=f"of {plural(standing.total_size, 'team' if is_team else 'rider')}",
        change=change,
        change_count=count,
        rows=shown,
        sentence=_sentence(standing, own),
    )


def _sentence(standing: pb.Standing, own: pb.BoardRow | None) -> str:
    done, possible = whole_points(round(standing.week_points, 1)), standing.week_possible_points
    week = f"You have {done} of {whole_points(possible)} points this week."
    if not possible or standing.week_points > possible:
        week = f"You have {done} points this week."
    above = [row for row in standing.rows if own is not None and row.points > own.points]
    if own is None or not above:
        return week
    return f"{points_text(above[-1].points - own.points)} points behind {ordinal(above[-1].rank)}. {week}"
