"""Sample contexts of challenges, teams and the deleted account, made by the real words from invented messages."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_gateway.clients.times import stamp
from ctz_gateway.present import boards, challenges, points, teams
from ctz_gateway.present.challenge_draft import changed
from ctz_gateway.present.challenge_form import Shown, builder_page
from ctz_gateway.present.challenge_page import board_view, challenge_page
from ctz_gateway.present.challenge_weeks import weeks
from ctz_gateway.present.challenges import Seen
from ctz_gateway.viewmodels.challenges import (
    ChallengePage,
    ChallengesPage,
    PointsPage,
    StandingPanel,
    Tab,
)
from ctz_gateway.viewmodels.common import Form, Option, blank_form
from ctz_gateway.viewmodels.teams import MovePage, TeamPage
from ctz_gateway.web.challenge_wish import blank_draft, draft_of
from gateway.tests.fake_challenges import ChallengeStore
from gateway.tests.made_challenges import add_challenge

AT = datetime(2025, 6, 12, 16, 2, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Stockholm")
ME = "0197a0b0-0000-7000-8000-000000000001"
MATE = "0197a0b0-0000-7000-8000-000000000002"
PAGE = "/challenges/june"
TEAMS = (
    ("Sunday Watts", 211.4, 1, (46, 41, 38, 35, 30, 21)),
    ("Hill Repeaters", 204.0, 2, (50, 44, 38, 29, 26, 17)),
    ("Late Cadence", 198.8, 4, (43, 39, 33.5334, 33, 28, 23)),
    ("Zone Two Club", 191.7, 3, (42, 38, 35, 30, 27)),
    ("Soft Pedal Society <b>& friends</b> {{ 7 * 7 }}", 180.5, 7, (49, 36, 33, 31, 20, 12)),
    ("The Tailwinds", 174.2, 6, (44, 40, 38, 31, 22)),
    ("Threshold Friends", 171.9, 5, (47, 42, 31, 28, 16, 8)),
    ("Negative Split", 160.3, 8, (50, 37, 34, 24, 16)),
    ("Big Ring Theory", 154.7, 9, (39, 36, 34, 21, 19, 6)),
    ("Early Birds", 154.7, 10, (44, 38, 30, 23, 20)),
    ("Flat Out, Uphill", 139.0, 10, (41, 33, 26, 22, 17)),
    ("Coffee After", 124.6, None, (36, 33, 28, 19, 9)),
)
RIDERS = ("Theo Marsh", "Dana Okafor", "Mira Holm", "Anneliese Wintersteiner-Hochstetter", "Ina Berg", "Jo")
NAMES = {f"{ME[:-2]}{number:02}": name for number, name in enumerate(RIDERS, 2)} | {ME: "Mira Holm", MATE: "Theo Marsh"}


def _view(
    *, is_member: bool = True, state: pb.ChallengeState.ValueType = pb.CHALLENGE_STATE_RUNNING
) -> pb.ChallengeView:
    kept = add_challenge(ChallengeStore(), "June Endurance Build", first=date(2025, 6, 2))
    challenge = kept.challenge
    challenge.name, challenge.state = "challenges/june", state
    challenge.week_count, challenge.current_week = 4, 2 if state == pb.CHALLENGE_STATE_RUNNING else 0
    challenge.member_count, challenge.team_count = 69, 12
    challenge.description = (
        "Four weeks of Power Zone classes for a wider base.\nRide them in any order; swap when life happens."
    )
    if state != pb.CHALLENGE_STATE_ENDED:
        challenge.next_time.CopyFrom(stamp(datetime.now(UTC) + timedelta(days=3, hours=5, minutes=1)))
    view = pb.ChallengeView(challenge=challenge, items=kept.items, join_code="JUNE-7QK2")
    if not is_member:
        return view
    view.membership.user_id, view.membership.team, view.membership.is_captain = ME, "teams/2", True
    for number, item in enumerate(kept.items):
        is_done = number < 2 or 5 <= number < 7
        view.progress.add(item=item.name, is_done=is_done, done_date="2025-06-03" if is_done else "", points=50)
    for week, got in enumerate((100, 100, 0, 0), 1):
        view.weeks.add(week=week, points=got, possible_points=210, is_complete=week == 1)
    view.points = 200
    view.medal = pb.MEDAL_GOLD
    return view


def team_board() -> pb.Board:
    """Twelve teams, two of them ninth."""
    board = pb.Board(kind=pb.BOARD_KIND_TEAMS, total_size=12, update_time=stamp(AT))
    for number, (title, mean, yesterday, shares) in enumerate(TEAMS):
        active = len(shares)
        whole = [mean * active * share / sum(shares) for share in shares]
        row = board.rows.add(
            rank=1 + sum(other > mean for _, other, _, _ in TEAMS),
            team=f"teams/{number}",
            team_title=title,
            points=mean,
            active_count=active,
            member_count=active + number % 2,
            member_points=whole,
            member_sum=mean * active,
        )
        if yesterday is not None:
            row.yesterday_rank = yesterday
    board.rows[2].member_points[2] = 200
    board.own_row.CopyFrom(board.rows[2])
    return board


def rider_board() -> pb.Board:
    """Five riders of a page, the reader's own row far below."""
    board = pb.Board(kind=pb.BOARD_KIND_MEMBERS, total_size=69, next_page_token="5", update_time=stamp(AT))
    for number in range(5):
        board.rows.add(
            rank=number + 1, user_id=f"{ME[:-2]}{number + 2:02}", team_title=TEAMS[number][0], points=420 - 20 * number
        )
    board.own_row.CopyFrom(pb.BoardRow(rank=31, user_id=ME, team_title="Late Cadence", points=200, yesterday_rank=35))
    return board


