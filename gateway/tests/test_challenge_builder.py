"""The administrator's builder without JavaScript: rows, typed text, errors beside fields, drafts, publishing."""

import re

import pytest
from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.common.v1 import activity_pb2
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from ctz_gateway.present.challenge_draft import Draft, ItemDraft, changed
from ctz_gateway.web.challenge_form import read
from ctz_gateway.web.challenge_wish import WrongInput, challenge_of, draft_of, errors_of
from gateway.tests.browser import Browser, forms_of
from gateway.tests.fake_challenges import ChallengeStore, Kept
from gateway.tests.made_challenges import add_challenge
from gateway.tests.neighbours import Town

ACTION = "/challenges/new"


@pytest.fixture
def ruler(town: Town) -> Browser:
    """An administrator's browser."""
    return town.browser(town.rider("Rula", is_administrator=True))


def fields_of(page: TestResponse, action: str = ACTION) -> dict[str, object]:
    """What the builder's form would send."""
    form = next(each for each in forms_of(page.text) if each["action"] == action and each["method"] == "post")
    fields = form["fields"]
    assert isinstance(fields, dict)
    return fields


def press(browser: Browser, page: TestResponse, act: str, action: str = ACTION, **typed: object) -> TestResponse:
    """Fill the form in and press one of its buttons."""
    return browser.send(action, {**fields_of(page, action), **typed, "act": act})


def made(town: Town, title: str) -> Kept:
    """The challenge with a title."""
    return next(kept for kept in town.challenges.kept.values() if kept.challenge.title == title)


def test_a_challenge_is_built_row_by_row_and_published(town: Town, ruler: Browser) -> None:
    page = ruler.get(ACTION)
    page = press(ruler, page, "core:1", title="July Hills", start="2026-07-06", end="2026-07-19")
    page = press(ruler, page, "core:1", **{"i0.what": "t:climb", "i0.min": "30"})
    page = press(ruler, page, "alt:1", **{"i1.what": "d:running", "i1.min": "20", "i1.title": "A run in the hills"})
    page = press(ruler, page, "bonus:1", **{"i1a0.what": "c", "i1a0.ref": "https://x.example/?classId=abc123&y=1"})
    page = press(ruler, page, "copy:1")
    page = press(ruler, page, "rule", team_capacity="7", weekly_cap="200,5")
    done = press(
        ruler, page, "save", **{"m0.metric": "kilometres", "m0.per": "0.5", "m0.without": "0,1", "m0.on": "running"}
    )
    kept = made(town, "July Hills")
    draft = ruler.get(done.location)
    published = ruler.submit(draft, f"/{kept.challenge.name}/publish")

    assert f"/{kept.challenge.name}/edit" == done.location
    assert [(1, 1), (1, 1), (1, 2), (2, 1), (2, 1), (2, 2)] == [(item.week, item.role) for item in kept.items]
    assert ("climb", 1800) == (kept.items[0].activity.class_type, kept.items[0].activity.duration_seconds)
    assert ("running", "A run in the hills") == (kept.items[1].activity.discipline, kept.items[1].activity.title)
    assert "abc123" == kept.items[1].alternatives[0].class_id
    assert (7, 200.5) == (kept.challenge.team_capacity, kept.challenge.scoring.weekly_cap)
    (rule,) = kept.challenge.scoring.metric_rules
    assert (pb.SCORED_METRIC_KILOMETRES, 0.5, 0.1, ["running"]) == (
        rule.metric, rule.points_per_unit, rule.points_per_minute_without, list(rule.disciplines),
    )  # fmt: skip
    assert "A draft: only administrators see it." in draft.text
    assert (f"/{kept.challenge.name}", True) == (published.location, kept.is_published)


