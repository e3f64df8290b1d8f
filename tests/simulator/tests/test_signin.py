"""The hosted sign-in and the token endpoint (peloton-api.md 2.2)."""

from typing import Any

import pytest

from ctz_simulator import Simulator


def test_a_browser_gets_from_the_login_page_to_a_working_token(sim: Simulator, sign_in: Any) -> None:
    sign_in.open_page()
    code = sign_in.submit_form(sign_in.send_password("demo", "secret"))
    tokens = sign_in.exchange(code).json()

    assert {"access_token", "refresh_token", "id_token", "scope", "expires_in", "token_type"} == set(tokens)
    assert 172_800 == tokens["expires_in"]
    sign_in.client.token = tokens["access_token"]
    assert "demo" == sign_in.client.get("/api/me").json()["username"]
    assert {"authorize": 2, "login_page": 1, "signin": 1, "callback": 1, "token": 1, "me": 1} == sim.calls()


def test_the_login_page_has_a_state_of_its_own_and_a_csrf_cookie(sign_in: Any) -> None:
    sign_in.open_page()

    assert sign_in.state != sign_in.server_state
    assert sign_in.client.cookies["_csrf"]


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"password": "wrong"}, 401, "Wrong email or password"),
        ({"username": "nobody"}, 401, "Wrong email or password"),
        ({"_csrf": "forged"}, 400, "invalid username"),
        ({"state": "unknown"}, 400, "invalid username"),
        ({"tenant": "other"}, 400, "invalid tenant"),
    ],
)
def test_a_wrong_form_is_refused(sign_in: Any, changed: dict[str, str], status: int, words: str) -> None:
    sign_in.open_page()
    reply = sign_in.send_password(**({"username": "demo", "password": "secret"} | changed))

    assert status == reply.status
    assert words in reply.json()["description"]


def test_a_wrong_password_may_also_come_with_200(sim: Simulator, sign_in: Any) -> None:
    sim.turn(wrong_password_status=200)
    sign_in.open_page()
    reply = sign_in.send_password("demo", "wrong")

    assert 200 == reply.status
    assert b"Wrong email or password" in reply.body


def test_a_code_is_worth_one_exchange(sign_in: Any) -> None:
    sign_in.open_page()
    code = sign_in.submit_form(sign_in.send_password("demo", "secret"))

    assert 200 == sign_in.exchange(code).status
    assert (403, "invalid_grant") == _error(sign_in.exchange(code))


def test_a_code_needs_the_verifier_of_its_challenge(sign_in: Any, challenge: Any) -> None:
    sign_in.open_page()
    code = sign_in.submit_form(sign_in.send_password("demo", "secret"))

    assert challenge("wrong") != challenge(sign_in.verifier)
    assert (403, "invalid_grant") == _error(sign_in.exchange(code, code_verifier="wrong"))
    assert (403, "invalid_grant") == _error(sign_in.exchange(code))


def test_the_code_leads_nowhere_before_the_password(sign_in: Any) -> None:
    sign_in.open_page()

    assert 400 == sign_in.client.get(f"/authorize/resume?state={sign_in.server_state}").status


def test_the_password_grant_is_not_for_this_client(sign_in: Any) -> None:
    assert (403, "unauthorized_client") == _error(sign_in.exchange("", grant_type="password"))


def test_the_old_session_login_is_closed(sign_in: Any) -> None:
    reply = sign_in.client.post("/auth/login", {"username_or_email": "demo", "password": "secret"})

    assert 403 == reply.status
    assert {"status", "message"} == set(reply.json())


def test_without_a_good_token_the_api_says_3020(sim: Simulator, client: Any) -> None:
    client.token = "forged"
    reply = client.get("/api/me")

    assert 401 == reply.status
    assert {
        "status": 401,
        "error_code": 3020,
        "subcode": None,
        "message": "Not logged in",
        "details": None,
    } == reply.json()


def _error(reply: Any) -> tuple[int, str]:
    return reply.status, reply.json()["error"]
