"""Words, bars and sums of challenges: pure functions over messages."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from ctz.challenges.v1 import challenges_pb2 as pb
from hypothesis import given
from hypothesis import strategies as st

from ctz_gateway.clients.times import stamp
from ctz_gateway.present import boards, points
from ctz_gateway.present.boards import Reader, bars, change_of, shared_ranks, standing_panel, to_next
from ctz_gateway.present.challenges import (
    Seen,
    dates_words,
    exact_points,
    head,
    medal_note,
    of_possible,
    ordinal,
    points_text,
    rest_words,
    whole_points,
    zone_words,
)
from gateway.tests.fake_challenges import Member
from gateway.tests.made_challenges import add_challenge, give
from gateway.tests.neighbours import Town
from gateway.tests.test_hostile_input import ALPINE, HANDLER, PAYLOADS, TAG

AT = datetime(2026, 6, 12, 16, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (21, "21st"), (113, "113th")],
)
def test_places_as_they_are_said(number: int, text: str) -> None:
    assert text == ordinal(number)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1 min"),
        (59, "1 min"),
        (3599, "59 min"),
        (3600, "1 h 0 min"),
        (86399, "23 h 59 min"),
        (277200, "3 d 5 h"),
        (-5, "1 min"),
    ],
)
def test_what_is_left_of_a_week(seconds: float, text: str) -> None:
    assert text == rest_words(seconds)


@pytest.mark.parametrize(
    ("value", "board", "line", "whole"),
    [
        (1192.8, "1,192.8", "1,192.8", "1,192.8"),
        (50, "50.0", "50.0", "50"),
        (7.333333, "7.3", "7.333", "7.333"),
        (-7.5, "\N{MINUS SIGN}7.5", "\N{MINUS SIGN}7.5", "\N{MINUS SIGN}7.5"),
    ],
)
def test_points_on_boards_in_lines_and_in_sentences(value: float, board: str, line: str, whole: str) -> None:
    assert (board, line, whole) == (points_text(value), exact_points(value), whole_points(value))


@pytest.mark.parametrize(
    ("zone", "words"),
    [("Europe/Stockholm", "Stockholm time"), ("America/New_York", "New York time"), ("UTC", "UTC"), ("Etc/UTC", "UTC")],
)
def test_a_zone_by_its_city(zone: str, words: str) -> None:
    assert words == zone_words(zone)


@pytest.mark.parametrize(
    ("got", "possible", "text"), [(100, 210, "of 210"), (210, 210, "of 210"), (240, 210, "points"), (30, 0, "points")]
)
def test_what_is_possible_is_told_only_while_it_bounds(got: float, possible: float, text: str) -> None:
    assert text == of_possible(got, possible)


def test_the_dates_of_a_challenge() -> None:
    challenge = pb.Challenge(start_date="2026-06-01", end_date="2026-06-28", time_zone="Europe/Stockholm")

    assert "1 to 28 June, Stockholm time" == dates_words(challenge)


def test_a_week_that_ends_at_midnight_ends_on_its_last_day() -> None:
    challenge = pb.Challenge(
        start_date="2026-06-08", end_date="2026-06-28", time_zone="Europe/Stockholm", state=pb.CHALLENGE_STATE_RUNNING,
        current_week=1, week_count=3, next_time=stamp(datetime(2026, 6, 14, 22, tzinfo=UTC)),
    )  # fmt: skip
    shown = head(Seen(pb.ChallengeView(challenge=challenge), AT, is_administrator=False)).countdown

    assert shown is not None
    assert ("Week 1 of 3 ends in", "2 d 5 h", "14 June, 24:00 Stockholm time") == (shown.label, shown.text, shown.note)


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"state": pb.CHALLENGE_STATE_ENDED}, "This challenge is over."),
        ({"join_until_date": "2026-06-11"}, "One could join until 11 June."),
        ({"capacity": 3, "member_count": 3}, "Every place is taken."),
        ({"capacity": 3, "member_count": 2}, ""),
    ],
)
def test_why_nobody_can_join(change: dict[str, object], note: str) -> None:
    plain = {
        "start_date": "2026-06-08",
        "end_date": "2026-06-28",
        "time_zone": "UTC",
        "state": pb.CHALLENGE_STATE_RUNNING,
    }
    challenge = pb.Challenge(**{**plain, **change})  # type: ignore[arg-type]
    shown = head(Seen(pb.ChallengeView(challenge=challenge), AT, is_administrator=False))

    assert (note, not note) == (shown.join_note, shown.can_join)


@pytest.mark.parametrize(
    ("yesterday", "now", "expected"),
    [(4, 3, ("up", 1)), (1, 3, ("down", 2)), (2, 2, ("same", 0)), (None, 2, ("new", 0))],
)
def test_up_is_towards_the_first(yesterday: int | None, now: int, expected: tuple[str, int]) -> None:
    assert expected == change_of(pb.BoardRow(rank=now, yesterday_rank=yesterday))


def test_a_bar_is_as_long_as_the_points_and_cut_by_the_members() -> None:
    row = pb.BoardRow(team="teams/1", points=50, member_points=[75, 50, 25, 0])
    parts = bars(row, 100, own_points=50.0)

    assert [(0.0, 25.0, False), (25.0, 16.67, True), (41.67, 8.33, False)] == [(p.x, p.width, p.is_you) for p in parts]


@given(st.lists(st.floats(0, 1e6), max_size=20), st.floats(0, 1e6), st.floats(0, 1e6))
def test_no_bar_leaves_its_row(given_points: list[float], mean: float, best: float) -> None:
    parts = bars(pb.BoardRow(team="teams/1", points=mean, member_points=given_points), best, own_points=mean)

    assert all(0 <= part.x <= 100.01 and 0 <= part.width <= 100.01 for part in parts)
    assert sum(part.width for part in parts) <= 100.5


def _board(*points_of: float, own: int) -> pb.Board:
    board = pb.Board(kind=pb.BOARD_KIND_MEMBERS, total_size=len(points_of))
    for number, value in enumerate(points_of):
        board.rows.add(rank=1 + sum(other > value for other in points_of), user_id=str(number), points=value)
    board.own_row.CopyFrom(board.rows[own])
    return board


@pytest.mark.parametrize(
    ("board", "expected"),
    [
        (_board(30, 20, 10, own=2), ("To 2nd place", "10.0")),
        (_board(30, 30, 10, own=2), ("To 1st place", "20.0")),
        (_board(30, 20, 20, own=2), ("To 1st place", "10.0")),
        (_board(30, 20, 10, own=0), ("Ahead of 2nd", "10.0")),
        (_board(30, own=0), None),
        (_board(30, 30, own=1), None),
    ],
)
def test_how_far_the_next_place_is(board: pb.Board, expected: tuple[str, str] | None) -> None:
    figure = to_next(board)

    assert expected == (None if figure is None else (figure.label, figure.value))


def test_the_distance_is_not_told_where_the_own_row_is_on_another_page() -> None:
    board = _board(30, 20, own=0)
    board.own_row.CopyFrom(pb.BoardRow(rank=60, user_id="me", points=1))

    assert to_next(board) is None


def test_shared_places_in_a_sentence() -> None:
    shown, _ = boards.rows(_board(30, 30, 10, own=2), Reader("", None, {"0": "Ada", "1": "Bo"}), boards.Addresses("/c"))

    assert "Ada and Bo share 1st place." == shared_ranks(shown)
    assert "" == shared_ranks(shown[2:])
    assert "A rider" == shown[2].name


def test_nobody_shares_a_place_before_the_first_point() -> None:
    shown, _ = boards.rows(_board(0, 0, own=1), Reader("", None, {}), boards.Addresses("/c"))

    assert "" == shared_ranks(shown)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (
            pb.BoardRow(member_sum=1192.8, active_count=6, points=198.8),
            "1,192.8 points divided by 6 active members is 198.8",
        ),
        (
            pb.BoardRow(member_sum=100, active_count=3, points=33.333333),
            "100.0 points divided by 3 active members is 33.3",
        ),
        (pb.BoardRow(member_sum=400, active_count=2, points=190), None),
        (pb.BoardRow(member_sum=0, active_count=0, points=0), None),
    ],
)
def test_a_mean_is_spelled_out_only_where_the_sum_is_right(row: pb.BoardRow, text: str | None) -> None:
    shown = points.formula(row)

    assert text == (None if shown is None else shown.text)


@pytest.mark.parametrize("reason", [value for value in pb.PointsReason.values() if value])
def test_every_reason_has_words(reason: pb.PointsReason.ValueType) -> None:
    line = pb.PointsLine(reason=reason, amount=22.04, points_per_unit=0.5)

    assert points.reason_words(line) not in {"", "counted"}


@pytest.mark.parametrize("cause", ["deleted", "changed", "rules", "left", "something new"])
def test_every_correction_has_words(cause: str) -> None:
    line = pb.PointsLine(week=1, title="Ride", date="2026-06-03", points=50)
    explanation = pb.PointsExplanation(
        corrections=[pb.PointsCorrection(line=line, cause=cause, correct_time=stamp(AT))]
    )
    (shown,) = points.corrections(explanation, ZoneInfo("UTC"), AT)

    assert ("Ride, 3 June", "50.0") == (shown.title, shown.points)
    assert "today 16:02" in shown.why


def test_points_that_count_for_another_team_now_were_not_taken_back() -> None:
    before = pb.PointsLine(week=1, done="workouts/1", title="Ride", date="2026-06-03", points=50)
    now = pb.PointsLine(week=1, done="workouts/1", title="Ride", date="2026-06-03", points=50, team="teams/1")
    less = pb.PointsLine(week=1, done="workouts/2", title="Run", date="2026-06-04", points=20)
    explanation = pb.PointsExplanation(
        lines=[now, pb.PointsLine(week=1, done="workouts/2", title="Run", date="2026-06-04", points=10)],
        corrections=[
            pb.PointsCorrection(line=line, cause="changed", correct_time=stamp(AT)) for line in (before, less)
        ],
    )

    assert ["Run, 4 June"] == [each.title for each in points.corrections(explanation, ZoneInfo("UTC"), AT)]


def test_a_line_of_an_earlier_team_says_so() -> None:
    """Else the rider's points and what the team has of them contradict each other."""
    given = [
        pb.PointsLine(week=1, reason=pb.POINTS_REASON_CORE, points=50, team=team) for team in ("teams/1", "teams/2")
    ]
    moved = pb.PointsExplanation(lines=given, team_row=pb.BoardRow(team="teams/2"))
    of_another = pb.PointsExplanation(lines=given)
    words = "week 1, core, as listed"

    assert [f"{words}, not for the team of now", words] == [line.why for line in points.lines(moved, workout_url="")]
    assert [words, words] == [line.why for line in points.lines(of_another, workout_url="")]


