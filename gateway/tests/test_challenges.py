"""Challenges without JavaScript: found, joined, looked at, explained, left; teams and their captains."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from ctz.challenges.v1 import challenges_pb2 as pb

from gateway.tests.browser import forms_of
from gateway.tests.fake_challenges import Member
from gateway.tests.fake_identity import Account
from gateway.tests.made_challenges import add_challenge, give, june, path_of
from gateway.tests.neighbours import Town


def test_the_list_has_each_challenge_under_its_state_and_ones_own_first(town: Town) -> None:
    today = datetime.now(UTC).date()
    add_challenge(town.challenges, "Another one")
    june(town)
    add_challenge(town.challenges, "To come", first=today + timedelta(days=5))
    add_challenge(town.challenges, "Long ago", first=today - timedelta(days=60))
    html = town.browser(town.a).get("/challenges").text
    heads = re.findall(r'<h2 class="heading mb-2" id="(\w+)"', html)
    titles = re.findall(r'challenge-title"><a href="[^"]*">([^<]*)</a>', html)

    assert ["running", "open", "ended"] == heads
    assert [f"{town.a.name.split()[0]} challenge", "June Build", "Another one", "To come", "Long ago"] == titles
    assert 2 == html.count("you are in")


def test_the_list_says_what_to_do_when_there_is_nothing(town: Town) -> None:
    town.challenges.kept.clear()
    html = town.browser(town.a).get("/challenges").text

    assert "No challenge yet" in html
    assert "Enter a code" in html


def test_a_private_challenge_is_found_by_its_code_only(town: Town) -> None:
    kept = june(town, is_public=False)
    browser = town.browser(town.b)
    hidden = browser.get(path_of(kept)).status_code
    listed = "June Build" in browser.get("/challenges").text
    found = browser.get("/challenges/join?code=JUNE1234")
    page = browser.get(found.location)
    joined = browser.submit(page, f"{path_of(kept)}/join")

    assert (404, False, "/challenges/join/JUNE1234") == (hidden, listed, found.location)
    assert f"{path_of(kept)}/teams" == joined.location
    assert kept.member(town.b.user_id) is not None
    assert 200 == browser.get(path_of(kept)).status_code


@pytest.mark.parametrize(("code", "status"), [("nothing", 404), ("", 422), ("a/../b", 404)])
def test_a_code_that_is_none_is_said_beside_the_field(town: Town, code: str, status: int) -> None:
    browser = town.browser(town.b)
    answer = browser.get("/challenges/join") if not code else browser.get(f"/challenges/join/{code}")

    assert status == answer.status_code


def test_a_code_that_is_unknown_keeps_what_was_typed(town: Town) -> None:
    html = town.browser(town.b).get("/challenges/join/MAYBE").text

    assert 'value="MAYBE"' in html
    assert "No challenge has this code." in html


def test_the_join_link_brings_a_stranger_back_after_the_sign_in(town: Town) -> None:
    june(town, is_public=False)
    browser = town.browser()
    asked = browser.get("/challenges/join/JUNE1234")
    entered = browser.submit(
        browser.get(asked.location), "/sign-in", email=town.b.email, password="orchard-lantern-quiet-42"
    )

    assert "/challenges/join/JUNE1234" == entered.location


def test_a_public_challenge_is_joined_from_its_page_and_left_after_a_question(town: Town) -> None:
    kept = june(town, mode=pb.CHALLENGE_MODE_INDIVIDUAL)
    browser = town.browser(town.b)
    joined = browser.submit(browser.get(path_of(kept)), f"{path_of(kept)}/join")
    asked = browser.get(f"{path_of(kept)}/leave")
    still = kept.member(town.b.user_id)
    left = browser.submit(asked, f"{path_of(kept)}/leave")

    assert (path_of(kept), "/challenges") == (joined.location, left.location)
    assert still is not None
    assert kept.member(town.b.user_id) is None


def test_who_comes_late_is_told_what_counts(town: Town) -> None:
    html = town.browser(town.b).get(path_of(june(town))).text

    assert "Join now and week 2 counts from its first day; the weeks before do not." in html


def test_one_who_is_no_member_is_not_asked_whether_to_leave(town: Town) -> None:
    assert 404 == town.browser(town.b).get(f"{path_of(june(town))}/leave").status_code


def test_a_challenge_that_is_over_refuses_in_words(town: Town) -> None:
    kept = june(town, first=datetime.now(UTC).date() - timedelta(days=60))
    browser = town.browser(town.b)
    page, answer = browser.get(path_of(kept)), browser.post(f"{path_of(kept)}/join")

    assert "This challenge is over." in page.text
    assert [] == [form for form in forms_of(page.text) if str(form["action"]).endswith("/join")]
    assert (409, True) == (answer.status_code, "This challenge is over." in answer.text)


def test_the_page_shows_the_week_the_points_and_the_place(town: Town) -> None:
    kept = june(town)
    give(kept, town.a.user_id, 0, "45 min PZ Endurance", week=1)
    give(kept, town.a.user_id, 1, "45 min Power Zone", week=2)
    html = town.browser(town.a).get(path_of(kept)).text

    assert "Week 2 of 4 ends in" in html
    assert re.search(r'num-26">100<i>of 420</i>', html)
    assert re.search(r"<dt>Late Cadence</dt><dd><span[^>]*>1st<i>of 2</i>", html)
    assert re.search(r"Ahead of 2nd</dt><dd><span[^>]*>100.0", html)
    assert ["todo", "done", "todo", "todo", "lock"] == re.findall(
        r"#i-(done|todo|lock)", html.partition('id="board"')[0]
    )[-5:]
    assert "Power Zone Endurance 75" in html


def test_the_board_names_riders_and_marks_the_own_row(town: Town) -> None:
    kept = june(town)
    kept.members[town.b.user_id] = Member(town.b.user_id, next(reversed(kept.teams)))
    give(kept, town.b.user_id, 0, "x")
    html = town.browser(town.a).get(f"{path_of(kept)}?board=riders").text
    rows = re.findall(
        r'<li class="ranks-row([^"]*)".*?<b><span class="unseen">Rank </span>(\d+)</b>.*?<a [^>]*>([^<]*)</a>',
        html,
        re.DOTALL,
    )

    assert [("", "1", town.b.name), (" is-own", "2", town.a.name)] == rows


def test_equals_share_a_place(town: Town) -> None:
    kept = june(town)
    kept.members[town.b.user_id] = Member(town.b.user_id, next(reversed(kept.teams)))
    for user_id in (town.a.user_id, town.b.user_id):
        give(kept, user_id, 0, "x")
    html = town.browser(town.a).get(path_of(kept)).text

    assert "Late Cadence and Sunday Watts share 1st place." in html


def test_a_board_of_fifty_large_teams_stays_under_100_kb(town: Town) -> None:
    kept = june(town)
    for number in range(50):
        team = f"teams/00000000-0000-4000-8000-0000000001{number:02}"
        kept.teams[team] = f"A team with quite a long name {number}"
        for _ in range(20):
            rider = uuid4()
            kept.members[rider] = Member(rider, team)
            give(kept, rider, 0, "x")
    page = town.browser(town.a).get(path_of(kept))

    assert 51 == page.text.count('<li class="ranks-row')
    assert 50 == page.text.count('class="is-gap"')
    assert len(page.data) <= 100_000


@pytest.mark.parametrize(
    "query",
    ["board=nonsense", "span=week&board=riders", "board=team", "board=riders&team=nonsense", "cursor=zzz", "board="],
)
def test_any_address_of_a_board_is_answered(town: Town, query: str) -> None:
    assert 200 == town.browser(town.a).get(f"{path_of(june(town))}?{query}").status_code


def test_a_long_board_has_pages_and_the_own_row_on_each(town: Town) -> None:
    kept = june(town)
    for number in range(60):
        rider = Account(f"r{number}@example.org", "x", f"Rider {number}")
        town.identity.add(rider)
        kept.members[rider.user_id] = Member(rider.user_id)
        give(kept, rider.user_id, 0, "x")
    browser = town.browser(town.a)
    first = browser.get(f"{path_of(kept)}?board=riders").text
    following = re.search(r'href="([^"]*cursor=50[^"]*)"', first)
    assert following is not None
    second = browser.get(following[1].replace("&amp;", "&")).text

    assert [51, 11] == [html.count('<li class="ranks-row') for html in (first, second)]
    assert 1 == first.count("is-elsewhere")
    assert "From the top" in second


def test_a_board_that_renews_itself_is_asked_with_its_version(town: Town) -> None:
    kept = june(town)
    browser = town.browser(town.a)
    page = browser.get(path_of(kept)).text
    version = re.search(r'data-version="(\w+)"', page)
    address = re.search(r'data-poll="([^"]+)"', page)
    assert version is not None and address is not None  # noqa: PT018 - one thing is looked for in two attributes
    url, known = address[1].replace("&amp;", "&"), f'"{version[1]}"'
    unchanged = browser.get(url, If_None_Match=known)
    give(kept, town.a.user_id, 0, "45 min PZ Endurance")
    changed = browser.get(url, If_None_Match=known)

    assert (304, b"") == (unchanged.status_code, unchanged.data)
    assert 200 == changed.status_code
    assert known != changed.headers["ETag"]
    assert "You have 50 points. Late Cadence is 1st of 2." == changed.get_json()["spoken"]


def test_a_challenge_that_does_not_run_is_not_asked_again(town: Town) -> None:
    kept = june(town, first=datetime.now(UTC).date() + timedelta(days=5))

    assert 'data-poll=""' in town.browser(town.a).get(path_of(kept)).text


def test_every_point_is_explained_and_corrections_are_told(town: Town) -> None:
    kept = june(town)
    line = give(kept, town.a.user_id, 0, "45 min PZ Endurance")
    gone = give(kept, town.a.user_id, 1, "Deleted ride")
    kept.lines[town.a.user_id].remove(gone)
    taken = pb.PointsCorrection(line=gone, cause="deleted")
    taken.correct_time.FromDatetime(datetime(2026, 6, 4, 10, tzinfo=UTC))
    kept.corrections[town.a.user_id].append(taken)
    html = town.browser(town.a).get(f"{path_of(kept)}/points/{town.a.user_id}").text

    assert "50.0 points divided by 1 active members is 50.0" in html
    assert f'href="/{line.done}"' in html
    assert "week 1, core, as listed" in html
    assert "taken back: the workout was deleted" in html
    assert re.search(r"Counted so far</span><span[^>]*>50.0<", html)


def test_anothers_points_have_their_name_and_no_links(town: Town) -> None:
    kept = june(town)
    kept.members[town.b.user_id] = Member(town.b.user_id)
    line = give(kept, town.b.user_id, 0, "45 min PZ Endurance")
    html = town.browser(town.a).get(f"{path_of(kept)}/points/{town.b.user_id}").text

    assert f"{town.b.name}: 50 points" in html
    assert line.done not in html


def test_a_finished_challenge_shows_the_medal(town: Town) -> None:
    kept = june(town, first=datetime.now(UTC).date() - timedelta(days=60))
    kept.medal = pb.MEDAL_PLATINUM

    assert "Finished: Platinum." in town.browser(town.a).get(path_of(kept)).text


def test_today_shows_the_standing(town: Town) -> None:
    kept = june(town)
    give(kept, town.a.user_id, 0, "x", week=2)
    html = town.browser(town.a).get("/today").text

    assert "June Build" in html
    assert "You have 50 of 210 points this week." in html


def test_a_board_costs_at_most_three_calls_and_names_are_asked_once(town: Town) -> None:
    kept = june(town)
    browser = town.browser(town.a)
    spent = {}
    for query in ("", "?board=riders", "?board=riders&span=week"):
        town.calls.clear()
        browser.get(f"{path_of(kept)}{query}")
        spent[query] = dict(town.calls)
    two = {"ExchangeSession": 1, "GetBoard": 1}

    assert {"": two, "?board=riders": {**two, "ListDisplayNames": 1}, "?board=riders&span=week": two} == spent


@pytest.mark.parametrize(
    "path",
    [
        "",
        "?board=riders",
        "?board=team&span=week",
        "/points/{user}",
        "/points/{mate}",
        "/teams",
        "/leave",
        "/{team}",
        "/board.json?board=riders",
    ],
)
def test_pages_of_a_challenge_cost_at_most_three_calls(town: Town, path: str) -> None:
    """With the session, and with the names of everybody whom nobody has seen before."""
    kept = june(town)
    team = kept.members[town.a.user_id].team
    kept.members[town.b.user_id] = Member(town.b.user_id, team)
    browser = town.browser(town.a)
    town.calls.clear()
    answer = browser.get(f"{path_of(kept)}{path.format(user=town.a.user_id, mate=town.b.user_id, team=team)}")

    assert 200 == answer.status_code
    assert town.calls.total() <= 3


def test_while_names_cannot_be_asked_the_board_stands(town: Town) -> None:
    kept = june(town)
    browser = town.browser(town.a)
    browser.get("/challenges")
    town.stop("identity")
    answer = browser.get(f"{path_of(kept)}?board=riders")

    assert (200, True) == (answer.status_code, "A rider" in answer.text)
