"""Lifetimes, refresh, rotation and the punishment of reuse."""

from typing import Any

import pytest

from ctz_simulator import Knobs, RiderSpec, Simulator


class Clock:
    """Time that moves when told."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("form", [False, True])
def test_a_refresh_token_gives_a_working_token_in_either_encoding(
    sim: Simulator, client: Any, refresh: Any, form: bool
) -> None:
    client.token = refresh(sim.tokens("demo")["refresh_token"], form=form).json()["access_token"]

    assert 200 == client.get("/api/me").status


def test_without_rotation_the_refresh_token_stays(sim: Simulator, refresh: Any) -> None:
    token = sim.tokens("demo")["refresh_token"]

    assert "refresh_token" not in refresh(token).json()
    assert 200 == refresh(token).status


def test_with_rotation_reuse_revokes_the_family(sim: Simulator, refresh: Any) -> None:
    sim.turn(rotate_refresh=True)
    first = sim.tokens("demo")["refresh_token"]
    second = refresh(first).json()["refresh_token"]
    third = refresh(second).json()["refresh_token"]

    assert "invalid_grant" == refresh(first).json()["error"]
    assert "invalid_grant" == refresh(third).json()["error"]
    assert [True] == [family["revoked"] for family in sim.sign_in.families()]


def test_another_sign_in_survives_the_punishment(sim: Simulator, refresh: Any) -> None:
    sim.turn(rotate_refresh=True)
    spent, other = (sim.tokens("demo")["refresh_token"] for _ in range(2))
    refresh(spent)
    refresh(spent)

    assert 200 == refresh(other).status


def test_a_lost_answer_has_spent_the_token(sim: Simulator, refresh: Any) -> None:
    """T053: the rotation is done, the client never hears of it."""
    sim.turn(rotate_refresh=True, lose_refresh_answers=1)
    token = sim.tokens("demo")["refresh_token"]
    with pytest.raises(ConnectionError):
        refresh(token)

    assert "invalid_grant" == refresh(token).json()["error"]


def test_a_token_expires_by_the_clock(client: Any) -> None:
    clock = Clock()
    with Simulator([RiderSpec("demo", workouts=1)], Knobs(token_lifetime_seconds=60), clock=clock).running() as sim:
        client.origin, client.token = sim.url, sim.tokens("demo")["access_token"]
        clock.now += 59
        assert 200 == client.get("/api/me").status
        clock.now += 1

        assert 401 == client.get("/api/me").status


def test_t051_a_token_can_be_worth_a_number_of_calls(sim: Simulator, client: Any) -> None:
    sim.turn(token_max_calls=3)
    client.token = sim.tokens("demo")["access_token"]

    assert [200, 200, 200, 401] == [client.get("/api/me").status for _ in range(4)]


def test_access_tokens_can_be_ended_from_outside(sim: Simulator, client: Any, refresh: Any) -> None:
    token = sim.tokens("demo")["refresh_token"]
    assert 2 == client.call("DELETE", "/_sim/riders/demo/tokens").json()["ended"]

    assert 401 == client.get("/api/me").status
    assert 200 == refresh(token).status
    client.call("DELETE", "/_sim/riders/demo/tokens?revoke=1")
    assert 403 == refresh(token).status