def test_rules_in_sentences() -> None:
    items = [pb.ScheduleItem(role=pb.ITEM_ROLE_CORE), pb.ScheduleItem(role=pb.ITEM_ROLE_BONUS)]
    rules = pb.ScoringRules(core_points=50, bonus_points=10, weekly_cap=210)
    rules.metric_rules.add(
        metric=pb.SCORED_METRIC_KILOMETRES, points_per_unit=0.5, points_per_minute_without=0.1, disciplines=["running"]
    )

    assert [
        "A team’s points of a week are the mean of its active members, so large and small teams are equal.",
        "Each core item gives 50 points, once.",
        "The bonus gives 10, once every core item of its week is done.",
        "Each kilometre of running gives 0.5. A workout without that figure gives 0.1 a minute.",
        "Nobody gets more than 210 in a week.",
    ] == list(points.scoring_sentences(rules, items, is_team=True))


def test_rules_speak_of_items_only_where_there_are_some() -> None:
    rules = pb.ScoringRules(core_points=50, bonus_points=10)

    assert [] == list(points.scoring_sentences(rules, [], is_team=False))


def test_a_medal_is_told_when_it_is_over_and_not_before() -> None:
    view = pb.ChallengeView(medal=pb.MEDAL_GOLD, challenge=pb.Challenge(state=pb.CHALLENGE_STATE_RUNNING))
    view.membership.user_id = "me"
    before = medal_note(Seen(view, AT, is_administrator=False))
    view.challenge.state = pb.CHALLENGE_STATE_ENDED
    after = medal_note(Seen(view, AT, is_administrator=False))

    assert before is None
    assert after is not None
    assert "Finished: Gold." == after.title


