"""Hostile text, addresses and errors: inert text, local redirects, one plain page for whatever breaks (S11-S13)."""

import dataclasses
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from ctz.common.v1 import activity_pb2
from ctz.workouts.v1 import workouts_pb2
from hypothesis import given, settings
from hypothesis import strategies as st

from ctz_gateway.app import create_app
from ctz_gateway.web.forms import local_path
from gateway.tests.browser import Browser
from gateway.tests.made_classes import MAX_RIDE, OPEN_RIDE
from gateway.tests.neighbours import PASSWORD, PUBLIC_URL, Town, ids_of, town_in
from gateway.tests.routes import DOORS

PAYLOADS = (
    "{{1234*4321}}", "{% for x in y %}", "${7*7}", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>',
    "' x-data='{a:1}' x-init='alert(1)", '" @click="alert(1)" :style="x"', "</title><svg onload=alert(1)>",
    "javascript:alert(1)", "<a href=javascript:alert(1)>x</a>", "\u202egnp.exe",
    "{{constructor.constructor('alert(1)')()}}",
)  # fmt: skip
# Our own scripts and pictures; the picture of a workout and of a year are made for the rider.
OWN = re.compile(r' src="/(?:static|workouts|year)/')
HANDLER = re.compile(r"\son[a-z]+\s*=", re.IGNORECASE)
TAG = re.compile(r"<[a-z][^>]*>", re.IGNORECASE)
ALPINE = re.compile(r'\s(?:x-[\w.:-]+|@[\w.:-]+|:[\w-]+)\s*=\s*"([^"]*)"')
PAGES = (
    "/today",
    "/history",
    "/power",
    "/fitness",
    "/records",
    "/records/milestones",
    f"/year/{datetime.now(UTC).year}",
    "/plan",
    "/plan/templates",
    "/plan/items/new?kind=class",
    "/plan/items/new?kind=routine",
    "/exercises",
    "/classes",
    "/classes?q={{1234*4321}}",
    "/classes/recommended",
    f"/classes/{MAX_RIDE}",
    f"/classes/{MAX_RIDE}/practice",
    f"/classes/{OPEN_RIDE}/targets",
    "/peloton/",
    "/profile/",
    "/account/sessions",
    "/account/tokens",
    "/account/security",
    "/admin/users",
)
STRICT = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
POLICY = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self'", "font-src": "'self'",
    "connect-src": "'self'", "manifest-src": "'self'", "form-action": "'self'", "base-uri": "'none'",
    "object-src": "'none'", "frame-ancestors": "'none'", "require-trusted-types-for": "'script'",
}  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_t099_payloads_in_every_text_are_inert(town: Town, payload: str) -> None:
    rider = town.rider("Mira", workouts=4, is_administrator=True)
    rider.name = payload
    for view in town.workouts.views[rider.user_id]:
        _spoil_workout(view, payload)
    town.sync.connections[rider.user_id].peloton_username = payload
    town.sync.failures[rider.user_id][0].title = payload
    for token in town.identity.tokens.values():
        token.name = payload
    for item in town.plans.items[rider.user_id].values():
        item.activity.kind, item.activity.title = activity_pb2.ACTIVITY_KIND_NOTE, payload
    for kept in (town.plans.templates, town.plans.programs, town.practice.routines, town.practice.sessions):
        for thing in kept[rider.user_id].values():
            thing.title = payload
    town.plans.done[rider.user_id][0].title = payload
    _spoil_classes(town, rider.user_id, payload)
    browser = town.browser(rider)
    next(each for each in town.identity.sessions.values() if each.owner == rider.user_id).agent = payload
    ids = ids_of(town, rider)
    workouts = [f"/{view.workout.name}" for view in town.workouts.views[rider.user_id]]
    plans = (f"/plan/items/{ids.item}", f"/plan/templates/{ids.template}/edit", f"/player/routines/{ids.routine}")
    beside = [f"{workouts[0]}/{part}" for part in ("delete", "compare", "share", "ftp-test")]
    for path in (*PAGES, *workouts, *beside, *plans, f"/exercises/sessions/{ids.guided}"):
        html = browser.get(path).text
        tags = TAG.findall(html)

        assert [] == [tag for tag in tags if HANDLER.search(re.sub(r'"[^"]*"', '""', tag))]
        assert [] == [tag for tag in tags if tag.lower().startswith(("<script", "<img")) and not OWN.search(tag)]
        assert [] == [text for text in ALPINE.findall(html) if payload in text or "alert" in text]
        assert [] == re.findall(r'(?:href|action|formaction)="javascript:', html)
        assert "{{1234*4321}}" not in payload or "5332114" not in html


