"""Boards and explanations as the contract tells them."""

from datetime import UTC, datetime

from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_challenges.api.messages import CHALLENGES, ITEMS, MODES, TEAMS, view_message
from ctz_challenges.app.boards import Standing
from ctz_challenges.app.item_events import COLLECTIONS
from ctz_challenges.domain.board import Board, BoardKind, BoardRow
from ctz_challenges.domain.board_explanation import Correction, Explanation, ToldLine
from ctz_challenges.domain.scoring_lines import Reason
from ctz_chassis import resource_name

_KINDS = {BoardKind.MEMBERS: pb.BOARD_KIND_MEMBERS, BoardKind.TEAMS: pb.BOARD_KIND_TEAMS}
_REASONS = {reason: pb.PointsReason.Value(f"POINTS_REASON_{reason.name}") for reason in Reason}


def board_message(board: Board, next_page_token: str, instant: datetime) -> pb.Board:
    """Return a page of a board, its challenge as it stands at an instant."""
    choice = board.choice
    message = pb.Board(
        kind=_KINDS[choice.kind],
        rows=[_row(row) for row in board.rows],
        own_row=None if board.own_row is None else _row(board.own_row),
        total_size=board.total_size,
        next_page_token=next_page_token,
        week=choice.week,
        team="" if choice.team_id is None else resource_name.format(TEAMS, choice.team_id),
        challenge=None if board.challenge is None else view_message(board.challenge, instant),
    )
    if board.update_time is not None:
        message.update_time.FromDatetime(board.update_time.astimezone(UTC))
    return message


def explanation_message(explanation: Explanation, next_page_token: str) -> pb.PointsExplanation:
    """Return a page of an explanation."""
    return pb.PointsExplanation(
        lines=[_line(line) for line in explanation.lines],
        corrections=[_correction(each) for each in explanation.corrections],
        points=float(explanation.points),
        next_page_token=next_page_token,
        team_row=None if explanation.team_row is None else _row(explanation.team_row),
    )


def standing_message(standing: Standing) -> pb.Standing:
    """Return how a person stands."""
    return pb.Standing(
        challenge=resource_name.format(CHALLENGES, standing.challenge.challenge_id),
        title=standing.challenge.title,
        mode=MODES[standing.challenge.mode],
        rows=[_row(row) for row in standing.rows],
        own_row=None if standing.own_row is None else _row(standing.own_row),
        total_size=standing.total_size,
        week_points=float(standing.week_points),
        week_possible_points=float(standing.week_possible_points),
    )


def _row(row: BoardRow) -> pb.BoardRow:
    return pb.BoardRow(
        rank=row.rank,
        user_id="" if row.user_id is None else str(row.user_id),
        team="" if row.team_id is None else resource_name.format(TEAMS, row.team_id),
        team_title=row.team_title,
        points=float(row.points),
        yesterday_rank=row.yesterday_rank,
        active_count=row.active_count,
        member_count=row.member_count,
        member_points=[float(points) for points in row.member_points],
        member_sum=float(row.member_sum),
    )


def _line(line: ToldLine) -> pb.PointsLine:
    done = ""
    if line.done_kind is not None and line.done_id is not None:
        done = resource_name.format(COLLECTIONS[line.done_kind], line.done_id)
    return pb.PointsLine(
        week=line.week,
        date=line.day.isoformat(),
        done=done,
        title=line.title,
        item="" if line.item_id is None else resource_name.format(ITEMS, line.item_id),
        reason=_REASONS[line.reason],
        amount=line.amount,
        points_per_unit=line.points_per_unit,
        points=float(line.points),
        team="" if line.team_id is None else resource_name.format(TEAMS, line.team_id),
    )


def _correction(correction: Correction) -> pb.PointsCorrection:
    message = pb.PointsCorrection(line=_line(correction.line), cause=correction.cause)
    message.correct_time.FromDatetime(correction.withdrawn_at.astimezone(UTC))
    return message
