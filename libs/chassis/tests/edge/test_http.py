"""The HTTP edge of a service: probes, default deny, errors."""

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ctz_chassis.http import (
    current_person,
    health_app,
    open_to_everybody,
    require_service,
    require_service_and_person,
)
from ctz_chassis.readiness import Readiness, latched
from ctz_chassis.testing import Keys, User


class Full(Exception):
    reason: ClassVar[str] = "FULL"
    code: ClassVar[str] = "RESOURCE_EXHAUSTED"


@pytest.fixture
def readiness() -> Readiness:
    return Readiness({}, cache_seconds=0)


@pytest.fixture
def app(readiness: Readiness, keys: Keys) -> Flask:
    app = health_app("plans", readiness, keys.verifier())

    @app.get("/mine")
    @require_service_and_person()
    def mine() -> dict[str, str]:
        return {"user": str(current_person().user_id)}

    @app.get("/operators")
    @require_service_and_person(administrator=True)
    def operators() -> dict[str, str]:
        return {}

    @app.get("/feed")
    @require_service(callers=("gateway",))
    def feed() -> dict[str, str]:
        return {"feed": "of nobody"}

    @app.get("/keys")
    @open_to_everybody
    def public_keys() -> dict[str, str]:
        return {"keys": "all"}

    @app.get("/forgotten")
    def forgotten() -> dict[str, str]:
        return {"secret": "yes"}

    @app.get("/broken")
    @open_to_everybody
    def broken() -> dict[str, str]:
        raise ZeroDivisionError("SELECT secret")

    @app.get("/full")
    @open_to_everybody
    def full() -> dict[str, str]:
        raise Full("No seat is left.")

    return app


@pytest.fixture
def http(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


def credentials(keys: Keys, user: User | None = None, *, caller: str = "gateway") -> dict[str, str]:
    token = keys.service_signer(caller).token("plans")
    return {"Authorization": f"Bearer {token}"} | ({"ctz-user": user.token} if user else {})


def status(http: FlaskClient, path: str, headers: dict[str, str] | None = None) -> int:
    return http.get(path, headers=headers).status_code


def test_probes_tell_the_truth(http: FlaskClient, readiness: Readiness) -> None:
    is_up = [True]
    readiness.add("database", lambda: is_up[0])

    assert (200, 200, 200) == (status(http, "/healthz"), status(http, "/readyz"), status(http, "/metrics"))
    is_up[0] = False
    answer = http.get("/readyz")
    assert (503, {"database": False, "accepting": True}) == (answer.status_code, answer.json["checks"])
    assert 200 == status(http, "/healthz")


def test_a_check_that_fails_means_not_ready(readiness: Readiness) -> None:
    def fail() -> bool:
        raise OSError("no route")

    readiness.add("database", fail)
    assert not readiness.is_ready()


def test_probes_do_not_ask_the_database_each_time() -> None:
    asked: list[int] = []
    readiness = Readiness({"database": lambda: asked.append(1) is None}, cache_seconds=60)

    assert all(readiness.is_ready() for _ in range(100))
    assert 1 == len(asked)


def test_a_latched_check_is_not_asked_again_once_it_held() -> None:
    answers = iter([False, True])
    check = latched(lambda: next(answers))

    assert [False, True, True, True] == [check() for _ in range(4)]


def test_views_check_the_same_tokens_as_grpc(http: FlaskClient, keys: Keys, user_a: User) -> None:
    assert {"user": str(user_a.user_id)} == http.get("/mine", headers=credentials(keys, user_a)).json

    assert 401 == status(http, "/mine")
    assert 401 == status(http, "/mine", credentials(keys))
    assert 401 == status(http, "/mine", {"ctz-user": user_a.token})
    assert 403 == status(http, "/mine", credentials(keys, user_a, caller="challenges"))
    assert 403 == status(http, "/operators", credentials(keys, user_a))
    assert 200 == status(http, "/operators", credentials(keys, keys.user(is_administrator=True)))
    assert 200 == status(http, "/keys")


def test_a_view_for_a_service_asks_for_no_person(http: FlaskClient, keys: Keys, user_a: User) -> None:
    """The service has to prove itself all the same, and a person who comes along changes nothing."""
    assert {"feed": "of nobody"} == http.get("/feed", headers=credentials(keys)).json
    assert 200 == status(http, "/feed", credentials(keys, user_a))

    assert 401 == status(http, "/feed")
    assert 401 == status(http, "/feed", {"ctz-user": user_a.token})
    assert 403 == status(http, "/feed", credentials(keys, user_a, caller="challenges"))


def test_a_view_without_a_mark_is_refused_to_everybody(http: FlaskClient, keys: Keys) -> None:
    answer = http.get("/forgotten", headers=credentials(keys, keys.user(is_administrator=True)))

    assert (403, "METHOD_WITHOUT_RULE") == (answer.status_code, answer.json["reason"])


def test_t105_an_unhandled_error_tells_only_a_request_id(http: FlaskClient) -> None:
    answer = http.get("/broken", headers={"x-request-id": "request-0001"})

    assert 500 == answer.status_code
    assert ("INTERNAL", "request-0001") == (answer.json["reason"], answer.json["request_id"])
    for word in ("SELECT", "ZeroDivision", "Traceback"):
        assert word not in answer.text
    assert 200 == status(http, "/keys")


def test_domain_errors_have_their_status_and_reason(http: FlaskClient) -> None:
    answer = http.get("/full")

    assert (429, "FULL") == (answer.status_code, answer.json["reason"])


@pytest.mark.parametrize(("method", "path", "expected"), [("GET", "/nowhere", 404), ("POST", "/keys", 405)])
def test_what_does_not_exist_is_said_in_json(http: FlaskClient, method: str, path: str, expected: int) -> None:
    answer: Any = http.open(path, method=method)

    assert expected == answer.status_code
    assert answer.json["request_id"]