def test_a_button_of_a_row_saves_nothing_and_keeps_what_was_typed(town: Town, ruler: Browser) -> None:
    page = ruler.get(ACTION)
    before = town.facts()
    page = press(ruler, page, "core:1", title="Half done", description="Two\nlines", core_points="fifty")
    fields = fields_of(page)

    assert before == town.facts()
    assert ("Half done", "Two\nlines", "fifty") == tuple(
        fields[name] for name in ("title", "description", "core_points")
    )
    assert ("1", "core") == (fields["i0.w"], fields["i0.r"])


def test_rows_are_taken_away(ruler: Browser) -> None:
    page = ruler.get(ACTION)
    for act in ("core:1", "core:1", "alt:0", "rule", "rule"):
        page = press(ruler, page, act)
    page = press(ruler, page, "norule:0", **{"m1.per": "3"})
    page = press(ruler, page, "noalt:0:0", **{"i1.title": "Second"})
    fields = fields_of(press(ruler, page, "drop:0"))

    assert ("3", "Second") == (fields["m0.per"], fields["i0.title"])
    assert set() == {"m1.per", "i1.w", "i0a0.what"} & set(fields)


def test_wrong_numbers_are_said_beside_their_fields_and_nothing_is_lost(town: Town, ruler: Browser) -> None:
    page = press(ruler, ruler.get(ACTION), "core:1", title="Wrong")
    before = town.facts()
    answer = press(ruler, page, "save", capacity="many", weekly_cap="nan", **{"i0.min": "an hour"})

    assert (422, before) == (answer.status_code, town.facts())
    assert re.search(r'id="capacity-error".*?Give a whole number', answer.text, re.DOTALL)
    assert re.search(r'id="weekly_cap-error".*?Give a number', answer.text, re.DOTALL)
    assert re.search(r'id="i0-error".*?Give a number', answer.text, re.DOTALL)
    assert ("many", "an hour") == (fields_of(answer)["capacity"], fields_of(answer)["i0.min"])


def test_what_the_service_refuses_is_said_beside_its_row(ruler: Browser) -> None:
    page = press(ruler, ruler.get(ACTION), "core:1", title="Classes")
    page = press(ruler, page, "alt:0")
    answer = press(ruler, page, "save", **{"title": "x" * 90, "i0a0.what": "t:climb"})

    assert 422 == answer.status_code
    assert re.search(r'id="title-error".*?at most 80 characters', answer.text, re.DOTALL)


def test_the_same_draft_sent_twice_is_one_challenge(town: Town, ruler: Browser) -> None:
    page = ruler.get(ACTION)
    answers = [press(ruler, page, "save", title="Only one") for _ in range(2)]

    assert 1 == len({answer.location for answer in answers})
    assert 1 == sum(kept.challenge.title == "Only one" for kept in town.challenges.kept.values())


def test_saving_what_somebody_else_changed_is_refused_and_nothing_typed_is_lost(town: Town, ruler: Browser) -> None:
    kept = add_challenge(town.challenges, "June Build")
    action = f"/{kept.challenge.name}/edit"
    page = ruler.get(action)
    first = press(ruler, page, "save", action, title="By one")
    second = press(ruler, page, "save", action, title="By another")

    assert (303, 422, "By one") == (first.status_code, second.status_code, kept.challenge.title)
    assert "Somebody changed this in the meantime." in second.text
    assert "By another" == fields_of(second, action)["title"]


def test_saving_what_is_shown_changes_nothing_but_the_revision(town: Town, ruler: Browser) -> None:
    kept = add_challenge(town.challenges, "June Build")
    kept.challenge.scoring.metric_rules.add(
        metric=pb.SCORED_METRIC_TSS, points_per_unit=0.000125, disciplines=["cycling"]
    )
    before = (pb.Challenge.FromString(kept.challenge.SerializeToString()), list(kept.items))
    action = f"/{kept.challenge.name}/edit"
    press(ruler, ruler.get(action), "save", action)
    after = pb.Challenge.FromString(kept.challenge.SerializeToString())
    after.revision = before[0].revision

    assert before == (after, list(kept.items))


