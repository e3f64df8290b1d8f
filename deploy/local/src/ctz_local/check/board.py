"""The board of the demo's challenge beside what the simulator's rows are worth by its rules."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_local.check.facts import Facts, facts_of
from ctz_local.check.journey import JobFailed, Journey
from ctz_local.check.peloton import Peloton
from ctz_local.check.points import Score, score_of, team_mean
from ctz_local.check.report import CheckReport
from ctz_local.check.tools import Tool
from ctz_local.rider import DEMO_CHALLENGE_TITLE, DEMO_MATES, DEMO_TEAM

# Points are exact decimals there and floats here.
_DIGITS: Final = 3
Rows = list[tuple[int, str, float]]
"""Rank, team and points of each row."""


def compare_board(tool: Tool, journey: Journey, port: int, held: Sequence[Facts], report: CheckReport) -> None:
    """Hold both boards, of members and of teams, against a recomputation; `held` is the rider's own history."""
    challenge = next((one for one in tool.challenges() if one.title == DEMO_CHALLENGE_TITLE), None)
    if challenge is None:
        raise JobFailed("The demo's challenge is not listed.")
    first, last = date.fromisoformat(challenge.start_date), date.fromisoformat(challenge.end_date)
    by_team: dict[str, list[Score]] = {DEMO_TEAM: [score_of(held, first, last)]}
    for mate in DEMO_MATES:
        history = _history(Peloton(port, mate.account.username), first)
        by_team.setdefault(mate.team, []).append(score_of(history, first, last))
    expected = {
        pb.BOARD_KIND_MEMBERS: _ranked([(team, one.total) for team, scores in by_team.items() for one in scores]),
        pb.BOARD_KIND_TEAMS: _ranked([(team, team_mean(scores)) for team, scores in by_team.items()]),
    }

    def shown() -> Mapping[pb.BoardKind.ValueType, Rows]:
        return {kind: _shown(tool.board(challenge.name, kind)) for kind in expected}

    # The last event may still be under way; what differs after that is a difference.
    report.figures["board_seconds"] = round(journey.wait(lambda: shown() == expected), 1)
    for kind, rows in shown().items():
        if rows != expected[kind]:
            report.say_differing(f"{pb.BoardKind.Name(kind)}: {rows}, must be {expected[kind]}")
    report.figures["board_points"] = round(sum(points for _, _, points in expected[pb.BOARD_KIND_MEMBERS]), 1)
    if not report.figures["board_points"]:
        report.say_differing("the board: nobody has a point, so nothing was compared")


def _history(peloton: Peloton, first: date) -> list[Facts]:
    peloton.sign_in()
    truth = peloton.truth()
    facts = [facts_of(row, truth["workouts"][row["id"]]) for row in peloton.rows(truth["user_id"])]
    margin = (first - timedelta(days=2)).isoformat()
    return [one for one in facts if one.day is None or one.day >= margin]


def _ranked(scores: Sequence[tuple[str, float]]) -> Rows:
    """Rank by points; equals share a rank."""
    points = [round(one, _DIGITS) for _, one in scores]
    rows = [
        (1 + sum(other > own for other in points), team, own) for (team, _), own in zip(scores, points, strict=True)
    ]
    return sorted(rows)


def _shown(rows: Sequence[pb.BoardRow]) -> Rows:
    return sorted((row.rank, row.team_title, round(row.points, _DIGITS)) for row in rows)
