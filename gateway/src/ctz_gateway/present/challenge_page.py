"""The page of one challenge, put together."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_gateway.present.boards import rank_figure, shared_ranks, to_next
from ctz_gateway.present.challenge_weeks import weeks
from ctz_gateway.present.challenges import Seen, head, id_of, medal_note, of_possible, updated_words, whole_points
from ctz_gateway.present.points import scoring_sentences
from ctz_gateway.viewmodels.challenges import BoardView, ChallengePage, Row, Tab, WeekCard
from ctz_gateway.viewmodels.common import Figure, Note


def challenge_page(
    seen: Seen,
    board: pb.Board,
    shown: BoardView | None,
    *,
    page_url: str,
    join_url: str,
    poll_url: str,
    points_url: str,
) -> ChallengePage:
    """Everything of the page; `board` gives the rank of the head, `shown` is the board as rows."""
    cards = weeks(seen)
    return ChallengePage(
        head=head(seen, join_url=join_url),
        figures=_figures(seen, board),
        week=_present_week(seen, cards),
        weeks=cards,
        board=shown,
        banners=_banners(seen, page_url),
        sentences=scoring_sentences(seen.challenge.scoring, seen.view.items, is_team=seen.is_team),
        points_url=points_url if seen.is_member else "",
        poll_url=poll_url if seen.challenge.state == pb.CHALLENGE_STATE_RUNNING else "",
        team_url=_team_url(seen, page_url),
        is_administrator=seen.is_administrator,
    )


def _team_url(seen: Seen, page_url: str) -> str:
    """The overview of the own team, for its captains and for administrators."""
    member = seen.view.membership
    may = seen.is_member and bool(member.team) and (member.is_captain or seen.is_administrator)
    return f"{page_url}/teams/{id_of(member.team)}" if may else ""


def _figures(seen: Seen, board: pb.Board) -> Sequence[Figure]:
    """The rider's points against what was possible so far, the rank, and how far the next place is."""
    if not seen.is_member or not seen.last_week:
        return ()
    possible = sum(week.possible_points for week in seen.view.weeks if week.week <= seen.last_week)
    of_text = of_possible(seen.view.points, 0 if seen.counts_amounts else possible)
    found = [
        Figure("Your points", whole_points(round(seen.view.points, 1)), of_text),
        rank_figure(board),
        to_next(board),
    ]
    return [figure for figure in found if figure is not None]


def _present_week(seen: Seen, cards: Sequence[WeekCard]) -> WeekCard | None:
    """The week that runs; before the start the first one, after the end none."""
    if seen.challenge.state == pb.CHALLENGE_STATE_ENDED:
        return None
    current = (card for card in cards if card.is_current)
    return next(current, cards[0] if cards else None)


def _banners(seen: Seen, page_url: str) -> Sequence[Note]:
    found: list[Note] = []
    medal = medal_note(seen)
    if medal is not None:
        found.append(medal)
    is_over = seen.challenge.state == pb.CHALLENGE_STATE_ENDED
    if seen.is_member and seen.is_team and not seen.view.membership.team and not is_over:
        note = "Your points count for a team from the day on which you are in one."
        found.append(Note(note, "You have no team yet.", "accent", "group", f"{page_url}/teams", "Choose a team"))
    return found


def board_view(
    seen: Seen,
    board: pb.Board,
    rows: Sequence[Row],
    own: Row | None,
    *,
    tabs: Sequence[Tab],
    spans: Sequence[Tab],
    zone: ZoneInfo,
    is_filtered: bool,
    first_url: str,
    next_url: str,
) -> BoardView:
    """A page of a board with its heads and remarks."""
    is_teams = board.kind == pb.BOARD_KIND_TEAMS
    is_begun = bool(seen.last_week)
    updated = updated_words(board.update_time, zone, seen.at) if board.HasField("update_time") else ""
    notes = [shared_ranks(rows), _bar_note(is_teams) if rows and is_begun else ""]
    who = "teams" if is_teams else "riders"
    return BoardView(
        tabs=tabs,
        spans=spans,
        title=f"Riders of {rows[0].under}" if is_filtered and rows else who.capitalize(),
        name_head="Team" if is_teams else "Rider",
        count_head="Active" if is_teams else "Team",
        rows=rows,
        own=own,
        updated_text=updated,
        notes=[note for note in notes if note],
        empty_text=f"There are no {who} yet.",
        first_url=first_url,
        next_url=next_url,
    )


def _bar_note(is_teams: bool) -> str:
    if is_teams:
        return "A bar’s length is the team’s points, its segments are the members."
    return "A bar’s length is the rider’s points against the best."
