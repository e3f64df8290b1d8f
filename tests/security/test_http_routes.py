"""T088, T095, T116: every HTTP route of every service, called by everybody who may not call it."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from ctz_chassis.settings import load
from ctz_chassis.testing import SERVICES, User

from .cells import ADMINISTRATOR, EVERYBODY, HIDDEN, NOBODY, Outcome, Things
from .conftest import Owner
from .system import MODULES, NAMES, System

pytestmark = pytest.mark.component


@dataclass(frozen=True, slots=True)
class Route:
    """What a stranger gets, and how the route is asked for somebody's things."""

    outcome: Outcome
    path: str
    thing: str = ""

    def at(self, things: Things) -> str:
        """The path for the things of somebody."""
        return self.path.format(id=getattr(things, self.thing).rsplit("/", 1)[1] if self.thing else "")


ROUTES: Mapping[str, Route] = {
    "identity GET /jwks.json": Route(EVERYBODY, "/jwks.json"),
    "peloton-sync GET /console": Route(ADMINISTRATOR, "/console"),
    "peloton-sync GET /console.json": Route(ADMINISTRATOR, "/console.json"),
    "peloton-sync POST /console/kill-switch": Route(ADMINISTRATOR, "/console/kill-switch"),
    "plans GET /feeds/<secret>.ics": Route(NOBODY, f"/feeds/{'A' * 43}.ics"),
    "workouts GET /exports/<uuid:export_id>/file": Route(HIDDEN, "/exports/{id}/file?secret=guess", "export"),
    "workouts GET /workouts/<uuid:workout_id>/file": Route(HIDDEN, "/workouts/{id}/file?format=tcx", "workout"),
    "workouts POST /imports/<uuid:import_id>/files": Route(
        HIDDEN, "/imports/{id}/files?file_name=ride.fit", "import_job"
    ),
}
GUARDED = sorted(name for name, route in ROUTES.items() if route.outcome is not EVERYBODY)


@pytest.fixture(scope="module")
def apps(system: System) -> Iterator[Mapping[str, Flask]]:
    """The Flask applications as the services' own composition roots build them."""
    environment = dict(system.environment)
    for name in NAMES:
        prefix = name.upper().replace("-", "_")
        environment[f"CTZ_{prefix}_DATABASE_URL"] = system.database.app_url(name)
        environment[f"CTZ_{prefix}_SIGNING_KEY_FILE"] = str(system.folder / f"{name}.pem")
    with ExitStack() as stack:
        built = {}
        for name in NAMES:
            prefix = name.upper().replace("-", "_")
            own = {key: value for key, value in environment.items() if not _is_of_another(key, prefix)}
            serving = MODULES[name].build_serve(load(MODULES[name].Settings, prefix, own))
            stack.callback(serving.close)
            built[name] = serving.flask_app
        yield built


def _is_of_another(key: str, prefix: str) -> bool:
    others = {name.upper().replace("-", "_") for name in NAMES} - {prefix}
    return any(key.startswith(f"CTZ_{other}_") for other in others)


def ask(apps: Mapping[str, Flask], name: str, things: Things, headers: list[tuple[str, str]]) -> TestResponse:
    service, method, _ = name.split(" ")
    body: dict[str, Any] = {"data": {"is_killed": "true"}} if name.endswith("kill-switch") else {}
    # Buffered: read to its end and closed, as a server does.
    client = apps[service].test_client()
    return client.open(ROUTES[name].at(things), method=method, headers=headers, buffered=True, **body)


def as_gateway(system: System, name: str, user: User | None) -> list[tuple[str, str]]:
    return system.credentials(name.split(" ", maxsplit=1)[0], "gateway", user)


def reason(answer: TestResponse) -> str:
    return str((answer.get_json(silent=True) or {}).get("reason", ""))