def _spoil_workout(view: workouts_pb2.WorkoutView, payload: str) -> None:
    view.workout.title = view.workout.instructor = view.workout.discipline = view.notes = payload
    for segment in view.segments:
        segment.name = payload
    for song in view.songs:
        song.title, song.artists[:] = payload, [payload]
    for movement in view.detail.movements:
        movement.name = movement.weight_unit = payload
    for band in view.pace_targets:
        band.title = payload


def _spoil_classes(town: Town, owner: UUID, payload: str) -> None:
    for view in town.classes.views.values():
        found = view.library_class
        found.title = found.instructor = found.discipline = found.class_type = view.description = payload
        view.source_url = payload
        for part in (*view.segments, *view.averages):
            setattr(part, "name" if hasattr(part, "name") else "display_name", payload)
        for song in view.songs:
            song.title, song.artists[:] = payload, [payload]
    for recorded in town.classes.recorded[owner].values():
        recorded.title = payload


@pytest.mark.parametrize("name", sorted(DOORS))
def test_t100_every_answer_has_the_strict_headers_and_nothing_inline(town: Town, name: str) -> None:
    ruler = town.rider("Rula", workouts=2, is_administrator=True)
    browser = town.browser(ruler)
    door, ids = DOORS[name], ids_of(town, ruler)
    answer = browser.get(door.path(ids)) if name.startswith("GET") else browser.post(door.path(ids), door.fields(ids))
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))

    assert STRICT == {header: answer.headers.get(header) for header in STRICT}
    assert POLICY == {directive: policy.get(directive) for directive in POLICY}
    assert "Permissions-Policy" in answer.headers
    if answer.mimetype == "text/html":
        assert [] == re.findall(r"<style|\sstyle=|\son[a-z]+=", answer.text)
        assert [] == [tag for tag in re.findall(r"<script[^>]*>", answer.text) if "src=" not in tag]


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/workouts/not-an-id", "/static/nothing.js", "/%00", "/" + "a" * 5000, "/sign-in?next=" + "b" * 5000],
)
def test_t100_errors_have_the_strict_headers_too(town: Town, path: str) -> None:
    answer = town.browser().get(path)

    assert answer.status_code in {400, 404, 414}
    assert STRICT == {header: answer.headers.get(header) for header in STRICT}


EVIL = ("//evil", "\\\\evil", "/\\evil", "/%2f%2fevil", "/%5cevil", "https://evil", "javascript:alert(1)",
        "/\r\nSet-Cookie: a=b",
        "/@evil", "//a@evil", "/\tevil", "/ //evil", "\x00//evil", "http:evil",
        "///evil", "/.//evil", "/../evil")  # fmt: skip


@pytest.mark.parametrize("candidate", EVIL)
def test_t101_hostile_next_pages_lead_nowhere_else(town: Town, candidate: str) -> None:
    browser = town.browser()
    page = browser.get("/sign-in", next="x")
    answer = browser.submit(page, "/sign-in", email=town.a.email, password=PASSWORD, next=candidate)
    parts = urlsplit(answer.location)

    assert 303 == answer.status_code
    assert ("", "") == (parts.scheme, parts.netloc)
    assert answer.location.startswith("/")
    assert not answer.location.startswith(("//", "/\\"))
    assert {"__Host-ctz_session", "__Host-ctz_device"} == {
        cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")
    }


PIECES = st.sampled_from(["/", "\\", "%2f", "%5c", "@", ":", "?", "#", ".", "..", "\r", "\n", "\t", "\x00",
                          "evil.example",
                          "http:", "https:", "javascript:", "//", "today", " ", "\u2215", "\uff0f"])  # fmt: skip


@settings(max_examples=500)
@given(st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(max_size=40)))
def test_t101_only_local_paths_pass(candidate: str) -> None:
    chosen = local_path(candidate, "/fallback")
    parts = urlsplit(chosen)

    assert ("", "") == (parts.scheme, parts.netloc)
    assert chosen.startswith("/")
    assert not chosen.startswith(("//", "/\\"))
    assert not any(ord(mark) < 0x20 or mark in "\\\x7f" for mark in chosen)


def _broken(**_: object) -> NoReturn:
    raise RuntimeError("SELECT secret FROM canary")