def _page(view: pb.ChallengeView, board: pb.Board, at: str, *, is_administrator: bool = True) -> dict[str, Any]:
    seen = Seen(view, AT, is_administrator)
    reader = boards.Reader(ME, view.points, NAMES)
    rows, own = boards.rows(board, reader, boards.Addresses(PAGE))
    shown = board_view(
        seen, board, rows, own, tabs=_tabs(at), spans=_spans(), zone=ZONE, is_filtered=False, first_url="",
        next_url=f"{PAGE}?cursor=5" if board.next_page_token else "",
    )  # fmt: skip
    page: ChallengePage = challenge_page(
        seen, board, shown, page_url=PAGE, join_url="https://zones.example.org/challenges/join/JUNE-7QK2",
        poll_url=f"{PAGE}/board.json?x=1", points_url=f"{PAGE}/points/{ME}",
    )  # fmt: skip
    return {"page": page, "version": "v1"}


def _tabs(at: str) -> Sequence[Tab]:
    listed = (("Teams", "12", "teams"), ("Riders", "69", "riders"), ("My team", "", "team"))
    return [Tab(text, f"{PAGE}?board={key}#board", key == at, count) for text, count, key in listed]


def _spans() -> Sequence[Tab]:
    return [Tab("This week", f"{PAGE}?span=week", is_current=False), Tab("Total", PAGE, is_current=True)]


def list_page() -> ChallengesPage:
    """Own and others, in every state."""
    running, other, alone = _view().challenge, _view().challenge, _view().challenge
    open_one, ended = _view(state=pb.CHALLENGE_STATE_OPEN).challenge, _view(state=pb.CHALLENGE_STATE_ENDED).challenge
    other.name, other.title, other.kind = "challenges/all", "Everything counts, whatever it is", pb.CHALLENGE_KIND_MIXED
    alone.name, alone.title, alone.mode = "challenges/alone", "Twenty Minutes A Day", pb.CHALLENGE_MODE_INDIVIDUAL
    open_one.name, open_one.title = "challenges/july", "July Hills"
    ended.name, ended.title = "challenges/may", "May Base"
    standing = standing_message()
    listed = [other, running, alone, open_one, ended]
    return ChallengesPage(
        groups=challenges.groups(listed, [running.name, ended.name], {running.name: standing}),
        code_form=Form({"code": "JUNE"}, {"code": "No challenge has this code."}),
        next_url="/challenges?cursor=x",
    )