def test_a_challenge_is_deleted_after_a_question(town: Town, ruler: Browser) -> None:
    kept = add_challenge(town.challenges, "June Build")
    asked = ruler.get(f"/{kept.challenge.name}/delete")
    answer = ruler.submit(asked, f"/{kept.challenge.name}/delete")

    assert "June Build, 0 riders." in asked.text
    assert "/challenges" == answer.location
    assert kept.challenge.name not in town.challenges.kept


def test_a_year_of_weeks_still_fits_into_one_form(ruler: Browser, town: Town) -> None:
    page = press(ruler, ruler.get(ACTION), "weeks", title="Half a year", start="2026-01-05", end="2026-07-05")
    for act in ("core:1", "core:1", "core:1", "core:1", "bonus:1"):
        page = press(ruler, page, act)
    for week in range(1, 26):
        page = press(ruler, page, f"copy:{week}")
    done = press(ruler, page, "save")

    assert 303 == done.status_code
    assert 26 * 5 == len(made(town, "Half a year").items)


def test_the_builder_costs_three_calls(town: Town, ruler: Browser) -> None:
    kept = add_challenge(town.challenges, "June Build")
    town.calls.clear()
    ruler.get(f"/{kept.challenge.name}/edit")

    assert {"ExchangeSession": 1, "GetChallenge": 1, "ListRoutines": 1} == dict(town.calls)


@pytest.mark.parametrize(
    "act", ["", "nothing", "core:", "core:x", "drop:99", "noalt:0", "copy:999", "alt:-1", "core:1:2", "rule:1"]
)
def test_a_button_that_does_not_exist_breaks_nothing(act: str) -> None:
    draft = Draft({}, items=(ItemDraft(1, "core"),))

    assert len(changed(draft, act).items) in {1, 2}


def test_a_form_survives_the_way_to_the_service_and_back() -> None:
    kept = add_challenge(ChallengeStore(), "June Build")
    view = pb.ChallengeView(challenge=kept.challenge, items=kept.items)
    challenge, items = challenge_of(draft_of(view), kept.challenge.name)

    assert kept.challenge == challenge
    assert kept.items == list(items)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("challenge.title", "title"),
        ("challenge.scoring.core_points", "core_points"), ("items[3].activity.title", "i3"),
        ("items[12].alternatives[1].class_id", "i12a1"), ("challenge.scoring.metric_rules[2].points_per_unit", "m2"),
        ("items", "items"), ("challenge.something", "items"),
    ],
)  # fmt: skip
def test_a_refusal_finds_its_row(path: str, key: str) -> None:
    assert {key: "Why."} == errors_of([(path, "Why.")])


def test_a_class_asks_for_its_link() -> None:
    sent = MultiDict({"i0.w": "1", "i0.r": "core", "i0.what": "c", "start": "2026-06-01"})
    with pytest.raises(WrongInput) as caught:
        challenge_of(read(sent))

    assert {"i0": "Paste the link of the class, or its id."} == caught.value.errors


def test_what_no_keyboard_makes_and_what_no_form_has_is_left_out() -> None:
    sent = MultiDict({"title": "A\x00b\u202ec", "i0.w": "7777", "i0.r": "king", "i0.what": "t:x", "i2.w": "1"})
    draft = read(sent)

    assert ("Abc", 1, (1, "core")) == (
        draft.given["title"],
        len(draft.items),
        (draft.items[0].week, draft.items[0].role),
    )


def test_any_choice_that_is_none_goes_to_the_service_as_it_is() -> None:
    sent = MultiDict({"i0.w": "1", "i0.what": "r:routines/1", "i0.min": ""})
    _, items = challenge_of(read(sent))

    assert (activity_pb2.ACTIVITY_KIND_ROUTINE, "routines/1") == (items[0].activity.kind, items[0].activity.routine)
