"""Teams without JavaScript: made, chosen, drawn; captains and what they see; moves."""

import re
from datetime import UTC, date, datetime

import pytest
from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_gateway.present.teams import day_of_move
from gateway.tests.fake_challenges import Member
from gateway.tests.made_challenges import give, june, path_of
from gateway.tests.neighbours import Town


def test_a_rider_makes_a_team_and_is_its_captain(town: Town) -> None:
    kept = june(town)
    browser = town.browser(town.b)
    browser.submit(browser.get(path_of(kept)), f"{path_of(kept)}/join")
    page = browser.get(f"{path_of(kept)}/teams")
    taken = browser.submit(page, f"{path_of(kept)}/teams", title="Late Cadence")
    made = browser.submit(page, f"{path_of(kept)}/teams", title="Early Birds")
    member = kept.member(town.b.user_id)

    assert (422, True) == (taken.status_code, 'value="Late Cadence"' in taken.text)
    assert "Another team of this challenge has this name." in taken.text or "Another team has this title." in taken.text
    assert path_of(kept) == made.location
    assert member is not None
    assert (True, "Early Birds") == (member.is_captain, kept.teams[member.team])


def test_a_rider_chooses_a_team_or_is_put_into_the_smallest(town: Town) -> None:
    kept = june(town)
    kept.members[town.b.user_id] = Member(town.b.user_id)
    browser = town.browser(town.b)
    page = browser.get(f"{path_of(kept)}/teams")
    browser.post(f"{path_of(kept)}/teams/choose", {"team": next(iter(kept.teams)).removeprefix("teams/")})
    chosen = kept.members[town.b.user_id].team
    kept.members[town.b.user_id].team = ""
    browser.submit(page, f"{path_of(kept)}/teams/choose")

    assert next(iter(kept.teams)) == chosen
    assert next(reversed(kept.teams)) == kept.members[town.b.user_id].team


def test_the_captain_sees_who_did_what_and_who_needs_a_nudge(town: Town) -> None:
    kept = june(town)
    team = kept.members[town.a.user_id].team
    kept.members[town.b.user_id] = Member(town.b.user_id, team)
    give(kept, town.a.user_id, 0, "x", week=2)
    address = f"{path_of(kept)}/{team}"
    html = town.browser(town.a).get(address).text
    refused = town.browser(town.b).get(address).status_code

    assert f"{town.b.name} has nothing counted in week 2 yet." in html
    assert ["B", "A"] == re.findall(r"CANARY-(\w) Rider</a>", html)
    assert 1 == html.count("Power Zone Endurance 45, done")
    assert 404 == refused


def test_captains_are_made_and_unmade_and_one_who_gave_it_up_leaves_the_overview(town: Town) -> None:
    kept = june(town)
    team = kept.members[town.a.user_id].team
    kept.members[town.b.user_id] = Member(town.b.user_id, team)
    browser = town.browser(town.a)
    made = browser.post(f"{path_of(kept)}/members/{town.b.user_id}/captain", {"captain": "1"})
    given_up = browser.post(f"{path_of(kept)}/members/{town.a.user_id}/captain", {"captain": "0"})

    assert (f"{path_of(kept)}/{team}", path_of(kept)) == (made.location, given_up.location)
    assert (True, False) == tuple(kept.members[rider.user_id].is_captain for rider in (town.b, town.a))


def test_an_administrator_moves_a_member_from_a_day_on(town: Town) -> None:
    kept = june(town)
    ruler = town.rider("Rula", is_administrator=True)
    browser = town.browser(ruler)
    page = browser.get(f"{path_of(kept)}/members/{town.a.user_id}/move")
    other = next(reversed(kept.teams)).removeprefix("teams/")
    late = browser.submit(page, f"{path_of(kept)}/members/{town.a.user_id}/move", team=other, from_date="2099-01-01")
    browser.submit(page, f"{path_of(kept)}/members/{town.a.user_id}/move", team=other)

    assert town.a.name in page.text
    assert (422, True) == (late.status_code, "Give a day of the challenge." in late.text)
    assert f"teams/{other}" == kept.members[town.a.user_id].team


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        ("2026-06-10T04:30", "America/New_York", "2026-06-10"),
        ("2026-06-10T03:30", "America/New_York", "2026-06-09"),
        ("2026-06-09T15:30", "Asia/Tokyo", "2026-06-10"),
        ("2026-05-01T12:00", "UTC", "2026-06-01"),
        ("2026-08-01T12:00", "UTC", "2026-06-28"),
    ],
)
def test_a_move_begins_on_the_day_of_the_challenge_and_not_of_who_moves(at: str, zone: str, day: str) -> None:
    """The service takes no day that has not begun in the challenge's own zone."""
    challenge = pb.Challenge(start_date="2026-06-01", end_date="2026-06-28", time_zone=zone)

    assert date.fromisoformat(day) == day_of_move(challenge, datetime.fromisoformat(at).replace(tzinfo=UTC))