def test_a_standing_without_an_own_row_tells_the_week_only() -> None:
    panel = standing_panel(pb.Standing(title="x", week_points=12.5, mode=pb.CHALLENGE_MODE_TEAM, total_size=1), {})

    assert ("", "of 1 team", "You have 12.5 points this week.") == (panel.rank, panel.of_text, panel.sentence)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_t099_payloads_in_every_text_of_challenges_are_inert(town: Town, payload: str) -> None:
    ruler = town.rider("Rula", is_administrator=True)
    ruler.name = payload
    kept = add_challenge(town.challenges, payload)
    kept.challenge.description, kept.code = payload, "JOIN"
    kept.teams["teams/00000000-0000-4000-8000-000000000001"] = payload
    kept.members[ruler.user_id] = Member(ruler.user_id, next(iter(kept.teams)), is_captain=True)
    give(kept, ruler.user_id, 0, payload)
    for item in kept.items:
        item.activity.title = item.activity.discipline = item.activity.class_type = payload
        for other in item.alternatives:
            other.title = payload
    name = f"/{kept.challenge.name}"
    browser = town.browser(ruler)
    team = next(iter(kept.teams))
    paths = (
        "", "?board=riders", "?board=team", f"/points/{ruler.user_id}", "/teams", f"/{team}", "/leave",
        f"/members/{ruler.user_id}/move", "/edit", "/delete",
    )  # fmt: skip
    for path in ("/challenges", "/today", f"/challenges/join/{payload}", *(name + path for path in paths)):
        answer = browser.get(path)
        tags = TAG.findall(answer.text)

        assert answer.status_code in {200, 302, 308, 404}
        assert [] == [tag for tag in tags if tag.lower().startswith(("<script", "<img")) and 'src="/static/' not in tag]
        assert [] == [text for text in ALPINE.findall(answer.text) if payload in text or "alert" in text]
        assert [] == [tag for tag in tags if HANDLER.search(re.sub(r'"[^"]*"', '""', tag))]