@pytest.mark.parametrize("name", sorted(name for name in DOORS if name != "GET static"))
def test_t105_whatever_breaks_in_a_view_is_one_plain_page_with_a_number(
    town: Town, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruler = town.rider("Rula", workouts=2, is_administrator=True)
    browser = town.browser(ruler)
    door, ids = DOORS[name], ids_of(town, ruler)
    token = browser.form_token()
    monkeypatch.setitem(town.app.view_functions, name.split()[1], _broken)
    answer = (
        browser.get(door.path(ids)) if name.startswith("GET")
        else browser.send(door.path(ids), {**door.fields(ids), "csrf_token": token})
    )  # fmt: skip

    assert 500 == answer.status_code
    assert answer.headers["X-Request-Id"] in answer.text
    assert "Something broke on our side" in answer.text
    assert [] == [word for word in ("Traceback", "canary", "RuntimeError", "Werkzeug", "Python") if word in answer.text]
    assert STRICT == {header: answer.headers.get(header) for header in STRICT}
    assert 200 == browser.get("/terms").status_code or name == "GET public.terms"


def test_t105_an_error_in_the_frame_itself_is_still_answered(tmp_path: Path) -> None:
    with town_in(tmp_path) as town:
        town.app.jinja_env.globals["csrf_token"] = _broken
        answer = town.browser().get("/sign-in")

    assert 500 == answer.status_code
    assert answer.headers["X-Request-Id"] in answer.text
    assert "canary" not in answer.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:8000.evil.example", "localhost", ""])
def test_t104_another_host_is_refused(town: Town, host: str) -> None:
    answer = town.browser().client.get("/", base_url=PUBLIC_URL, headers={"Host": host})

    assert 400 == answer.status_code


def test_t104_the_other_name_of_this_machine_leads_to_the_page_at_its_address(town: Town) -> None:
    """Somebody types localhost: cookies belong to one name, so the page moves to the one that the site goes by."""
    client, there = town.browser().client, {"Host": "localhost:8000"}
    answer = client.get("//evil.example/x?y=%0d%0a", base_url=PUBLIC_URL, headers=there)

    assert 307 == answer.status_code
    assert answer.headers["Location"].startswith(f"{PUBLIC_URL}/")
    assert 400 == client.post("/sign-in", base_url=PUBLIC_URL, headers=there).status_code


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "OPTIONS"])
def test_t104_other_methods_are_refused(town: Town, method: str) -> None:
    assert 405 == town.browser().client.open("/", method=method, base_url=PUBLIC_URL).status_code


SPOOFED = {"X_Forwarded_For": "203.0.113.9", "X_Real_Ip": "203.0.113.9", "X_Forwarded_Host": "evil.example"}


def test_t104_forwarded_addresses_count_only_behind_configured_proxies(town: Town) -> None:
    browser = town.browser()
    token = browser.form_token()
    fields: dict[str, object] = {"csrf_token": token, "email": town.a.email, "password": PASSWORD}
    answer = browser.send("/sign-in", fields, **SPOOFED)

    assert 303 == answer.status_code
    assert {"127.0.0.1"} == {session.address for session in town.identity.sessions.values()}


def test_t104_behind_one_proxy_its_word_counts(tmp_path: Path) -> None:
    with town_in(tmp_path) as town:
        behind = dataclasses.replace(town.settings, trusted_proxies=1)
        app = create_app(behind, town.services, b"k" * 32)
        browser = Browser(app, PUBLIC_URL)
        fields: dict[str, object] = {"email": town.a.email, "password": PASSWORD, "csrf_token": browser.form_token()}
        browser.send("/sign-in", fields, X_Forwarded_For="198.51.100.1, 203.0.113.9")
        addresses = {session.address for session in town.identity.sessions.values()}

    assert {"203.0.113.9"} == addresses


def test_over_https_browsers_are_told_to_stay_there(tmp_path: Path) -> None:
    with town_in(tmp_path) as town:
        common = dataclasses.replace(town.settings.common, public_url="https://zones.example")
        app = create_app(dataclasses.replace(town.settings, common=common), town.services, b"k" * 32)
        plain = town.browser().get("/terms").headers
        secure = Browser(app, "https://zones.example").get("/terms").headers

    assert ("max-age=31536000", None) == (
        secure["Strict-Transport-Security"], plain.get("Strict-Transport-Security"),
    )  # fmt: skip