def standing_message() -> pb.Standing:
    """Third of twelve teams."""
    board = team_board()
    return pb.Standing(
        challenge="challenges/june", title="June Endurance Build", mode=pb.CHALLENGE_MODE_TEAM, rows=board.rows[:4],
        own_row=board.own_row, total_size=12, week_points=100, week_possible_points=210,
    )  # fmt: skip


def standing_panels() -> Sequence[StandingPanel]:
    """The panel on Today."""
    return [boards.standing_panel(standing_message(), {})]


def points_page() -> PointsPage:
    """Lines of every reason, a correction, a team's mean."""
    texts = (
        (2, "2025-06-10", "45 min Power Zone Ride", pb.POINTS_REASON_CORE, 50.0),
        (2, "2025-06-09", "45 min PZ Endurance Ride", pb.POINTS_REASON_CORE, 50.0),
        (1, "2025-06-08", "75 min PZ Endurance Ride", pb.POINTS_REASON_NOT_LISTED, 0.0),
        (1, "2025-06-05", "30 min PZ Max Ride <i>x</i>", pb.POINTS_REASON_CORE_ALTERNATIVE, 50.0),
        (1, "2025-06-04", "", pb.POINTS_REASON_MINUTES, 7.333333),
        (1, "", "", pb.POINTS_REASON_WEEKLY_CAP, -7.333333),
        (1, "2025-06-03", "45 min Power Zone Ride", pb.POINTS_REASON_CORE, 50.0),
    )
    explanation = pb.PointsExplanation(points=200)
    for week, day, title, reason, worth in texts:
        line = explanation.lines.add(
            week=week, date=day, title=title, reason=reason, points=worth, done=f"workouts/{day}" if title else ""
        )
        if reason == pb.POINTS_REASON_MINUTES:
            line.amount, line.points_per_unit = 22, 1 / 3
    taken = explanation.corrections.add(cause="deleted", correct_time=stamp(AT))
    taken.line.CopyFrom(explanation.lines[-1])
    row = pb.BoardRow(team_title="Late Cadence", member_sum=1192.8, active_count=6, points=198.8)
    return PointsPage(
        challenge_id="june",
        title="Your 200 points",
        formula=points.formula(row),
        formula_note=points.formula_note(row, 0),
        spans=[
            Tab("All", "/x", is_current=True), Tab("Week 1", "/x1", is_current=False),
            Tab("Week 2", "/x2", is_current=False),
        ],
        lines=points.lines(explanation, workout_url="/workouts/"),
        corrections=points.corrections(explanation, ZONE, AT),
        total="200.0",
    )  # fmt: skip


def team_page() -> TeamPage:
    """Six riders in their second week, two of whom did nothing."""
    view = _view()
    items = [item for item in view.items if item.week == 2]
    overview = pb.TeamOverview(team=pb.Team(name="teams/2", title="Late Cadence"), week=2, items=items)
    for number, name in enumerate(RIDERS):
        done = [item.name for item in items[: max(0, number - 1)]]
        member = pb.Membership(
            user_id=ME if name == "Mira Holm" else f"{ME[:-2]}{number + 2:02}", is_captain=number > 4
        )
        overview.members.add(
            membership=member, points=50 * len(done), total_points=100 + 50 * len(done), done_items=done,
            last_date="2025-06-10" if done else "",
        )  # fmt: skip
    return teams.team_page(
        overview, NAMES, challenge_id="june", user_id=ME, is_administrator=True, address=f"{PAGE}/teams/2",
        points_address=f"{PAGE}/points/", week=0,
    )  # fmt: skip