def test_t095_every_route_of_every_service_is_decided_about(apps: Mapping[str, Flask]) -> None:
    found = {
        f"{service} {method} {rule.rule}"
        for service, app in apps.items()
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert set(ROUTES) == found


@pytest.mark.parametrize("name", GUARDED)
def test_t116_no_route_opens_without_a_calling_service(
    system: System, apps: Mapping[str, Flask], ada: Owner, name: str
) -> None:
    """Nothing at all, the person alone, the person in place of the service, a token for another service."""
    person = ("ctz-user", ada.member.user.token)
    elsewhere = next(each for each in NAMES if each != name.split(" ", maxsplit=1)[0])
    before = system.fingerprint()
    answers = [
        ask(apps, name, ada.things, headers)
        for headers in (
            [],
            [person],
            [person, ("authorization", f"Bearer {ada.member.user.token}")],
            system.credentials(elsewhere, "gateway", ada.member.user),
        )
    ]

    assert [401] * 4 == [answer.status_code for answer in answers]
    assert before == system.fingerprint()


@pytest.mark.parametrize("name", GUARDED)
def test_t116_no_service_but_the_gateway_reaches_a_route(
    system: System, apps: Mapping[str, Flask], ada: Owner, name: str
) -> None:
    callers = sorted(set(SERVICES) - {"gateway", "local"})
    before = system.fingerprint()
    answers = {
        caller: ask(apps, name, ada.things, system.credentials(name.split(" ", maxsplit=1)[0], caller, ada.member.user))
        for caller in callers
    }

    assert dict.fromkeys(callers, (403, "CALLER_NOT_ALLOWED")) == {
        caller: (answer.status_code, reason(answer)) for caller, answer in answers.items()
    }
    assert before == system.fingerprint()


@pytest.mark.parametrize("name", GUARDED)
def test_t088_a_route_about_people_needs_one(system: System, apps: Mapping[str, Flask], ada: Owner, name: str) -> None:
    answer = ask(apps, name, ada.things, as_gateway(system, name, None))
    expected = (404, "NOT_FOUND") if ROUTES[name].outcome is NOBODY else (401, "PERSON_REQUIRED")

    assert expected == (answer.status_code, reason(answer))


@pytest.mark.parametrize("name", sorted(name for name, route in ROUTES.items() if route.outcome is ADMINISTRATOR))
def test_t088_the_console_is_for_administrators(
    system: System, apps: Mapping[str, Flask], ada: Owner, name: str
) -> None:
    before = system.fingerprint()
    answer = ask(apps, name, ada.things, as_gateway(system, name, ada.member.user))

    assert (403, "ADMINISTRATOR_REQUIRED") == (answer.status_code, reason(answer))
    assert before == system.fingerprint()


@pytest.mark.parametrize("name", sorted(name for name, route in ROUTES.items() if route.outcome is HIDDEN))
def test_t088_another_riders_files_do_not_exist(
    system: System, apps: Mapping[str, Flask], ada: Owner, bo: Owner, nothing: Things, name: str
) -> None:
    """Word for word the answer for an id of nothing, and not a row has changed."""
    before = system.fingerprint()
    refused = ask(apps, name, ada.things, as_gateway(system, name, bo.member.user))
    for_nothing = ask(apps, name, nothing, as_gateway(system, name, bo.member.user))

    assert (404, 404) == (refused.status_code, for_nothing.status_code)
    assert without_id(for_nothing) == without_id(refused)
    assert before == system.fingerprint()


def without_id(answer: TestResponse) -> dict[str, Any]:
    return {key: value for key, value in (answer.get_json() or {}).items() if key != "request_id"}


def test_t088_the_owner_does_get_the_file(system: System, apps: Mapping[str, Flask], ada: Owner) -> None:
    """What is hidden from the stranger is there."""
    name = "workouts GET /workouts/<uuid:workout_id>/file"
    assert 200 == ask(apps, name, ada.things, as_gateway(system, name, ada.member.user)).status_code


@pytest.mark.parametrize("name", sorted(name for name, route in ROUTES.items() if route.outcome is HIDDEN))
def test_t088_a_token_of_a_tool_reaches_no_route(
    system: System, apps: Mapping[str, Flask], ada: Owner, name: str
) -> None:
    scopes = ("workouts:read", "workouts:write")
    token = system.keys.user_signer().issue(ada.user_id, ada.member.user.session_id, scopes=scopes)
    headers = [*as_gateway(system, name, None), ("ctz-user", token)]
    answer = ask(apps, name, ada.things, headers)

    assert 403 == answer.status_code
