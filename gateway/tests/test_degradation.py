"""With a service away every page shows the rest or says so, and nobody gets in who should not."""

from datetime import timedelta
from pathlib import Path

import pytest

from ctz_gateway.web.visitors import SESSION_COOKIE
from gateway.tests import fake_identity_things
from gateway.tests.neighbours import PASSWORD, SERVICES, Town, ids_of, town_in
from gateway.tests.routes import DOORS, Access

READS = sorted(
    name for name, door in DOORS.items() if name.startswith("GET") and door.access is not Access.ADMINISTRATOR
)
# Pages that are nothing without a service, which they say with 503; every other page stands without it.
NOTHING_WITHOUT = {
    "identity": {
        "profile.show",
        "account.sessions",
        "account.tokens",
        "account.security",
        "erasure.show",
        "erasure.progress",
        "ftp_test.show",
    },
    "peloton-sync": {"peloton.show", "peloton.progress"},
    "challenges": {
        "challenges.index",
        "challenges.invitation",
        "challenges.confirm_leave",
        "boards.show",
        "fitness.marks",
        "boards.renewed",
        "boards.points",
        "teams.choose",
        "teams.show",
    },
    "plans": {
        "plan.show",
        "plan.state",
        "plan_items.show",
        "plan_items.edit",
        "templates.show",
        "templates.one",
        "template_editor.show",
        "template_editor.new",
        "template_editor.cell",
        "feed.show",
        "feed.calendar",
        "exercises.show",
        "exercises.one",
        "routines.one",
        "routines.edit",
        "routines.step",
        "player.show",
        "player.session",
        "pelvic_floor.show",
    },
    "workouts": {
        "power.show",
        "fitness.show",
        "records.show",
        "records.milestones",
        "years.latest",
        "years.show",
        "years.image",
        "years.shared",
        "years.shared_image",
        "classes.show",
        "classes.recommended",
        "classes.one",
        "practice.show",
        "reference.show",
        "recorded_targets.show",
        "recorded_targets.new",
        "recorded_targets.edit",
        "history.show",
        "saved_filters.show",
        "workouts.show",
        "workouts.series",
        "workouts.confirm_delete",
        "compare.show",
        "compare.series",
        "sharing.show",
        "sharing.picture",
        "ftp_test.show",
        "manual.edit",
        "imports.show",
        "imports.one",
        "imports.progress",
        "duplicates.show",
        "merge_batches.certain",
        "merge_batches.one",
        "merge_batches.progress",
        "exports.show",
        "exports.progress",
        "exports.fetch",
        "exports.workout",
    },
}
MARKED = {
    ("identity", "today.show"): "Your FTP cannot be shown right now.",
    ("challenges", "today.show"): "Your challenges cannot be shown right now.",
    ("plans", "fitness.show"): "Your plan cannot be shown right now.",
    ("plans", "today.show"): "Your plan cannot be shown right now.",
    ("workouts", "today.show"): "Your workouts cannot be shown right now.",
    ("peloton-sync", "today.show"): "The state of your Peloton sync cannot be shown right now.",
    ("peloton-sync", "wizard.ftp"): "What Peloton says cannot be shown right now.",
}


@pytest.mark.parametrize("service", SERVICES)
def test_t057_each_page_stands_or_says_503_while_a_service_is_away(tmp_path: Path, service: str) -> None:
    with town_in(tmp_path) as town:
        browser = town.browser(town.a)
        browser.get("/today")
        ids = ids_of(town, town.a)
        town.stop(service)
        answers = {name.removeprefix("GET "): browser.get(DOORS[name].path(ids)) for name in READS}

    expected = {name: 503 if name in NOTHING_WITHOUT[service] else 200 for name in answers}
    for redirected in ("public.landing", "auth.sign_in", "wizard.start", "challenges.find"):
        expected[redirected] = 302
    assert expected == {name: answer.status_code for name, answer in answers.items()}
    assert [] == [name for name, answer in answers.items() if b"Traceback" in answer.data or b"grpc" in answer.data]
    assert [] == [
        words for (away, name), words in MARKED.items() if away == service and words not in answers[name].text
    ]
    assert {"10"} == {
        answer.headers["Retry-After"] for answer in answers.values() if answer.status_code == 503
    }  # fmt: skip


@pytest.mark.parametrize("service", SERVICES)
def test_t057_forms_answer_503_and_never_500(tmp_path: Path, service: str) -> None:
    names = sorted(name for name in DOORS if name.startswith("POST"))
    statuses = {}
    with town_in(tmp_path) as town:
        riders = {name: town.rider(f"rider-{number}", workouts=1) for number, name in enumerate(names)}
        browsers = {name: town.browser(rider) for name, rider in riders.items()}
        tokens = {name: browser.form_token() for name, browser in browsers.items()}
        ids = {name: ids_of(town, rider) for name, rider in riders.items()}
        town.stop(service)
        for name in names:
            fields = {**DOORS[name].fields(ids[name]), "csrf_token": tokens[name]}
            statuses[name] = browsers[name].send(DOORS[name].path(ids[name]), fields).status_code

    assert set(statuses.values()) <= {200, 204, 303, 404, 422, 503}
    assert 503 in statuses.values()


def test_t058_a_known_session_keeps_reading_and_nobody_new_gets_in(town: Town) -> None:
    known, stranger = town.browser(town.a), town.browser()
    known.get("/today")
    forger = town.browser()
    forger.set_cookie(SESSION_COOKIE, "A" * 43)
    town.stop("identity")

    assert 200 == known.get("/history").status_code
    assert 503 == forger.get("/history").status_code
    assert 200 == stranger.get("/sign-in").status_code
    assert 503 == stranger.sign_in(town.a.email, PASSWORD).status_code
    assert "/sign-in" in stranger.get("/history").location


def test_t058_while_identity_is_away_a_remembered_session_only_reads(town: Town) -> None:
    browser = town.browser(town.a)
    token, before = browser.form_token(), town.facts()
    town.stop("identity")
    workout = town.workouts.views[town.a.user_id][0].workout.name
    answer = browser.send(f"/{workout}/words", {"csrf_token": token, "note": "after sign-out?"})

    assert 503 == answer.status_code
    assert before == town.facts()


def test_t058_a_remembered_session_ends_with_its_token(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fake_identity_things, "TOKEN_LIFETIME", timedelta(seconds=0.2))
    browser = town.browser(town.a)
    browser.get("/history")
    town.stop("identity")

    assert _eventually(lambda: 503 == browser.get("/history").status_code)


def test_t058_an_ended_session_is_not_remembered(town: Town) -> None:
    browser = town.browser(town.a)
    browser.get("/history")
    secret = browser.cookie(SESSION_COOKIE)
    browser.post("/sign-out")
    town.stop("identity")
    thief = town.browser()
    thief.set_cookie(SESSION_COOKIE, secret)

    assert 503 == thief.get("/history").status_code


def _eventually(holds: object) -> bool:
    assert callable(holds)
    return any(holds() for _ in range(200))