def teams_context(*, is_settled: bool = False) -> dict[str, Any]:
    """Teams to choose from before the start."""
    view = _view(state=pb.CHALLENGE_STATE_RUNNING if is_settled else pb.CHALLENGE_STATE_OPEN)
    view.membership.team = "teams/2" if is_settled else ""
    listed = [
        pb.Team(name=f"teams/{number}", title=title, member_count=7 - number)
        for number, (title, *_) in enumerate(TEAMS[:6])
    ]
    form = Form({"title": "Sunday Watts"}, {"title": "Another team has this name."}) if not is_settled else blank_form()
    return {"page": teams.teams_page(Seen(view, AT, not is_settled), listed, form)}


def _form(*, is_new: bool = False, is_wrong: bool = False) -> dict[str, Any]:
    routines = [Option("routines/1", "Hips and back, 12 min")]
    shown = Shown(
        "june", "June Endurance Build", f"{PAGE}/edit", is_new, "JUNE-7QK2", "https://zones.example.org/j", routines
    )
    if is_new:
        shown = Shown("", "New challenge", "/challenges/new", True, "", "", routines)  # noqa: FBT003 - a draft
        draft = changed(blank_draft(date(2025, 6, 12), "Europe/Stockholm", "key"), "core:1")
        return {"page": builder_page(draft, shown, {})}
    draft = changed(changed(draft_of(_view()), "rule"), "alt:2")
    errors = {"i1": "Give the length in minutes.", "m0": "Give a number.", "capacity": "There are 69 members already."}
    return {"page": builder_page(draft, shown, errors if is_wrong else {})}


def challenge_pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name of the sample → template and context."""
    stranger, before, after = (
        _view(is_member=False),
        _view(state=pb.CHALLENGE_STATE_OPEN),
        _view(state=pb.CHALLENGE_STATE_ENDED),
    )
    before.membership.team = ""
    head = challenges.head(Seen(stranger, AT, is_administrator=False))
    empty = pb.Board(kind=pb.BOARD_KIND_TEAMS)
    move = MovePage("june", MATE, "Theo Marsh", [Option("1", "Hill Repeaters")], Form({"from_date": "2025-06-12"}, {}))
    join = {
        "head": head, "code": "JUNE-7QK2", "weeks": weeks(Seen(stranger, AT, is_administrator=False))[:1],
        "sentences": points.scoring_sentences(stranger.challenge.scoring, stranger.items, is_team=True),
    }  # fmt: skip
    nothing = replace(list_page(), groups=[], next_url="", code_form=blank_form())
    leave = {"head": challenges.head(Seen(_view(), AT, is_administrator=False)), "points": "200.0"}
    delete = {"challenge_id": "june", "title": "June Endurance Build", "members_text": "69 riders"}
    return {
        "challenges": ("challenges.html", {"page": list_page()}),
        "challenges-empty": ("challenges.html", {"page": nothing}),
        "challenge": ("challenge.html", _page(_view(), team_board(), "teams")),
        "challenge-riders": ("challenge.html", _page(_view(), rider_board(), "riders")),
        "challenge-stranger": ("challenge.html", _page(stranger, team_board(), "teams", is_administrator=False)),
        "challenge-before": ("challenge.html", _page(before, empty, "teams", is_administrator=False)),
        "challenge-after": ("challenge.html", _page(after, team_board(), "teams", is_administrator=False)),
        "challenge-points": ("challenge_points.html", {"page": points_page()}),
        "challenge-join": ("challenge_join.html", join),
        "challenge-leave": ("challenge_leave.html", leave),
        "challenge-teams": ("challenge_teams.html", teams_context()),
        "challenge-teams-settled": ("challenge_teams.html", teams_context(is_settled=True)),
        "challenge-team": ("challenge_team.html", {"page": team_page()}),
        "challenge-move": ("challenge_move.html", {"page": move}),
        "challenge-new": ("challenge_form.html", _form(is_new=True)),
        "challenge-edit": ("challenge_form.html", _form()),
        "challenge-edit-wrong": ("challenge_form.html", _form(is_wrong=True)),
        "challenge-delete": ("challenge_delete.html", delete),
    }  # fmt: skip
