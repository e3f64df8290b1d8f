"""T102: what no page of ours sends is refused as what it is, never as a fault of ours."""

from collections.abc import Callable, Mapping
from typing import Any

import grpc
import pytest
from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.challenges.v1 import challenges_pb2_grpc as pb_grpc

from ctz_chassis import paging
from ctz_chassis.errors import RemoteError

from .harness import World, id_of, member_name

pytestmark = pytest.mark.component

HARMLESS = {grpc.StatusCode.OK, grpc.StatusCode.INVALID_ARGUMENT}
SOME_ID = "00000000-0000-7000-8000-000000000000"


def code_of(call: Callable[[], object]) -> grpc.StatusCode:
    try:
        call()
    except RemoteError as error:
        return error.code
    return grpc.StatusCode.OK


@pytest.mark.parametrize("code", ["\0", "A\0B", "", "A" * 10_000, "'; --"])
def test_t102_a_code_that_opens_nothing_is_not_found(world: World, code: str) -> None:
    world.published(is_public=False)
    calls = world.challenges(world.rider())

    assert grpc.StatusCode.NOT_FOUND == code_of(lambda: calls.FindByCode(pb.FindByCodeRequest(code=code)))


@pytest.mark.parametrize("title", ["\0", "\ud800", "A\n", 7, None, {}])
def test_t102_a_forged_place_in_the_teams_is_refused_or_harmless(world: World, title: Any) -> None:
    made = world.published()
    rider = world.member(made)
    token = paging.encode_token({"t": title, "i": SOME_ID}, id_of(made))
    request = pb.ListTeamsRequest(challenge=made.name, page_token=token)

    assert code_of(lambda: world.teams(rider).ListTeams(request)) in HARMLESS


PLACE = {"k": "members", "w": 0, "g": "", "p": "1", "t": "2026-03-02T00:00:00+00:00", "i": SOME_ID}


@pytest.mark.parametrize(
    "forged",
    [
        {"p": "1e999999"},
        {"p": "NaN"},
        {"p": "-Infinity"},
        {"p": "9" * 900},
        {"t": "0001-01-01T00:00:00+14:00"},
        {"t": "9999-12-31T23:59:59-14:00"},
        {"t": "2026-03-02T00:00:00"},
        {"w": "1" * 400},
        {"g": {}},
        {"i": 7},
    ],
)
def test_t102_a_forged_place_on_a_board_is_refused_or_harmless(world: World, forged: Mapping[str, Any]) -> None:
    made = world.published(mode=pb.CHALLENGE_MODE_INDIVIDUAL)
    rider = world.member(made)
    boards = world.server.client(pb_grpc.BoardServiceStub, user=rider)
    token = paging.encode_token({**PLACE, **forged}, paging.filter_digest(challenge=made.name))

    assert code_of(lambda: boards.GetBoard(pb.GetBoardRequest(challenge=made.name, page_token=token))) in HARMLESS


@pytest.mark.parametrize("forged", [{"i": 7}, {"i": "7"}, {"d": "today"}, {"d": None}])
def test_t102_a_forged_place_in_the_list_and_in_the_lines_is_refused(world: World, forged: Mapping[str, Any]) -> None:
    made = world.published()
    rider = world.member(made)
    place = {"d": "2026-03-02", "i": SOME_ID, **forged}
    token = paging.encode_token(place, paging.filter_digest(states=[], is_mine=False))
    listed = pb.ListChallengesRequest(page_token=token)
    name = member_name(made, rider)
    token = paging.encode_token(place, paging.filter_digest(member=name, week=0))
    explained = pb.ExplainPointsRequest(member=name, page_token=token)
    boards = world.server.client(pb_grpc.BoardServiceStub, user=rider)

    refused = grpc.StatusCode.INVALID_ARGUMENT
    assert refused == code_of(lambda: world.challenges(rider).ListChallenges(listed))
    assert refused == code_of(lambda: boards.ExplainPoints(explained))
